//! Refresh tokens.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    ROTATION = "OCP-RT-01", "RT-01", Must, Refuse,
        "If a client rotates refresh tokens, each exchange issues a new one and invalidates the old one.", planned "pipeline";

    OVERLAP = "OCP-RT-02", "RT-02", Must, Accept,
        "Within the overlap, the same refresh token may be used again.", planned "pipeline";

    REUSE = "OCP-RT-03", "RT-03", Must, Refuse,
        "The reuse of a refresh token after the overlap revokes its whole family.", planned "pipeline";

    ABSOLUTE = "OCP-RT-04", "RT-04", Must, Refuse,
        "A refresh token expires a fixed time after the first issue, which rotation does not extend.", planned "pipeline";

    INACTIVITY = "OCP-RT-05", "RT-05", Must, Refuse,
        "A refresh token expires if it is not used for a fixed time.", planned "pipeline";

    SCOPE_OMITTED = "OCP-RT-06", "RT-06", Must, Accept,
        "A refresh without `scope` has the original scopes.",
        same ["RFC6749-6-1"];

    NARROWER = "OCP-RT-07", "RT-07", Must, Refuse,
        "A refresh may narrow the scope; the server answers a broader one with `invalid_scope`.",
        same ["RFC6749-6-1"];

    OFFLINE_ONLY = "OCP-RT-08", "RT-08", Must, Emit,
        "A refresh token is issued only if `offline_access` was granted and the API allows it.", planned "pipeline";

    NOT_FOR_CLIENTS = "OCP-RT-09", "RT-09", Must, Emit,
        "A client_credentials response never contains a refresh token.",
        same ["RFC6749-4.4.3-1"];

    REVOCATION = "OCP-RT-10", "RT-10", Must, Accept,
        "A refresh token can be revoked, and with the server's flag the user's grant is deleted too.", planned "pipeline";

    GRANT_SURVIVES = "OCP-RT-11", "RT-11", Must, Emit,
        "Without that flag, the grant survives a revocation: consent is not asked again, and other refresh tokens of the grant stay valid.", planned "pipeline";

    NOT_REVIVED = "OCP-RT-12", "RT-12", Must, Refuse,
        "The overlap does not revive an expired refresh token.", planned "pipeline";

    RACE = "OCP-RT-13", "RT-13", Must, Accept,
        "Two uses at the same time within the overlap both succeed.", planned "pipeline";
}
