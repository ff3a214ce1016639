//! The claims that no host has.

/// The claims of tokens that this library sets itself or leaves out. Neither an ID token nor UserInfo has the host's claim of such a
/// name ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)); settings that name one are refused.
pub const OWN_CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "sid",
    "cnf",
];
