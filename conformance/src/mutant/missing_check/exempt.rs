//! Refusals that no mutant leaves out, and why: each group shares the argument.

/// Ids of rows, and why no scenario of the plan can show whether they are checked.
pub(in crate::mutant) const EXEMPT: &[(&str, &[&str])] = &[
    (
        "about what a host may configure: the server does not start with such settings, so that there is nothing to ask",
        &["FAPI2-SP-5.1.2-1"],
    ),
    (
        "about what may be registered: the plan's clients are registered before the first request, and nothing over the wire \
         registers others; vectors show these refusals",
        &[
            "FAPI2-SP-5.3.2.1-3",
            "FAPI2-SP-5.4.2-1",
            "RFC6749-3.1.2.2-1",
            "RFC8252-8.4-1",
            "FAPI-CLIENTS-1",
            "FAPI-CLIENTS-2",
            "RFC9126-6-1",
            "RFC7591-2-2",
            "OIDCR-2-5",
        ],
    ),
    (
        "about public clients or shared secrets: the policy in force enrols no client that has one",
        &["RFC6749-2.3.1-2", "RFC6749-4.3.2-1", "RFC8705-4-1", "RFC9449-5-4", "OIDCC-16.19-1", "RFC7518-3.2-1"],
    ),
    (
        "about how a key is written: who reads it more leniently harms nobody but its owner, or needs a key that the suite's own \
         cryptography does not make, so that no scenario demands the refusal; vectors show it",
        &[
            "FAPI2-SP-5.4.1-2",
            "FAPI2-SP-5.4.1-3",
            "RFC7518-3.3-1",
            "RFC7518-6.3.1-1",
            "RFC7517-4-1",
            "RFC7517-4.2-1",
            "RFC7517-4.7-1",
            "FAPI-KEYS-1",
        ],
    ),
    (
        "about what only the server itself can make: nobody else's token has its signature, and it makes none that is unlike it",
        &["RFC9700-2.3-1", "FAPI-TOKENS-1"],
    ),
    (
        "about what changes between two requests at the host's hand: a client's registration or policy; over the wire nothing \
         changes them",
        &["RFC9126-7.4-1"],
    ),
    (
        "about times between the ten seconds that every server has to tolerate and the minute that none may: each server draws its \
         own line",
        &["FAPI-TIMES-1"],
    ),
    ("about rotated refresh tokens: under FAPI 2.0 none is rotated", &["RFC9700-4.14.2-1"]),
    ("about an ID token for another user as a hint: the plan has one user", &["OIDCC-3.1.2.1-12"]),
    (
        "about what this server has no need to refuse: without scope there is a default, and an old assertion has long expired",
        &["RFC6749-3.3-2", "RFC7523-3-6"],
    ),
    (
        "optional, and unknown to many servers, so that no scenario demands it: target and audience of a token; vectors show it",
        &["RFC8707-2-1", "RFC8707-2.1-1"],
    ),
    (
        "about how much a host lets in: numbers beyond all time, and a rate that the plan's host does not limit",
        &["FAPI-LIMITS-2", "FAPI-LIMITS-3", "FAPI-LIMITS-4"],
    ),
    (
        "about the form of what is sent, which bad replies break instead: the redirect URI's own query, the challenges of the \
         userinfo endpoint",
        &["RFC6749-3.1.2-1", "OIDCC-5.3.3-1"],
    ),
];
