//! OpenID Connect Core 1.0: the ID token (§2) and authentication (§3).

super::document! {
    "OpenID Connect Core 1.0", "https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.";

    ID_TOKEN_CLAIMS = "OIDCC-2-1", "2", Must, Emit,
        "An ID token contains `iss`, `sub`, `aud`, `exp` and `iat`; `iss` is the https issuer of the metadata.",
        oidf ["OIDCC-2"], same ["OCP-SCP-04"];

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
        oidf ["OIDCC-3.1.2.1"], same ["FAPI1-BASE-5.2.2.1-1", "OCP-PIPE-06"];

    REDIRECT_URI_NAMED = "OIDCC-3.1.2.1-3", "3.1.2.1", Must, Refuse,
        "An OpenID request contains `redirect_uri`, which equals a registered one character by character.",
        oidf ["OIDCC-3.1.2.1"], against ["RFC6749-4.1.1-1"];

    REDIRECT_HTTPS = "OIDCC-3.1.2.1-4", "3.1.2.1", Should, Refuse,
        "A plain http redirect URI should be only for confidential clients if policy allows it, and for the loopback of a native app.",
        oidf ["OIDCC-3.1.2.1"], same ["RFC9700-2.6-1"];

    NO_PAGE_WHEN_SILENT = "OIDCC-3.1.2.1-5", "3.1.2.1", MustNot, Refuse,
        "With `prompt` none, the server shows no page, and a request that would need one ends in `login_required` or a similar error.",
        oidf ["OIDCC-3.1.2.1"], same ["OIDCC-15.1-2", "OCP-CON-13"];

    NONE_STANDS_ALONE = "OIDCC-3.1.2.1-6", "3.1.2.1", Must, Refuse,
        "The server answers `prompt` none together with another value with an error.",
        oidf ["OIDCC-3.1.2.1"];

    LOGIN_AGAIN = "OIDCC-3.1.2.1-7", "3.1.2.1", Must, Emit,
        "With `prompt` login, the user authenticates again even in a live session, or the request fails with `login_required`.",
        oidf ["OIDCC-3.1.2.1"], same ["OIDCC-15.1-2"];

    PROMPT_HONOURED = "OIDCC-3.1.2.1-8", "3.1.2.1", Must, Emit,
        "With `prompt` consent or select_account, the server asks the user, or the request fails with the matching error.",
        oidf ["OIDCC-3.1.2.1"], same ["OCP-CON-07"];

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
        oidf ["OIDCC-3.1.2.1"], same ["OIDCC-15.1-7", "OCP-CERT-04"], against ["RFC9470-5-3"];

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
        same ["RFC6749-2.3-1", "RFC6749-2.3.2-1", "RFC9126-2-3", "OCP-CLI-05", "OCP-AUTH-04"];

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
}
