//! OpenID Connect Dynamic Client Registration 1.0.

super::document! {
    "OpenID Connect Registration 1.0", "https://openid.net/specs/openid-connect-registration-1_0.html#rfc.section.";

    REDIRECT_URIS = "OIDCR-2-1", "2", Must, Refuse,
        "A client registers `redirect_uris`, and each request names one of them exactly.",
        oidf ["OIDCR-2"], planned "dynamic registration";

    DEFAULTS = "OIDCR-2-2", "2", Must, Accept,
        "Members that are left out have their defaults: code, authorization_code, web, client_secret_basic and RS256.",
        oidf ["OIDCR-2"], against ["FAPI2-SP-5.3.2.1-6", "FAPI2-SP-5.4.1-1.2"], planned "dynamic registration";

    TYPES_CONSISTENT = "OIDCR-2-3", "2", Must, Refuse,
        "The server answers response types and grant types that do not match with `invalid_client_metadata`.",
        oidf ["OIDCR-2"], same ["RFC7591-2.1-1"], planned "dynamic registration";

    REDIRECTS_BY_APPLICATION = "OIDCR-2-4", "2", Must, Refuse,
        "Implicit web clients register https addresses, native ones private schemes or loopback; otherwise `invalid_redirect_uri`.",
        oidf ["OIDCR-2"], against ["FAPI1-BASE-7.5-1"], planned "dynamic registration";

    ONE_KEY_SET = "OIDCR-2-5", "2", MustNot, Refuse,
        "`jwks` and `jwks_uri` exclude each other.",
        oidf ["OIDCR-2"], same ["RFC7591-2-2"];

    ENCRYPTION_PAIRS = "OIDCR-2-6", "2", Must, Refuse,
        "A content encryption algorithm requires a key algorithm as well, and defaults to A128CBC-HS256.",
        oidf ["OIDCR-2"], planned "JWE";

    SIGNED_AS_REGISTERED = "OIDCR-2-7", "2", Must, Refuse,
        "Assertions are signed with the registered algorithm if there is one; `none` does not authenticate a client.",
        oidf ["OIDCR-2"], same ["OIDCC-9-6"];

    ID_TOKEN_NONE = "OIDCR-2-8", "2", MustNot, Refuse,
        "Only clients that receive no ID token from the authorization endpoint can register unsigned ID tokens.",
        oidf ["OIDCR-2"], planned "dynamic registration";

    DEFAULT_PARAMETERS = "OIDCR-2-9", "2", Must, Emit,
        "`default_max_age`, `require_auth_time` and `default_acr_values` apply as if sent, unless the request says otherwise.",
        oidf ["OIDCR-2"], planned "dynamic registration";

    PUBLIC_KEYS_ONLY = "OIDCR-2-10", "2", MustNot, Refuse,
        "The key set of a client contains no private or symmetric key, by value or by reference.",
        oidf ["OIDCR-2"];

    ID_TOKEN_RS256_BY_DEFAULT = "OIDCR-2-11", "2", Must, Emit,
        "The ID tokens of a client that registered no algorithm for them are signed with RS256.",
        oidf ["OIDCR-2"], against ["FAPI2-SP-5.4.1-1.2"];

    OBJECTS_SIGNED_AS_REGISTERED = "OIDCR-2-12", "2", Must, Refuse,
        "Request objects are signed with the registered algorithm if there is one.",
        oidf ["OIDCR-2"], planned "JAR";

    REGISTRATION_AUTHORIZED = "OIDCR-3-1", "3", Must, Refuse,
        "If an initial access token is required, it is sent as a bearer token; open registration is rate-limited.",
        planned "dynamic registration";

    CREATED = "OIDCR-3.2-1", "3.2", Must, Emit,
        "A successful response has status 201 and is JSON with a unique `client_id` and all registered metadata; unknown members are ignored.",
        oidf ["OIDCR-3.2"], same ["RFC7591-3.2.1-1"], planned "dynamic registration";

    NOTHING_CHANGED = "OIDCR-3.2-2", "3.2", MustNot, Emit,
        "Redirect URIs are registered as requested or not at all, and no two clients share a secret.",
        oidf ["OIDCR-3.2"], planned "dynamic registration";

    COMPANIONS = "OIDCR-3.2-3", "3.2", Must, Emit,
        "A secret is returned with its expiry, and the client's own URL with its registration access token.",
        oidf ["OIDCR-3.2"], planned "dynamic registration";

    ERROR_SHAPE = "OIDCR-3.3-1", "3.3", Must, Emit,
        "A registration error has status 400 and is JSON, with `invalid_redirect_uri` or `invalid_client_metadata` among others.",
        oidf ["OIDCR-3.3"], same ["RFC7591-3.2.2-1"], planned "dynamic registration";

    CONFIGURATION_ADDRESS = "OIDCR-4.1-1", "4.1", Must, Refuse,
        "The client's own URL is returned complete, and it accepts only the registration access token of that client.",
        oidf ["OIDCR-4.1"], planned "registration management";

    READ_REFUSED = "OIDCR-4.4-1", "4.4", Must, Refuse,
        "The server answers a read with an invalid token, or of a deleted client, with 401; without permission with 403; never with 404.",
        same ["RFC7592-2.1-1"], planned "registration management";

    SECTOR_IDENTIFIER = "OIDCR-5-1", "5", Must, Refuse,
        "The document at `sector_identifier_uri` is fetched by https and lists every redirect URI; otherwise registration fails.",
        oidf ["OIDCR-5"], planned "pairwise subjects";

    HOSTS_AGREE = "OIDCR-9.1-1", "9.1", Should, Refuse,
        "The hosts of a client's logo and policy should be those of its redirect URIs.",
        planned "dynamic registration";
}
