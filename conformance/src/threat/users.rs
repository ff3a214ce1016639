//! Threats to users: to their login, their consent and their sessions.

use super::{Attacker, Threat, fapi, model, practice};
use fapi::requirement::{fapi2_am, fapi2_sp, local, oidcc, rfc9700};

pub(super) static THREATS: &[Threat] = &[
    Threat {
        id: "interaction-in-another-browser",
        title: "A flow begins in one browser and ends in another",
        sources: &[model("4.4.1.7"), fapi("5.2"), fapi("5.4")],
        attackers: &[Attacker::Web],
        gain: "A victim who logs in for a flow of the attacker, whose session then has the victim's resources.",
        opened_by: &[&local::SAME_BROWSER, &fapi2_am::SESSION_INTEGRITY_OF_AUTHENTICATION],
    },
    Threat {
        id: "consent-not-asked",
        title: "A client gets authorization without the user's decision",
        sources: &[model("4.4.1.10"), model("4.2.3")],
        attackers: &[Attacker::Web],
        gain: "Access to resources of a user who never agreed, or who refused.",
        opened_by: &[&oidcc::DECISION_FIRST, &oidcc::NO_PAGE_WHEN_SILENT, &local::INTERACTION_OPEN, &oidcc::OFFLINE_CONSENT],
    },
    Threat {
        id: "old-login",
        title: "An old or a weaker login counts as the one that the client asked for",
        sources: &[model("4.4.1.10")],
        attackers: &[Attacker::Web],
        gain: "An action that needs a fresh or stronger login, from a session that was left open.",
        opened_by: &[&oidcc::MAX_AGE, &oidcc::ESSENTIAL_ACR, &oidcc::LOGIN_AGAIN, &oidcc::AUTH_TIME],
    },
    Threat {
        id: "another-user",
        title: "A client gets an answer about another user than the one it asked for",
        sources: &[fapi("5.3")],
        attackers: &[Attacker::Web],
        gain: "A login or an authorization under the identity of another user.",
        opened_by: &[
            &oidcc::ONLY_THE_ASKED_SUBJECT,
            &oidcc::HINT_IS_OURS,
            &oidcc::HINTED_USER,
            &oidcc::USERINFO_SUBJECT,
            &oidcc::SUBJECT,
        ],
    },
    Threat {
        id: "forged-id-token",
        title: "A client cannot tell whether an ID token is meant for it and for this login",
        sources: &[fapi("5.3"), practice("4.5.3.2"), practice("4.6.1")],
        attackers: &[Attacker::Web],
        gain: "A login at the client as the victim, with an ID token, a code or an access token from elsewhere.",
        opened_by: &[
            &oidcc::ID_TOKEN_SIGNED,
            &oidcc::ID_TOKEN_NOT_NONE,
            &oidcc::ID_TOKEN_CLAIMS,
            &oidcc::NONCE_COPIED,
            &oidcc::AT_HASH,
        ],
    },
    Threat {
        id: "clickjacking",
        title: "A page of the server is shown within a page of the attacker",
        sources: &[practice("4.16"), model("4.4.1.9")],
        attackers: &[Attacker::Web],
        gain: "A consent or a password that the user gives without knowing it.",
        opened_by: &[&rfc9700::NO_CLICKJACKING, &oidcc::PAGES_PROTECTED],
    },
    Threat {
        id: "password-forwarded",
        title: "A redirect sends the login form on to the client",
        sources: &[practice("4.12")],
        attackers: &[Attacker::Web],
        gain: "The user's password, in a request that the browser repeats at the client of the attacker.",
        opened_by: &[&fapi2_sp::NO_307, &rfc9700::NO_307, &oidcc::NO_307],
    },
    Threat {
        id: "password-at-the-client",
        title: "Clients ask for the user's password",
        sources: &[practice("2.4"), model("4.4.3.1")],
        attackers: &[Attacker::Web],
        gain: "The user's password, which a client sees, loses or misuses, and guesses at the token endpoint.",
        opened_by: &[&fapi2_sp::NO_PASSWORD_GRANT, &rfc9700::NO_PASSWORD_GRANT],
    },
    Threat {
        id: "client-as-a-user",
        title: "A client is mistaken for a user",
        sources: &[practice("4.15")],
        attackers: &[Attacker::Web],
        gain: "Resources of the user whose identifier equals the one of the client.",
        opened_by: &[&rfc9700::DISTINCT_SUBJECTS],
    },
];
