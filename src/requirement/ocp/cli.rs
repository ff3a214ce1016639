//! Clients.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    KINDS = "OCP-CLI-01", "CLI-01", Must, Refuse,
        "A client is `native`, `spa`, `regular_web` or `non_interactive`.";

    CLIENT_ID = "OCP-CLI-02", "CLI-02", Must, Refuse,
        "The server generates each `client_id`, which is unique and never changes.";

    PUBLIC = "OCP-CLI-03", "CLI-03", Must, Emit,
        "A client is public if and only if its `token_endpoint_auth_method` is `none`.";

    DEFAULT_METHOD = "OCP-CLI-04", "CLI-04", Must, Emit,
        "Native and single-page clients have the method `none` by default, and web and machine clients a method with credentials.";

    PUBLIC_SECRET = "OCP-CLI-05", "CLI-05", Must, Refuse,
        "The server answers a public client that authenticates with a secret with `invalid_client`.",
        same ["OIDCC-3.1.3.1-1"];

    PARTY = "OCP-CLI-06", "CLI-06", Must, Refuse,
        "The boolean `is_first_party` states the party of a client: true if the operator made it, and false if it registered dynamically.";

    THIRD_PARTY_CONSENT = "OCP-CLI-07", "CLI-07", Must, Emit,
        "A third-party client always needs the user's consent.";

    THIRD_PARTY_PROFILE = "OCP-CLI-08", "CLI-08", Must, Emit,
        "The ID token of a third-party client contains no profile claims beyond the scopes that the user consented to.";

    THIRD_PARTY_CONNECTIONS = "OCP-CLI-09", "CLI-09", Must, Refuse,
        "Users log in to a third-party client only through connections of the whole domain.";

    DOMAIN_CONNECTION = "OCP-CLI-10", "CLI-10", Must, Accept,
        "A connection of the whole domain serves every third-party client, and the first-party clients for which it is enabled.";

    DESCRIPTION = "OCP-CLI-12", "CLI-12", Must, Refuse,
        "The description of a client has at most 140 characters.";

    METADATA_LIMITS = "OCP-CLI-13", "CLI-13", Must, Refuse,
        "The metadata of a client has at most 10 entries, whose keys and values are strings of at most 255 characters.";

    METADATA_IN_HOOKS = "OCP-CLI-14", "CLI-14", Must, Emit,
        "Hooks receive the metadata of the client as `client_metadata`.";

    ID_TOKEN_LIFETIME = "OCP-CLI-15", "CLI-15", Must, Emit,
        "Each client has its own lifetime of ID tokens, 36000 seconds by default.", planned "pipeline";

    ID_TOKEN_ALG = "OCP-CLI-16", "CLI-16", Must, Refuse,
        "The algorithm of a client's ID tokens is HS256, RS256 or PS256.";

    CONFIRMATION_PRECEDENCE = "OCP-CLI-17", "CLI-17", Must, Emit,
        "The client's setting for confirming a callback that cannot be verified precedes the server's.", planned "pipeline";

    FORWARDED_ADDRESS = "OCP-CLI-18", "CLI-18", Must, Refuse,
        "Only a web or machine client may be trusted to forward the user's address to the token endpoint.", planned "pipeline";

    LOGIN_URI = "OCP-CLI-19", "CLI-19", Must, Emit,
        "A client's login URI is an https page that redirects to the authorization endpoint.", planned "pipeline";

    DELETED = "OCP-CLI-21", "CLI-21", Must, Refuse,
        "A deleted client never returns; the token endpoint answers it with `invalid_client`, and the authorization endpoint with a page.";

    LEVEL_PROPERTY = "OCP-CLI-23", "CLI-23", Must, Refuse,
        "A client may have one `compliance_level`, and an unknown one is a mistake of the configuration.";

    PAR_PROPERTY = "OCP-CLI-24", "CLI-24", Must, Refuse,
        "A client has the property `require_pushed_authorization_requests`, which is false by default.",
        same ["RFC9126-6-1"];

    JAR_PROPERTY = "OCP-CLI-25", "CLI-25", Must, Refuse,
        "A client has the property `signed_request_object`, with `required` and the ids of `credentials`.";

    ONE_OF_METHODS = "OCP-CLI-26", "CLI-26", Must, Refuse,
        "A client has either `token_endpoint_auth_method` or `client_authentication_methods`, and the other is null.";

    ORGANIZATION_PROPERTY = "OCP-CLI-27", "CLI-27", Must, Refuse,
        "The `organization_usage` of a client is `deny`, `allow` or `require`.";

    CHANNELS_PROPERTY = "OCP-CLI-28", "CLI-28", Must, Refuse,
        "A client lists the channels of its backchannel requests in `async_approval_notification_channels`: `guardian-push`, mail, or both.";

    NEW_CONNECTIONS = "OCP-CLI-29", "CLI-29", Must, Emit,
        "By default, a new client may use all connections that exist.";

    CONNECTION_ENABLED = "OCP-CLI-30", "CLI-30", Must, Refuse,
        "A user logs in to a client only through a connection that is enabled for it.";
}
