//! OpenID Connect Back-Channel Logout 1.0.

super::document! {
    "OpenID Connect Back-Channel Logout 1.0", "https://openid.net/specs/openid-connect-backchannel-1_0.html#rfc.section.";

    SUPPORT_PUBLISHED = "OIDCBCL-2.1-1", "2.1", Must, Emit,
        "Metadata states whether back-channel logout, and sessions in it, are supported; if sessions are, ID tokens contain `sid`.",
        oidf ["OIDCBCL-2.1"], planned "logout";

    LOGOUT_URI = "OIDCBCL-2.2-1", "2.2", MustNot, Refuse,
        "`backchannel_logout_uri` is absolute, without fragment, and https; only a confidential client may be allowed http.",
        oidf ["OIDCBCL-2.2"], planned "logout";

    LOGOUT_TOKEN = "OIDCBCL-2.4-1", "2.4", Must, Emit,
        "A logout token contains `iss`, `aud`, times, `jti`, the logout event, and `sub` or `sid`.",
        oidf ["OIDCBCL-2.4"], planned "logout";

    NO_NONCE = "OIDCBCL-2.4-2", "2.4", MustNot, Emit,
        "A logout token contains no `nonce`.",
        oidf ["OIDCBCL-2.4"], planned "logout";

    LOGOUT_TOKEN_SIGNED = "OIDCBCL-2.4-3", "2.4", Must, Emit,
        "A logout token is signed, encrypted if ID tokens are, has its own `typ`, and is valid for two minutes.",
        oidf ["OIDCBCL-2.4"], planned "logout";

    LOGOUT_POSTED = "OIDCBCL-2.5-1", "2.5", Must, Emit,
        "A logout token is posted as a form, and sent again only after failures that may be temporary.",
        oidf ["OIDCBCL-2.5"], planned "logout";

    REFRESH_TOKENS_ENDED = "OIDCBCL-2.7-1", "2.7", Should, Emit,
        "Logout should end the session's refresh tokens, but not those with offline_access.",
        planned "logout";
}
