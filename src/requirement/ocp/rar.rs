//! Authorization details.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    WHERE = "OCP-RAR-01", "RAR-01", Must, Refuse,
        "The server accepts `authorization_details` in pushed requests and in backchannel requests.", planned "pipeline";

    JSON = "OCP-RAR-02", "RAR-02", Must, Refuse,
        "The server answers `authorization_details` that are not JSON with `invalid_authorization_details`.", planned "pipeline";

    ARRAY = "OCP-RAR-03", "RAR-03", Must, Refuse,
        "The value of `authorization_details` is an array of objects.", planned "pipeline";

    SIZE = "OCP-RAR-04", "RAR-04", Must, Refuse,
        "The value of `authorization_details` has at most 5120 bytes.", planned "pipeline";

    ENTRIES = "OCP-RAR-05", "RAR-05", Must, Refuse,
        "The value of `authorization_details` has at most five entries.", planned "pipeline";

    TYPE = "OCP-RAR-06", "RAR-06", Must, Refuse,
        "Each entry has a `type` that is registered for the API.", planned "pipeline";

    SHARED_TYPE = "OCP-RAR-07", "RAR-07", Must, Accept,
        "Several entries may have the same type.", planned "pipeline";

    PROPERTIES = "OCP-RAR-08", "RAR-08", Must, Refuse,
        "An object has at most ten properties.", planned "pipeline";

    NAME_LENGTH = "OCP-RAR-09", "RAR-09", Must, Refuse,
        "The name of a property has at most 255 characters.", planned "pipeline";

    VALUE_LENGTH = "OCP-RAR-10", "RAR-10", Must, Refuse,
        "The value of a property has at most 255 characters.", planned "pipeline";

    DEPTH = "OCP-RAR-11", "RAR-11", Must, Refuse,
        "Objects are nested at most five levels deep.", planned "pipeline";

    NAME_CHARACTERS = "OCP-RAR-12", "RAR-12", Must, Refuse,
        "The name of a property consists of letters, digits, underscores, dots and hyphens.", planned "pipeline";

    REGISTERED = "OCP-RAR-13", "RAR-13", Must, Refuse,
        "An API registers the types of its authorization details.", planned "pipeline";

    OPEN = "OCP-RAR-14", "RAR-14", Must, Accept,
        "Under `allow_all`, a client may request every type that the API registers.", planned "pipeline";

    GRANT_NEEDED = "OCP-RAR-15", "RAR-15", Must, Refuse,
        "Under `require_client_grant`, a client requests only types that its grant lists.", planned "pipeline";

    DENIED = "OCP-RAR-16", "RAR-16", Must, Refuse,
        "Under `deny_all`, a client requests no type.", planned "pipeline";

    APP_SCHEMA = "OCP-RAR-17", "RAR-17", Must, Refuse,
        "Details for the mobile application are one object with an instruction and properties that have a name, an order, a value, and whether they are displayed.", planned "pipeline";

    HIDDEN = "OCP-RAR-18", "RAR-18", Must, Emit,
        "A property with `display` false is not shown.", planned "pipeline";

    CONSENT_POLICY = "OCP-RAR-19", "RAR-19", Must, Refuse,
        "The `consent_policy` of an API is absent, `standard` or `transactional-authorization-with-mfa`.", planned "pipeline";

    NO_PUSH = "OCP-RAR-20", "RAR-20", Must, Emit,
        "If no notification was sent, the user sees the consent page.", planned "pipeline";

    PUSH = "OCP-RAR-21", "RAR-21", Must, Emit,
        "Under the standard policy, a pushed request with a notification shows no consent page, because the application asks.", planned "pipeline";

    BACKCHANNEL = "OCP-RAR-22", "RAR-22", Must, Emit,
        "Under the standard policy, the application fetches the details of a backchannel request, and a link shows the consent page.", planned "pipeline";

    TRANSACTIONAL = "OCP-RAR-23", "RAR-23", Must, Emit,
        "Under the transactional policy, a pushed request with a notification shows no consent page, and the hook receives the details and a unique `linking_id`.", planned "pipeline";

    NO_TRANSACTIONAL_CIBA = "OCP-RAR-24", "RAR-24", Must, Refuse,
        "The transactional policy does not serve backchannel requests.", planned "pipeline";

    NOT_STORED = "OCP-RAR-25", "RAR-25", Must, Emit,
        "Under the transactional policy, the application neither stores nor shows the details.", planned "pipeline";

    EXAMPLES = "OCP-RAR-26", "RAR-26", Must, Accept,
        "The documented examples of authorization details are valid.", planned "pipeline";

    RETURNED = "OCP-RAR-28", "RAR-28", Must, Emit,
        "The granted details are in the token response and in the token.", planned "pipeline";
}
