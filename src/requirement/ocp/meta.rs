//! Metadata.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    OPENID = "OCP-META-01", "META-01", Must, Emit,
        "The OpenID metadata is at `/.well-known/openid-configuration`.",
        same ["OIDCD-4.1-1"];

    OAUTH = "OCP-META-02", "META-02", Must, Emit,
        "The OAuth metadata is at `/.well-known/oauth-authorization-server`.",
        same ["RFC8414-3-1"];

    AGREE = "OCP-META-03", "META-03", Must, Emit,
        "Both documents list the same endpoints and features.",
        same ["RFC9068-4-3"];

    STANDARD = "OCP-META-04", "META-04", Must, Emit,
        "The metadata lists standard scopes and claims, not those of APIs.", planned "pipeline";

    END_SESSION = "OCP-META-05", "META-05", Must, Emit,
        "The metadata has `end_session_endpoint` only if the server's flag is on.", planned "pipeline";

    ACR_VALUES = "OCP-META-06", "META-06", Must, Emit,
        "The `acr_values_supported` of the metadata are those of the settings.";

    MTLS_ALIASES = "OCP-META-07", "META-07", Must, Emit,
        "The metadata has `mtls_endpoint_aliases` if they are on.",
        same ["RFC8705-5-1"];

    ISS = "OCP-META-08", "META-08", Must, Emit,
        "The `authorization_response_iss_parameter_supported` of the metadata is true if and only if responses contain `iss`.", planned "pipeline";

    JWKS_URI = "OCP-META-09", "META-09", Must, Emit,
        "The `jwks_uri` is `/.well-known/jwks.json`.", planned "pipeline";

    PAR = "OCP-META-10", "META-10", Must, Emit,
        "The metadata has `pushed_authorization_request_endpoint` if pushed requests are on.", planned "pipeline";

    REGISTRATION = "OCP-META-11", "META-11", Must, Emit,
        "The metadata has `registration_endpoint` if dynamic registration is on.", planned "pipeline";
}
