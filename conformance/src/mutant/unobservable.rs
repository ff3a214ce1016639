//! Mutants that no HTTP peer can tell from the server they were made from, each with the argument.

/// Ids, and why.
pub(super) const UNOBSERVABLE: &[(&str, &str)] = &[
    ("policy/response_type/FAPI2-SP-5.3.2.2-1", NO_OTHER_RESPONSE_TYPE),
    ("policy/response_type/RFC6749-3.1.1-1", NO_OTHER_RESPONSE_TYPE),
    ("policy/redirect_uri/FAPI2-SP-5.3.2.2-8", ONLY_REGISTERED),
    ("policy/redirect_uri/RFC9700-2.6-1", ONLY_REGISTERED),
    (
        "policy/client_authentication/FAPI2-SP-5.3.2.1-6",
        "a client is held to the one method it registered (RFC 6749 2.3.2), and under the plan nobody registers a weaker one",
    ),
    (
        "policy/issued_algorithm/FAPI2-SP-5.4.1-1.2",
        "the server has keys for these algorithms and no others, so what it issues is the same without the rule",
    ),
    (
        "policy/refresh_rotation/FAPI2-SP-5.3.2.1-9",
        "without the rule rotation is still for public clients alone (RFC 9700 2.2.2), and under the plan there are none",
    ),
    ("policy/refresh_rotation/RFC9700-2.2.2-1", "the rule is for public clients, and under the plan there are none"),
    ("forgetful/sessions-lost", "a server may ask a user to log in as often as it likes; the suite warns, and can do no more"),
];

const NO_OTHER_RESPONSE_TYPE: &str =
    "code is the only response type there is so far: any other is unsupported_response_type with the rule and without it";
const ONLY_REGISTERED: &str =
    "a redirect URI has to be registered as well, character by character, and under the plan all that are registered are https";
