//! Refusals without a mutant of a missing check; the rows of a group share the reason.

/// Reasons why no scenario of the plan can show that a row is checked, with the ids of the rows.
pub(in crate::mutant) const EXEMPT: &[(&str, &[&str])] = &[
    (
        "about the configuration of a host: the server does not start with such settings, so that there is nothing to test",
        &[
            "FAPI2-SP-5.1.2-1",
            "OCP-API-01",
            "OCP-API-04",
            "OCP-API-05",
            "OCP-API-06",
            "OCP-API-07",
            "OCP-API-15",
            "OCP-ACC-02",
            "OCP-SCP-01",
        ],
    ),
    (
        "about client registration: the plan's clients are registered before the first request, and no request can \
         register others; vectors show these refusals",
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
            "OIDCR-2-10",
            "RFC7517-9.2-1",
        ],
    ),
    (
        "about public clients or shared secrets: the policy in force does not allow the registration of such clients",
        &["RFC6749-2.3.1-2", "RFC6749-4.3.2-1", "RFC8705-4-1", "RFC9449-5-4", "OIDCC-16.19-1", "RFC7518-3.2-1"],
    ),
    (
        "about the encoding of a key: accepting another one harms only the owner of the key, or the test needs a key that the suite's \
         cryptography cannot generate, so that no scenario demands the refusal; vectors show it",
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
        "about changes of a registration or a policy between two requests: only the host can make them, no request \
         can",
        &["RFC9126-7.4-1"],
    ),
    (
        "about times between the ten seconds that every server has to tolerate and the minute that none may: each server has its \
         own limit",
        &["FAPI-TIMES-1"],
    ),
    ("about rotated refresh tokens: under FAPI 2.0 no refresh token is rotated", &["RFC9700-4.14.2-1"]),
    (
        "about requests that this server need not refuse: without scope there is a default, and an old assertion has expired",
        &["RFC6749-3.3-2", "RFC7523-3-6"],
    ),
    (
        "about limits: numbers that are out of range as times, and a rate that the plan's host does not limit",
        &["FAPI-LIMITS-2", "FAPI-LIMITS-3", "FAPI-LIMITS-4"],
    ),
    (
        "about the form of responses, for which there are other mutants: the redirect URI's own query, the challenges of the \
         userinfo endpoint",
        &["RFC6749-3.1.2-1", "OIDCC-5.3.3-1"],
    ),
    (
        "about a registration that an operator writes: a server with such a mistake does not start, so no request can show it; tests of \
         the library show each",
        &[
            "OCP-CLI-01",
            "OCP-CLI-02",
            "OCP-CLI-06",
            "OCP-CLI-12",
            "OCP-CLI-13",
            "OCP-CLI-16",
            "OCP-CLI-23",
            "OCP-CLI-25",
            "OCP-CLI-26",
            "OCP-CLI-27",
            "OCP-CLI-28",
            "OCP-GRT-04",
            "OCP-GRT-08",
            "OCP-GRT-09",
            "OCP-GRT-10",
            "OCP-GRT-13",
            "OCP-GRT-14",
            "OCP-ACC-09",
            "OCP-ACC-10",
            "OCP-ACC-13",
            "OCP-CIBA-01",
            "OCP-CIBA-02",
            "OCP-CIBA-03",
            "OCP-DEV-05",
            "OCP-PIPE-36",
            "RFC9700-2.1.2-1",
        ],
    ),
    (
        "about compliance levels, which no application of the plan has yet; tests of the library show each, and the rules of FAPI 2.0 \
         behind them have mutants of their own",
        &[
            "OCP-FAPI-04",
            "OCP-FAPI-05",
            "OCP-FAPI-07",
            "OCP-FAPI-09",
            "OCP-FAPI-13",
            "OCP-FAPI-14",
            "OCP-FAPI-15",
            "OCP-FAPI-16",
            "OCP-FAPI-17",
            "OCP-FAPI-22",
            "OCP-FAPI-23",
        ],
    ),
    (
        "about what a rule of another document demands in the same words, which has its reason here or its mutants there",
        &["OCP-CLI-24", "OCP-AUTH-03", "OCP-PAR-05"],
    ),
];
