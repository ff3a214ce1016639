//! OpenID Connect Core 1.0: request objects, client authentication, keys, refresh and security (§6 to §16).

super::document! {
    "OpenID Connect Core 1.0", "https://openid.net/specs/openid-connect-core-1_0.html#rfc.section.";

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

    REGISTRATION_NOT_SUPPORTED = "OIDCC-7.2.1-1", "7.2.1", May, Refuse,
        "A client should send `registration` only to a self-issued OP; any other may answer it with `registration_not_supported`.";

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
        oidf ["OIDCC-9"], same ["RFC7521-5.2-1", "OCP-PKJ-08"];

    ASSERTION_AUDIENCE = "OIDCC-9-4", "9", Must, Refuse,
        "According to errata set 3, the `aud` of a client assertion names the issuer alone.",
        oidf ["OIDCC-9"], same ["FAPI2-SP-5.3.2.1-8", "RFC7523BIS-4-2"], against ["RFC9126-2-5", "CIBA-7.1-3"];

    ASSERTION_ONCE = "OIDCC-9-5", "9", Must, Refuse,
        "The `jti` of a client assertion is used once; the server answers a replay with `invalid_client`.",
        oidf ["OIDCC-9"], same ["RFC7523-3-7", "OCP-PKJ-08"];

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
        "A refreshed ID token should have no `nonce`.",
        oidf ["OIDCC-12.2"];

    REFRESHED_NONCE_SAME = "OIDCC-12.2-3", "12.2", Must, Emit,
        "A `nonce` in a refreshed ID token is that of the original ID token.",
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
