//! RFC 7009, OAuth 2.0 Token Revocation.

super::document! {
    "RFC 7009", "https://www.rfc-editor.org/rfc/rfc7009#section-";

    REFRESH_TOKENS_REVOCABLE = "RFC7009-2-1", "2", Must, Accept,
        "Refresh tokens can be revoked, and access tokens should be; the endpoint is served over https alone.";

    REVOKED_BY_OWNER = "RFC7009-2.1-1", "2.1", Must, Refuse,
        "The caller authenticates if confidential, and a token issued to another client is not revoked but refused.";

    HINT_IS_A_HINT = "RFC7009-2.1-2", "2.1", Must, Accept,
        "A wrong or unknown `token_type_hint` does not keep a token from being revoked.";

    REVOCATION_CASCADES = "RFC7009-2.1-3", "2.1", Should, Emit,
        "Revoking a refresh token ends the access tokens of its grant too; revoking an access token may end the refresh token.";

    UNKNOWN_IS_REVOKED = "RFC7009-2.2-1", "2.2", Must, Emit,
        "The answer is 200 after a revocation and equally for a token that is unknown or invalid.";

    TOKEN_TYPE_REVOCABLE = "RFC7009-2.2.1-1", "2.2.1", Must, Emit,
        "unsupported_token_type is only for a kind of token that cannot be revoked; an overloaded server answers 503.";

    REVOCATION_ABUSE_LIMITED = "RFC7009-5-1", "5", Must, Caller,
        "The revocation endpoint has the token endpoint's protection against flooding and guessing.";
}
