//! FAPI 2.0 Attacker Model (Final): its security goals, each stated as the rule of this library that serves it.

super::document! {
    "FAPI 2.0 Attacker Model", "https://openid.net/specs/fapi-attacker-model-2_0-final.html#section-";

    AUTHORIZATION = "FAPI2-AM-5.2-1", "5.2", Must, Refuse,
        "An access token can be used only by the client to which it was issued.",
        same ["FAPI2-SP-5.3.4-5"];

    AUTHENTICATION = "FAPI2-AM-5.3-1", "5.3", Must, Refuse,
        "No party can obtain an ID token of another user: a code can be used only by the client to which it was issued.",
        same ["RFC6749-4.1.3-2"];

    SESSION_INTEGRITY_OF_AUTHENTICATION = "FAPI2-AM-5.4-1", "5.4", Must, Refuse,
        "No user can be logged in as another user: an interaction is finished only in the browser that began it.",
        same ["FAPI-INTERACTION-1"];

    SESSION_INTEGRITY_OF_AUTHORIZATION = "FAPI2-AM-5.4-2", "5.4", Must, Refuse,
        "No user can be made to use an attacker's resources: a code injected into another session does not fit its verifier.",
        same ["RFC7636-4.6-1"];
}
