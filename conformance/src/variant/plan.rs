//! The plans: one row each.

use fapi::policy::{FAPI2_SECURITY, OAUTH, OPENID, PIPELINE, Policy, Profile, ProfileId};

use super::axis::{
    Apis, Authentication, Grant, Protocol, Registration, RequestMethod, ResponseMode, ResponseType, SenderConstraint, Value,
    Variant,
};

/// A plan: the profiles whose rules a server must follow, and the variants in which it is used.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The value of `--plan`.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The profiles whose rules are in force, in all variants.
    pub profiles: &'static [&'static Profile],
    /// The values that its variants have.
    pub choices: &'static [Choice],
    /// The official suite's plan, if there is one.
    pub official: Option<Official>,
}

/// Values of one axis: each variant has one of them.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// The values, in the order in which variants run.
    pub values: &'static [Value],
    /// If set, only variants that already have this value have one of the values; otherwise all variants have one.
    pub with: Option<Value>,
}

/// A plan of the official conformance suite.
#[derive(Debug, Clone, Copy)]
pub struct Official {
    /// Its name.
    pub name: &'static str,
    /// The beginning of the names of its modules.
    pub prefix: &'static str,
    /// Its modules, as lines of tab-separated values: name, kind, steps and assertions; the first line is a heading.
    pub modules: &'static str,
}

/// The features of a variant of a plan: scenarios are chosen by them.
#[derive(Debug, Clone)]
pub struct Features {
    /// How the server is used.
    pub variant: Variant,
    /// The rules of the plan's profiles.
    pub policy: Policy,
}

const CODES: Option<Value> = Some(Value::Grant(Grant::AuthorizationCode));

/// Every plan.
pub static PLANS: &[Plan] = &[FAPI2, CONFORMANT_PIPELINE];

const FAPI2: Plan = Plan {
    id: "fapi2-security-profile",
    title: "FAPI 2.0 Security Profile",
    profiles: &[&OAUTH, &OPENID, &FAPI2_SECURITY],
    choices: &[
        Choice { values: &[Value::Grant(Grant::AuthorizationCode), Value::Grant(Grant::ClientCredentials)], with: None },
        Choice { values: &[Value::Protocol(Protocol::OpenId), Value::Protocol(Protocol::OAuth)], with: CODES },
        Choice { values: &[Value::RequestMethod(RequestMethod::Unsigned)], with: CODES },
        Choice { values: &[Value::ResponseType(ResponseType::Code)], with: CODES },
        Choice { values: &[Value::ResponseMode(ResponseMode::Query)], with: CODES },
        Choice {
            values: &[Value::Authentication(Authentication::PrivateKeyJwt), Value::Authentication(Authentication::Mtls)],
            with: None,
        },
        Choice {
            values: &[Value::SenderConstraint(SenderConstraint::Dpop), Value::SenderConstraint(SenderConstraint::Mtls)],
            with: None,
        },
        Choice { values: &[Value::Registration(Registration::Static)], with: None },
    ],
    official: Some(Official {
        name: "fapi2-security-profile-final-test-plan",
        prefix: "fapi2-security-profile-final-",
        modules: include_str!("../../oidf/fapi2-security-profile-final.tsv"),
    }),
};

const CONFORMANT_PIPELINE: Plan = Plan {
    id: "conformant-pipeline",
    title: "OIDC-conformant pipeline",
    profiles: &[&OAUTH, &OPENID, &PIPELINE],
    choices: &[
        Choice { values: &[Value::Grant(Grant::AuthorizationCode)], with: None },
        Choice { values: &[Value::Protocol(Protocol::OpenId)], with: None },
        Choice { values: &[Value::RequestMethod(RequestMethod::Unsigned)], with: None },
        Choice { values: &[Value::ResponseType(ResponseType::Code)], with: None },
        Choice { values: &[Value::ResponseMode(ResponseMode::Query)], with: None },
        Choice { values: &[Value::Registration(Registration::Static)], with: None },
        Choice { values: &[Value::Apis(Apis::Documents), Value::Apis(Apis::Standards)], with: None },
    ],
    official: None,
};

impl Plan {
    /// The plan of this id; the known ones, if there is none.
    pub fn find(id: &str) -> Result<&'static Self, String> {
        let known = || PLANS.iter().map(|plan| plan.id).collect::<Vec<_>>().join(", ");
        PLANS.iter().find(|plan| plan.id == id).ok_or_else(|| format!("no plan {id}; there are {}", known()))
    }

    /// Its variants, in the order in which they run.
    pub fn variants(&self) -> Vec<Variant> {
        let none = vec![Variant::default()];
        self.choices.iter().fold(none, |variants, choice| variants.into_iter().flat_map(|it| choice.made(it)).collect())
    }

    /// Its variant of this name; the known ones, if there is none.
    pub fn variant(&self, name: &str) -> Result<Variant, String> {
        let variants = self.variants();
        let known = || variants.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let named = variants.iter().find(|variant| variant.to_string() == name).copied();
        named.ok_or_else(|| format!("no variant {name:?} of {}; there are {}", self.id, known()))
    }

    /// The rules that are in force in all its variants.
    pub fn policy(&self) -> Policy {
        let mut policies = self.profiles.iter().map(|profile| profile.policy());
        let first = policies.next().unwrap_or_else(|| OAUTH.policy());
        let joined = policies.try_fold(first, |joined, policy| joined.tighten(&policy));
        joined.unwrap_or_else(|clash| unreachable!("the profiles of {} contradict each other: {clash:?}", self.id))
    }

    /// The features of each of its variants.
    pub fn features(&self) -> Vec<Features> {
        let policy = self.policy();
        self.variants().into_iter().map(|variant| Features { variant, policy: policy.clone() }).collect()
    }

    /// The features of a variant, if it is one of the plan's.
    pub fn features_of(&self, variant: Variant) -> Option<Features> {
        self.variants().contains(&variant).then(|| Features { variant, policy: self.policy() })
    }

    /// The ids of its profiles, as the configuration of a server names them.
    pub fn profile_ids(&self) -> Vec<ProfileId> {
        self.profiles.iter().map(|profile| profile.id()).collect()
    }
}

impl Choice {
    /// A variant with each of the values; itself, if it is none of those that have one.
    fn made(&self, variant: Variant) -> Vec<Variant> {
        if self.with.is_none_or(|value| variant.has(value)) {
            self.values.iter().map(|value| variant.with(*value)).collect()
        } else {
            vec![variant]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fapi::policy::Profiles;
    use std::collections::BTreeSet;

    #[test]
    fn the_variants_of_a_plan_have_names_of_their_own_that_are_found() {
        for plan in PLANS {
            let names: BTreeSet<_> = plan.variants().iter().map(ToString::to_string).collect();
            assert_eq!(names.len(), plan.variants().len(), "{}", plan.id);
            for variant in plan.variants() {
                assert_eq!(plan.variant(&variant.to_string()), Ok(variant));
            }
            assert!(plan.variant("no-such/variant").is_err_and(|error| names.iter().all(|name| error.contains(name))));
        }
    }

    #[test]
    fn a_choice_is_of_one_axis_that_is_not_chosen_twice_in_a_variant() {
        for plan in PLANS {
            for choice in plan.choices {
                let axes: BTreeSet<_> = choice.values.iter().map(|value| value.axis()).collect();
                assert_eq!(axes.len(), 1, "{}: {:?}", plan.id, choice.values);
            }
            for (place, choice) in plan.choices.iter().enumerate() {
                let before = Plan { choices: &plan.choices[..place], ..*plan };
                let taken = |variant: &Variant| choice.values.iter().any(|value| variant.value(value.axis()).is_some());
                let chosen = |variant: &Variant| choice.with.is_none_or(|value| variant.has(value));
                assert!(!before.variants().iter().any(|variant| chosen(variant) && taken(variant)), "{}: {choice:?}", plan.id);
            }
        }
    }

    #[test]
    fn ids_are_distinct_and_profiles_are_known_and_fit_together() {
        let ids: BTreeSet<_> = PLANS.iter().map(|plan| plan.id).collect();
        assert_eq!(ids.len(), PLANS.len());
        for plan in PLANS {
            assert!(plan.profile_ids().iter().all(|id| Profiles::default().get(id).is_some()), "{}", plan.id);
            assert!(!plan.features().is_empty());
        }
        assert!(Plan::find("no-such-plan").is_err_and(|error| error.contains(PLANS[0].id)));
    }
}
