//! FAPI: Client Initiated Backchannel Authentication Profile, the server's side, numbered by the clauses of its working text.

super::document! {
    "FAPI-CIBA", "https://github.com/openid/fapi/blob/HEAD/fapi-ciba.html#section-";

    FAPI1_APPLIES = "FAPI-CIBA-4.1.1-0a", "4.1.1", Must, Refuse,
        "With FAPI 1.0, the server follows the rules of Baseline and Advanced.",
        planned "CIBA";

    FAPI2_APPLIES = "FAPI-CIBA-4.1.1-0b", "4.1.1", Must, Refuse,
        "With FAPI 2.0, the server follows the general rules for authorization servers.",
        planned "CIBA";

    CONFIDENTIAL_CLIENTS = "FAPI-CIBA-4.1.1-1", "4.1.1", Must, Refuse,
        "Only confidential clients use CIBA.",
        planned "CIBA";

    BINDING_MESSAGE = "FAPI-CIBA-4.1.1-2", "4.1.1", Must, Refuse,
        "An authentication request that its context does not distinguish from others contains a `binding_message`.",
        planned "CIBA";

    NO_PUSH_MODE = "FAPI-CIBA-4.1.1-3", "4.1.1", MustNot, Refuse,
        "Push mode is neither advertised nor registered.",
        against ["CIBA-10.3.1-1"], planned "CIBA";

    POLL_MODE = "FAPI-CIBA-4.1.1-4", "4.1.1", Must, Accept,
        "The server supports poll mode.",
        planned "CIBA";

    PING_MODE = "FAPI-CIBA-4.1.1-5", "4.1.1", May, Accept,
        "The server may support ping mode.",
        planned "CIBA";

    ACR_RETURNED = "FAPI-CIBA-4.1.1-6", "4.1.1", Must, Emit,
        "If `acr` is supported and was requested, the ID token contains it.",
        same ["CIBA-7.1-8"], planned "CIBA";

    USER_AUTHENTICATED = "FAPI-CIBA-4.1.1-6a", "4.1.1", Must, Caller,
        "Users are authenticated at a level that suits the access that the client will receive.",
        planned "CIBA";

    HINTS_IDENTIFY_USERS = "FAPI-CIBA-4.1.1-7", "4.1.1", ShouldNot, Caller,
        "Login hints should identify the user and should not convey intents or other authorization data.",
        planned "CIBA";

    REQUEST_CONTEXT = "FAPI-CIBA-4.1.1-8", "4.1.1", May, Refuse,
        "The server may require clients to send `request_context`.",
        planned "CIBA";

    SIGNED_AND_UNSIGNED = "FAPI-CIBA-4.1.1-9", "4.1.1", Must, Accept,
        "With FAPI 1.0, the server accepts authentication requests both signed and unsigned.",
        planned "CIBA";

    SIGNED_REQUEST_LIFETIME = "FAPI-CIBA-4.1.1-10", "4.1.1", Must, Refuse,
        "With FAPI 1.0, the `nbf` and `exp` of a signed authentication request are at most 60 minutes apart.",
        oidf ["FAPI-CIBA-5.2.2-9"], planned "CIBA";

    ASSERTION_AUDIENCE = "FAPI-CIBA-4.1.1-N5", "4.1.1", Must, Refuse,
        "According to the newer working text, the issuer is the sole audience of a client assertion.",
        against ["CIBA-7.1-3"], planned "CIBA";

    HINT_TOKEN_TYPES = "FAPI-CIBA-4.3-1", "4.3", May, Emit,
        "Metadata may contain `backchannel_endpoint_login_hint_token_types_supported`.",
        planned "CIBA";

    SIGNING_ALGORITHMS = "FAPI-CIBA-5.6-1", "5.6", Must, Refuse,
        "JWTs use the algorithms of the FAPI version in use.",
        oidf ["FAPI-CIBA-7.10"], planned "CIBA";

    DEVICE_REACHED_SAFELY = "FAPI-CIBA-5.7-1", "5.7", Must, Caller,
        "The authentication device is reached and the user authenticated by suitably strong means.",
        planned "CIBA";
}
