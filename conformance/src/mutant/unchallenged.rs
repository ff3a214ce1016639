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
        ],
    ),
    ("about this server's own order of pages, which other servers do not have", &["question-stays-open"]),
];
