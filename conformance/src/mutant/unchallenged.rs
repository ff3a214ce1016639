//! Scenarios that no mutant is made for, and why.

/// Ids of scenarios, with the reason that each group shares.
pub(super) const UNCHALLENGED: &[(&str, &[&str])] = &[
    (
        "about TLS below HTTP: the listener is rustls', which speaks nothing older or weaker whatever its host wants, and no layer \
         above it can",
        &["tls-old-versions", "tls-weak-ciphers", "tls-1-3"],
    ),
    (
        "about parameters beside a request_uri, which are served or refused alike: whoever reads them is caught by the state and \
         the nonce that come back, and has mutants there",
        &["present-other-nonce", "present-other-state", "present-state-only-outside"],
    ),
    (
        "about what a server may take in one form or another: one that does not take it fails the scenario at its first request, \
         as it fails the flow",
        &[
            "binding-by-proof",
            "binding-by-jkt-and-proof",
            "binding-by-jkt",
            "proof-nbf-and-exp",
            "proof-lenient-spelling",
            "assertion-without-typ",
            "openid-scope-decides",
        ],
    ),
    ("about this server's own order of pages, which other servers do not have", &["question-stays-open"]),
];
