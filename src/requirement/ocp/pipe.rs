//! The two pipelines: conformant and legacy.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    API_NAMED = "OCP-PIPE-01", "PIPE-01", Must, Refuse,
        "An API and a client are registered apart, and a client requests an access token for an API by naming it; the server answers an unknown API with `invalid_target`.",
        same ["OCP-API-02"];

    ID_TOKEN_AT_API = "OCP-PIPE-02", "PIPE-02", Must, Refuse,
        "A resource server refuses an ID token as a credential with `invalid_token`, because its `aud` is the client and not the API.",
        same ["RFC9068-4-1"];

    ACCESS_TOKENS_ONLY = "OCP-PIPE-03", "PIPE-03", Must, Refuse,
        "APIs and UserInfo accept access tokens only, and answer any other token with `invalid_token`.",
        same ["RFC9068-4-2"];

    DEVICE_LEGACY = "OCP-PIPE-04", "PIPE-04", Must, Accept,
        "In the legacy pipeline, the authorization request may contain `device`, which is needed only together with `offline_access`.";

    DEVICE_CONFORMANT = "OCP-PIPE-05", "PIPE-05", Must, Accept,
        "In the conformant pipeline, the server ignores `device` like any unknown parameter.",
        same ["RFC6749-3.1-5"];

    ATTRIBUTE_SCOPES = "OCP-PIPE-06", "PIPE-06", Must, Emit,
        "In the conformant pipeline, the name of a profile attribute, such as `favorite_color`, is not granted as a scope.",
        same ["OIDCC-3.1.2.1-2"];

    ARBITRARY_SCOPES = "OCP-PIPE-07", "PIPE-07", Must, Emit,
        "Only in the legacy pipeline can a client request claims of its own invention by `scope`.";

    AUDIENCE_OPTIONAL = "OCP-PIPE-08", "PIPE-08", Must, Accept,
        "In the conformant pipeline, `audience` is optional, and a token requested without it serves at UserInfo alone.";

    SAME_RESPONSE = "OCP-PIPE-09", "PIPE-09", Must, Emit,
        "The authorization response, with `code` and `state`, is the same in both pipelines.";

    SAME_CODE_EXCHANGE = "OCP-PIPE-10", "PIPE-10", Must, Accept,
        "The request that redeems a code is the same in both pipelines, with PKCE and without.";

    LEGACY_OPAQUE = "OCP-PIPE-11", "PIPE-11", Must, Emit,
        "In the legacy pipeline, the access token is opaque and serves at UserInfo alone.";

    LEGACY_REFRESH = "OCP-PIPE-12", "PIPE-12", Must, Emit,
        "In the legacy pipeline, the server issues a refresh token if and only if `device` was sent and `offline_access` was requested.";

    OFFLINE_GRANTED = "OCP-PIPE-13", "PIPE-13", Must, Emit,
        "In the conformant pipeline, the server issues a refresh token if and only if `offline_access` was granted.";

    USERINFO_TOO = "OCP-PIPE-14", "PIPE-14", Must, Emit,
        "An access token for an API also serves at UserInfo, which it lists in `aud`, only if the API signs with RS256 and `openid` was granted.";

    USERINFO_BY_SIGNATURE = "OCP-PIPE-15", "PIPE-15", Must, Emit,
        "An access token for an API that signs with HS256 does not serve at UserInfo, whatever its scope.";

    USERINFO_OPAQUE = "OCP-PIPE-16", "PIPE-16", Must, Emit,
        "If UserInfo is the only audience, the access token is opaque.";

    API_JWT = "OCP-PIPE-17", "PIPE-17", Must, Emit,
        "An access token for an API is a JWT.";

    JWT_CLAIMS = "OCP-PIPE-18", "PIPE-18", Must, Emit,
        "The payload of a JWT access token has `sub`, `iss`, `exp`, `iat`, the granted `scope`, `azp` with the client, and an `aud` that lists the API and then UserInfo.";

    NO_PROFILE = "OCP-PIPE-19", "PIPE-19", Must, Emit,
        "An access token contains nothing about the user but `sub`.";

    ID_TOKEN_CLAIMS = "OCP-PIPE-20", "PIPE-20", Must, Emit,
        "The payload of an ID token has `sub`, `iss`, the client as a string in `aud`, `exp`, `iat`, and the claims of the granted scopes.", planned "pipeline";

    CUSTOM_CLAIM_PLACE = "OCP-PIPE-21", "PIPE-21", Must, Emit,
        "A custom claim stands in a conformant client's ID token only if an extension added it; a legacy client's ID token has it under its plain name.", planned "pipeline";

    NAMESPACED = "OCP-PIPE-22", "PIPE-22", Must, Emit,
        "Custom claims of ID tokens and access tokens have a namespace that is a URI of the operator; the server leaves out others.", planned "pipeline";

    PASSWORD_FORM = "OCP-PIPE-24", "PIPE-24", Must, Refuse,
        "The password exchange is a form that is posted to the token endpoint; the server answers another media type with `invalid_request`.", planned "pipeline";

    PASSWORD_REALM = "OCP-PIPE-25", "PIPE-25", Must, Refuse,
        "The grant `http://auth0.com/oauth/grant-type/password-realm` takes `realm`, `username`, `password` and `client_id`, and optionally `scope` and `audience`.", planned "pipeline";

    REALM_WITHOUT_GRANT = "OCP-PIPE-26", "PIPE-26", Must, Refuse,
        "The grant `password` does not take `realm`.", planned "pipeline";

    TOKEN_RESPONSE = "OCP-PIPE-27", "PIPE-27", Must, Emit,
        "In both pipelines, a token response has status 200, no-store, no-cache, `access_token`, `token_type` Bearer and `expires_in`, and may have `refresh_token` and `id_token`.",
        same ["RFC6749-5.1-1", "RFC6749-5.1-2"];

    PUBLIC_RS256 = "OCP-PIPE-28", "PIPE-28", Must, Emit,
        "The server signs the ID token of a public client with RS256, whatever algorithm is configured.";

    PASSWORD_DIRECT = "OCP-PIPE-29", "PIPE-29", Must, Emit,
        "The password exchange is one request and redirects nobody.", planned "pipeline";

    GRANTS_WITH_SESSION = "OCP-PIPE-30", "PIPE-30", Must, Emit,
        "The code and implicit flows take part in single sign-on; the password grants neither begin nor use a session.", planned "pipeline";

    SESSION_HOSTED = "OCP-PIPE-31", "PIPE-31", Must, Emit,
        "A session begins only at a page of the authorization server.";

    HOOK_PER_GRANT = "OCP-PIPE-32", "PIPE-32", Must, Emit,
        "One hook adds claims for client_credentials, and another one for every grant with a user.", planned "pipeline";

    SCOPE_TWOFOLD = "OCP-PIPE-33", "PIPE-33", Must, Emit,
        "Subject to consent, `scope` determines both the permissions at the API and the standard claims of the ID token.";

    PIPELINE_PER_CLIENT = "OCP-PIPE-35", "PIPE-35", Must, Emit,
        "The flag `oidc_conformant` of a client chooses its pipeline, and is true for new clients.";

    CONFORMANT_ONLY = "OCP-PIPE-36", "PIPE-36", Must, Refuse,
        "Only a conformant client may use CIBA or have a compliance level.";
}
