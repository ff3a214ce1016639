//! Dynamic registration.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    SWITCH = "OCP-DCR-01", "DCR-01", Must, Refuse,
        "Dynamic registration is off by default, and the endpoint refuses requests while it is off.", planned "pipeline";

    ENDPOINT = "OCP-DCR-02", "DCR-02", Must, Accept,
        "The registration endpoint takes JSON by POST.", planned "pipeline";

    OPEN = "OCP-DCR-03", "DCR-03", Must, Accept,
        "A registration needs no access token.", planned "pipeline";

    REDIRECT_URIS = "OCP-DCR-04", "DCR-04", Must, Refuse,
        "A registration contains at least one redirect URI.", planned "pipeline";

    NAME = "OCP-DCR-05", "DCR-05", Must, Accept,
        "A registration contains `client_name`.", planned "pipeline";

    METHODS = "OCP-DCR-06", "DCR-06", Must, Refuse,
        "The method of a registered client is `none` or `client_secret_post`, the latter by default.", planned "pipeline";

    RESPONSE = "OCP-DCR-07", "DCR-07", Must, Emit,
        "A registration is answered with status 201 and the client's name, id, secret, redirect URIs and expiry of the secret.", planned "pipeline";

    NO_EXPIRY = "OCP-DCR-08", "DCR-08", Must, Emit,
        "The `client_secret_expires_at` is always 0.", planned "pipeline";

    SECRET = "OCP-DCR-09", "DCR-09", Must, Emit,
        "A generated secret has 64 alphanumeric characters.", planned "pipeline";

    THIRD_PARTY = "OCP-DCR-10", "DCR-10", Must, Emit,
        "A client that registered itself is third-party.";

    NO_MANAGEMENT = "OCP-DCR-11", "DCR-11", Must, Emit,
        "A client cannot change its registration.", planned "pipeline";

    NO_SECRET = "OCP-DCR-12", "DCR-12", Must, Emit,
        "A client with the method `none` receives no secret.", planned "pipeline";

    SCOPES = "OCP-DCR-13", "DCR-13", Must, Emit,
        "A client that registered itself may request OpenID scopes, claims with a namespace and scopes of APIs.", planned "pipeline";

    NO_DOMAIN_PLACEHOLDERS = "OCP-DCR-15", "DCR-15", Must, Refuse,
        "The URLs of a third-party client contain no placeholders for domains.", planned "pipeline";
}
