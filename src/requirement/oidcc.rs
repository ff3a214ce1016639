//! OpenID Connect Core 1.0.

super::document! {
    "OpenID Connect Core 1.0", "https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.";

    ID_TOKEN_CLAIMS = "OIDCC-2-1", "2", Must, Emit,
        "An ID token contains `iss`, `sub`, `aud`, `exp` and `iat`; `iss` is the https issuer of the metadata.",
        oidf ["OIDCC-2"];

    SUBJECT = "OIDCC-2-2", "2", MustNot, Caller,
        "`sub` is at most 255 ASCII characters, case-sensitive, unique at the issuer and never reassigned to another user.",
        oidf ["OIDCC-2"];

    AUDIENCE_AND_TIMES = "OIDCC-2-3", "2", Must, Emit,
        "`aud` contains the `client_id`, and `exp` and `iat` are JSON numbers of seconds.",
        oidf ["OIDCC-2"];

    AUTH_TIME = "OIDCC-2-4", "2", Must, Emit,
        "`auth_time` is present if `max_age` was sent, the claim was requested as essential, or the client registered it.",
        oidf ["OIDCC-2"], same ["OIDCC-15.1-5"];

    NONCE_COPIED = "OIDCC-2-5", "2", Must, Emit,
        "The ID token contains the `nonce` of the request unchanged.",
        oidf ["OIDCC-2"];

    ID_TOKEN_SIGNED = "OIDCC-2-6", "2", Must, Emit,
        "An ID token is signed.",
        oidf ["OIDCC-2"], same ["FAPI2-MS-5.6.1-N1"];

    ID_TOKEN_NOT_NONE = "OIDCC-2-7", "2", MustNot, Emit,
        "An ID token is unsigned only if the client registered `none` and no ID token comes from the front channel.",
        oidf ["OIDCC-2"];

    NO_KEY_HEADERS = "OIDCC-2-8", "2", ShouldNot, Emit,
        "The header of an ID token should not contain `x5u`, `x5c`, `jku` or `jwk`.",
        oidf ["OIDCC-2"];

    NO_EMPTY_CLAIMS = "OIDCC-2-9", "2", Should, Emit,
        "A claim without a value should be left out of the ID token, never null.",
        oidf ["OIDCC-2"];

    AMR_AND_ACR = "OIDCC-2-10", "2", Should, Caller,
        "`amr` should be a list of registered method names, and `acr` an absolute URI or a registered name.",
        oidf ["OIDCC-2"];

    SIGNED_THEN_ENCRYPTED = "OIDCC-2-12", "2", Must, Emit,
        "An encrypted ID token is signed before it is encrypted.",
        oidf ["OIDCC-2"], planned "JWE";

    GET_AND_POST = "OIDCC-3.1.2.1-1", "3.1.2.1", Must, Accept,
        "The authorization endpoint accepts GET with a query and POST with a form, and treats them in the same way.",
        oidf ["OIDCC-3.1.2.1"];

    OPENID_SCOPE = "OIDCC-3.1.2.1-2", "3.1.2.1", Must, Accept,
        "A request is an OpenID request if its scope contains openid; the server ignores unknown scope values.",
        oidf ["OIDCC-3.1.2.1"], same ["FAPI1-BASE-5.2.2.1-1"];

    REDIRECT_URI_NAMED = "OIDCC-3.1.2.1-3", "3.1.2.1", Must, Refuse,
        "An OpenID request contains `redirect_uri`, which equals a registered one character by character.",
        oidf ["OIDCC-3.1.2.1"], against ["RFC6749-4.1.1-1"];

    REDIRECT_HTTPS = "OIDCC-3.1.2.1-4", "3.1.2.1", Should, Refuse,
        "A plain http redirect URI should be only for confidential clients if policy allows it, and for the loopback of a native app.",
        oidf ["OIDCC-3.1.2.1"], same ["RFC9700-2.6-1"];

    NO_PAGE_WHEN_SILENT = "OIDCC-3.1.2.1-5", "3.1.2.1", MustNot, Refuse,
        "With `prompt` none, the server shows no page, and a request that would need one ends in `login_required` or a similar error.",
        oidf ["OIDCC-3.1.2.1"], same ["OIDCC-15.1-2"];

    NONE_STANDS_ALONE = "OIDCC-3.1.2.1-6", "3.1.2.1", Must, Refuse,
        "The server answers `prompt` none together with another value with `invalid_request`.",
        oidf ["OIDCC-3.1.2.1"];

    LOGIN_AGAIN = "OIDCC-3.1.2.1-7", "3.1.2.1", Must, Emit,
        "With `prompt` login, the user authenticates again even in a live session, or the request fails with `login_required`.",
        oidf ["OIDCC-3.1.2.1"], same ["OIDCC-15.1-2"];

    PROMPT_HONOURED = "OIDCC-3.1.2.1-8", "3.1.2.1", Must, Emit,
        "With `prompt` consent or select_account, the server asks the user, or the request fails with the matching error.",
        oidf ["OIDCC-3.1.2.1"];

    MAX_AGE = "OIDCC-3.1.2.1-9", "3.1.2.1", Must, Refuse,
        "A login older than `max_age` seconds is renewed, and the ID token contains `auth_time`; zero means always.",
        oidf ["OIDCC-3.1.2.1"], same ["OIDCC-15.1-6"];

    UNKNOWN_PROMPT = "OIDCC-3.1.2.1-10", "3.1.2.1", May, Accept,
        "The server may ignore or refuse an unknown `display` or `prompt` value.",
        oidf ["OIDCC-3.1.2.1"];

    LOCALES_HARMLESS = "OIDCC-3.1.2.1-11", "3.1.2.1", ShouldNot, Accept,
        "Unsupported values of `ui_locales` or `claims_locales` should not cause an error.",
        oidf ["OIDCC-3.1.2.1"], same ["OIDCC-5.2-3", "OIDCC-15.1-4"];

    HINTED_USER = "OIDCC-3.1.2.1-12", "3.1.2.1", Must, Refuse,
        "With `id_token_hint`, the request fails with an error such as `login_required` unless the user whom it names logs in.",
        oidf ["OIDCC-3.1.2.1"], same ["OIDCC-3.1.2.2-2"];

    ACR_VOLUNTARY = "OIDCC-3.1.2.1-13", "3.1.2.1", Should, Emit,
        "`acr_values` requests `acr` as a voluntary claim, and the answer should be the class that was actually reached.",
        oidf ["OIDCC-3.1.2.1"], same ["OIDCC-15.1-7"], against ["RFC9470-5-3"];

    HINTED_USER_SERVED = "OIDCC-3.1.2.1-14", "3.1.2.1", Must, Accept,
        "With `id_token_hint`, the request succeeds if the user whom it names is logged in or logs in.",
        oidf ["OIDCC-3.1.2.1"];

    HINT_ENCRYPTED = "OIDCC-3.1.2.1-15", "3.1.2.1", May, Accept,
        "The client may encrypt an `id_token_hint` to a key of the server, which then decrypts it.",
        oidf ["OIDCC-3.1.2.1"], planned "JWE";

    REQUEST_VALIDATED = "OIDCC-3.1.2.2-1", "3.1.2.2", Must, Refuse,
        "The server checks a request both as OAuth and as OpenID, and ignores unknown parameters.",
        oidf ["OIDCC-3.1.2.2"], same ["RFC9126-2.1-3", "FAPI1-BASE-5.2.2.1-2"];

    ONLY_THE_ASKED_SUBJECT = "OIDCC-3.1.2.2-2", "3.1.2.2", MustNot, Refuse,
        "If a specific `sub` is requested, the server issues no tokens for any other user.",
        oidf ["OIDCC-3.1.2.2"], same ["OIDCC-5.5.1-2", "OIDCC-3.1.2.1-12"];

    HINT_IS_OURS = "OIDCC-3.1.2.2-3", "3.1.2.2", Must, Refuse,
        "An `id_token_hint` was issued by this server; it may have expired, and its audience need not contain the server.",
        oidf ["OIDCC-3.1.2.2"];

    PAGES_PROTECTED = "OIDCC-3.1.2.3-1", "3.1.2.3", Must, Caller,
        "Pages shown to the user are protected against request forgery and clickjacking.",
        oidf ["OIDCC-3.1.2.3"];

    DECISION_FIRST = "OIDCC-3.1.2.4-1", "3.1.2.4", Must, Refuse,
        "The server releases nothing to the client before the user has decided, now or earlier.",
        same ["FAPI1-BASE-5.2.2-12"];

    CODE_IN_QUERY = "OIDCC-3.1.2.5-1", "3.1.2.5", Must, Emit,
        "A code response is in the query of the redirect URI unless another `response_mode` was requested.",
        oidf ["OIDCC-3.1.2.5"], same ["FAPI1-BASE-5.2.2.1-4"];

    OPENID_ERRORS = "OIDCC-3.1.2.6-1", "3.1.2.6", Must, Emit,
        "The server uses the error codes that OpenID adds for interaction, login, account selection and consent.",
        oidf ["OIDCC-3.1.2.6"];

    RESPONSE_MODE_SUPPORTED = "OIDCC-3.1.2.6-2", "3.1.2.6", Must, Refuse,
        "The server answers an unsupported `response_mode` directly with a plain 400 and sends nothing to the client.",
        oidf ["OIDCC-3.1.2.6"];

    ERROR_PARAMETERS = "OIDCC-3.1.2.6-3", "3.1.2.6", ShouldNot, Emit,
        "An error redirect should contain no parameters but the error parameters, `state` and `iss`.",
        oidf ["OIDCC-3.1.2.6"];

    REQUEST_OBJECT_ERRORS = "OIDCC-3.1.2.6-4", "3.1.2.6", Must, Emit,
        "The errors of request objects are `invalid_request_uri` and `invalid_request_object`.",
        oidf ["OIDCC-3.1.2.6"], planned "JAR";

    REGISTERED_METHOD = "OIDCC-3.1.3.1-1", "3.1.3.1", Must, Refuse,
        "A confidential client authenticates with its registered method; the server answers any other with `invalid_client`.",
        same ["RFC6749-2.3-1", "RFC6749-2.3.2-1", "RFC9126-2-3"];

    TOKEN_REQUEST_VALIDATED = "OIDCC-3.1.3.2-1", "3.1.3.2", Must, Refuse,
        "A code is redeemed by its authenticated client, once, with the identical `redirect_uri`; an ID token requires an OpenID request.",
        oidf ["OIDCC-3.1.3.2"], same ["RFC6749-4.1.3-2", "RFC6749-4.1.3-3", "RFC6749-4.1.2-2", "FAPI1-BASE-5.2.2.1-5"];

    REDIRECT_URI_LEFT_OUT = "OIDCC-3.1.3.2-2", "3.1.3.2", May, Accept,
        "The server may accept a missing `redirect_uri` if only one is registered.",
        oidf ["OIDCC-3.1.3.2"], against ["RFC6749-4.1.3-3"];

    TOKEN_RESPONSE = "OIDCC-3.1.3.3-1", "3.1.3.3", Must, Emit,
        "The token response contains an `id_token`, is not stored, and its type is Bearer unless another was agreed.",
        oidf ["OIDCC-3.1.3.3"], same ["FAPI1-BASE-5.2.2.1-6"];

    TOKEN_ERRORS = "OIDCC-3.1.3.4-1", "3.1.3.4", Must, Emit,
        "Token errors are those of OAuth: status 400 with JSON.",
        oidf ["OIDCC-3.1.3.4"], same ["RFC6749-5.2-1"];

    AT_HASH = "OIDCC-3.1.3.6-1", "3.1.3.6", May, Emit,
        "In the code flow, `at_hash` may be present: the left half of the access token's hash, by the hash of the ID token's algorithm.";

    IMPLICIT_NONCE = "OIDCC-3.2.2.1-1", "3.2.2.1", Must, Refuse,
        "In the implicit flow, the server answers a request without `nonce` with `invalid_request`.",
        oidf ["OIDCC-3.2.2.1"], planned "hybrid and implicit";

    IMPLICIT_REDIRECT_HTTPS = "OIDCC-3.2.2.1-2", "3.2.2.1", MustNot, Refuse,
        "In the implicit flow, a plain http redirect URI is allowed only for the loopback of a native app.",
        oidf ["OIDCC-3.2.2.1"], planned "hybrid and implicit";

    IMPLICIT_RESPONSE = "OIDCC-3.2.2.5-1", "3.2.2.5", Must, Emit,
        "An implicit response puts the ID token, and the access token if requested, into the fragment, with `state` and no code.",
        oidf ["OIDCC-3.2.2.5"], planned "hybrid and implicit";

    IMPLICIT_ERRORS = "OIDCC-3.2.2.6-1", "3.2.2.6", Must, Emit,
        "Implicit errors are in the fragment unless another `response_mode` was requested.",
        planned "hybrid and implicit";

    IMPLICIT_ID_TOKEN = "OIDCC-3.2.2.10-1", "3.2.2.10", Must, Emit,
        "An implicit ID token contains `nonce`, and `at_hash` if it comes with an access token; otherwise the claims of the scopes.",
        planned "hybrid and implicit";

    HYBRID_NONCE = "OIDCC-3.3.2.1-1", "3.3.2.1", Must, Refuse,
        "A hybrid request that returns an ID token from the front channel contains a `nonce`.",
        planned "hybrid and implicit";

    HYBRID_RESPONSE = "OIDCC-3.3.2.5-1", "3.3.2.5", Must, Emit,
        "A hybrid response puts the code, and the token and ID token that its type names, into the fragment.",
        oidf ["OIDCC-3.3.2.5"], planned "hybrid and implicit";

    HYBRID_ERRORS = "OIDCC-3.3.2.6-1", "3.3.2.6", Must, Emit,
        "Hybrid errors are in the fragment unless another `response_mode` was requested.",
        oidf ["OIDCC-3.3.2.6"], planned "hybrid and implicit";

    HYBRID_HASHES = "OIDCC-3.3.2.11-1", "3.3.2.11", Must, Emit,
        "A front-channel ID token contains `c_hash` if it comes with a code, and `at_hash` if it comes with an access token.",
        oidf ["OIDCC-3.3.2.11"], planned "hybrid and implicit";

    C_HASH = "OIDCC-3.3.2.11-2", "3.3.2.11", Must, Emit,
        "`c_hash` is the left half of the code's hash, by the hash of the ID token's algorithm.",
        oidf ["OIDCC-3.3.2.11"], planned "hybrid and implicit";

    HYBRID_SAME_SUBJECT = "OIDCC-3.3.3.6-1", "3.3.3.6", Must, Emit,
        "Both ID tokens of a hybrid flow have the same `iss` and `sub` and describe the same login.",
        oidf ["OIDCC-3.3.3.6"], planned "hybrid and implicit";

    CLAIM_TYPES = "OIDCC-5.1-1", "5.1", Must, Caller,
        "Standard claims have their JSON types: booleans for the verified flags, a number for `updated_at`, an object for `address`.",
        oidf ["OIDCC-5.1"];

    PHONE_NUMBER = "OIDCC-5.1-2", "5.1", Must, Caller,
        "A verified phone number is in E.164 format.",
        oidf ["OIDCC-5.1"];

    CLAIM_LANGUAGES = "OIDCC-5.2-1", "5.2", Should, Accept,
        "A claim that is requested in a language has the tag of the language after a hash sign.",
        oidf ["OIDCC-5.2"];

    CLAIM_LANGUAGES_ANY_CASE = "OIDCC-5.2-2", "5.2", Should, Accept,
        "The case of a language tag should not matter.",
        oidf ["OIDCC-5.2"], planned "claims in languages";

    CLAIM_LANGUAGES_HARMLESS = "OIDCC-5.2-3", "5.2", Should, Accept,
        "Unsupported values of `claims_locales` should not cause an error.",
        oidf ["OIDCC-5.2"], same ["OIDCC-3.1.2.1-11"];

    USERINFO_SERVED = "OIDCC-5.3-1", "5.3", Must, Accept,
        "UserInfo accepts GET and POST over TLS with a bearer token, and should allow CORS.";

    USERINFO_SUBJECT = "OIDCC-5.3.2-1", "5.3.2", Must, Emit,
        "UserInfo always contains `sub`, the same as in the ID token for that client.",
        oidf ["OIDCC-5.3.2"];

    USERINFO_TYPE = "OIDCC-5.3.2-2", "5.3.2", Must, Emit,
        "Plain UserInfo is application/json.",
        oidf ["OIDCC-5.3.2"];

    USERINFO_SIGNED = "OIDCC-5.3.2-3", "5.3.2", Must, Emit,
        "Signed UserInfo contains `iss`, has the client in `aud`, and is signed before it is encrypted.",
        oidf ["OIDCC-5.3.2"], planned "signed userinfo";

    USERINFO_NO_EMPTY = "OIDCC-5.3.2-4", "5.3.2", Should, Emit,
        "A claim without a value should be left out of UserInfo, never null.",
        oidf ["OIDCC-5.3.2"];

    USERINFO_JWT_TYPE = "OIDCC-5.3.2-6", "5.3.2", Must, Emit,
        "Signed or encrypted UserInfo is application/jwt.",
        oidf ["OIDCC-5.3.2"], planned "signed userinfo";

    USERINFO_NO_EMPTY_TEXT = "OIDCC-5.3.2-7", "5.3.2", ShouldNot, Caller,
        "A claim without a value should not be an empty string in UserInfo.",
        oidf ["OIDCC-5.3.2"];

    USERINFO_ERRORS = "OIDCC-5.3.3-1", "5.3.3", Must, Refuse,
        "UserInfo errors are those of bearer tokens, with their challenge.";

    SCOPE_CLAIMS = "OIDCC-5.4-1", "5.4", Must, Emit,
        "The scopes profile, email, address and phone each request their set of claims.",
        oidf ["OIDCC-5.4"];

    SCOPE_CLAIMS_PLACE = "OIDCC-5.4-2", "5.4", Must, Emit,
        "Claims requested by scope are returned from UserInfo if there is an access token.",
        oidf ["OIDCC-5.4"];

    SCOPE_CLAIMS_WITHOUT_TOKEN = "OIDCC-5.4-3", "5.4", Must, Emit,
        "Claims requested by scope are returned in the ID token if there is no access token.",
        oidf ["OIDCC-5.4"], planned "hybrid and implicit";

    CLAIMS_PARAMETER = "OIDCC-5.5-1", "5.5", Must, Accept,
        "`claims` is a JSON object with `userinfo` or `id_token`; the server ignores other members.",
        oidf ["OIDCC-5.5"];

    ESSENTIAL_MISSING = "OIDCC-5.5.1-1", "5.5.1", MustNot, Accept,
        "An essential claim that cannot be returned is not an error unless its own rules say so.",
        oidf ["OIDCC-5.5.1"];

    CLAIM_VALUE = "OIDCC-5.5.1-2", "5.5.1", Must, Refuse,
        "A claim requested with a value is returned only if equal, and another `sub` makes the authentication fail.",
        oidf ["OIDCC-5.5.1"], same ["OIDCC-3.1.2.2-2"];

    ESSENTIAL_ACR = "OIDCC-5.5.1.1-1", "5.5.1.1", Must, Refuse,
        "An essential `acr` with values is met or the authentication fails; a voluntary one is answered with the current class.",
        oidf ["OIDCC-5.5.1.1"];

    NORMAL_CLAIMS = "OIDCC-5.6-1", "5.6", Must, Emit,
        "The server supports normal claims; aggregated and distributed ones are optional.";

    CLAIM_SOURCES = "OIDCC-5.6.2-1", "5.6.2", May, Emit,
        "Aggregated and distributed claims may be returned with `_claim_names` and `_claim_sources`.",
        oidf ["OIDCC-5.6.2"], planned "aggregated and distributed claims";

    ONE_REQUEST_OBJECT = "OIDCC-6-1", "6", MustNot, Refuse,
        "The server answers `request` and `request_uri` together with `invalid_request`.",
        planned "JAR";

    REQUEST_URI_HTTPS = "OIDCC-6-2", "6", MustNot, Refuse,
        "A plain http `request_uri` is allowed only for a request object whose signature can be verified.",
        planned "JAR";

    REQUEST_NOT_SUPPORTED = "OIDCC-6.1-1", "6.1", Must, Refuse,
        "A server that does not support `request` answers it with `request_not_supported`.",
        oidf ["OIDCC-6.1"];

    OUTER_PARAMETERS = "OIDCC-6.1-2", "6.1", Must, Refuse,
        "Beside a request object, the query still contains `response_type`, `client_id` and scope openid, equal to those inside.",
        oidf ["OIDCC-6.1"], same ["RFC9101-6.3-2"], planned "JAR";

    NO_NESTED_REQUEST = "OIDCC-6.1-3", "6.1", MustNot, Refuse,
        "A request object contains neither `request` nor `request_uri`.",
        oidf ["OIDCC-6.1"], planned "JAR";

    OBJECT_OVERRIDES = "OIDCC-6.1-6", "6.1", Must, Accept,
        "A parameter inside the request object overrides the same one outside.",
        oidf ["OIDCC-6.1"], planned "JAR";

    REQUEST_URI_NOT_SUPPORTED = "OIDCC-6.2-1", "6.2", Must, Refuse,
        "A server that does not support `request_uri` answers it with `request_uri_not_supported`.",
        oidf ["OIDCC-6.2"];

    REQUEST_URI_LENGTH = "OIDCC-6.2-2", "6.2", Should, Accept,
        "A `request_uri` should be at most 512 ASCII characters, and a changed fragment means changed contents.",
        oidf ["OIDCC-6.2"], planned "JAR";

    REQUEST_URI_REGISTERED = "OIDCC-6.2-3", "6.2", Must, Refuse,
        "If registration is required, the server accepts only a registered `request_uri`.",
        oidf ["OIDCC-6.2"], planned "JAR";

    REQUEST_URI_FETCHED = "OIDCC-6.2.3-1", "6.2.3", Must, Refuse,
        "The server answers a `request_uri` that cannot be fetched or yields no valid object with `invalid_request_uri`.",
        planned "JAR";

    REQUEST_DECRYPTED = "OIDCC-6.3.1-1", "6.3.1", Must, Refuse,
        "The server answers a request object that cannot be decrypted with `invalid_request_object`.",
        same ["RFC9101-6.1-1"], planned "JWE";

    REQUEST_SIGNATURE = "OIDCC-6.3.2-1", "6.3.2", Must, Refuse,
        "A request object has the registered algorithm and a valid signature; otherwise the answer is `invalid_request_object`.",
        oidf ["OIDCC-6.3.2"], same ["RFC9101-6.2-1", "RFC9101-6.2-4"], planned "JAR";

    REQUEST_MERGED = "OIDCC-6.3.3-1", "6.3.3", Must, Refuse,
        "The server merges the object's parameters over those of the query before it checks the request as usual.",
        against ["FAPI1-ADV-5.2.2-10", "RFC9101-5-4", "RFC9101-6.3-1"], planned "JAR";

    REGISTRATION_NOT_SUPPORTED = "OIDCC-7.2.1-1", "7.2.1", Must, Refuse,
        "A server that does not support `registration` answers it with `registration_not_supported`.";

    SUBJECT_TYPES = "OIDCC-8-1", "8", Must, Emit,
        "Metadata lists the subject types.";

    SUBJECT_TYPE_REGISTERED = "OIDCC-8-2", "8", Must, Emit,
        "A client receives subjects of the type that it registered.",
        planned "pairwise subjects";

    PAIRWISE_SUBJECT = "OIDCC-8.1-1", "8.1", Must, Emit,
        "A pairwise `sub` is stable, differs per sector, and does not reveal the user to other parties.",
        planned "pairwise subjects";

    SECTOR_IDENTIFIER = "OIDCC-8.1-2", "8.1", Must, Refuse,
        "Redirect URIs with several hosts cannot be registered for pairwise subjects without `sector_identifier_uri`.",
        planned "pairwise subjects";

    DEFAULT_METHOD = "OIDCC-9-1", "9", Must, Accept,
        "A client that registered no method uses client_secret_basic; the server supports secrets, assertions and none.",
        oidf ["OIDCC-9"], against ["FAPI2-SP-5.3.2.1-6", "FAPI1-ADV-5.2.2-14"];

    ASSERTION_KEYS = "OIDCC-9-2", "9", Must, Refuse,
        "The key of client_secret_jwt is the secret in UTF-8; private_key_jwt is signed with a registered key.",
        oidf ["OIDCC-9"], same ["OIDCC-10.1-2"], against ["FAPI2-SP-5.3.2.1-6", "FAPI1-ADV-5.2.2-14"];

    ASSERTION_CLAIMS = "OIDCC-9-3", "9", Must, Refuse,
        "A client assertion has `iss` and `sub` equal to `client_id`, `aud`, `jti` and `exp`; the server ignores other claims.",
        oidf ["OIDCC-9"], same ["RFC7521-5.2-1"];

    ASSERTION_AUDIENCE = "OIDCC-9-4", "9", Must, Refuse,
        "According to errata set 3, the `aud` of a client assertion names the issuer alone.",
        oidf ["OIDCC-9"], same ["FAPI2-SP-5.3.2.1-8", "RFC7523BIS-4-2"], against ["RFC9126-2-5", "CIBA-7.1-3"];

    ASSERTION_ONCE = "OIDCC-9-5", "9", Must, Refuse,
        "The `jti` of a client assertion is used once; the server answers a replay with `invalid_client`.",
        oidf ["OIDCC-9"], same ["RFC7523-3-7"];

    ASSERTION_ALGORITHM = "OIDCC-9-6", "9", Must, Refuse,
        "A client assertion is signed with the registered algorithm if there is one, and never with `none`.",
        oidf ["OIDCC-9"], same ["OIDCR-2-7"];

    ASSERTION_AUDIENCE_STRING = "OIDCC-9-7", "9", Must, Refuse,
        "According to errata set 3, the `aud` of a client assertion is a string and not an array.",
        oidf ["OIDCC-9"], same ["FAPI2-SP-5.3.2.1-8"];

    KEY_NAMED = "OIDCC-10.1-1", "10.1", Must, Emit,
        "If there are several keys, a signed message names its key by `kid`.",
        oidf ["OIDCC-10.1"];

    NO_PUBLIC_HMAC = "OIDCC-10.1-2", "10.1", MustNot, Refuse,
        "Public clients use no symmetric signatures; for other clients, the key is the `client_secret` in UTF-8.",
        oidf ["OIDCC-10.1"], same ["OIDCC-9-2"];

    RETIRED_KEYS_STAY = "OIDCC-10.1.1-1", "10.1.1", Should, Caller,
        "Signing keys should stay published for a while after they are retired.",
        oidf ["OIDCC-10.1.1"];

    SYMMETRIC_ENCRYPTION_KEY = "OIDCC-10.2-1", "10.2", Must, Emit,
        "A symmetric encryption key is the left part of a hash of the secret in UTF-8.",
        oidf ["OIDCC-10.2"], planned "JWE";

    ENCRYPTION_KEY = "OIDCC-10.2-2", "10.2", Must, Emit,
        "A message is encrypted to a key that is meant for it, named by `kid` if there are several.",
        oidf ["OIDCC-10.2"], planned "JWE";

    DECRYPTION_KEYS_KEPT = "OIDCC-10.2.1-1", "10.2.1", Should, Emit,
        "The published keys should state how long they may be cached, and retired decryption keys should be kept for a while.",
        oidf ["OIDCC-10.2.1"], planned "JWE";

    OFFLINE_ACCESS = "OIDCC-11-1", "11", Must, Accept,
        "The server ignores offline_access unless a code is issued and `prompt` contains consent or other conditions permit it.",
        oidf ["OIDCC-11"];

    OFFLINE_CONSENT = "OIDCC-11-2", "11", Must, Emit,
        "A web application receives offline_access only with the user's explicit consent.",
        oidf ["OIDCC-11"];

    REFRESH_VALIDATED = "OIDCC-12.1-1", "12.1", Must, Refuse,
        "A refresh authenticates the client and requires a valid token that was issued to it.",
        same ["RFC6749-6-2"];

    REFRESHED_ID_TOKEN = "OIDCC-12.2-1", "12.2", Must, Emit,
        "A refreshed ID token keeps `iss`, `sub`, `aud` and `auth_time`, and has a new `iat`.",
        oidf ["OIDCC-12.2"];

    REFRESHED_NONCE = "OIDCC-12.2-2", "12.2", ShouldNot, Emit,
        "A refreshed ID token should have no `nonce`, or else the original one.",
        oidf ["OIDCC-12.2"];

    NO_NULLS = "OIDCC-13.3-1", "13.3", Should, Emit,
        "Parameters without a value should be left out of JSON, not null.",
        oidf ["OIDCC-13.3"];

    STRINGS_COMPARED = "OIDCC-14-1", "14", MustNot, Refuse,
        "Strings are compared code point by code point without normalization, and lists are split at single spaces.",
        same ["RFC6749-3.1.2.3-2"];

    RS256_SUPPORTED = "OIDCC-15.1-1", "15.1", Must, Emit,
        "A provider can sign ID tokens with RS256.",
        oidf ["OIDCC-15.1"], against ["FAPI2-SP-5.4.1-1.2", "FAPI1-ADV-8.6-1", "FAPI1-ADV-8.6-2"];

    PROMPT_SUPPORTED = "OIDCC-15.1-2", "15.1", Must, Accept,
        "A provider supports `prompt`, at least its values none and login.",
        oidf ["OIDCC-15.1"], same ["OIDCC-3.1.2.1-5", "OIDCC-3.1.2.1-7"];

    DISPLAY_SUPPORTED = "OIDCC-15.1-3", "15.1", Must, Accept,
        "A request with a defined value of `display` causes no error.",
        oidf ["OIDCC-15.1"];

    LOCALES_SUPPORTED = "OIDCC-15.1-4", "15.1", Must, Accept,
        "A request with `ui_locales` or `claims_locales` causes no error.",
        oidf ["OIDCC-15.1"], same ["OIDCC-3.1.2.1-11"];

    AUTH_TIME_SUPPORTED = "OIDCC-15.1-5", "15.1", Must, Emit,
        "A provider returns `auth_time` on request.",
        oidf ["OIDCC-15.1"], same ["OIDCC-2-4"];

    MAX_AGE_SUPPORTED = "OIDCC-15.1-6", "15.1", Must, Refuse,
        "A provider enforces `max_age`.",
        oidf ["OIDCC-15.1"], same ["OIDCC-3.1.2.1-9"];

    ACR_VALUES_SUPPORTED = "OIDCC-15.1-7", "15.1", Must, Accept,
        "A request with `acr_values` causes no error.",
        oidf ["OIDCC-15.1"], same ["OIDCC-3.1.2.1-13"];

    DYNAMIC_PROVIDER = "OIDCC-15.2-1", "15.2", Must, Accept,
        "A dynamic provider also supports discovery, registration, ID token response types and `request_uri`.",
        oidf ["OIDCC-15.2"], planned "dynamic registration";

    CONSTANT_TIME = "OIDCC-16.12-1", "16.12", Should, Emit,
        "Secrets and authentication codes should be compared in constant time.";

    TLS = "OIDCC-16.17-1", "16.17", Must, Caller,
        "Every endpoint is served over TLS as BCP 195 advises.";

    SECRET_LENGTH = "OIDCC-16.19-1", "16.19", Must, Refuse,
        "A `client_secret` that is the key of an HMAC is at least as long as its hash.",
        same ["RFC7518-3.2-1", "FAPI1-BASE-5.2.2-3"];

    NO_307 = "OIDCC-16.22-1", "16.22", MustNot, Emit,
        "The server never redirects the browser with status 307; 303 is preferred.",
        same ["RFC9700-4.12-1", "FAPI2-SP-5.3.2.2-10"];
}
