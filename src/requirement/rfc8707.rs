//! RFC 8707, Resource Indicators for OAuth 2.0.

super::document! {
    "RFC 8707", "https://www.rfc-editor.org/rfc/rfc8707#section-";

    RESOURCE_KNOWN = "RFC8707-2.1-1", "2.1", Should, Refuse,
        "A `resource` that is malformed, unknown or not acceptable is invalid_target.";

    AUDIENCE_RESTRICTED = "RFC8707-2-2", "2", Should, Emit,
        "An access token is restricted to the resource that was asked for.";
}
