//! Threats to authorization codes.

use super::{Attacker, Threat, fapi, model, practice, rfc};
use fapi::requirement::{fapi2_am, fapi2_sp, rfc6749, rfc7636, rfc9449, rfc9700};

pub(super) static THREATS: &[Threat] = &[
    Threat {
        id: "code-replayed",
        title: "A code is redeemed a second time",
        sources: &[model("4.4.1.1"), practice("4.2.4")],
        attackers: &[Attacker::ResponseReader, Attacker::TokenEndpoint],
        gain: "Tokens of the user, with a code that leaked after the client had used it.",
        opened_by: &[&fapi2_sp::CODE_ONCE, &rfc6749::CODE_ONCE, &rfc9700::CODE_INVALIDATED],
    },
    Threat {
        id: "code-used-late",
        title: "A code is redeemed long after it was issued",
        sources: &[model("4.4.1.1"), practice("4.3.1")],
        attackers: &[Attacker::ResponseReader],
        gain: "Time to use a code that was found in a log or in the history of a browser.",
        opened_by: &[&fapi2_sp::CODE_SIXTY_SECONDS, &rfc6749::CODE_EXPIRES],
    },
    Threat {
        id: "code-of-another-client",
        title: "A code is redeemed by another client",
        sources: &[model("4.4.1.13"), practice("4.5.2"), fapi("5.3")],
        attackers: &[Attacker::ResponseReader, Attacker::OtherServer],
        gain: "Tokens of the user for a client of the attacker, with a code that was issued to an honest client.",
        opened_by: &[&rfc6749::CODE_BOUND_TO_CLIENT, &rfc6749::INVALID_GRANT, &fapi2_am::AUTHENTICATION],
    },
    Threat {
        id: "code-of-another-redirect-uri",
        title: "A code that went to one redirect URI is redeemed with another",
        sources: &[model("4.4.1.7"), practice("4.5.2")],
        attackers: &[Attacker::Web, Attacker::ResponseReader],
        gain: "The victim's resources in the attacker's account at an honest client, which redeems the code of a counterfeit one.",
        opened_by: &[&rfc6749::REDIRECT_URI_IDENTICAL],
    },
    Threat {
        id: "code-injected",
        title: "A stolen code is injected into a session at the client",
        sources: &[practice("4.5.1"), model("4.4.1.13"), fapi("5.3"), fapi("5.4")],
        attackers: &[Attacker::ResponseReader],
        gain: "A session at the honest client with the victim's identity and resources.",
        opened_by: &[
            &rfc7636::VERIFIER_FITS,
            &rfc7636::VERIFIER_PRESENT,
            &rfc7636::CHALLENGE_PRESENT,
            &fapi2_sp::CHALLENGE_S256,
            &fapi2_am::SESSION_INTEGRITY_OF_AUTHORIZATION,
        ],
    },
    Threat {
        id: "pkce-downgraded",
        title: "A flow is made to run without PKCE",
        sources: &[practice("4.8.1")],
        attackers: &[Attacker::Web],
        gain: "A victim's session at the client with resources of the attacker, although the client uses PKCE.",
        opened_by: &[&rfc9700::VERIFIER_UNASKED, &rfc7636::CHALLENGE_PRESENT, &fapi2_sp::CHALLENGE_S256],
    },
    Threat {
        id: "verifier-read",
        title: "The verifier is read from the authorization request",
        sources: &[fapi("7.5"), rfc("RFC 7636", "7.2")],
        attackers: &[Attacker::RequestReader],
        gain: "The verifier itself, since the method plain sends it, and thereby the use of a stolen code.",
        opened_by: &[&fapi2_sp::CHALLENGE_S256, &rfc7636::METHOD_SUPPORTED, &rfc7636::METHOD_DEFAULTS_TO_PLAIN],
    },
    Threat {
        id: "verifier-guessed",
        title: "The verifier is guessed",
        sources: &[rfc("RFC 7636", "7.1")],
        attackers: &[Attacker::ResponseReader],
        gain: "The use of a stolen code, after trying the few verifiers that a short one leaves.",
        opened_by: &[&rfc7636::VERIFIER_SYNTAX],
    },
    Threat {
        id: "code-bound-to-another-key",
        title: "A stolen code is redeemed with the attacker's key",
        sources: &[rfc("RFC 9449", "11.9")],
        attackers: &[Attacker::ResponseReader],
        gain: "Tokens that are bound to the attacker's key, and so can be used by the attacker alone.",
        opened_by: &[&rfc9449::CODE_BOUND_TO_KEY, &rfc9449::PUSH_PROOF_BINDS, &rfc9449::BINDINGS_AGREE],
    },
    Threat {
        id: "credential-guessed",
        title: "A code or a token is guessed",
        sources: &[model("4.4.1.3"), model("4.5.3"), model("4.6.3")],
        attackers: &[Attacker::Web],
        gain: "The access of some user, after enough attempts.",
        opened_by: &[&fapi2_sp::CREDENTIAL_ENTROPY],
    },
];
