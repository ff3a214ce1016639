//! RFC 7591, OAuth 2.0 Dynamic Client Registration Protocol.

super::document! {
    "RFC 7591", "https://www.rfc-editor.org/rfc/rfc7591#section-";

    UNKNOWN_IGNORED = "RFC7591-2-1", "2", Must, Accept,
        "The server ignores unknown metadata; it replaces invalid values and reports that, or refuses them with `invalid_client_metadata`.",
        oidf ["RFC7591-2"], planned "dynamic registration";

    ONE_KEY_SET = "RFC7591-2-2", "2", MustNot, Refuse,
        "`jwks` and `jwks_uri` are never used together.",
        oidf ["RFC7591-2"], same ["OIDCR-2-5"];

    TYPES_CONSISTENT = "RFC7591-2.1-1", "2.1", Should, Refuse,
        "Grant types and response types that do not match should not be registered.",
        same ["OIDCR-2-3"], planned "dynamic registration";

    SOFTWARE_STATEMENT = "RFC7591-2.3-1", "2.3", Must, Refuse,
        "A software statement is a signed JWT with `iss` that overrides plain metadata if it is trusted, and is refused if it is not.",
        planned "dynamic registration";

    REGISTRATION_BY_POST = "RFC7591-3-1", "3", Must, Refuse,
        "Registration is a POST of JSON over TLS.",
        planned "dynamic registration";

    CREATED = "RFC7591-3.2.1-1", "3.2.1", Must, Emit,
        "A successful response is an uncached 201 with JSON, all registered metadata, and the software statement unchanged.",
        oidf ["RFC7591-3.2.1"], same ["OIDCR-3.2-1"], planned "dynamic registration";

    ERROR_SHAPE = "RFC7591-3.2.2-1", "3.2.2", Must, Emit,
        "A registration error has status 400 and an error code for redirect URI, metadata or software statement.",
        oidf ["RFC7591-3.2.2"], same ["OIDCR-3.3-1"], planned "dynamic registration";

    REDIRECT_FORMS = "RFC7591-5-1", "5", Must, Refuse,
        "Redirect flows require redirect URIs: remote https addresses, plain http on the local machine, or an app's own scheme.",
        against ["FAPI1-BASE-7.5-1"], planned "dynamic registration";

    SELF_ASSERTED = "RFC7591-5-2", "5", Must, Caller,
        "Metadata is treated as self-asserted, on consent pages too, unless a trusted software statement confirms it.",
        planned "dynamic registration";
}
