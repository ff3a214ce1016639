//! RFC 9700, Best Current Practice for OAuth 2.0 Security.

super::document! {
    "RFC 9700", "https://www.rfc-editor.org/rfc/rfc9700#section-";

    REDIRECT_EXACT = "RFC9700-2.1-1", "2.1", Must, Refuse,
        "Redirect URIs are compared as exact strings; only the loopback port of a native app may differ.",
        same ["RFC6749-3.1.2.3-2"];

    NO_OPEN_REDIRECTOR = "RFC9700-2.1-2", "2.1", MustNot, Refuse,
        "The server never sends the browser to an address merely because it was in a query parameter.",
        same ["FAPI2-SP-5.3.2.1-7", "RFC6749-3.1.2.4-1"];

    PKCE_OF_PUBLIC = "RFC9700-2.1.1-1", "2.1.1", Must, Refuse,
        "The server supports PKCE, clients can detect that support, and public clients are required to use it.",
        same ["RFC7636-4.4.1-1", "OCP-GRT-24"];

    VERIFIER_UNASKED = "RFC9700-2.1.1-2", "2.1.1", Must, Refuse,
        "If a challenge was sent, its verifier is required; the server refuses a verifier without a challenge.";

    NO_IMPLICIT_GRANT = "RFC9700-2.1.2-1", "2.1.2", ShouldNot, Refuse,
        "Clients use neither the implicit grant nor another response type with access tokens.";

    SENDER_CONSTRAINED = "RFC9700-2.2.1-1", "2.2.1", Should, Emit,
        "Access tokens should be sender-constrained by mutual TLS or DPoP.",
        same ["FAPI2-SP-5.3.2.1-4"];

    PUBLIC_REFRESH = "RFC9700-2.2.2-1", "2.2.2", Must, Emit,
        "A refresh token of a public client is sender-constrained or replaced at each use.";

    TOKEN_FOR_US = "RFC9700-2.3-1", "2.3", Must, Refuse,
        "A resource server refuses a token that is not meant for it.",
        same ["RFC8725-3.9-1"];

    NO_PASSWORD_GRANT = "RFC9700-2.4-1", "2.4", MustNot, Refuse,
        "The server does not offer the password grant.",
        same ["FAPI2-SP-5.3.2.1-2"], against ["RFC6749-4.3.2-1"];

    ASYMMETRIC_AUTHENTICATION = "RFC9700-2.5-1", "2.5", Should, Refuse,
        "Clients should authenticate with mutual TLS or a signed assertion rather than with a shared secret.",
        same ["FAPI2-SP-5.3.2.1-6"];

    REDIRECT_ENCRYPTED = "RFC9700-2.6-1", "2.6", MustNot, Refuse,
        "A redirect URI is never plain http, except for the loopback of a native app; the authorization endpoint allows no CORS.",
        same ["OIDCC-3.1.2.1-4"];

    CODE_INVALIDATED = "RFC9700-4.2.4-1", "4.2.4", Must, Refuse,
        "A code is invalid after its first use; on a second attempt, the server should revoke the tokens issued from it.",
        same ["RFC6749-4.1.2-2", "FAPI2-SP-5.3.2.2-9"];

    NO_REFERRER = "RFC9700-4.2.4-2", "4.2.4", ShouldNot, Caller,
        "Authorization pages should not load or link to what is on other sites; a referrer policy keeps their URL from such sites.";

    NO_307 = "RFC9700-4.12-1", "4.12", MustNot, Emit,
        "The server never redirects a request that may contain the user's credentials with 307; 303 is the status to use.",
        same ["OIDCC-16.22-1", "FAPI2-SP-5.3.2.2-10"];

    REFRESH_REPLAY = "RFC9700-4.14.2-1", "4.14.2", Must, Refuse,
        "Refresh tokens are limited to the consented scope and resources; if a replaced one is used again, the active one is revoked.";

    DISTINCT_SUBJECTS = "RFC9700-4.15.1-1", "4.15.1", ShouldNot, Caller,
        "A client should not be able to choose a `client_id` or `sub` that could be taken for a user's.",
        same ["FAPI2-SP-6.7-1"];

    NO_CLICKJACKING = "RFC9700-4.16-1", "4.16", Must, Caller,
        "Other sites cannot frame authorization pages; the recommended means is a content security policy.",
        same ["RFC6749-10.13-1"];

    MESSAGE_ORIGIN = "RFC9700-4.17.2-1", "4.17.2", Must, Caller,
        "A response sent by in-browser message is addressed to exactly the client's origin, never to any origin.";
}
