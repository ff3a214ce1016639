//! Mutants that no HTTP peer can tell from the server they were made from, each with the argument.

/// Ids, and why.
pub(super) const UNOBSERVABLE: &[(&str, &str)] = &[
    ("policy/response_type/FAPI2-SP-5.3.2.2-1", NO_OTHER_RESPONSE_TYPE),
    ("policy/response_type/RFC6749-3.1.1-1", NO_OTHER_RESPONSE_TYPE),
    ("policy/redirect_uri/FAPI2-SP-5.3.2.2-8", NO_PLAIN_ADDRESS),
    ("policy/redirect_uri/RFC9700-2.6-1", NO_PLAIN_ADDRESS),
    (
        "policy/issued_algorithm/FAPI2-SP-5.4.1-1.2",
        "the server makes itself a key for each of these algorithms and none for any other, so without the rule it signs and \
         advertises the same, and a client that registers another algorithm is not enrolled for want of a key",
    ),
    (
        "policy/refresh_rotation/FAPI2-SP-5.3.2.1-9",
        "a refresh token is kept wherever the policy admits that, and without the rule it does: it is rotated only where another \
         rule forbids to keep it, which is for public clients, and the rule of client authentication enrols none",
    ),
    (
        "policy/refresh_rotation/RFC9700-2.2.2-1",
        "the rule speaks of the refresh tokens of public clients alone, and another rule, which this server keeps, enrols no \
         public client: no request can reach it",
    ),
];

const NO_OTHER_RESPONSE_TYPE: &str =
    "code is the only response type there is so far: any other is unsupported_response_type with the rule and without it";
const NO_PLAIN_ADDRESS: &str = "a plain http address that is not loopback is refused wherever a redirect URI is read, so that without the rule too no client \
     is enrolled with one (the server does not start with such a client), and one that is not registered is refused as such";
