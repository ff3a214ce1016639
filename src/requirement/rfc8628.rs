//! RFC 8628, OAuth 2.0 Device Authorization Grant.

super::document! {
    "RFC 8628", "https://www.rfc-editor.org/rfc/rfc8628#section-";

    DEVICE_REQUEST = "RFC8628-3.1-1", "3.1", Must, Refuse,
        "A device request is a POST in which the client authenticates as at the token endpoint; no parameter is repeated.",
        planned "device flow";

    DEVICE_RESPONSE = "RFC8628-3.2-1", "3.2", Must, Emit,
        "A successful response has status 200 and is JSON with both codes, the verification URI and their lifetime, optionally an interval.",
        planned "device flow";

    USER_CODE_ENTERED = "RFC8628-3.3-1", "3.3", Must, Caller,
        "The user enters the code at the verification URI, or confirms it if the URI contained it.",
        planned "device flow";

    CODE_OF_CLIENT = "RFC8628-3.4-1", "3.4", Must, Refuse,
        "A device code is redeemed by its client, authenticated as registered.",
        planned "device flow";

    POLLING_ERRORS = "RFC8628-3.5-1", "3.5", Must, Refuse,
        "The server refuses a poll before the decision, too soon, after a refusal or after expiry, each with its own error.",
        planned "device flow";

    CODES_UNGUESSABLE = "RFC8628-5.1-1", "5.1", Should, Caller,
        "User codes together with a limit on attempts should not be guessable, and device codes not at all.",
        planned "device flow";

    USER_CODE_NORMALISED = "RFC8628-6.1-1", "6.1", Should, Accept,
        "User codes should be compared without punctuation and case, and use letters that are not mistaken for each other.",
        planned "device flow";
}
