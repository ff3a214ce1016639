//! Web origins.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    ORIGINS = "OCP-WEB-01", "WEB-01", Must, Refuse,
        "A client has at most 100 web origins, which open cross-origin authentication, the device flow and `web_message`.", planned "pipeline";

    ORIGIN_PARTS = "OCP-WEB-02", "WEB-02", Must, Refuse,
        "Web origins are compared by scheme, host and port.", planned "pipeline";

    CORS = "OCP-WEB-03", "WEB-03", Must, Emit,
        "An origin may read responses if it is one of the client's CORS origins or the origin of one of its callbacks.", planned "pipeline";

    CORS_ENTRIES = "OCP-WEB-04", "WEB-04", Must, Refuse,
        "A CORS origin may have a wildcard, and has no path.", planned "pipeline";

    CROSS_ORIGIN = "OCP-WEB-05", "WEB-05", Must, Refuse,
        "Cross-origin authentication is a setting of the client, and off by default.", planned "pipeline";

    CROSS_ORIGIN_BODY = "OCP-WEB-06", "WEB-06", Must, Refuse,
        "The body of a cross-origin login has `client_id`, `credential_type`, `username`, `otp` and `realm`, and nothing else.", planned "pipeline";

    CREDENTIAL_TYPE = "OCP-WEB-07", "WEB-07", Must, Refuse,
        "The server answers an unknown credential type with `unsupported_credential_type`.", planned "pipeline";

    REALM = "OCP-WEB-08", "WEB-08", Must, Refuse,
        "The server answers an unknown realm with `invalid_request`.", planned "pipeline";

    ORIGIN_REFUSED = "OCP-WEB-09", "WEB-09", Must, Refuse,
        "The server answers an origin that is not allowed with status 403 and no `error`.", planned "pipeline";

    LOGIN_ERRORS = "OCP-WEB-10", "WEB-10", Must, Emit,
        "Leaked and wrong passwords, blocked users and too many attempts each have their error.", planned "pipeline";

    COOKIES = "OCP-WEB-12", "WEB-12", Must, Emit,
        "Cookies are `SameSite` lax by default, and none only with Secure.";

    DESCRIPTIONS = "OCP-WEB-13", "WEB-13", Must, Emit,
        "The `error` of a response says what is wrong; its description is for people and may change.";
}
