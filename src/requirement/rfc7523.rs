//! RFC 7523, JWT Profile for OAuth 2.0 Client Authentication and Authorization Grants.

super::document! {
    "RFC 7523", "https://www.rfc-editor.org/rfc/rfc7523#section-";

    GRANT_ASSERTION = "RFC7523-2.1-1", "2.1", Must, Refuse,
        "The JWT bearer grant contains exactly one JWT in `assertion`.",
        planned "JWT bearer grant";

    ASSERTION_TYPE = "RFC7523-2.2-1", "2.2", Must, Refuse,
        "The `client_assertion_type` is jwt-bearer, and `client_assertion` contains exactly one JWT.",
        oidf ["RFC7523-2.2"];

    ASSERTION_ISS = "RFC7523-3-1", "3", Must, Refuse,
        "The `iss` of a client assertion is the client's `client_id`.",
        oidf ["RFC7523-3"], same ["RFC7521-5.1-1", "RFC8725-3.8-1"];

    ASSERTION_SUB = "RFC7523-3-2", "3", Must, Refuse,
        "The `sub` of a client assertion is the client's `client_id`.",
        oidf ["RFC7523-3"];

    ASSERTION_AUD = "RFC7523-3-3", "3", Must, Refuse,
        "The `aud` of an assertion is present and identifies this server.",
        oidf ["RFC7523-3"], same ["RFC7521-5.1-1", "RFC8725-3.9-1"];

    ASSERTION_EXP = "RFC7523-3-4", "3", Must, Refuse,
        "The `exp` of an assertion is present and has not passed.",
        oidf ["RFC7523-3"], same ["RFC7519-4.1.4-1"];

    ASSERTION_NBF = "RFC7523-3-5", "3", MustNot, Refuse,
        "The server does not accept an assertion before its `nbf`.",
        oidf ["RFC7523-3"], same ["RFC7519-4.1.5-1"];

    ASSERTION_IAT = "RFC7523-3-6", "3", May, Refuse,
        "The server may refuse an assertion whose `iat` is unreasonably far in the past.",
        oidf ["RFC7523-3"];

    ASSERTION_ONCE = "RFC7523-3-7", "3", May, Refuse,
        "The server may refuse an assertion whose `jti` was used before, for as long as the assertion would be valid.",
        oidf ["RFC7523-3"], same ["OIDCC-9-5"];

    ASSERTION_SIGNED = "RFC7523-3-8", "3", Must, Refuse,
        "An assertion has a valid signature or MAC and is a valid JWT in every other respect.",
        oidf ["RFC7523-3"], same ["RFC7521-4.2.1-1", "RFC7523-3.2-1", "OCP-PKJ-01"];

    GRANT_ASSERTION_INVALID = "RFC7523-3.1-1", "3.1", Must, Refuse,
        "The server validates client credentials sent with a JWT grant, and answers an invalid JWT grant with `invalid_grant`.",
        planned "JWT bearer grant";

    ASSERTION_INVALID = "RFC7523-3.2-1", "3.2", Must, Refuse,
        "The server answers an invalid client assertion with `invalid_client`.",
        oidf ["RFC7523-3.2"], same ["RFC7523-3-8"];
}
