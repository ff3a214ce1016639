//! Compliance levels.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    LEVELS = "OCP-FAPI-01", "FAPI-01", Must, Refuse,
        "A `compliance_level` is absent or one of `fapi1_adv_pkj_par`, `fapi1_adv_mtls_par`, `fapi2_sp_pkj_mtls` and `fapi2_sp_mtls_mtls`.", planned "pipeline";

    BOTH_COMPLY = "OCP-FAPI-02", "FAPI-02", Must, Refuse,
        "At a level, no authorization request succeeds unless both the request and the client's configuration comply.", planned "pipeline";

    NO_TOKEN_IN_QUERY = "OCP-FAPI-03", "FAPI-03", Must, Refuse,
        "At every level, UserInfo refuses an access token in the query.",
        same ["RFC6750-2.3-1"];

    PAR = "OCP-FAPI-04", "FAPI-04", Must, Refuse,
        "Every level requires pushed authorization requests, whatever the client's own flag says.";

    PKCE_S256 = "OCP-FAPI-05", "FAPI-05", Must, Refuse,
        "Every level requires PKCE with `S256`.";

    NO_WILDCARDS = "OCP-FAPI-06", "FAPI-06", Must, Refuse,
        "At the FAPI 1 levels, the client's redirect URIs have no wildcards.", planned "pipeline";

    JAR = "OCP-FAPI-07", "FAPI-07", Must, Refuse,
        "The FAPI 1 levels require a signed request object.";

    JAR_PS256 = "OCP-FAPI-08", "FAPI-08", Must, Refuse,
        "At the FAPI 1 levels, a request object is signed with PS256.", planned "pipeline";

    CONFORMANT = "OCP-FAPI-09", "FAPI-09", Must, Refuse,
        "At every level, the client is OIDC-conformant.";

    JAR_NBF = "OCP-FAPI-10", "FAPI-10", Must, Refuse,
        "At the FAPI 1 levels, the `nbf` of a request object is at most 3600 seconds in the past.", planned "pipeline";

    JAR_EXP = "OCP-FAPI-11", "FAPI-11", Must, Refuse,
        "At the FAPI 1 levels, the `exp` of a request object is at most 3600 seconds after its `nbf`.", planned "pipeline";

    INTERACTION_HEADERS = "OCP-FAPI-12", "FAPI-12", Must, Refuse,
        "The FAPI 1 levels require the `x-fapi` headers.", planned "pipeline";

    PRIVATE_KEY_JWT = "OCP-FAPI-13", "FAPI-13", Must, Refuse,
        "The levels with `pkj` require private_key_jwt, and the server answers another method with `invalid_client`.";

    MTLS = "OCP-FAPI-14", "FAPI-14", Must, Refuse,
        "The levels with `mtls` as client authentication refuse every other method with `invalid_client`.";

    RESPONSE_TYPES = "OCP-FAPI-15", "FAPI-15", Must, Refuse,
        "The response type is `code id_token` at the FAPI 1 levels, and `code` at the FAPI 2 levels.";

    ASSERTION_AUDIENCE = "OCP-FAPI-16", "FAPI-16", Must, Refuse,
        "At the level `fapi2_sp_pkj_mtls`, and not at `fapi1_adv_pkj_par`, the `aud` of an assertion equals the issuer.";

    REDIRECT_URI = "OCP-FAPI-17", "FAPI-17", Must, Refuse,
        "At the FAPI 2 levels, a pushed request contains `redirect_uri`.";

    S_HASH = "OCP-FAPI-18", "FAPI-18", Must, Emit,
        "At the FAPI 1 levels, an ID token from the authorization endpoint has `s_hash`, the hash of `state`.", planned "pipeline";

    UPDATED_AT = "OCP-FAPI-19", "FAPI-19", Must, Emit,
        "At every level, `updated_at` is a number of seconds and not a string.", planned "pipeline";

    ERROR_CODES = "OCP-FAPI-20", "FAPI-20", Must, Emit,
        "At every level, the server returns error codes of the standards alone.",
        same ["RFC6749-4.1.2.1-2"];

    ISS = "OCP-FAPI-21", "FAPI-21", Must, Emit,
        "At the FAPI 2 levels, the authorization response contains `iss`.",
        same ["RFC9207-2-1"];

    CODE_LIFETIME = "OCP-FAPI-22", "FAPI-22", Must, Refuse,
        "At the FAPI 2 levels, a code lives at most 60 seconds.";

    PAR_LIFETIME = "OCP-FAPI-23", "FAPI-23", Must, Refuse,
        "At the FAPI 2 levels, the lifetime of a pushed request can be configured, is below 600 seconds, and is 30 by default.";

    DETACHED_SIGNATURE = "OCP-FAPI-24", "FAPI-24", Must, Emit,
        "With `s_hash` and `c_hash`, the ID token is a detached signature of the authorization response.", planned "pipeline";

    LEVEL_CHANGES = "OCP-FAPI-25", "FAPI-25", Must, Accept,
        "The level of a client can be set when it is made or later, read, and taken away.", planned "pipeline";

    PER_REQUEST = "OCP-FAPI-26", "FAPI-26", Must, Refuse,
        "The server checks a level at each request, so that a change of configuration that breaks it makes the next request fail.", planned "pipeline";
}
