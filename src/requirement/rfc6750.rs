//! RFC 6750, The OAuth 2.0 Authorization Framework: Bearer Token Usage.

super::document! {
    "RFC 6750", "https://www.rfc-editor.org/rfc/rfc6750#section-";

    TOKEN_IN_HEADER = "RFC6750-2.1-1", "2.1", Must, Accept,
        "The resource server accepts the access token in the Authorization header, with the scheme Bearer in any case and in b64token syntax.",
        oidf ["RFC6750-2.1"];

    TOKEN_IN_BODY = "RFC6750-2.2-2", "2.2", May, Accept,
        "The resource server may accept the access token as a parameter of a form-encoded body.";

    NO_TOKEN_IN_QUERY = "RFC6750-2.3-1", "2.3", ShouldNot, Refuse,
        "The resource server should not accept an access token in the query of the URI.",
        same ["FAPI2-SP-5.3.4-2", "OCP-FAPI-03"];

    TOKEN_PRESENT = "RFC6750-3-1", "3", Must, Refuse,
        "The resource server answers a request without a sufficient token with a WWW-Authenticate challenge that has at least one parameter.";

    CHALLENGE_ONCE_EACH = "RFC6750-3-2", "3", MustNot, Emit,
        "A challenge contains `realm`, `scope` and each error attribute at most once, within their character sets.";

    REQUEST_WELL_FORMED = "RFC6750-3.1-1", "3.1", Should, Refuse,
        "The resource server should answer a malformed request, a repeated parameter or a token sent in two ways with `invalid_request` and status 400.",
        oidf ["RFC6750-3.1"];

    TOKEN_LIVE = "RFC6750-3.1-2", "3.1", Should, Refuse,
        "The resource server should answer a token that is expired, revoked, malformed or meant for another audience with `invalid_token` and status 401.",
        oidf ["RFC6750-3.1"], same ["RFC6749-7-1"];

    SCOPE_COVERS = "RFC6750-3.1-3", "3.1", Should, Refuse,
        "The resource server should answer a token without the needed scope with `insufficient_scope` and status 403.",
        oidf ["RFC6750-3.1"], same ["FAPI1-BASE-6.2.1-5", "OCP-API-19"];

    BARE_CHALLENGE = "RFC6750-3.1-4", "3.1", ShouldNot, Emit,
        "The response to a request without any credentials should contain only the challenge, without error code and description.",
        oidf ["RFC6750-3.1"], same ["RFC9449-7.2-2"];

    LIFETIME_AND_INTEGRITY = "RFC6750-5.2-1", "5.2", Must, Emit,
        "Bearer tokens are valid for a limited time, and are signed or are references that cannot be guessed.";

    SHORT_LIVED = "RFC6750-5.3-1", "5.3", Should, Emit,
        "Bearer tokens should be valid for an hour or less and be meant for one audience.";
}
