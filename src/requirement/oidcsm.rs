//! OpenID Connect Session Management 1.0.

super::document! {
    "OpenID Connect Session Management 1.0", "https://openid.net/specs/openid-connect-session-1_0.html#rfc.section.";

    STATE_RETURNED = "OIDCSM-2-1", "2", Must, Emit,
        "A successful authorization response contains `session_state`.",
        oidf ["OIDCSM-2"], planned "session management";

    STATE_OF_ERRORS = "OIDCSM-2-2", "2", Should, Emit,
        "An authorization error response should contain `session_state`.",
        oidf ["OIDCSM-2"], planned "session management";

    NO_SPACE = "OIDCSM-2-3", "2", MustNot, Emit,
        "A `session_state` contains no space.",
        oidf ["OIDCSM-2"], planned "session management";

    STATE_COMPUTED = "OIDCSM-2-4", "2", Must, Emit,
        "A `session_state` is made from a salted hash of the `client_id`, the client's origin and the browser's state at the server.",
        oidf ["OIDCSM-2"], planned "session management";

    ORIGIN_EXPECTED = "OIDCSM-3.2-1", "3.2", Must, Refuse,
        "The server's iframe accepts messages only from the origins that it expects.",
        same ["OIDCSM-6-1"], planned "session management";

    STATE_RECOMPUTED = "OIDCSM-3.2-2", "3.2", Must, Emit,
        "The iframe computes the state again from the `client_id`, the origin of the message and the browser's current state.",
        planned "session management";

    MALFORMED = "OIDCSM-3.2-3", "3.2", Should, Emit,
        "The iframe should answer a malformed message with `error`.",
        planned "session management";

    CHANGED = "OIDCSM-3.2-4", "3.2", Must, Emit,
        "The iframe answers a state that differs from the computed one with `changed`.",
        planned "session management";

    UNCHANGED = "OIDCSM-3.2-5", "3.2", Must, Emit,
        "The iframe answers a state that equals the computed one with `unchanged`.",
        planned "session management";

    BROWSER_STATE_UPDATED = "OIDCSM-3.2-6", "3.2", Should, Emit,
        "The browser's state should change with each event that matters, such as a login, a logout or a change of user.",
        planned "session management";

    BROWSER_STATE_STABLE = "OIDCSM-3.2-7", "3.2", ShouldNot, Emit,
        "The browser's state should not change often without such an event.",
        planned "session management";

    ERRORS_SALTED = "OIDCSM-3.2-8", "3.2", Should, Emit,
        "The `session_state` of an error response should contain enough randomness that it does not identify the user.",
        planned "session management";

    STATE_CHANGED = "OIDCSM-3.2-9", "3.2", Should, Emit,
        "The `session_state` that an authorized client receives should change with the users and clients of the browser's session.",
        planned "session management";

    ERRORS_VARY = "OIDCSM-3.2-10", "3.2", Should, Emit,
        "The `session_state` of error responses should differ from request to request.",
        planned "session management";

    COOKIE_ANONYMOUS = "OIDCSM-3.2-11", "3.2", ShouldNot, Emit,
        "A cookie with the browser's state should contain nothing that identifies the user, because scripts can read it.",
        planned "session management";

    IFRAME_PUBLISHED = "OIDCSM-3.3-1", "3.3", Must, Emit,
        "Metadata contain `check_session_iframe`.",
        oidf ["OIDCSM-3.3"], planned "session management";

    IFRAME_HTTPS = "OIDCSM-3.3-2", "3.3", Must, Emit,
        "The `check_session_iframe` is an https URL.",
        oidf ["OIDCSM-3.3"], planned "session management";

    INVALID_STOPS = "OIDCSM-4-1", "4", Must, Refuse,
        "An operation ends if a validation that it requires fails.",
        planned "session management";

    INVALID_UNUSED = "OIDCSM-4-2", "4", MustNot, Refuse,
        "Information that failed a validation is not used.",
        planned "session management";

    BLOCKED_CONTENT = "OIDCSM-5.1-1", "5.1", Should, Caller,
        "A deployment should detect that a browser blocks the iframe's storage, and tell the user that logout does not work.",
        planned "session management";

    ORIGIN_ENFORCED = "OIDCSM-6-1", "6", Must, Refuse,
        "The server's iframe rejects messages from any other origin, to prevent cross-site scripting.",
        same ["OIDCSM-3.2-1"], planned "session management";
}
