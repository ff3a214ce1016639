//! OpenID Connect Discovery 1.0.

super::document! {
    "OpenID Connect Discovery 1.0", "https://openid.net/specs/openid-connect-discovery-1_0.html#rfc.section.";

    ISSUER = "OIDCD-3-1", "3", Must, Emit,
        "`issuer` is an https URL without query or fragment, the base of the document's URL and the `iss` of ID tokens.",
        oidf ["OIDCD-3"], same ["RFC8414-3.3-1"];

    REQUIRED_MEMBERS = "OIDCD-3-2", "3", Must, Emit,
        "The document names issuer, endpoints, keys, response types, subject types and ID token algorithms.",
        oidf ["OIDCD-3"];

    PUBLIC_KEYS_ONLY = "OIDCD-3-3", "3", MustNot, Emit,
        "The published keys contain nothing private or symmetric.",
        oidf ["OIDCD-3"], same ["OCP-KEY-11"];

    NONE_UNLISTED = "OIDCD-3-4", "3", MustNot, Emit,
        "The algorithms for client assertions do not include `none`.",
        oidf ["OIDCD-3"];

    DEFAULTS = "OIDCD-3-5", "3", Must, Emit,
        "For members that the document leaves out, the server follows the defaults: query and fragment, client_secret_basic, no `request`.",
        oidf ["OIDCD-3"];

    CORS = "OIDCD-3-6", "3", Should, Caller,
        "Discovery, keys, token, userinfo and registration should allow CORS; the authorization endpoint should not.",
        oidf ["OIDCD-3"];

    RS256_LISTED = "OIDCD-3-7", "3", Must, Emit,
        "The ID token algorithms in the document include RS256.",
        oidf ["OIDCD-3"], against ["FAPI2-SP-5.4.1-1.2", "FAPI1-ADV-8.6-1"];

    KEY_USES_PUBLISHED = "OIDCD-3-8", "3", Must, Emit,
        "If keys for signing and for encryption are published, each has its `use`.",
        oidf ["OIDCD-3"], planned "JWE";

    SCOPES_LISTED = "OIDCD-3-9", "3", Should, Emit,
        "The document should list the scope values that the server supports, and openid among them.",
        oidf ["OIDCD-3"];

    WELL_KNOWN = "OIDCD-4.1-1", "4.1", Must, Emit,
        "The URL of the document is the issuer, less a trailing slash, followed by the well-known path.",
        same ["OCP-META-01"];

    METADATA_SHAPE = "OIDCD-4.2-1", "4.2", Must, Emit,
        "The document has status 200 and is JSON in which a member without values is left out.",
        oidf ["OIDCD-4.2"], same ["RFC8414-3.2-1"];
}
