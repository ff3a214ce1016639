//! The device flow.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    CHARACTERS = "OCP-DEV-01", "DEV-01", Must, Refuse,
        "The server's setting for the characters of user codes is a set that is neither empty nor ambiguous.", planned "pipeline";

    MASK = "OCP-DEV-02", "DEV-02", Must, Refuse,
        "A mask sets length and form of user codes, with spaces and hyphens for readability, and has at least one place for a character.", planned "pipeline";

    FITS_MASK = "OCP-DEV-03", "DEV-03", Must, Emit,
        "Every generated user code fits the mask and has only characters of the set.", planned "pipeline";

    RANDOM = "OCP-DEV-04", "DEV-04", Must, Refuse,
        "User codes are random, and a mask that makes them too easy to guess is refused.", planned "pipeline";

    NATIVE_ONLY = "OCP-DEV-05", "DEV-05", Must, Refuse,
        "Only native clients use the device flow.";

    COMPARED = "OCP-DEV-06", "DEV-06", Must, Accept,
        "The server compares an entered user code without regard to separators and case.", planned "pipeline";

    POLLING = "OCP-DEV-07", "DEV-07", Must, Emit,
        "The errors of polling are `authorization_pending`, `slow_down`, `expired_token` and `access_denied`.", planned "pipeline";

    ORIGINS = "OCP-DEV-08", "DEV-08", Must, Refuse,
        "Calls of browsers in the device flow come from the client's web origins.", planned "pipeline";
}
