//! Tightening is commutative, associative and idempotent, and what the tightened policy accepts, each part accepts.

use fapi::jose::{Algorithm, Algorithms};
use fapi::policy::*;
use fapi::requirement::{Requirement, fapi2_sp, oidcc, rfc6749, rfc9449, rfc9700};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const BASES: &[&Requirement] = &[
    &fapi2_sp::CODE_SIXTY_SECONDS,
    &rfc6749::CODE_EXPIRES,
    &oidcc::ASSERTION_ALGORITHM,
    &rfc9449::CLIENT_ALWAYS_PROVES,
    &rfc9700::PUBLIC_REFRESH,
];

const METHODS: &[AuthenticationMethod] = &[
    AuthenticationMethod::None,
    AuthenticationMethod::ClientSecretBasic,
    AuthenticationMethod::PrivateKeyJwt,
    AuthenticationMethod::TlsClientAuth,
];
const ALGORITHMS: &[Algorithm] = &[Algorithm::ES256, Algorithm::PS256, Algorithm::RS256, Algorithm::HS256];
const SENDERS: &[Senders] = &[Senders::NONE, Senders::DPOP, Senders::MTLS];
const CHALLENGES: &[Challenge] =
    &[Challenge::Absent { confidential: true }, Challenge::Absent { confidential: false }, Challenge::Plain, Challenge::S256];
const AUDIENCES: &[AssertionAudience] =
    &[AssertionAudience::IssuerString, AssertionAudience::SoleIssuer, AssertionAudience::Among, AssertionAudience::Address];

fn rule<T: Bound>(bound: impl Strategy<Value = T> + Clone) -> impl Strategy<Value = Rule<T>> {
    vec((bound, select(BASES)), 0..3)
        .prop_map(|conjuncts| conjuncts.into_iter().fold(Rule::default(), |rule, (bound, basis)| rule.because(bound, basis)))
}

fn some<T: Clone + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = Vec<T>> + Clone {
    proptest::sample::subsequence(values, 1..=values.len())
}

fn policy() -> impl Strategy<Value = Policy> {
    let senders = some(SENDERS).prop_map(|all| all.into_iter().reduce(Senders::or).unwrap());
    let rotations = [RotationRule::ProtectUnbound, RotationRule::Never, RotationRule::NeverAndProtectUnbound];
    (
        rule(some(METHODS).prop_map(|methods| AuthenticationMethods::of(&methods))),
        rule(some(ALGORITHMS).prop_map(|algorithms| AlgorithmSet(Algorithms::of(&algorithms)))),
        rule(senders),
        rule((0u32..5).prop_map(AtMost)),
        rule(select(&[ChallengeRule::OfPublicClients, ChallengeRule::Present, ChallengeRule::S256][..])),
        rule(select(&[AudienceRule::SoleIssuer, AudienceRule::IssuerString][..])),
        rule(select(rotations.to_vec())),
        rule(Just(Presence::Required)),
    )
        .prop_map(|(methods, algorithms, senders, lifetime, challenge, audience, rotation, pushed)| {
            let mut policy = Profile::OPEN.policy();
            policy.client_authentication = methods;
            policy.proof_algorithm = algorithms;
            policy.sender_constraint = senders;
            policy.code_lifetime = lifetime;
            policy.code_challenge = challenge;
            policy.assertion_audience = audience;
            policy.refresh_rotation = rotation;
            policy.pushed_request = pushed;
            policy
        })
        // A policy that contradicts itself is none: it could not have been built by tightening.
        .prop_filter_map("contradicts itself", |policy| Profile::OPEN.policy().tighten(&policy).ok())
}

fn preset() -> impl Strategy<Value = Policy> {
    prop_oneof![policy(), select(vec![OAUTH.policy(), OPENID.policy(), FAPI2_SECURITY.policy()])]
}

/// Everything a policy says about everything that can be asked.
fn verdicts(policy: &Policy) -> Vec<bool> {
    let mut all = vec![policy.pushed_request.admits(&false), policy.pushed_request.admits(&true)];
    all.extend(METHODS.iter().map(|method| policy.client_authentication.admits(method)));
    all.extend(ALGORITHMS.iter().map(|algorithm| policy.proof_algorithm.admits(algorithm)));
    all.extend(SENDERS.iter().map(|senders| policy.sender_constraint.admits(senders)));
    all.extend(CHALLENGES.iter().map(|challenge| policy.code_challenge.admits(challenge)));
    all.extend(AUDIENCES.iter().map(|audience| policy.assertion_audience.admits(audience)));
    all.extend([0, 2, 4, 60, 600].iter().map(|seconds| policy.code_lifetime.admits(seconds)));
    all
}

proptest! {
    #[test]
    fn tightening_is_commutative(one in preset(), other in preset()) {
        prop_assert_eq!(one.tighten(&other).ok(), other.tighten(&one).ok());
    }

    #[test]
    fn tightening_is_associative(one in preset(), two in preset(), three in preset()) {
        let left = one.tighten(&two).and_then(|both| both.tighten(&three)).ok();
        let right = two.tighten(&three).and_then(|both| one.tighten(&both)).ok();
        prop_assert_eq!(left, right);
    }

    #[test]
    fn tightening_is_idempotent_and_open_adds_nothing(one in preset()) {
        prop_assert_eq!(one.tighten(&one).ok(), Some(one.clone()));
        prop_assert_eq!(one.tighten(&Profile::OPEN.policy()).ok(), Some(one.clone()));
    }

    #[test]
    fn both_accept_what_the_tightened_accepts_and_nothing_else_is_lost(one in preset(), other in preset()) {
        if let Ok(both) = one.tighten(&other) {
            let parts = verdicts(&one).into_iter().zip(verdicts(&other)).map(|(one, other)| one && other);
            prop_assert_eq!(verdicts(&both), parts.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_value_admits_what_its_rule_admits(one in preset()) {
        prop_assert_eq!(one.client_authentication.value().is_none(), one.client_authentication.conjuncts().is_empty());
        if let Some(value) = one.client_authentication.value() {
            for method in METHODS {
                prop_assert_eq!(value.admits(method), one.client_authentication.admits(method));
            }
        }
        for seconds in 0..6 {
            prop_assert!(one.code_lifetime.admits(&one.code_lifetime.within(AtMost(seconds)).0));
        }
    }

    #[test]
    fn a_clash_is_real_and_named(one in preset(), other in preset()) {
        if let Err(clash) = one.tighten(&other) {
            prop_assert!(!clash.against.is_empty());
            prop_assert!(clash.to_string().starts_with(clash.new.id));
        }
    }
}

fn under(senders: Senders) -> Policy {
    let mut policy = Profile::OPEN.policy();
    policy.sender_constraint = Rule::default().because(senders, &fapi2_sp::CODE_SIXTY_SECONDS);
    policy
}

#[test]
fn rules_that_leave_nothing_together_clash() {
    let (none, dpop, mtls) = (Senders::NONE, Senders::DPOP, Senders::MTLS);
    assert_eq!(dpop.or(dpop), dpop);
    assert!(under(none).tighten(&under(dpop)).is_err());
    assert!(under(none.or(mtls)).tighten(&under(dpop)).is_err());
    let two = under(none.or(dpop)).tighten(&under(dpop.or(mtls))).unwrap();
    assert!(two.sender_constraint.admits(&dpop) && !two.sender_constraint.admits(&none));
    let clash = two.tighten(&under(none.or(mtls))).unwrap_err();
    assert_eq!(clash.against.len(), 2, "each pair leaves something, the three together nothing");
}

#[test]
fn an_unencrypted_redirect_stays_on_the_machine() {
    for (uri, admitted) in [
        ("https://client.example/cb", true),
        ("com.example.app:/cb", true),
        ("com.example.app://cb", true),
        ("http://127.0.0.1/cb", true),
        ("http://127.0.0.1:8080/cb", true),
        ("http://[::1]:80?x", true),
        ("http://localhost#", true),
        ("http://client.example/cb", false),
        ("HTTP://client.example", false),
        ("http://127.0.0.1.client.example:80/cb", false),
        ("http://localhost:x@client.example/cb", false),
        ("http://127.0.0.1:80@client.example/cb", false),
        ("http://127.0.0.2", false),
    ] {
        assert_eq!(RedirectRule::Encrypted.admits(uri), admitted, "{uri}");
    }
}
