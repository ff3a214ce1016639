//! Policies with every rule, for properties that all policies have.

use fapi::jose::{Algorithm, Algorithms};
use fapi::policy::*;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc9449, rfc9700};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

pub const BASES: &[&Requirement] = &[
    &fapi2_sp::CODE_SIXTY_SECONDS,
    &rfc6749::CODE_EXPIRES,
    &oidcc::ASSERTION_ALGORITHM,
    &rfc9449::CLIENT_ALWAYS_PROVES,
    &rfc9700::PUBLIC_REFRESH,
];

pub const METHODS: &[AuthenticationMethod] = &[
    AuthenticationMethod::None,
    AuthenticationMethod::ClientSecretBasic,
    AuthenticationMethod::ClientSecretPost,
    AuthenticationMethod::ClientSecretJwt,
    AuthenticationMethod::PrivateKeyJwt,
    AuthenticationMethod::TlsClientAuth,
    AuthenticationMethod::SelfSignedTlsClientAuth,
];
pub const ALGORITHMS: &[Algorithm] = &[Algorithm::ES256, Algorithm::PS256, Algorithm::RS256, Algorithm::HS256];
pub const SENDERS: &[SenderConstraints] = &[SenderConstraints::NONE, SenderConstraints::DPOP, SenderConstraints::MTLS];
pub const CHALLENGES: &[ChallengeInput] = &[
    ChallengeInput::Absent { confidential: true },
    ChallengeInput::Absent { confidential: false },
    ChallengeInput::Plain,
    ChallengeInput::S256,
];
pub const RESPONSES: &[ResponseType] = &[ResponseType::Code, ResponseType::CodeIdToken, ResponseType::None];
pub const REDIRECTS: &[&str] =
    &["https://client.example/cb", "http://127.0.0.1/cb", "http://client.example/cb", "com.example.app:/cb"];
pub const ROTATIONS: &[RotationRule] = &[RotationRule::ProtectUnbound, RotationRule::Never, RotationRule::NeverAndProtectUnbound];
pub const SECONDS: &[u32] = &[0, 2, 4, 60, 599, 600];
pub const AUDIENCES: &[AssertionAudience] =
    &[AssertionAudience::IssuerString, AssertionAudience::SoleIssuer, AssertionAudience::Among, AssertionAudience::Address];

fn rule<T: Bound>(bound: impl Strategy<Value = T> + Clone) -> impl Strategy<Value = Rule<T>> {
    vec((bound, select(BASES)), 0..3)
        .prop_map(|conjuncts| conjuncts.into_iter().fold(Rule::default(), |rule, (bound, basis)| rule.because(bound, basis)))
}

fn some<T: Clone + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = Vec<T>> + Clone {
    proptest::sample::subsequence(values, 1..=values.len())
}

fn algorithms() -> impl Strategy<Value = Rule<AlgorithmSet>> {
    rule(some(ALGORITHMS).prop_map(|algorithms| AlgorithmSet(Algorithms::of(&algorithms))))
}

fn seconds() -> impl Strategy<Value = Rule<AtMost>> {
    rule(select(SECONDS).prop_map(AtMost))
}

/// A policy with every rule, each of them open or not.
pub fn policy() -> impl Strategy<Value = Policy> {
    let senders = some(SENDERS).prop_map(|all| all.into_iter().reduce(SenderConstraints::or).unwrap());
    let requests = (
        rule(Just(Presence::Required)),
        rule(some(RESPONSES).prop_map(|types| ResponseTypes::of(&types))),
        rule(select(&[ChallengeRule::OfPublicClients, ChallengeRule::Present, ChallengeRule::S256][..])),
        rule(Just(Presence::Required)),
        rule(Just(RedirectRule::Encrypted)),
    );
    let clients = (
        rule(some(METHODS).prop_map(|methods| AuthenticationMethods::of(&methods))),
        rule(select(&[AudienceRule::SoleIssuer, AudienceRule::IssuerString][..])),
        algorithms(),
        algorithms(),
        algorithms(),
    );
    let tokens = (rule(senders), rule(select(ROTATIONS)), seconds(), seconds(), seconds());
    (requests, clients, tokens)
        .prop_map(|(requests, clients, tokens)| {
            let mut policy = Policy::default();
            (policy.pushed_request, policy.response_type, policy.code_challenge, ..) = requests.clone();
            (.., policy.redirect_uri_sent, policy.redirect_uri) = requests;
            (policy.client_authentication, policy.assertion_audience, policy.assertion_algorithm, ..) = clients.clone();
            (.., policy.proof_algorithm, policy.issued_algorithm) = clients;
            (policy.sender_constraint, policy.refresh_rotation, policy.code_lifetime, ..) = tokens.clone();
            (.., policy.request_uri_lifetime, policy.future_tolerance) = tokens;
            policy
        })
        // A policy that contradicts itself is left out, because tightening could not have built it.
        .prop_filter_map("contradicts itself", |policy| Policy::default().tighten(&policy).ok())
}
