//! RFC 8414, OAuth 2.0 Authorization Server Metadata.

super::document! {
    "RFC 8414", "https://www.rfc-editor.org/rfc/rfc8414#section-";

    REQUIRED_MEMBERS = "RFC8414-2-1", "2", Must, Emit,
        "Metadata contains an https `issuer` without query or fragment, the response types and the endpoints in use.",
        oidf ["RFC8414-2"];

    ASSERTION_ALGORITHMS = "RFC8414-2-2", "2", Must, Emit,
        "If JWT client authentication is listed for an endpoint, its signing algorithms are listed as well, never `none`.",
        oidf ["RFC8414-2"];

    DEFAULT_METHODS = "RFC8414-2-3", "2", Must, Emit,
        "If its methods are left out, revocation uses client_secret_basic, and introspection the methods agreed elsewhere.",
        oidf ["RFC8414-2"];

    CHALLENGE_METHODS = "RFC8414-2-4", "2", Must, Emit,
        "PKCE is advertised by `code_challenge_methods_supported`; if that is left out, PKCE is not supported.",
        oidf ["RFC8414-2"];

    SUPPORT_LISTED = "RFC8414-2-5", "2", Must, Emit,
        "A list of grant types or authentication methods has those that the server supports; if it is left out, its default is true.",
        oidf ["RFC8414-2"];

    WELL_KNOWN = "RFC8414-3-1", "3", Must, Emit,
        "The well-known path is inserted between the host and the path of the issuer, whose trailing slash is dropped.",
        oidf ["RFC8414-3"], same ["OCP-META-02"];

    METADATA_BY_GET = "RFC8414-3.1-1", "3.1", Must, Accept,
        "The metadata document answers GET.",
        oidf ["RFC8414-3.1"];

    METADATA_SHAPE = "RFC8414-3.2-1", "3.2", Must, Emit,
        "Metadata has status 200 and is JSON in which a member without values is left out.",
        oidf ["RFC8414-3.2"], same ["OIDCD-4.2-1"];

    ISSUER_IDENTICAL = "RFC8414-3.3-1", "3.3", Must, Emit,
        "The `issuer` in the document is identical to the one from which the URL of the document was made.",
        same ["OIDCD-3-1"];
}
