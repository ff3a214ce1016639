//! Mutants whose fault no HTTP peer can detect, each with the reason.

/// The ids and the reasons.
pub(super) const UNOBSERVABLE: &[(&str, &str)] = &[
    ("policy/response_type/FAPI2-SP-5.3.2.2-1", NO_OTHER_RESPONSE_TYPE),
    ("policy/response_type/RFC6749-3.1.1-1", NO_OTHER_RESPONSE_TYPE),
    (
        "missing_check/OIDCC-3.1.2.1-6",
        "the clause demands any error, and without the check there is one too: `none` allows no page, and the other value needs one",
    ),
    ("policy/redirect_uri/FAPI2-SP-5.3.2.2-8", NO_PLAIN_ADDRESS),
    ("policy/redirect_uri/RFC9700-2.6-1", NO_PLAIN_ADDRESS),
    (
        "policy/refresh_rotation/FAPI2-SP-5.3.2.1-9",
        "a refresh token is kept if the policy allows it, as it does without the rule: it is rotated only if another \
         rule requires that, which is so for public clients, and the rule for client authentication does not allow these",
    ),
    (
        "policy/refresh_rotation/RFC9700-2.2.2-1",
        "the rule is only about refresh tokens of public clients, and another rule, which this server enforces, allows no \
         public clients: no request can reach it",
    ),
    ("missing_check/OCP-GRT-07", "RFC 6749 4.4 has a check of its own, which refuses public clients without this one, too"),
    (
        "missing_check/OCP-GRT-17",
        "without an API there is nothing to issue a token for, so the check of RFC 8707 refuses the request, too",
    ),
    ("missing_check/OCP-PIPE-02", "the check names RFC9068-4-1, which says the same and has a mutant of its own"),
    ("missing_check/OCP-PIPE-03", "the check names RFC9068-4-2, which says the same and has mutants of its own"),
    ("missing_check/FAPI-TOKENS-1", "no other token has the server's signature, and its own tokens have no such fault"),
];

const NO_OTHER_RESPONSE_TYPE: &str =
    "code is the only response type so far: any other gets unsupported_response_type with and without the rule";
const NO_PLAIN_ADDRESS: &str = "an http URL that is not loopback is refused wherever a redirect URI is parsed, so that even without the rule no client \
     is registered with one (the server does not start with such a client), and an unregistered one is refused as such";
