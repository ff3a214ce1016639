//! RFC 7592, OAuth 2.0 Dynamic Client Registration Management Protocol.

super::document! {
    "RFC 7592", "https://www.rfc-editor.org/rfc/rfc7592#section-";

    ACCESS_TOKEN_REQUIRED = "RFC7592-2-1", "2", Must, Refuse,
        "The client configuration endpoint requires the registration access token over TLS, and answers unsupported methods with 405.",
        oidf ["RFC7592-2"], planned "registration management";

    READ = "RFC7592-2.1-1", "2.1", Must, Emit,
        "GET returns all metadata; an unknown client is answered with a 401 that ends the token, missing permission with a 403.",
        oidf ["RFC7592-2.1"], same ["OIDCR-4.4-1"], planned "registration management";

    UPDATE_MEMBERS = "RFC7592-2.2-1", "2.2", MustNot, Refuse,
        "An update repeats the `client_id`, and contains at most the current secret and nothing that the server alone decides.",
        oidf ["RFC7592-2.2"], planned "registration management";

    UPDATE_REPLACES = "RFC7592-2.2-2", "2.2", Must, Emit,
        "An update replaces the whole registration, which the server checks again and returns.",
        oidf ["RFC7592-2.2"], planned "registration management";

    DELETION = "RFC7592-2.3-1", "2.3", Must, Emit,
        "DELETE is answered with 204 and ends the client, its secret and its tokens, or with 405 if it is not supported.",
        oidf ["RFC7592-2.3"], planned "registration management";

    RESPONSE_MEMBERS = "RFC7592-3-1", "3", Must, Emit,
        "Responses contain the client's own URL and its registration access token, which may be a new one.",
        oidf ["RFC7592-3"], planned "registration management";

    TOKEN_PROTECTED = "RFC7592-5-1", "5", Must, Caller,
        "Registration access tokens cannot be guessed, belong to one client, and are valid only as long as it is registered.",
        planned "registration management";
}
