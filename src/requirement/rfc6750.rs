//! RFC 6750, The OAuth 2.0 Authorization Framework: Bearer Token Usage.

super::document! {
    "RFC 6750", "https://www.rfc-editor.org/rfc/rfc6750#section-";

    TOKEN_IN_HEADER = "RFC6750-2.1-1", "2.1", Must, Accept,
        "The access token comes in the Authorization header, under the scheme Bearer in any case, in b64token syntax.",
        oidf ["RFC6750-2.1"];

    TOKEN_IN_BODY = "RFC6750-2.2-2", "2.2", May, Accept,
        "The access token may come as a parameter of a form-encoded body.";

    NO_TOKEN_IN_QUERY = "RFC6750-2.3-1", "2.3", ShouldNot, Refuse,
        "An access token in the query of the URI is not accepted.",
        same ["FAPI2-SP-5.3.4-2"];

    TOKEN_PRESENT = "RFC6750-3-1", "3", Must, Refuse,
        "A request without a sufficient token is answered with a WWW-Authenticate challenge that has at least one parameter.";

    CHALLENGE_ONCE_EACH = "RFC6750-3-2", "3", MustNot, Emit,
        "A challenge names `realm`, `scope` and each error attribute at most once, within their character sets.";

    REQUEST_WELL_FORMED = "RFC6750-3.1-1", "3.1", Should, Refuse,
        "A malformed request, a repeated parameter or a token sent in two ways is invalid_request with status 400.",
        oidf ["RFC6750-3.1"];

    TOKEN_LIVE = "RFC6750-3.1-2", "3.1", Should, Refuse,
        "A token that is expired, revoked, malformed or meant for another audience is invalid_token with status 401.",
        oidf ["RFC6750-3.1"], same ["RFC6749-7-1"];

    SCOPE_COVERS = "RFC6750-3.1-3", "3.1", Should, Refuse,
        "A token without the needed scope is insufficient_scope with status 403.",
        oidf ["RFC6750-3.1"], same ["FAPI1-BASE-6.2.1-5"];

    BARE_CHALLENGE = "RFC6750-3.1-4", "3.1", ShouldNot, Emit,
        "A request without any credentials gets the challenge alone: no error code, no description.",
        oidf ["RFC6750-3.1"], same ["RFC9449-7.2-2"];

    LIFETIME_AND_INTEGRITY = "RFC6750-5.2-1", "5.2", Must, Emit,
        "Bearer tokens live for a limited time and are signed, or references that cannot be guessed.";

    SHORT_LIVED = "RFC6750-5.3-1", "5.3", Should, Emit,
        "Bearer tokens last an hour or less and are meant for one audience.";
}
