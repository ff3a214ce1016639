//! Settings of the server.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    DEFAULT_AUDIENCE = "OCP-TEN-01", "TEN-01", Must, Emit,
        "A default audience counts as if every request contained it, and every access token lists it in `aud`.";

    DEFAULT_CONNECTION = "OCP-TEN-02", "TEN-02", Must, Refuse,
        "The password grant uses the default connection, and is refused without one.", planned "pipeline";

    REDIRECT_URI_OPTIONAL = "OCP-TEN-03", "TEN-03", Must, Accept,
        "By default, the server tolerates a request without `redirect_uri` from a client that registered one.", planned "pipeline";

    ACR_ALLOWED = "OCP-TEN-04", "TEN-04", Must, Refuse,
        "If values of `acr` are configured, the server refuses a request for another one.", planned "pipeline";

    ACR_PUBLISHED = "OCP-TEN-05", "TEN-05", Must, Emit,
        "The server publishes its list of `acr` values.";

    RESOURCE_OFF = "OCP-TEN-06", "TEN-06", Must, Accept,
        "By default, `audience` names the API, and the server ignores `resource`.";

    RESOURCE_ON = "OCP-TEN-07", "TEN-07", Must, Emit,
        "With the compatibility for `resource`, `audience` precedes `resource`, which counts in its absence.";

    RESOURCE_URI = "OCP-TEN-08", "TEN-08", Must, Refuse,
        "The value of `resource` is an absolute URI; the server answers others with `invalid_target`.";

    LOGOUT_ADVERTISED = "OCP-TEN-10", "TEN-10", Must, Emit,
        "A flag of the server puts the logout endpoint into the metadata.", planned "pipeline";

    LOGOUT_CONFIRMED = "OCP-TEN-11", "TEN-11", Must, Emit,
        "If hints are missing, the server asks the user to confirm the logout, if it is set to.", planned "pipeline";

    CALLBACK_CONFIRMED = "OCP-TEN-12", "TEN-12", Must, Emit,
        "The server asks the user to confirm a callback that cannot be verified, if it is set to and the client does not decide otherwise.", planned "pipeline";

    ORGANIZATION_NAMES = "OCP-TEN-13", "TEN-13", Must, Refuse,
        "If names of organizations are allowed, requests may contain them, and tokens have `org_id` and `org_name`; otherwise a name is refused.", planned "pipeline";

    PAR = "OCP-TEN-14", "TEN-14", Must, Emit,
        "A flag of the server, off by default, allows pushed requests.", planned "pipeline";

    REGISTRATION = "OCP-TEN-15", "TEN-15", Must, Emit,
        "A flag of the server, off by default, allows dynamic registration.", planned "pipeline";

    REVOCATION = "OCP-TEN-16", "TEN-16", Must, Emit,
        "A flag of the server decides whether the revocation of a refresh token deletes the user's grant.", planned "pipeline";

    DESCRIPTIONS = "OCP-TEN-17", "TEN-17", Must, Emit,
        "A flag of the server puts descriptions of scopes onto the consent page instead of names.", planned "pipeline";

    ERROR_PAGE = "OCP-TEN-19", "TEN-19", Must, Emit,
        "Errors that cannot be redirected are on a page of the server or of the operator.", planned "pipeline";

    LOGIN_URI = "OCP-TEN-20", "TEN-20", Must, Emit,
        "The server has an https login URI for logins that it must begin itself.", planned "pipeline";

    NAME = "OCP-TEN-22", "TEN-22", Must, Refuse,
        "The name of a server has 3 to 63 lower-case letters, digits and hyphens, and no hyphen at either end.", planned "pipeline";

    ISSUER = "OCP-TEN-23", "TEN-23", Must, Emit,
        "The issuer is the https URL of the domain with a trailing slash.", planned "pipeline";
}
