//! FAPI 2.0 Attacker Model (Final): the goals, each as the rule of ours that serves it.

super::document! {
    "FAPI 2.0 Attacker Model", "https://openid.net/specs/fapi-attacker-model-2_0-final.html#section-";

    AUTHORIZATION = "FAPI2-AM-5.2-1", "5.2", Must, Refuse,
        "An access token is of use to nobody but the client it was issued to.",
        same ["FAPI2-SP-5.3.4-5"];

    AUTHENTICATION = "FAPI2-AM-5.3-1", "5.3", Must, Refuse,
        "Nobody obtains an ID token of another user: a code is of use only to the client it was issued to.",
        same ["RFC6749-4.1.3-2"];

    SESSION_INTEGRITY_OF_AUTHENTICATION = "FAPI2-AM-5.4-1", "5.4", Must, Refuse,
        "Nobody is logged in as somebody else: an interaction is finished only in the browser that began it.",
        same ["FAPI-INTERACTION-1"];

    SESSION_INTEGRITY_OF_AUTHORIZATION = "FAPI2-AM-5.4-2", "5.4", Must, Refuse,
        "Nobody is made to use an attacker's resources: a code slipped into another session does not fit its verifier.",
        same ["RFC7636-4.6-1"];
}
