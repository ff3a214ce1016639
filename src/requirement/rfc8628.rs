//! RFC 8628, OAuth 2.0 Device Authorization Grant.

super::document! {
    "RFC 8628", "https://www.rfc-editor.org/rfc/rfc8628#section-";

    DEVICE_REQUEST = "RFC8628-3.1-1", "3.1", Must, Refuse,
        "A device request is a POST whose client authenticates as at the token endpoint; no parameter is repeated.",
        planned "device flow";

    DEVICE_RESPONSE = "RFC8628-3.2-1", "3.2", Must, Emit,
        "Success is a 200 of JSON with both codes, the verification address and their lifetime, perhaps an interval.",
        planned "device flow";

    USER_CODE_ENTERED = "RFC8628-3.3-1", "3.3", Must, Caller,
        "The user enters the code at the verification address, or confirms it where the address brought it along.",
        planned "device flow";

    CODE_OF_CLIENT = "RFC8628-3.4-1", "3.4", Must, Refuse,
        "A device code is redeemed by its client, authenticated as registered.",
        planned "device flow";

    POLLING_ERRORS = "RFC8628-3.5-1", "3.5", Must, Refuse,
        "A poll before the decision, too soon, after a refusal or after the end is refused, each with its own error.",
        planned "device flow";

    CODES_UNGUESSABLE = "RFC8628-5.1-1", "5.1", Should, Caller,
        "User codes together with a limit on attempts cannot be guessed, device codes cannot at all.",
        planned "device flow";

    USER_CODE_NORMALISED = "RFC8628-6.1-1", "6.1", Should, Accept,
        "A user code is compared without punctuation and case, and made of letters that are not mistaken for each other.",
        planned "device flow";
}
