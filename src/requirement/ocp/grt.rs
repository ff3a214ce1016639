//! Grant types, and who may use them.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    STANDARD = "OCP-GRT-01", "GRT-01", Must, Refuse,
        "The standard grants are `implicit`, `authorization_code`, `client_credentials`, `password`, `refresh_token` and `urn:ietf:params:oauth:grant-type:device_code`; the server answers an unknown one with `unsupported_grant_type`.",
        same ["RFC6749-4.5-1"];

    EXTENSIONS = "OCP-GRT-02", "GRT-02", Must, Accept,
        "The extension grants are `password-realm`, `mfa-oob`, `mfa-otp`, `mfa-recovery-code` and `passwordless/otp`, each after `http://auth0.com/oauth/grant-type/`.";

    CIBA = "OCP-GRT-03", "GRT-03", Must, Accept,
        "The grant of backchannel requests is `urn:openid:params:grant-type:ciba`.";

    LEGACY = "OCP-GRT-04", "GRT-04", Must, Refuse,
        "The legacy grants `ro`, `ro/jwt-bearer`, `delegation/refresh_token`, `delegation/id_token` and `access_token`, each after `http://auth0.com/oauth/legacy/grant-type/`, are recognised, and no new client may have one.";

    PUBLIC_DEFAULTS = "OCP-GRT-05", "GRT-05", Must, Emit,
        "By default, a public client has the grants `implicit`, `authorization_code` and `refresh_token`.";

    CONFIDENTIAL_DEFAULTS = "OCP-GRT-06", "GRT-06", Must, Emit,
        "By default, a confidential client has the grants `implicit`, `authorization_code`, `refresh_token` and `client_credentials`.";

    PUBLIC_CLIENT_CREDENTIALS = "OCP-GRT-07", "GRT-07", Must, Refuse,
        "A public client never receives a token by client_credentials.",
        same ["RFC6749-4.4-1"];

    METHOD_FIRST = "OCP-GRT-08", "GRT-08", Must, Refuse,
        "A client obtains the grant client_credentials only after it has a method with credentials.";

    DEVICE_NATIVE = "OCP-GRT-09", "GRT-09", Must, Refuse,
        "Only native clients may have the device grant.";

    PASSWORD_FIRST_PARTY = "OCP-GRT-10", "GRT-10", Must, Refuse,
        "Only first-party clients may have the password grants and the grants of multi-factor authentication.";

    NOT_ALLOWED = "OCP-GRT-12", "GRT-12", Must, Refuse,
        "The server answers a grant that a client does not have with `unauthorized_client` and a description that names the grant and says that it is not allowed for the client.";

    KIND_LIMITS = "OCP-GRT-13", "GRT-13", Must, Refuse,
        "The kind of a client limits the grants that it may have.";

    KIND_CHANGE = "OCP-GRT-14", "GRT-14", Must, Refuse,
        "The kind of a client does not change while it has a grant that only this kind may have, and a machine client keeps its kind.";

    MACHINE_DEFAULT = "OCP-GRT-15", "GRT-15", Must, Emit,
        "Web and machine clients have the grant client_credentials by default.";

    SUBJECT_TYPES = "OCP-GRT-16", "GRT-16", Must, Emit,
        "Access as a client means client_credentials alone; every other grant is access for a user.";

    CLIENT_CREDENTIALS_REQUEST = "OCP-GRT-17", "GRT-17", Must, Refuse,
        "A client_credentials request is a form with `audience`; without it and without a default audience, the server answers `invalid_request`.";

    CLIENT_CREDENTIALS_RESPONSE = "OCP-GRT-18", "GRT-18", Must, Emit,
        "A client_credentials response has `access_token`, `token_type` Bearer and `expires_in`, and neither refresh token nor ID token.";

    CLIENT_CREDENTIALS_CONSENT = "OCP-GRT-19", "GRT-19", Must, Emit,
        "The server asks nobody for consent in client_credentials.";

    PASSWORD_CONSENT = "OCP-GRT-20", "GRT-20", Must, Emit,
        "The server asks nobody for consent in the password grants.", planned "pipeline";

    IMPLICIT = "OCP-GRT-21", "GRT-21", Must, Refuse,
        "The response types of the implicit flow are `token` and `id_token token`, in either order, and the tokens are in the fragment.", planned "pipeline";

    IMPLICIT_NONCE = "OCP-GRT-22", "GRT-22", Must, Refuse,
        "A request with `response_type` `id_token token` contains a `nonce`.", planned "pipeline";

    STATE = "OCP-GRT-23", "GRT-23", Must, Emit,
        "The server returns `state` unchanged.",
        same ["RFC6749-4.1.2-5"];

    NATIVE_PKCE = "OCP-GRT-24", "GRT-24", Must, Refuse,
        "A native client uses a code with PKCE.",
        same ["RFC9700-2.1.1-1"];

    CONFIDENTIAL_GRANTS = "OCP-GRT-25", "GRT-25", Must, Accept,
        "A confidential web client may use codes and the password grants, and a machine client client_credentials.";

    CONNECTION = "OCP-GRT-26", "GRT-26", Must, Refuse,
        "The parameter `connection` selects the connection; the server answers an unknown one with `invalid_request`.";
}
