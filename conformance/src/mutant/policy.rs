//! Policies without one rule: for each conjunct, the policy without it and without those that are at least as strict.

use fapi::policy::{Bound, Conjunct, Policy, Rule};
use fapi_server::config::Config;

use super::{Family, Mutant};
use crate::scenario;
use crate::target::in_process::Alteration;
use crate::variant::{PLANS, Plan};

/// One mutant per conjunct of the policy of each plan.
pub(super) fn all() -> Vec<Mutant> {
    let of = |plan: &'static Plan| -> Vec<Mutant> {
        let policy = plan.policy();
        let weak = |(name, weakened): &(&'static str, Weaken)| {
            weakened(&policy).into_iter().map(|weak| mutant(plan, name, weak)).collect::<Vec<_>>()
        };
        RULES.iter().flat_map(weak).collect()
    };
    let mut all: Vec<Mutant> = vec![];
    for plan in PLANS {
        // A rule that several plans share has one mutant, in the first of them.
        let new: Vec<_> = of(plan).into_iter().filter(|mutant| !all.iter().any(|known| known.id == mutant.id)).collect();
        all.extend(new);
    }
    all
}

/// A policy without a conjunct.
struct Weakened {
    without: &'static fapi::requirement::Requirement,
    bound: String,
    policy: Policy,
}

type Weaken = fn(&Policy) -> Vec<Weakened>;

macro_rules! rules {
    ($($rule:ident)*) => {
        static RULES: &[(&str, Weaken)] = &[$(
            (stringify!($rule), |policy| weakened(policy, &policy.$rule, |weak, rule| weak.$rule = rule))
        ),*];
    };
}

// The rule client_grant is about configurations alone: a server that breaks it does not start.
rules! {
    pushed_request response_type code_challenge redirect_uri_sent redirect_uri client_authentication assertion_audience
    assertion_algorithm proof_algorithm issued_algorithm sender_constraint refresh_rotation code_lifetime request_uri_lifetime
    future_tolerance refresh_token public_id_token final_removal
}

fn mutant(plan: &'static Plan, rule: &str, weak: Weakened) -> Mutant {
    let summary = format!("{rule}: \"{}\" is not required.", weak.bound);
    let policy = weak.policy;
    let key = format!("{policy:?}");
    let mutant = Mutant::new(Family::Policy, &format!("{rule}/{}", weak.without.id), summary, weak.without, move |_| {
        Alteration { policy: Some(policy.clone()), configure: Some(as_the_host_likes), ..Alteration::default() }
    });
    Mutant { of: Some(plan), ..mutant.like(key) }
}

fn weakened<T: Bound>(policy: &Policy, rule: &Rule<T>, put: impl Fn(&mut Policy, Rule<T>)) -> Vec<Weakened> {
    let weak = |conjunct: &Conjunct<T>| {
        let mut weak = policy.clone();
        put(&mut weak, without(rule, conjunct));
        Weakened { without: conjunct.basis, bound: conjunct.bound.to_string(), policy: weak }
    };
    // A conjunct that a stricter one covers has no effect of its own; it has a mutant only if a scenario cites it.
    let covered = |conjunct: &&Conjunct<T>| rule.conjuncts().iter().any(|other| is_stricter(other, conjunct));
    let cited = |conjunct: &&Conjunct<T>| scenario::all().any(|scenario| scenario.requires.contains(&conjunct.basis));
    rule.conjuncts().iter().filter(|conjunct| !covered(conjunct) || cited(conjunct)).map(weak).collect()
}

fn is_stricter<T: Bound>(one: &Conjunct<T>, other: &Conjunct<T>) -> bool {
    one.bound != other.bound && one.bound.meet(other.bound) == Some(one.bound)
}

/// The rule without every conjunct that refuses at least what this conjunct refuses.
fn without<T: Bound>(rule: &Rule<T>, conjunct: &Conjunct<T>) -> Rule<T> {
    let stricter = |other: &Conjunct<T>| other.bound.meet(conjunct.bound) == Some(other.bound);
    let kept: Vec<_> = rule.conjuncts().iter().copied().filter(|other| !stricter(other)).collect();
    Rule::of(&kept)
}

/// Configures longer lifetimes than the policy allows, so that only the policy limits them.
pub(super) fn as_the_host_likes(config: &mut Config) {
    config.lifetimes.code = 700;
    config.lifetimes.request_uri = 900;
    config.lifetimes.future_tolerance = 600;
}
