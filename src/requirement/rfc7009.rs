//! RFC 7009, OAuth 2.0 Token Revocation.

super::document! {
    "RFC 7009", "https://www.rfc-editor.org/rfc/rfc7009#section-";

    REFRESH_TOKENS_REVOCABLE = "RFC7009-2-1", "2", Must, Accept,
        "Refresh tokens can be revoked, and access tokens should be revocable as well; the endpoint is served only over https.";

    REVOKED_BY_OWNER = "RFC7009-2.1-1", "2.1", Must, Refuse,
        "A confidential caller authenticates, and the server refuses to revoke a token that was issued to another client.";

    HINT_IS_A_HINT = "RFC7009-2.1-2", "2.1", Must, Accept,
        "A wrong or unknown `token_type_hint` does not prevent the revocation of a token.";

    REVOCATION_CASCADES = "RFC7009-2.1-3", "2.1", Should, Emit,
        "Revoking a refresh token should also end the access tokens of its grant; revoking an access token may end the refresh token.";

    UNKNOWN_IS_REVOKED = "RFC7009-2.2-1", "2.2", Must, Emit,
        "The server answers with status 200 after a revocation, and also if the token is unknown or invalid.";

    TOKEN_TYPE_REVOCABLE = "RFC7009-2.2.1-1", "2.2.1", Must, Emit,
        "The error `unsupported_token_type` is only for a kind of token that cannot be revoked; an overloaded server answers with 503.";

    REVOCATION_ABUSE_LIMITED = "RFC7009-5-1", "5", Must, Caller,
        "The revocation endpoint has the same protection against flooding and guessing as the token endpoint.";
}
