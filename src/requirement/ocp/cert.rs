//! The recipe for the FAPI certification.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    RECIPE = "OCP-CERT-01", "CERT-01", Must, Emit,
        "A client passes the certification with a level, its client authentication, certificate-bound tokens, pushed requests and the conformant pipeline.", planned "pipeline";

    CONSENT_SHOWN = "OCP-CERT-02", "CERT-02", Must, Emit,
        "The user sees the consent page if the client is third-party, or if the API does not let first-party clients skip it.", planned "pipeline";

    ACR_CONFIGURED = "OCP-CERT-03", "CERT-03", Must, Emit,
        "The server's `acr_values_supported` contains the configured values.";

    ACR_CLAIM = "OCP-CERT-04", "CERT-04", Must, Emit,
        "The `acr` of the ID token is the class that was reached.",
        same ["OIDCC-3.1.2.1-13"];

    NO_ALG = "OCP-CERT-05", "CERT-05", Must, Emit,
        "With `remove_alg_from_jwks`, no published key has `alg`, so that one key serves several algorithms.", planned "pipeline";

    SCOPE_DEFAULT = "OCP-CERT-06", "CERT-06", Must, Accept,
        "By default, the server treats a missing `scope` as `openid`.", planned "pipeline";

    REDIRECT_URI_DEFAULT = "OCP-CERT-07", "CERT-07", Must, Accept,
        "By default, the server tolerates a missing `redirect_uri`.", planned "pipeline";

    SCOPE_REQUIRED = "OCP-CERT-08", "CERT-08", Must, Refuse,
        "With strict requests, the server answers a missing `scope` with `access_denied`.", planned "pipeline";

    REDIRECT_URI_REQUIRED = "OCP-CERT-09", "CERT-09", Must, Refuse,
        "With strict requests, the server answers a missing `redirect_uri` with `access_denied`.", planned "pipeline";

    NOT_AT_REFRESH = "OCP-CERT-10", "CERT-10", Must, Accept,
        "Strict requests do not concern a refresh.", planned "pipeline";

    ISS_SWITCH = "OCP-CERT-11", "CERT-11", Must, Emit,
        "The server's flag `authorization_response_iss_parameter_supported` turns `iss` in responses on, and is off by default.", planned "pipeline";

    FOUR_TARGETS = "OCP-CERT-12", "CERT-12", Must, Emit,
        "The four levels are the only ones that the certification tests.", planned "pipeline";
}
