//! FAPI: Client Initiated Backchannel Authentication Profile, the server's side, by the clauses of its working text.

super::document! {
    "FAPI-CIBA", "https://github.com/openid/fapi/blob/HEAD/fapi-ciba.html#section-";

    FAPI1_APPLIES = "FAPI-CIBA-4.1.1-0a", "4.1.1", Must, Refuse,
        "With FAPI 1.0, the server's rules of Baseline and Advanced hold.",
        planned "CIBA";

    FAPI2_APPLIES = "FAPI-CIBA-4.1.1-0b", "4.1.1", Must, Refuse,
        "With FAPI 2.0, the general rules for authorization servers hold.",
        planned "CIBA";

    CONFIDENTIAL_CLIENTS = "FAPI-CIBA-4.1.1-1", "4.1.1", Must, Refuse,
        "Only confidential clients use CIBA.",
        planned "CIBA";

    BINDING_MESSAGE = "FAPI-CIBA-4.1.1-2", "4.1.1", Must, Refuse,
        "An authentication request that cannot be told from others by its context needs a `binding_message`.",
        planned "CIBA";

    NO_PUSH_MODE = "FAPI-CIBA-4.1.1-3", "4.1.1", MustNot, Refuse,
        "Push mode is neither announced nor registered.",
        against ["CIBA-10.3.1-1"], planned "CIBA";

    POLL_MODE = "FAPI-CIBA-4.1.1-4", "4.1.1", Must, Accept,
        "Poll mode is served.",
        planned "CIBA";

    PING_MODE = "FAPI-CIBA-4.1.1-5", "4.1.1", May, Accept,
        "Ping mode may be served.",
        planned "CIBA";

    ACR_RETURNED = "FAPI-CIBA-4.1.1-6", "4.1.1", Must, Emit,
        "Where `acr` is supported and was asked for, the ID token has it.",
        same ["CIBA-7.1-8"], planned "CIBA";

    USER_AUTHENTICATED = "FAPI-CIBA-4.1.1-6a", "4.1.1", Must, Caller,
        "Users are authenticated at a level that suits what the client will be allowed to do.",
        planned "CIBA";

    HINTS_IDENTIFY_USERS = "FAPI-CIBA-4.1.1-7", "4.1.1", ShouldNot, Caller,
        "Login hints say who the user is and convey no intents or other authorization data.",
        planned "CIBA";

    REQUEST_CONTEXT = "FAPI-CIBA-4.1.1-8", "4.1.1", May, Refuse,
        "Clients may be required to send `request_context`.",
        planned "CIBA";

    SIGNED_AND_UNSIGNED = "FAPI-CIBA-4.1.1-9", "4.1.1", Must, Accept,
        "With FAPI 1.0, authentication requests are taken signed and unsigned.",
        planned "CIBA";

    SIGNED_REQUEST_LIFETIME = "FAPI-CIBA-4.1.1-10", "4.1.1", Must, Refuse,
        "With FAPI 1.0, a signed authentication request has `nbf` and `exp` at most 60 minutes apart.",
        oidf ["FAPI-CIBA-5.2.2-9"], planned "CIBA";

    ASSERTION_AUDIENCE = "FAPI-CIBA-4.1.1-N5", "4.1.1", Must, Refuse,
        "By the newer working text the issuer is the sole audience of a client assertion.",
        against ["CIBA-7.1-3"], planned "CIBA";

    HINT_TOKEN_TYPES = "FAPI-CIBA-4.3-1", "4.3", May, Emit,
        "Metadata may name `backchannel_endpoint_login_hint_token_types_supported`.",
        planned "CIBA";

    SIGNING_ALGORITHMS = "FAPI-CIBA-5.6-1", "5.6", Must, Refuse,
        "JWTs use the algorithms of the FAPI version in use.",
        oidf ["FAPI-CIBA-7.10"], planned "CIBA";

    DEVICE_REACHED_SAFELY = "FAPI-CIBA-5.7-1", "5.7", Must, Caller,
        "The authentication device is reached, and the user authenticated, by suitably strong means.",
        planned "CIBA";
}
