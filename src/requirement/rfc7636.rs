//! RFC 7636, Proof Key for Code Exchange by OAuth Public Clients.

super::document! {
    "RFC 7636", "https://www.rfc-editor.org/rfc/rfc7636#section-";

    CHALLENGE_PRESENT = "RFC7636-4.4.1-1", "4.4.1", Must, Refuse,
        "Where PKCE is required, an authorization request without code_challenge is invalid_request.",
        oidf ["RFC7636-4.4.1"], same ["RFC9700-2.1.1-1"];
}
