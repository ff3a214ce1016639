//! OpenID Connect Discovery 1.0.

super::document! {
    "OpenID Connect Discovery 1.0", "https://openid.net/specs/openid-connect-discovery-1_0.html#rfc.section.";

    ISSUER = "OIDCD-3-1", "3", Must, Emit,
        "`issuer` is an https URL without query or fragment, the base of the document's address and the `iss` of ID tokens.",
        oidf ["OIDCD-3"];

    REQUIRED_MEMBERS = "OIDCD-3-2", "3", Must, Emit,
        "The document names issuer, endpoints, keys, response types, subject types and ID token algorithms, RS256 among them.",
        oidf ["OIDCD-3"], against ["FAPI2-SP-5.4.1-1.2", "FAPI1-ADV-8.6-1"];

    PUBLIC_KEYS_ONLY = "OIDCD-3-3", "3", MustNot, Emit,
        "The published keys hold nothing private or symmetric, and each has its `use` where both uses occur.",
        oidf ["OIDCD-3"];

    NONE_UNLISTED = "OIDCD-3-4", "3", MustNot, Emit,
        "`none` is not among the algorithms for client assertions.",
        oidf ["OIDCD-3"];

    DEFAULTS = "OIDCD-3-5", "3", Must, Emit,
        "What the document leaves out is served by its default: query and fragment, client_secret_basic, no `request`.",
        oidf ["OIDCD-3"];

    CORS = "OIDCD-3-6", "3", Should, Caller,
        "Discovery, keys, token, userinfo and registration allow CORS; the authorization endpoint does not.",
        oidf ["OIDCD-3"];

    WELL_KNOWN = "OIDCD-4.1-1", "4.1", Must, Emit,
        "The document is found by adding the well-known path to the end of the issuer, less a trailing slash.";

    METADATA_SHAPE = "OIDCD-4.2-1", "4.2", Must, Emit,
        "The document is a 200 of JSON in which a member without values is left out.",
        oidf ["OIDCD-4.2"], same ["RFC8414-3.2-1"];
}
