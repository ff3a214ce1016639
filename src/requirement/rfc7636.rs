//! RFC 7636, Proof Key for Code Exchange by OAuth Public Clients.

super::document! {
    "RFC 7636", "https://www.rfc-editor.org/rfc/rfc7636#section-";

    VERIFIER_SYNTAX = "RFC7636-4.1-2", "4.1", Must, Refuse,
        "A `code_verifier` is 43 to 128 unreserved characters; anything else is refused before it is compared.",
        oidf ["RFC7636-4.1"];

    S256_SUPPORTED = "RFC7636-4.2-2", "4.2", Must, Accept,
        "S256 is supported: the challenge is the unpadded base64url of the SHA-256 of the verifier.",
        oidf ["RFC7636-4.2"];

    METHOD_DEFAULTS_TO_PLAIN = "RFC7636-4.3-1", "4.3", Must, Refuse,
        "A challenge without `code_challenge_method` means plain, so a server of S256 alone answers invalid_request.",
        oidf ["RFC7636-4.3"], same ["FAPI2-SP-5.3.2.2-5"];

    CHALLENGE_SYNTAX = "RFC7636-4.3-2", "4.3", Must, Refuse,
        "A `code_challenge` is 43 to 128 unreserved characters; anything else is invalid_request.",
        oidf ["RFC7636-4.3"];

    CHALLENGE_KEPT = "RFC7636-4.4-1", "4.4", Must, Refuse,
        "Challenge and method are kept with the code they were sent for, out of sight of others.",
        same ["RFC7636-4.6-1"];

    CHALLENGE_PRESENT = "RFC7636-4.4.1-1", "4.4.1", Must, Refuse,
        "Where PKCE is required, an authorization request without `code_challenge` is invalid_request.",
        oidf ["RFC7636-4.4.1"], same ["RFC9700-2.1.1-1"];

    METHOD_SUPPORTED = "RFC7636-4.4.1-2", "4.4.1", Must, Refuse,
        "A `code_challenge_method` that is not supported is invalid_request.",
        oidf ["RFC7636-4.4.1"], same ["RFC7636-6.2.1-1"];

    METHOD_OF_CODE = "RFC7636-4.5-1", "4.5", Must, Accept,
        "The verifier is checked by the method bound to the code; a method in the token request is ignored.",
        oidf ["RFC7636-4.5"];

    VERIFIER_FITS = "RFC7636-4.6-1", "4.6", Must, Refuse,
        "A `code_verifier` that does not fit the challenge of its code is invalid_grant.",
        oidf ["RFC7636-4.6"], same ["RFC7636-4.4-1", "FAPI2-AM-5.4-2"];

    VERIFIER_PRESENT = "RFC7636-4.6-2", "4.6", Must, Refuse,
        "A code that has a challenge is not redeemed without a `code_verifier`.",
        oidf ["RFC7636-4.6"];

    PKCE_OPTIONAL = "RFC7636-5-1", "5", May, Accept,
        "Clients without PKCE may be served where policy allows: those whose authorization request had no challenge.",
        against ["FAPI2-SP-5.3.2.2-5", "FAPI1-BASE-5.2.2-7"];

    METHOD_CASE_SENSITIVE = "RFC7636-6.2.1-1", "6.2.1", Should, Refuse,
        "Method names are case-sensitive: S256, not s256.",
        same ["RFC7636-4.4.1-2"];
}
