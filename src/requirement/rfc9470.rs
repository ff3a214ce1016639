//! RFC 9470, OAuth 2.0 Step Up Authentication Challenge Protocol.

super::document! {
    "RFC 9470", "https://www.rfc-editor.org/rfc/rfc9470#section-";

    AUTHENTICATION_SUFFICES = "RFC9470-3-1", "3", Must, Refuse,
        "A resource server answers a token whose login does not meet its requirements with `insufficient_user_authentication`.",
        planned "step-up";

    CLASSES_ACCEPTED = "RFC9470-3-2", "3", Must, Emit,
        "The `acr_values` of a challenge list the classes that the resource accepts, in order of preference, with spaces between.",
        planned "step-up";

    AGE_ACCEPTED = "RFC9470-3-3", "3", Must, Emit,
        "The `max_age` of a challenge is a non-negative integer, the seconds that may have passed since the user last logged in.",
        planned "step-up";

    CLASSES_AND_AGE = "RFC9470-3-4", "3", May, Emit,
        "A challenge may contain both `acr_values` and `max_age`.",
        planned "step-up";

    SCOPE_TOO = "RFC9470-3-5", "3", May, Emit,
        "If the token also lacks scope, the challenge may contain the `scope` that the resource requires.",
        planned "step-up";

    CLASS_TOLD = "RFC9470-5-1", "5", Must, Emit,
        "If the request contained `acr_values`, the access token contains `acr`.",
        planned "step-up";

    TIME_TOLD = "RFC9470-5-2", "5", Must, Emit,
        "If the request contained `max_age`, the access token contains `auth_time`.",
        same ["RFC9068-2.2.1-1"];

    CLASS_NECESSARY = "RFC9470-5-3", "5", Should, Refuse,
        "The server should issue an access token only if the login reached one of the requested `acr_values`.",
        against ["OIDCC-3.1.2.1-13"], planned "step-up";

    CLASS_MISSED = "RFC9470-5-4", "5", Should, Emit,
        "The error of a login that reached none of the requested `acr_values` should be `unmet_authentication_requirements`.",
        planned "step-up";

    CLAIMS_OF_JWT = "RFC9470-6.1-1", "6.1", Must, Emit,
        "The claims `auth_time` and `acr` of a JWT access token describe the login by which it was obtained.",
        same ["RFC9068-2.2.1-1"];

    CLAIMS_UNCHANGED = "RFC9470-6.1-2", "6.1", MustNot, Emit,
        "The claims `auth_time` and `acr` do not change when an access token is renewed.",
        same ["RFC9068-2.2.1-1"];

    CLASS_INTROSPECTED = "RFC9470-6.2-1", "6.2", Must, Emit,
        "The introspection response about a token contains the class of its login as `acr`.",
        planned "step-up";

    TIME_INTROSPECTED = "RFC9470-6.2-2", "6.2", Must, Emit,
        "The introspection response about a token contains the time of its login as `auth_time`, a number of seconds.",
        planned "step-up";

    SUPPORT_PUBLISHED = "RFC9470-7-1", "7", May, Emit,
        "Metadata may announce by `acr_values_supported` that the server honours `acr_values` and `max_age`.",
        planned "step-up";

    CHALLENGE_FIRST = "RFC9470-9-1", "9", May, Emit,
        "The resource server may send the challenge before it has validated the token.",
        planned "step-up";
}
