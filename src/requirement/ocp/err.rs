//! Texts of errors.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    PAR_REQUIRED = "OCP-ERR-01", "ERR-01", Must, Emit,
        "A plain request at a level is answered with `invalid_request` and a description that the level requires pushed requests.", planned "pipeline";

    GRANT_TYPE = "OCP-ERR-02", "ERR-02", Must, Emit,
        "A grant that a client does not have is answered with `unauthorized_client` and the description `Grant type NAME not allowed for the client.`, with the name of the grant.";

    CONSENT_REJECTED = "OCP-ERR-03", "ERR-03", Must, Emit,
        "Rejected consent is answered with `access_denied`.",
        same ["RFC6749-4.1.2.1-2"];

    BODY = "OCP-ERR-04", "ERR-04", Must, Emit,
        "A cross-origin login with a wrong body is answered with `invalid_request` and the names that it needs.", planned "pipeline";

    CREDENTIAL_TYPE = "OCP-ERR-05", "ERR-05", Must, Emit,
        "An unknown credential type is answered with status 400 and `unsupported_credential_type`.", planned "pipeline";

    CROSS_ORIGIN = "OCP-ERR-06", "ERR-06", Must, Emit,
        "A client without cross-origin authentication is answered with status 401, `unauthorized_client` and the description `Cross origin login not allowed.`, which is fixed.", planned "pipeline";

    LEAKED = "OCP-ERR-07", "ERR-07", Must, Emit,
        "A leaked password is answered with status 401 and `password_leaked`.", planned "pipeline";

    WRONG_PASSWORD = "OCP-ERR-08", "ERR-08", Must, Emit,
        "Wrong credentials are answered with status 403 and `access_denied`.", planned "pipeline";

    BLOCKED = "OCP-ERR-09", "ERR-09", Must, Emit,
        "A blocked user is answered with status 403 and `blocked_user`, and too many attempts with 429 and `too_many_attempts`.", planned "pipeline";

    ORIGIN = "OCP-ERR-10", "ERR-10", Must, Emit,
        "An origin that is not allowed is answered with status 403, a text, and no member `error`.", planned "pipeline";

    STRICT = "OCP-ERR-11", "ERR-11", Must, Emit,
        "Strict requests are refused with `access_denied` and a text that names the missing parameter.", planned "pipeline";

    STANDARD_CODES = "OCP-ERR-12", "ERR-12", Must, Emit,
        "At a level, `unsupported_credential_type`, `password_leaked`, `blocked_user` and `too_many_attempts` become standard codes.", planned "pipeline";

    KEY = "OCP-ERR-13", "ERR-13", Must, Emit,
        "A malformed key is refused with an error about the certificate.", planned "pipeline";
}
