//! Threats to access and refresh tokens, and by introspection and revocation.

use super::{Attacker, Threat, fapi, model, practice, rfc};
use fapi::requirement::{fapi2_sp, rfc6749, rfc6750, rfc7009, rfc7662, rfc9068, rfc9449, rfc9700};

pub(super) static THREATS: &[Threat] = &[
    Threat {
        id: "access-token-forged",
        title: "An access token that the server did not issue is accepted",
        sources: &[model("4.6.3"), fapi("5.2")],
        attackers: &[Attacker::Web],
        gain: "Any user's resources, with a token that the attacker wrote or changed.",
        opened_by: &[&fapi2_sp::TOKEN_VALID, &rfc9068::VALIDATED, &rfc9068::INVALID_TOKEN, &rfc6750::LIFETIME_AND_INTEGRITY],
    },
    Threat {
        id: "dead-token-used",
        title: "A token is used after its end",
        sources: &[model("5.2.2.4"), model("4.1.2"), practice("4.14.2")],
        attackers: &[Attacker::TokenHolder],
        gain: "Access that lasts, although the token expired or was revoked after a loss.",
        opened_by: &[
            &fapi2_sp::TOKEN_VALID,
            &rfc6750::TOKEN_LIVE,
            &rfc7662::TOKEN_CHECKED,
            &rfc7662::INACTIVE_ANSWER,
            &rfc7009::REFRESH_TOKENS_REVOCABLE,
            &rfc7009::REVOCATION_CASCADES,
            &rfc7009::HINT_IS_A_HINT,
        ],
    },
    Threat {
        id: "access-token-elsewhere",
        title: "A token for one resource server is used at another",
        sources: &[practice("4.10.2"), model("4.6.5"), rfc("RFC 8725", "2.7")],
        attackers: &[Attacker::TokenHolder],
        gain: "Resources at another server, with a token that a resource server of the attacker received.",
        opened_by: &[&rfc9700::TOKEN_FOR_US, &rfc9068::VALIDATED, &rfc7662::INACTIVE_ANSWER],
    },
    Threat {
        id: "more-than-granted",
        title: "A token gives more access than was granted",
        sources: &[practice("2.3")],
        attackers: &[Attacker::TokenHolder, Attacker::Web],
        gain: "Resources that neither the user nor the operator gave to the client.",
        opened_by: &[&fapi2_sp::TOKEN_SUFFICIENT, &rfc6750::SCOPE_COVERS, &rfc6749::REFRESH_SCOPE],
    },
    Threat {
        id: "token-in-a-log",
        title: "Tokens are sent in URLs",
        sources: &[practice("4.3.2"), model("4.6.7")],
        attackers: &[Attacker::ResourceReader, Attacker::Web],
        gain: "Access tokens from logs, from the history of a browser, or from a Referer header.",
        opened_by: &[&fapi2_sp::NO_TOKEN_IN_QUERY, &rfc6750::NO_TOKEN_IN_QUERY],
    },
    Threat {
        id: "tokens-cached",
        title: "A response with tokens is kept by a cache",
        sources: &[model("4.6.6")],
        attackers: &[Attacker::Network],
        gain: "Tokens of users, from a cache between client and server.",
        opened_by: &[&rfc6749::NO_STORE],
    },
    Threat {
        id: "refresh-token-stolen",
        title: "A stolen refresh token is used by the thief",
        sources: &[practice("4.14.1"), model("4.5.2"), model("4.1.2")],
        attackers: &[Attacker::TokenEndpoint, Attacker::TokenHolder],
        gain: "New access tokens for as long as the grant lasts.",
        opened_by: &[
            &rfc6749::REFRESH_BOUND_TO_CLIENT,
            &rfc6749::INVALID_GRANT,
            &rfc9449::PUBLIC_REFRESH_BOUND,
            &rfc9700::REFRESH_REPLAY,
            &rfc9700::PUBLIC_REFRESH,
        ],
    },
    Threat {
        id: "tokens-tried-out",
        title: "Tokens are tried out at the introspection endpoint",
        sources: &[rfc("RFC 7662", "4"), rfc("RFC 7662", "2.1")],
        attackers: &[Attacker::Web, Attacker::TokenHolder],
        gain: "The knowledge which tokens are valid, and to whom and to what they belong.",
        opened_by: &[&rfc7662::CALLER_AUTHORIZED, &rfc7662::INACTIVE_ANSWER, &rfc7662::NOTHING_OF_INACTIVE],
    },
    Threat {
        id: "tokens-of-others-revoked",
        title: "Tokens of another client are revoked",
        sources: &[rfc("RFC 7009", "5")],
        attackers: &[Attacker::TokenHolder],
        gain: "Users and clients who lose their access, at the attacker's wish.",
        opened_by: &[&rfc7009::REVOKED_BY_OWNER],
    },
];
