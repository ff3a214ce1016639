//! RFC 8707, Resource Indicators for OAuth 2.0.

super::document! {
    "RFC 8707", "https://www.rfc-editor.org/rfc/rfc8707#section-";

    RESOURCE_ABSOLUTE = "RFC8707-2-1", "2", Must, Refuse,
        "A `resource` is an absolute URI without fragment, preferably without query.",
        same ["RFC8707-2.1-1"];

    AUDIENCE_RESTRICTED = "RFC8707-2-2", "2", Should, Emit,
        "An access token should be restricted to the requested resource.";

    SEVERAL_RESOURCES = "RFC8707-2-3", "2", May, Accept,
        "A request may name several resources by several `resource` parameters.",
        planned "resource indicators";

    RESOURCE_KNOWN = "RFC8707-2.1-1", "2.1", Should, Refuse,
        "The server should answer a `resource` that is malformed, unknown or not acceptable with `invalid_target`.",
        same ["RFC8707-2-1"];

    RESOURCES_IN_OBJECT = "RFC8707-2.1-2", "2.1", Must, Accept,
        "In a request object, one `resource` is a string and several are an array.",
        oidf ["RFC8707-2.1"], planned "JAR";

    RESOURCE_WITHIN_GRANT = "RFC8707-2.2-1", "2.2", Should, Refuse,
        "A token request should name resources that were granted; fewer narrow the access token and leave the grant unchanged.",
        planned "resource indicators";
}
