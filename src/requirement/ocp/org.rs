//! Organizations.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    PARAMETER = "OCP-ORG-01", "ORG-01", Must, Refuse,
        "The parameter `organization` puts a request into the context of an organization; the server answers an unknown one with `invalid_request`.";

    USAGE = "OCP-ORG-02", "ORG-02", Must, Refuse,
        "A client whose `organization_usage` is `deny` may not send `organization`, and one with `require` must.", planned "pipeline";

    CLAIMS = "OCP-ORG-03", "ORG-03", Must, Emit,
        "Tokens have `org_id`, and `org_name` if names are allowed.", planned "pipeline";

    CLIENT_GRANT = "OCP-ORG-04", "ORG-04", Must, Refuse,
        "The client grant governs organizations in client_credentials.",
        same ["OCP-ACC-17"];
}
