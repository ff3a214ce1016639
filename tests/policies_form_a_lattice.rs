//! Tightening is commutative, associative and idempotent, and each part accepts everything that the tightened policy accepts.

use crate::support::policies::*;
use fapi::policy::*;
use fapi::requirement::fapi2_sp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn preset() -> impl Strategy<Value = Policy> {
    prop_oneof![3 => policy(), 1 => select(vec![OAUTH.policy(), OPENID.policy(), FAPI2_SECURITY.policy()])]
}

/// Two or three policies, many of which are compatible and some of which are not.
fn presets() -> impl Strategy<Value = Vec<Policy>> {
    vec(preset(), 3)
}

/// Evaluates one rule on every possible input.
fn of<T: Bound>(rule: &Rule<T>, inputs: &[T::Input]) -> Vec<bool>
where
    T::Input: Sized,
{
    inputs.iter().map(|input| rule.admits(input)).collect()
}

/// Evaluates a rotation rule: on a token that is kept or rotated, of a client that proves its identity or not.
fn rotations(rule: &Rule<RotationRule>) -> Vec<bool> {
    // Only the library constructs the input of this rule; its own tests check the rule against this table.
    let admitted = |bound: RotationRule| match bound {
        RotationRule::ProtectUnbound => [true, true, false, true],
        RotationRule::Never => [true, false, true, false],
        RotationRule::NeverAndProtectUnbound => [true, false, false, false],
        _ => [false; 4],
    };
    rule.value().map_or([true; 4], admitted).to_vec()
}

/// Evaluates every rule of a policy on every possible input.
fn verdicts(policy: &Policy) -> Vec<(&'static str, Vec<bool>)> {
    let redirects = REDIRECTS.iter().map(|uri| policy.redirect_uri.admits(uri)).collect();
    vec![
        ("pushed_request", of(&policy.pushed_request, &[false, true])),
        ("response_type", of(&policy.response_type, &RESPONSES.iter().copied().map(Some).collect::<Vec<_>>())),
        ("code_challenge", of(&policy.code_challenge, CHALLENGES)),
        ("redirect_uri_sent", of(&policy.redirect_uri_sent, &[false, true])),
        ("redirect_uri", redirects),
        ("client_authentication", of(&policy.client_authentication, METHODS)),
        ("assertion_audience", of(&policy.assertion_audience, AUDIENCES)),
        ("assertion_algorithm", of(&policy.assertion_algorithm, ALGORITHMS)),
        ("proof_algorithm", of(&policy.proof_algorithm, ALGORITHMS)),
        ("issued_algorithm", of(&policy.issued_algorithm, ALGORITHMS)),
        ("sender_constraint", of(&policy.sender_constraint, SENDERS)),
        ("refresh_rotation", rotations(&policy.refresh_rotation)),
        ("code_lifetime", of(&policy.code_lifetime, SECONDS)),
        ("request_uri_lifetime", of(&policy.request_uri_lifetime, SECONDS)),
        ("future_tolerance", of(&policy.future_tolerance, SECONDS)),
    ]
}

/// Returns the rules for which these policies together admit no input.
fn empty(policies: &[&Policy]) -> Vec<&'static str> {
    let all: Vec<_> = policies.iter().map(|policy| verdicts(policy)).collect();
    let rules = (0..all[0].len()).filter(|rule| {
        let inputs = 0..all[0][*rule].1.len();
        !inputs.clone().any(|input| all.iter().all(|verdicts| verdicts[*rule].1[input]))
    });
    rules.map(|rule| all[0][rule].0).collect()
}

proptest! {
    #[test]
    fn tightening_is_commutative(one in preset(), other in preset()) {
        prop_assert_eq!(one.tighten(&other).ok(), other.tighten(&one).ok());
    }

    #[test]
    fn tightening_is_associative(all in presets()) {
        let [one, two, three] = &all[..] else { panic!("three") };
        let left = one.tighten(two).and_then(|both| both.tighten(three)).ok();
        let right = two.tighten(three).and_then(|both| one.tighten(&both)).ok();
        prop_assert_eq!(left, right);
    }

    #[test]
    fn tightening_is_idempotent_and_open_adds_nothing(one in preset()) {
        prop_assert_eq!(one.tighten(&one).ok(), Some(one.clone()));
        prop_assert_eq!(one.tighten(&Policy::default()).ok(), Some(one.clone()));
    }

    #[test]
    fn both_accept_what_the_tightened_accepts_and_policies_that_leave_nothing_clash(one in preset(), other in preset()) {
        let empty = empty(&[&one, &other]);
        match one.tighten(&other) {
            Ok(both) => {
                prop_assert_eq!(empty, [""; 0], "these rules admit nothing, but there is no clash");
                for ((rule, both), (one, other)) in verdicts(&both).iter().zip(verdicts(&one).iter().zip(&verdicts(&other))) {
                    let parts = one.1.iter().zip(&other.1).map(|(one, other)| *one && *other);
                    prop_assert_eq!(both, &parts.collect::<Vec<_>>(), "{}", rule);
                }
            }
            Err(clash) => {
                prop_assert!(!empty.is_empty(), "{} clashes although something is admitted", clash);
                // Each conflicting requirement is in one of the policies, and they are incompatible.
                let bases = |policy: &Policy| bases(policy, &empty);
                prop_assert!(bases(&other).contains(&clash.new.id), "{}", clash);
                prop_assert!(!clash.against.is_empty());
                let known = [bases(&one), bases(&other)].concat();
                prop_assert!(clash.against.iter().all(|against| known.contains(&against.id)), "{}", clash);
                prop_assert!(clash.to_string().starts_with(clash.new.id));
            }
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
}

/// Returns the ids of the requirements behind these rules of a policy.
fn bases(policy: &Policy, rules: &[&str]) -> Vec<&'static str> {
    fn of<T: Bound>(rule: &Rule<T>) -> Vec<&'static str> {
        rule.conjuncts().iter().map(|conjunct| conjunct.basis.id).collect()
    }
    let all = [
        ("response_type", of(&policy.response_type)),
        ("client_authentication", of(&policy.client_authentication)),
        ("assertion_algorithm", of(&policy.assertion_algorithm)),
        ("proof_algorithm", of(&policy.proof_algorithm)),
        ("issued_algorithm", of(&policy.issued_algorithm)),
        ("sender_constraint", of(&policy.sender_constraint)),
    ];
    let among = all.into_iter().filter(|(name, _)| rules.contains(name));
    among.flat_map(|(_, bases)| bases).collect()
}

/// Checks that the properties are not vacuous: of the generated pairs and triples, many are compatible and many are not.
#[test]
fn many_policies_are_compatible_and_many_are_not() {
    let mut runner = TestRunner::deterministic();
    let mut fits = [0, 0];
    for _ in 0..500 {
        let all = presets().new_tree(&mut runner).unwrap().current();
        let both = all[0].tighten(&all[1]);
        fits[0] += usize::from(both.is_ok());
        fits[1] += usize::from(both.and_then(|both| both.tighten(&all[2])).is_ok());
    }
    assert!((150..=450).contains(&fits[0]) && (60..=450).contains(&fits[1]), "{fits:?} of 500");
}

fn under(senders: SenderConstraints) -> Policy {
    let mut policy = Policy::default();
    policy.sender_constraint = Rule::default().because(senders, &fapi2_sp::CODE_SIXTY_SECONDS);
    policy
}

#[test]
fn rules_that_together_admit_nothing_clash() {
    let (none, dpop, mtls) = (SenderConstraints::NONE, SenderConstraints::DPOP, SenderConstraints::MTLS);
    assert_eq!(dpop.or(dpop), dpop);
    assert!(under(none).tighten(&under(dpop)).is_err());
    assert!(under(none.or(mtls)).tighten(&under(dpop)).is_err());
    let two = under(none.or(dpop)).tighten(&under(dpop.or(mtls))).unwrap();
    assert!(two.sender_constraint.admits(&dpop) && !two.sender_constraint.admits(&none));
    let clash = two.tighten(&under(none.or(mtls))).unwrap_err();
    assert_eq!(clash.against.len(), 2, "each pair admits something, but the three together admit nothing");
}

#[test]
fn an_unencrypted_redirect_is_limited_to_loopback() {
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
