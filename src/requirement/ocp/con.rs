//! Consent.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    ASKED = "OCP-CON-01", "CON-01", Must, Emit,
        "A third-party client that requests data of the user or access to an API makes the server ask for consent.";

    GRANT = "OCP-CON-02", "CON-02", Must, Emit,
        "Consent makes a user grant for the user, the client, the API and the scopes.", planned "pipeline";

    SKIPPED = "OCP-CON-03", "CON-03", Must, Emit,
        "A first-party client skips consent only if the API lets it and the client can be verified.", planned "pipeline";

    LOCALHOST = "OCP-CON-04", "CON-04", Must, Emit,
        "The server asks for consent if the `redirect_uri` is on localhost, even for a first-party client.", planned "pipeline";

    THIRD_PARTY = "OCP-CON-05", "CON-05", Must, Emit,
        "A third-party client never skips consent.";

    GRANTED = "OCP-CON-06", "CON-06", Must, Emit,
        "If a user grant covers the request, the server does not ask, until the grant is revoked.";

    PROMPT = "OCP-CON-07", "CON-07", Must, Emit,
        "With `prompt` consent, the server asks even if a grant covers the request.",
        same ["OIDCC-3.1.2.1-8"];

    REJECTED = "OCP-CON-08", "CON-08", Must, Emit,
        "A rejection redirects to the `redirect_uri` with `access_denied` and `state`, in the fragment for implicit requests.", planned "pipeline";

    REVOKED = "OCP-CON-09", "CON-09", Must, Emit,
        "After a user grant is revoked, the server asks again.", planned "pipeline";

    NOT_ASKED = "OCP-CON-10", "CON-10", Must, Emit,
        "The server does not ask for consent in client_credentials and the password grants.", planned "pipeline";

    SHOWN = "OCP-CON-11", "CON-11", Must, Emit,
        "The consent page shows the names of scopes, or their descriptions if the server is set to.", planned "pipeline";

    OWN_HOST = "OCP-CON-12", "CON-12", Must, Emit,
        "A host name other than localhost counts as verifiable, even if it leads to the local machine.", planned "pipeline";

    PROMPT_NONE = "OCP-CON-13", "CON-13", Must, Refuse,
        "The server answers a request with `prompt` none that needs consent with `consent_required`.",
        same ["OIDCC-3.1.2.1-5"];

    DETAILS = "OCP-CON-14", "CON-14", Must, Emit,
        "Authorization details change which page asks for consent.", planned "pipeline";

    PROFILE = "OCP-CON-15", "CON-15", Must, Emit,
        "The consent page names the access to profile and mail address that OpenID scopes give.";
}
