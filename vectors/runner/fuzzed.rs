//! Which vectors are seeds for which fuzz targets. The replay of the corpora includes this file alone.

/// The kinds of vectors, and which targets read what stands in them.
pub const TARGETS: &[(&str, &[&str])] = &[
    ("access_token", &["jwt", "jws"]),
    ("basic", &["basic"]),
    ("client_assertion", &["jwt", "jws"]),
    ("code_challenge", &["pkce"]),
    ("distinguished_name", &["distinguished_name"]),
    ("dpop_proof", &["jwt", "jws"]),
    ("form", &["form"]),
    ("htu", &["htu"]),
    ("jwk", &["jwk", "json"]),
    ("jwk_set", &["jwk_set", "json"]),
    ("jws", &["jws", "jwt"]),
    ("pkce", &["pkce"]),
    ("redirect_uri", &["redirect_uri"]),
    ("redirect_uri_match", &["redirect_uri"]),
    ("scope", &["scope"]),
    ("thumbprint", &["jwk"]),
];
