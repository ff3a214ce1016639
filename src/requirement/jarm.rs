//! JWT Secured Authorization Response Mode for OAuth 2.0 (JARM), the server's side.

super::document! {
    "JARM", "https://openid.net/specs/oauth-v2-jarm.html#section-";

    RESPONSE_CLAIMS = "JARM-2.1-1", "2.1", Must, Emit,
        "The response JWT contains `iss`, `aud` with the `client_id`, and `exp`.",
        oidf ["JARM-2.1"], planned "JARM";

    RESPONSE_LIFETIME = "JARM-2.1-2", "2.1", Should, Emit,
        "The response JWT should be valid for at most ten minutes.",
        oidf ["JARM-2.1"], planned "JARM";

    ALL_PARAMETERS_INSIDE = "JARM-2.1-3", "2.1", Must, Emit,
        "The JWT contains every parameter of the response or error, strings as strings and numbers as numbers.",
        oidf ["JARM-2.1"], planned "JARM";

    CODE_AND_STATE = "JARM-2.1.1-1", "2.1.1", Must, Emit,
        "For response type `code`, the JWT contains `code`, and `state` as it was sent.",
        oidf ["JARM-2.1.1"], planned "JARM";

    SIGNED = "JARM-2.2-1", "2.2", Must, Emit,
        "The JWT is signed, or signed and then encrypted; it is never only encrypted and never neither.",
        oidf ["JARM-2.2"], planned "JARM";

    QUERY_JWT = "JARM-2.3.1-1", "2.3.1", Must, Emit,
        "Mode `query.jwt` redirects with `response` as the only parameter in the query.",
        oidf ["JARM-2.3.1"], planned "JARM";

    NO_TOKEN_IN_QUERY_JWT = "JARM-2.3.1-2", "2.3.1", MustNot, Refuse,
        "The server refuses mode `query.jwt` for response types that return tokens or ID tokens, unless the JWT is encrypted.",
        oidf ["JARM-2.3.1"], planned "JARM";

    FRAGMENT_JWT = "JARM-2.3.2-1", "2.3.2", Must, Emit,
        "Mode `fragment.jwt` redirects with `response` in the fragment.",
        planned "JARM";

    FORM_POST_JWT = "JARM-2.3.3-1", "2.3.3", Must, Emit,
        "Mode `form_post.jwt` posts `response` with a form that submits itself and is not cached.",
        planned "JARM";

    JWT_MODE = "JARM-2.3.4-1", "2.3.4", Must, Emit,
        "Mode `jwt` means `query.jwt` for `code`, and `fragment.jwt` for response types that return tokens.",
        oidf ["JARM-2.3.4"], planned "JARM";

    SIGNED_RESPONSE_ALG = "JARM-3-1", "3", Must, Emit,
        "The JWT is signed with the client's `authorization_signed_response_alg`, which is RS256 by default and never `none`.",
        oidf ["JARM-3"], against ["FAPI2-SP-5.4.1-1.2"], planned "JARM";

    ENCRYPTED_RESPONSE_ALG = "JARM-3-2", "3", Must, Emit,
        "The signed JWT is encrypted with the client's `authorization_encrypted_response_alg`; without it, the JWT is not encrypted.",
        oidf ["JARM-3"], planned "JWE";

    ENCRYPTED_RESPONSE_ENC = "JARM-3-3", "3", Must, Refuse,
        "`authorization_encrypted_response_enc` requires an encryption algorithm as well, and defaults to A128CBC-HS256.",
        oidf ["JARM-3"], planned "JWE";

    ALGORITHMS_PUBLISHED = "JARM-4-1", "4", Should, Emit,
        "Metadata should list the algorithms that sign and encrypt authorization responses.",
        oidf ["JARM-4"], planned "JARM";

    MODES_PUBLISHED = "JARM-4-2", "4", Should, Emit,
        "Metadata should list the jwt modes among `response_modes_supported`.",
        oidf ["JARM-4"], planned "JARM";

    CODE_ENCRYPTED = "JARM-5.4-1", "5.4", May, Emit,
        "The server may encrypt a response to protect against leaked codes, which does not make PKCE less necessary.",
        against ["FAPI2-MS-6.1-1"], planned "JWE";
}
