//! Threats below and around the protocol: the network, and requests that exhaust the server.

use super::{Attacker, Threat, fapi, model, rfc};
use fapi::requirement::{fapi2_sp, local, rfc6749, rfc9126, rfc9449};

pub(super) static THREATS: &[Threat] = &[
    Threat {
        id: "connection-read",
        title: "A connection is read or changed",
        sources: &[fapi("7.4"), model("4.3.1"), model("4.6.1")],
        attackers: &[Attacker::Network],
        gain: "Tokens, codes and passwords on their way, once an old version of TLS or a weak cipher is broken.",
        opened_by: &[
            &fapi2_sp::TLS_ONLY,
            &fapi2_sp::TLS_VERSION,
            &fapi2_sp::TLS_BCP195,
            &fapi2_sp::BACK_CHANNEL_CIPHERS,
            &fapi2_sp::FRONT_CHANNEL_CIPHERS,
            &fapi2_sp::HSTS,
        ],
    },
    Threat {
        id: "parameter-read-in-two-ways",
        title: "Two parts of the server read different values of a parameter",
        sources: &[fapi("7.2")],
        attackers: &[Attacker::Web],
        gain: "A value that passes the check, beside another one of the same name that is used afterwards.",
        opened_by: &[&rfc6749::NO_REPEATED_PARAMETER, &rfc6749::INVALID_REQUEST],
    },
    Threat {
        id: "value-becomes-code",
        title: "A value of a request is read as a header or as markup",
        sources: &[rfc("RFC 6749", "10.14")],
        attackers: &[Attacker::Web],
        gain: "Headers or scripts of the attacker in a response of the server, with the session of the user who follows a link.",
        opened_by: &[&rfc6749::VALUES_SANITISED],
    },
    Threat {
        id: "server-exhausted",
        title: "Requests exhaust the server",
        sources: &[model("4.4.1.12"), rfc("RFC 9449", "11.1")],
        attackers: &[Attacker::Web],
        gain: "A server that is busy or out of memory, so that users cannot log in.",
        opened_by: &[&local::REQUEST_SIZE, &local::PARAMETER_COUNT, &local::ADMISSION, &rfc9126::PUSH_LIMITS, &rfc9449::JTI_SIZE],
    },
];
