//! Scenarios without a mutant, with the reasons.

/// Reasons, with the ids of the scenarios that they apply to.
pub(super) const UNCHALLENGED: &[(&str, &[&str])] = &[
    (
        "about TLS below HTTP: the listener is that of rustls, which cannot be configured to accept anything older or weaker, and no layer \
         above it can",
        &["tls-old-versions", "tls-weak-ciphers", "tls-1-3"],
    ),
    (
        "about input that a server must accept: one that refuses it fails the scenario at its first request, \
         as it would fail the flow",
        &[
            "binding-by-proof",
            "binding-by-jkt-and-proof",
            "binding-by-jkt",
            "proof-lenient-spelling",
            "assertion-without-typ",
            "openid-scope-decides",
            "present-only-handle",
            "object-typ",
        ],
    ),
    (
        "about responses in JWTs, which no mutant changes yet: a middle layer would have to open each of them and sign it again with \
         the server's key",
        &[
            "jarm-lifetime",
            "jarm-alone",
            "jarm-query",
            "jarm-fragment",
            "jarm-form-post",
            "jarm-usual-mode",
            "jarm-metadata",
            "introspection-jwt",
            "introspection-jwt-inactive",
        ],
    ),
    ("about this server's own order of pages, which other servers do not have", &["question-stays-open"]),
];
