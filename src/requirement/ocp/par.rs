//! Pushed authorization requests.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    ENDPOINT = "OCP-PAR-01", "PAR-01", Must, Accept,
        "The server accepts pushed authorization requests as RFC 9126 describes them.", planned "pipeline";

    SWITCH = "OCP-PAR-02", "PAR-02", Must, Refuse,
        "Pushed authorization requests are off by default, and the endpoint refuses them while they are off.", planned "pipeline";

    SWITCH_FIRST = "OCP-PAR-03", "PAR-03", Must, Refuse,
        "A client may require pushed requests only if the server accepts them.", planned "pipeline";

    BOTH_WAYS = "OCP-PAR-04", "PAR-04", Must, Accept,
        "The server accepts pushed and plain requests of a client that does not require pushed ones.";

    REQUIRED = "OCP-PAR-05", "PAR-05", Must, Refuse,
        "The server refuses the plain request of a client that requires pushed ones.",
        same ["RFC9126-6-1"];

    LEVEL_PRECEDES = "OCP-PAR-06", "PAR-06", Must, Refuse,
        "A level requires pushed requests even if the client's flag does not.", planned "pipeline";

    LIFETIME = "OCP-PAR-07", "PAR-07", Must, Refuse,
        "A `request_uri` lives for less than 600 seconds, 30 by default.", planned "pipeline";

    AUTHENTICATED = "OCP-PAR-08", "PAR-08", Must, Refuse,
        "A pushed request authenticates its client.",
        same ["RFC9126-2.1-1"];

    REDIRECT_URI = "OCP-PAR-09", "PAR-09", Must, Refuse,
        "At the FAPI 2 levels, a push without `redirect_uri` is refused.",
        same ["FAPI2-SP-5.3.2.2-6"];

    DETAILS = "OCP-PAR-10", "PAR-10", Must, Accept,
        "A push may contain `authorization_details`.", planned "pipeline";

    SIGNED = "OCP-PAR-11", "PAR-11", Must, Refuse,
        "A client that requires request objects pushes a signed one.", planned "pipeline";

    RESPONSE = "OCP-PAR-12", "PAR-12", Must, Refuse,
        "A push is answered with status 201, `request_uri` and `expires_in`; the `request_uri` is bound to its client and used once.",
        same ["RFC9126-2.2-1", "RFC9126-2.2-4", "RFC9126-4-2"];

    NO_REQUEST_URI = "OCP-PAR-13", "PAR-13", Must, Refuse,
        "The server refuses a push that contains `request_uri`.",
        same ["RFC9126-2.1-2"];
}
