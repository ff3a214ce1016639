//! Logout.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    RETURN_TO = "OCP-OUT-01", "OUT-01", Must, Refuse,
        "A `returnTo` is one of the client's logout URLs; otherwise the user sees a page.", planned "pipeline";

    WITHOUT_CLIENT = "OCP-OUT-02", "OUT-02", Must, Refuse,
        "Without `client_id`, a `returnTo` is one of the server's logout URLs.", planned "pipeline";

    PLACEHOLDERS = "OCP-OUT-03", "OUT-03", Must, Refuse,
        "Logout URLs may have wildcards and placeholders for metadata, but not for organizations.", planned "pipeline";

    ADVERTISED = "OCP-OUT-04", "OUT-04", Must, Emit,
        "The metadata has `end_session_endpoint` if the server is set to show it.", planned "pipeline";

    ENDPOINT = "OCP-OUT-05", "OUT-05", Must, Accept,
        "The logout endpoint takes `id_token_hint` and `logout_hint`.", planned "pipeline";

    CONFIRMED = "OCP-OUT-06", "OUT-06", Must, Emit,
        "Without correct hints, the user confirms the logout, if the server is set to ask.", planned "pipeline";
}
