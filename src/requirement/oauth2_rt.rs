//! OAuth 2.0 Multiple Response Type Encoding Practices.

super::document! {
    "OAuth 2.0 Multiple Response Types", "https://openid.net/specs/oauth-v2-multiple-response-types-1_0.html#rfc.section.";

    DEFAULT_RESPONSE_MODE = "OAuth2-RT-2.1-1", "2.1", Must, Emit,
        "The response to `code` is in the query by default.",
        oidf ["OAuth2-RT-2.1"];

    NONE_IN_QUERY = "OAuth2-RT-2.1-2", "2.1", Must, Emit,
        "The response to `none` is in the query by default.",
        oidf ["OAuth2-RT-2.1"], planned "hybrid and implicit";

    TOKENS_IN_FRAGMENT = "OAuth2-RT-2.1-3", "2.1", Must, Emit,
        "A response that contains a token or an ID token is in the fragment by default.",
        oidf ["OAuth2-RT-2.1"], planned "hybrid and implicit";

    NO_TOKEN_IN_QUERY = "OAuth2-RT-3-1", "3", MustNot, Refuse,
        "The server refuses `response_mode` query for response types that return tokens or ID tokens, in success and error alike.",
        planned "hybrid and implicit";

    NONE_GIVES_NOTHING = "OAuth2-RT-4-1", "4", ShouldNot, Emit,
        "Response type `none` should yield neither code nor token and should not be combined with others.",
        planned "hybrid and implicit";

    COMBINED_RESPONSES = "OAuth2-RT-5-1", "5", Must, Emit,
        "A combined response type returns everything that it names: code, access token with its type, ID token.",
        oidf ["OAuth2-RT-5"], planned "hybrid and implicit";

    COMBINED_STATE_ECHOED = "OAuth2-RT-5-2", "5", Must, Emit,
        "The success and error responses of a combined response type return `state`.",
        oidf ["OAuth2-RT-5"], planned "hybrid and implicit";
}
