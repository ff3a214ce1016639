//! RFC 7521, Assertion Framework for OAuth 2.0 Client Authentication and Authorization Grants.

super::document! {
    "RFC 7521", "https://www.rfc-editor.org/rfc/rfc7521#section-";

    GRANT_SCOPE = "RFC7521-4.1-1", "4.1", Must, Refuse,
        "An assertion grant yields no more scope than was granted to the accessor previously.",
        planned "JWT bearer grant";

    GRANT_LIFETIME = "RFC7521-4.1-2", "4.1", ShouldNot, Emit,
        "An access token should not outlive its assertion by much, and should normally have no refresh token.",
        planned "JWT bearer grant";

    GRANT_INVALID = "RFC7521-4.1.1-1", "4.1.1", Must, Refuse,
        "The server answers an invalid or expired assertion grant with `invalid_grant`.",
        planned "JWT bearer grant";

    CLIENT_ID_MATCHES = "RFC7521-4.2-1", "4.2", Must, Refuse,
        "A `client_id` sent with a client assertion names the same client.",
        same ["FAPI1-BASE-5.2.2-19"];

    CLIENT_ID_UNNECESSARY = "RFC7521-4.2-2", "4.2", Must, Accept,
        "The subject of a client assertion identifies the client, so the server needs no `client_id` beside it.";

    ASSERTION_INVALID = "RFC7521-4.2.1-1", "4.2.1", Must, Refuse,
        "The server answers an invalid client assertion, or one sent with another authentication mechanism, with `invalid_client`.",
        same ["RFC7523-3-8"], against ["RFC6749-5.2-4"];

    SIMPLE_COMPARISON = "RFC7521-5.1-1", "5.1", Must, Refuse,
        "Issuer and audience are compared as simple strings.",
        same ["RFC7523-3-1", "RFC7523-3-3"];

    ASSERTION_COMPLETE = "RFC7521-5.2-1", "5.2", Must, Refuse,
        "An assertion names its issuer, subject, audience and expiry; a self-issued one names the client itself.",
        same ["OIDCC-9-3"];

    ASSERTION_VALID = "RFC7521-5.2-2", "5.2", Must, Refuse,
        "The server refuses an assertion that is expired, meant for another audience or wrongly signed.";
}
