//! RFC 7662, OAuth 2.0 Token Introspection.

super::document! {
    "RFC 7662", "https://www.rfc-editor.org/rfc/rfc7662#section-";

    HINT_IS_A_HINT = "RFC7662-2.1-1", "2.1", Must, Accept,
        "A token is introspected by a form POST, and found even if `token_type_hint` names the wrong kind.";

    CALLER_AUTHORIZED = "RFC7662-2.1-2", "2.1", Must, Refuse,
        "Only an authorized caller may introspect; the server answers any other with 401.",
        same ["FAPI2-MS-6.2-1", "RFC9701-3-1", "RFC9701-4-2"], against ["RFC9701-5-10"];

    INACTIVE_ANSWER = "RFC7662-2.2-1", "2.2", Must, Emit,
        "If a token is expired, unknown or not for this caller, the answer is a 200 that says only that it is not active.",
        same ["RFC9701-3-3"];

    NOTHING_OF_INACTIVE = "RFC7662-2.2-2", "2.2", ShouldNot, Emit,
        "An answer about an inactive token should have no member but `active`.";

    ACTIVE_ANSWER = "RFC7662-2.2-3", "2.2", May, Emit,
        "An answer about an active token may contain its scope, client, subject, audience, times and more, and may differ by caller.";

    ANSWER_SHAPE = "RFC7662-2.2-4", "2.2", Must, Emit,
        "The answer is a JSON object with a boolean `active`; each other member that is present describes the token, in its defined type.";

    TOKEN_CHECKED = "RFC7662-4-1", "4", Must, Emit,
        "The server calls a token active only after it has checked times, revocation, signature and audience.";

    CACHED_UNTIL_EXPIRY = "RFC7662-4-2", "4", MustNot, Caller,
        "A resource server does not keep an active answer beyond the token's `exp`.";
}
