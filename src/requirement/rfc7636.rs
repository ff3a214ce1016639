//! RFC 7636, Proof Key for Code Exchange by OAuth Public Clients.

super::document! {
    "RFC 7636", "https://www.rfc-editor.org/rfc/rfc7636#section-";

    VERIFIER_SYNTAX = "RFC7636-4.1-2", "4.1", May, Refuse,
        "A client's `code_verifier` is 43 to 128 unreserved characters; the server may refuse anything else before it compares.",
        oidf ["RFC7636-4.1"];

    S256_SUPPORTED = "RFC7636-4.2-2", "4.2", Must, Accept,
        "The server supports S256: the challenge is the unpadded base64url of the SHA-256 of the verifier.",
        oidf ["RFC7636-4.2"];

    METHOD_DEFAULTS_TO_PLAIN = "RFC7636-4.3-1", "4.3", Must, Refuse,
        "A challenge without `code_challenge_method` means plain, so a server that supports only S256 answers with `invalid_request`.",
        oidf ["RFC7636-4.3"], same ["FAPI2-SP-5.3.2.2-5"];

    CHALLENGE_SYNTAX = "RFC7636-4.3-2", "4.3", May, Refuse,
        "A client's `code_challenge` is 43 to 128 unreserved characters; the server may answer anything else with `invalid_request`.",
        oidf ["RFC7636-4.3"];

    CHALLENGE_KEPT = "RFC7636-4.4-1", "4.4", Must, Refuse,
        "The server keeps challenge and method with the code for which they were sent, hidden from other parties.",
        same ["RFC7636-4.6-1"];

    CHALLENGE_PRESENT = "RFC7636-4.4.1-1", "4.4.1", Must, Refuse,
        "If PKCE is required, the server answers an authorization request without `code_challenge` with `invalid_request`.",
        oidf ["RFC7636-4.4.1"], same ["RFC9700-2.1.1-1"];

    METHOD_SUPPORTED = "RFC7636-4.4.1-2", "4.4.1", Must, Refuse,
        "The server answers an unsupported `code_challenge_method` with `invalid_request`.",
        oidf ["RFC7636-4.4.1"], same ["RFC7636-6.2.1-1"];

    METHOD_OF_CODE = "RFC7636-4.5-1", "4.5", Must, Accept,
        "The server checks the verifier with the method bound to the code, and ignores a method in the token request.",
        oidf ["RFC7636-4.5"];

    VERIFIER_FITS = "RFC7636-4.6-1", "4.6", Must, Refuse,
        "The server answers a `code_verifier` that does not fit the challenge of its code with `invalid_grant`.",
        oidf ["RFC7636-4.6"], same ["RFC7636-4.4-1", "FAPI2-AM-5.4-2"];

    VERIFIER_PRESENT = "RFC7636-4.6-2", "4.6", Must, Refuse,
        "The server does not redeem a code that has a challenge without a `code_verifier`.",
        oidf ["RFC7636-4.6"];

    PKCE_OPTIONAL = "RFC7636-5-1", "5", May, Accept,
        "The server may serve clients without PKCE if policy allows: those whose authorization request had no challenge.",
        against ["FAPI2-SP-5.3.2.2-5", "FAPI1-BASE-5.2.2-7"];

    METHOD_CASE_SENSITIVE = "RFC7636-6.2.1-1", "6.2.1", Should, Refuse,
        "The server should treat method names as case-sensitive: S256, not s256.",
        same ["RFC7636-4.4.1-2"];
}
