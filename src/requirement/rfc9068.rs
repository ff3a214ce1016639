//! RFC 9068, JSON Web Token (JWT) Profile for OAuth 2.0 Access Tokens.

super::document! {
    "RFC 9068", "https://www.rfc-editor.org/rfc/rfc9068#section-";

    SIGNED = "RFC9068-2.1-1", "2.1", Must, Emit,
        "A JWT access token is signed, never with `none`.",
        same ["OCP-JWE-09"];

    TYPED = "RFC9068-2.1-2", "2.1", Must, Emit,
        "The `typ` in the header is at+jwt, or the same with the application prefix.";

    SERVER_SUPPORTS_RS256 = "RFC9068-2.1-3", "2.1", Must, Emit,
        "The authorization server can sign access tokens with RS256.",
        against ["FAPI2-SP-5.4.1-1.2", "FAPI1-ADV-8.6-1"];

    RESOURCE_SUPPORTS_RS256 = "RFC9068-2.1-4", "2.1", Must, Accept,
        "The resource server accepts access tokens that are signed with RS256.",
        against ["FAPI2-SP-5.4.1-1.2", "FAPI1-ADV-8.6-1"];

    CLAIMS = "RFC9068-2.2-1", "2.2", Must, Emit,
        "`iss`, `exp`, `aud`, `sub`, `client_id`, `iat` and `jti` are present.",
        same ["RFC8693-4.3-1"];

    SUBJECT = "RFC9068-2.2-2", "2.2", Should, Emit,
        "The `sub` should be the user who authorized the token, or the client if there is none.";

    AUTHENTICATION_CLAIMS = "RFC9068-2.2.1-1", "2.2.1", May, Emit,
        "`auth_time`, `acr` and `amr` may describe the original authorization, and stay the same after a refresh.",
        same ["RFC9470-5-2", "RFC9470-6.1-1", "RFC9470-6.1-2"];

    SCOPE_CLAIM = "RFC9068-2.2.3-1", "2.2.3", Should, Emit,
        "A token for which a scope was requested should contain `scope`, and each value of it should mean something to the audience.",
        same ["RFC8693-4.2-1"];

    AUDIENCE_REQUESTED = "RFC9068-3-1", "3", Should, Emit,
        "The `aud` should be the requested resource.";

    AUDIENCE_DEFAULT = "RFC9068-3-2", "3", Must, Emit,
        "If no resource was requested, `aud` is a default resource.",
        same ["RFC9728-7.4-1"];

    UNAMBIGUOUS = "RFC9068-3-3", "3", MustNot, Emit,
        "The server issues no token whose authorization several resources could read differently.";

    SCOPES_OF_ONE_RESOURCE = "RFC9068-3-4", "3", Should, Refuse,
        "The server should answer scope values that point at different default resources with `invalid_scope`.",
        planned "resource indicators";

    VALIDATED = "RFC9068-4-1", "4", Must, Refuse,
        "A resource server checks `typ`, `iss`, its presence in `aud`, the signature with an algorithm other than `none`, and `exp`.",
        same ["RFC9701-8.1-1", "OCP-PIPE-02"];

    INVALID_TOKEN = "RFC9068-4-2", "4", Must, Refuse,
        "The resource server answers a JWT access token that fails any check with `invalid_token`.",
        same ["OCP-PIPE-03"];

    METADATA_AGREES = "RFC9068-4-3", "4", Must, Emit,
        "Both metadata documents name the same issuer and the same keys.",
        same ["OCP-META-03"];

    DISTINCT_SUBJECTS = "RFC9068-5-1", "5", Must, Caller,
        "Every resource has its own audience value, and no `client_id` can be mistaken for a user's `sub`.";
}
