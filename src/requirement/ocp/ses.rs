//! Sessions.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    INACTIVITY = "OCP-SES-01", "SES-01", Must, Emit,
        "A session ends after 4320 minutes without use by default, and a higher value than the cap counts as the cap.", planned "pipeline";

    ABSOLUTE = "OCP-SES-02", "SES-02", Must, Emit,
        "A session ends 10080 minutes after the login by default, and a higher value than the cap counts as the cap.", planned "pipeline";

    EARLIER = "OCP-SES-03", "SES-03", Must, Emit,
        "A session ends at the earlier of both times.", planned "pipeline";

    INDEPENDENT = "OCP-SES-04", "SES-04", Must, Emit,
        "The lifetimes of sessions do not depend on those of tokens.";

    SEVEN_DAYS = "OCP-SES-06", "SES-06", Must, Emit,
        "By default, the user logs in again after seven days.", planned "pipeline";
}
