//! Requirements that stop no attacker: they say how the parties understand each other.

use fapi::requirement::{
    Requirement, local, ocp, oidcc, rfc6749, rfc6750, rfc7009, rfc7518, rfc7523, rfc7636, rfc8707, rfc9126, rfc9449,
};

/// Requirements without a threat, and the reason.
#[derive(Debug)]
pub struct Exception {
    /// The reason, in one sentence.
    pub reason: &'static str,
    /// The requirements.
    pub requirements: &'static [&'static Requirement],
}

/// The requirements that need no threat, although a scenario demands that something is refused for them.
pub fn exceptions() -> &'static [Exception] {
    EXCEPTIONS
}

static EXCEPTIONS: &[Exception] = &[
    Exception {
        reason: "The form of an error response: a client that meets another one does not know what to do.",
        requirements: &[
            &rfc6749::TOKEN_ERROR_SHAPE,
            &rfc6749::ERROR_CHARACTERS,
            &rfc6749::ERROR_REDIRECTED,
            &rfc6749::BASIC_CHALLENGED,
            &oidcc::TOKEN_ERRORS,
            &oidcc::OPENID_ERRORS,
            &rfc6750::TOKEN_PRESENT,
            &rfc6750::CHALLENGE_ONCE_EACH,
            &rfc7009::TOKEN_TYPE_REVOCABLE,
            &rfc7009::UNKNOWN_IS_REVOKED,
            &rfc9126::ERROR_FORMAT,
            &rfc9126::NO_INTERACTION_ERRORS,
            &rfc9449::INVALID_PROOF_ERROR,
            &rfc9449::NO_PROXY_SCHEME,
        ],
    },
    Exception {
        reason: "The form of a request: a server that takes another one only differs from others.",
        requirements: &[
            &rfc6749::FORM_IS_UTF8,
            &rfc6749::GRANT_TYPE_SERVED,
            &rfc6749::RESPONSE_TYPE_PRESENT,
            &rfc6749::SCOPE_SYNTAX,
            &rfc6749::STATE_SYNTAX,
            &rfc6749::TOKEN_REQUEST_IS_POST,
            &oidcc::GET_AND_POST,
            &oidcc::USERINFO_SERVED,
            &oidcc::NONE_STANDS_ALONE,
            &rfc7523::ASSERTION_TYPE,
            &rfc7636::CHALLENGE_SYNTAX,
            &rfc9126::POST_ONLY,
            &rfc9126::PUSH_BY_POST_FORM,
        ],
    },
    Exception {
        reason: "The place of a response, or a feature that the server does not have and says so.",
        requirements: &[
            &oidcc::CODE_IN_QUERY,
            &oidcc::RESPONSE_MODE_SUPPORTED,
            &oidcc::REGISTRATION_NOT_SUPPORTED,
            &oidcc::REQUEST_NOT_SUPPORTED,
            &oidcc::REQUEST_URI_NOT_SUPPORTED,
        ],
    },
    Exception {
        reason: "A statement about the client's own token, which gives access to the same resources without it.",
        requirements: &[&rfc6749::SCOPE_RETURNED],
    },
    Exception {
        reason: "The encoding of a signature: another one is as hard to forge, but other verifiers refuse it.",
        requirements: &[&rfc7518::ECDSA_FORM],
    },
    Exception {
        reason: "The operator's own decision about who may have what: a server that departs from it gives its clients other rights than the \
                 operator wrote down.",
        requirements: &[
            &ocp::acc::DENIED,
            &ocp::acc::GRANT_NEEDED,
            &ocp::acc::EXPLICIT_SCOPE,
            &ocp::acc::CLIENT_SCOPES,
            &ocp::acc::DELETED,
            &ocp::acc::ORGANIZATIONS,
            &ocp::acc::EMPTY,
            &ocp::api::TRAILING_SLASH,
            &ocp::api::ROLES,
            &ocp::api::LIFETIME_BOUNDS,
            &ocp::cli::DELETED,
            &ocp::cli::THIRD_PARTY_CONNECTIONS,
            &ocp::cli::CONNECTION_ENABLED,
            &ocp::grt::CLIENT_CREDENTIALS_REQUEST,
            &ocp::grt::NOT_ALLOWED,
            &ocp::grt::CONNECTION,
            &ocp::org::PARAMETER,
            &ocp::org::CLIENT_GRANT,
            &ocp::pipe::API_NAMED,
            &ocp::pipe::OFFLINE_GRANTED,
            &ocp::pipe::USERINFO_TOO,
            &ocp::pipe::USERINFO_BY_SIGNATURE,
            &ocp::scp::MIXED,
            &ocp::ten::RESOURCE_URI,
            &rfc8707::RESOURCE_ABSOLUTE,
        ],
    },
    Exception { reason: "The words of a refusal: others refuse as well.", requirements: &[&ocp::err::GRANT_TYPE] },
    Exception {
        reason: "The syntax of a request, and of this server's own tokens: another one means nothing.",
        requirements: &[&local::OWN_TOKEN, &rfc6749::CODE_REQUEST],
    },
];
