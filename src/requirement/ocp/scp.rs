//! Scopes and claims.

super::document! {
    "OIDC-conformant pipeline", "https://docs.rs/crate/fapi/latest/source/docs/pipeline.md#";

    RESERVED = "OCP-SCP-01", "SCP-01", Must, Refuse,
        "The names `openid`, `profile`, `email`, `address`, `phone`, `offline_access`, and those of common claims, cannot be scopes of an API.";

    REPLACE_ALL = "OCP-SCP-02", "SCP-02", Must, Emit,
        "An update of an API's scopes replaces all of them, and an empty list removes all.";

    ANYBODY = "OCP-SCP-03", "SCP-03", Must, Accept,
        "By default, any user of any client may request any permission of an API.";

    OPENID = "OCP-SCP-04", "SCP-04", Must, Emit,
        "An ID token needs `openid`, and contains `sub`, `iss`, `aud`, `exp` and `iat`.",
        same ["OIDCC-2-1"];

    PROFILE = "OCP-SCP-05", "SCP-05", Must, Emit,
        "The scope `profile` brings `name`, `family_name`, `given_name`, `middle_name`, `nickname`, `picture` and `updated_at`.",
        same ["OIDCC-5.4-1"];

    EMAIL = "OCP-SCP-06", "SCP-06", Must, Emit,
        "The scope `email` brings `email` and the boolean `email_verified`.",
        same ["OIDCC-5.4-1"];

    BOTH_PLACES = "OCP-SCP-07", "SCP-07", Must, Emit,
        "The claims of the granted scopes appear in the ID token and at UserInfo.", planned "pipeline";

    MIXED = "OCP-SCP-08", "SCP-08", Must, Refuse,
        "Scopes are separated by spaces, and OpenID scopes and those of an API mix in one parameter.",
        same ["RFC6749-3.3-3"];

    WITHOUT_ID_TOKEN = "OCP-SCP-09", "SCP-09", Must, Accept,
        "Without `openid`, a client receives an access token without an ID token.";

    CODE_SERVES = "OCP-SCP-10", "SCP-10", Must, Accept,
        "The response type `code` serves for an ID token alone, an access token alone, and both.";

    SUB = "OCP-SCP-11", "SCP-11", Must, Emit,
        "The `sub` is the identifier of the user as it is stored.";

    STANDARD_ONLY = "OCP-SCP-12", "SCP-12", Must, Emit,
        "Properties of the user without a standard claim are not emitted.", planned "pipeline";

    SCOPE_TOLD = "OCP-SCP-13", "SCP-13", Must, Emit,
        "If the granted scope differs from the requested one, the response contains `scope`.",
        same ["RFC6749-3.3-1"];

    LESS = "OCP-SCP-14", "SCP-14", Must, Accept,
        "A user may grant less than was requested.";

    ROLES_EXAMPLE = "OCP-SCP-15", "SCP-15", Must, Emit,
        "An organizer who may create and update events and a participant who may view and register for them each receive the intersection of request and role.";

    CONSENT_EXAMPLE = "OCP-SCP-16", "SCP-16", Must, Emit,
        "A third-party client that requests `read:balance` and `transfer:funds` receives what the user approves.";

    MACHINE_EXAMPLE = "OCP-SCP-17", "SCP-17", Must, Emit,
        "A back end that requests `read:images` and `delete:images` as a client receives them without consent.";

    GROUPED = "OCP-SCP-18", "SCP-18", Should, Emit,
        "The consent page should group scopes that are named `action:resource` by resource.", planned "pipeline";

    CLAIMS_AT_USERINFO = "OCP-SCP-19", "SCP-19", Must, Emit,
        "Custom claims also appear at UserInfo; the hook runs only when the user authenticates.", planned "pipeline";

    SEPARATE_CLAIMS = "OCP-SCP-20", "SCP-20", Must, Emit,
        "A hook sets the claims of ID tokens and of access tokens separately.", planned "pipeline";

    PLAIN_CLAIMS = "OCP-SCP-21", "SCP-21", Must, Accept,
        "A custom claim may have a namespace or a plain name, within limits.", planned "pipeline";

    METADATA_STANDARD = "OCP-SCP-22", "SCP-22", Must, Emit,
        "The metadata lists standard scopes and claims alone.", planned "pipeline";

    COLLISION = "OCP-SCP-23", "SCP-23", Must, Emit,
        "A custom claim with a reserved name is left out, and the request does not fail.", planned "pipeline";

    ADDRESS_PHONE = "OCP-SCP-24", "SCP-24", Must, Emit,
        "The scopes `address` and `phone` bring the claims that OpenID Connect assigns to them.",
        same ["OIDCC-5.4-1"];
}
