//! Policies as data: written by serde, read back against a registry of requirements.

use super::rule::{Bound, Clash, Rule};
use super::{Conjunct, Policy};
use crate::requirement::{self, Requirement};
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// A policy as data, before it is read: a map from rules to lists of `{ "bound": …, "basis": "…" }`, where a basis is the id of a
/// requirement. Any self-describing format will do.
///
/// ```
/// use fapi::policy::{AtMost, PolicyData};
///
/// let data = r#"{ "code_lifetime": [{ "bound": 60, "basis": "FAPI2-SP-5.3.2.1-11" }] }"#;
/// let data: PolicyData = serde_json::from_str(data).expect("it has the form of a policy");
/// let policy = data.read().expect("rule, bound and requirement are known");
/// assert_eq!(policy.code_lifetime.value(), Some(AtMost(60)));
/// ```
/// The order of rules does not matter.
#[derive(Debug, Clone, Default)]
pub struct PolicyData(Vec<(String, Vec<ConjunctData>)>);

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConjunctData {
    bound: Value,
    basis: String,
}

impl From<&Policy> for PolicyData {
    fn from(policy: &Policy) -> Self {
        Self(policy.data())
    }
}

impl PartialEq for PolicyData {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |data: &Self| {
            let mut rules = data.0.clone();
            rules.sort_by(|(one, _), (next, _)| one.cmp(next));
            rules
        };
        sorted(self) == sorted(other)
    }
}

impl Serialize for PolicyData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(rule, conjuncts)| (rule, conjuncts)))
    }
}

impl<T: Bound + Serialize> Rule<T> {
    /// The conjuncts as data.
    pub(super) fn data(&self) -> Vec<ConjunctData> {
        let data = |conjunct: &Conjunct<T>| ConjunctData {
            bound: serde_json::to_value(conjunct.bound).unwrap_or_default(),
            basis: conjunct.basis.id.to_owned(),
        };
        self.conjuncts().iter().map(data).collect()
    }
}

impl PolicyData {
    /// Returns true if there are no rules.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The policy, its requirements found in the library's [registry](crate::requirement). An error names every mistake.
    pub fn read(&self) -> Result<Policy, PolicyDataError> {
        self.read_with(&requirement::find)
    }

    /// The policy, its requirements found by the caller, who may have requirements of its own.
    ///
    /// ```
    /// use fapi::policy::PolicyData;
    /// use fapi::requirement::{self, Duty, Level, Requirement};
    ///
    /// static CODES: Requirement = Requirement::new(
    ///     "BANK-4.2-1",
    ///     "Rules for applications",
    ///     "4.2",
    ///     "https://bank.example/rules#4.2",
    ///     Level::Must,
    ///     Duty::Refuse,
    ///     "A code expires after 30 seconds.",
    /// );
    ///
    /// let find = |id: &str| if id == CODES.id { Some(&CODES) } else { requirement::find(id) };
    /// let data = r#"{ "code_lifetime": [{ "bound": 30, "basis": "BANK-4.2-1" }] }"#;
    /// let data: PolicyData = serde_json::from_str(data).expect("it has the form of a policy");
    /// assert!(data.read_with(&find).is_ok() && data.read().is_err());
    /// ```
    pub fn read_with(&self, find: &dyn Fn(&str) -> Option<&'static Requirement>) -> Result<Policy, PolicyDataError> {
        let mut reader = Reader { find, mistakes: vec![] };
        let (mut policy, mut seen) = (Policy::default(), BTreeSet::new());
        for (rule, conjuncts) in &self.0 {
            if seen.insert(rule) {
                policy.read(rule, conjuncts, &mut reader);
            } else {
                reader.mistakes.push(PolicyDataMistake::RepeatedRule(rule.clone()));
            }
        }
        reader.mistakes.extend(Policy::default().tighten(&policy).err().map(PolicyDataMistake::Clash));
        if reader.mistakes.is_empty() { Ok(policy) } else { Err(PolicyDataError { mistakes: reader.mistakes }) }
    }
}

/// Reads rule by rule and keeps every mistake.
pub(super) struct Reader<'f> {
    find: &'f dyn Fn(&str) -> Option<&'static Requirement>,
    mistakes: Vec<PolicyDataMistake>,
}

impl Reader<'_> {
    pub(super) fn rule<T: Bound + DeserializeOwned>(&mut self, rule: &'static str, conjuncts: &[ConjunctData]) -> Rule<T> {
        let mut read = Rule::default();
        for ConjunctData { bound, basis } in conjuncts {
            let known = (self.find)(basis);
            if known.is_none() {
                self.mistakes.push(PolicyDataMistake::UnknownRequirement { rule, id: basis.clone() });
            }
            match (T::deserialize(bound), known) {
                (Ok(bound), Some(basis)) => read = read.because(bound, basis),
                (Ok(_), None) => {}
                (Err(error), _) => {
                    let (bound, why) = (bound.to_string(), error.to_string());
                    self.mistakes.push(PolicyDataMistake::UnknownBound { rule, bound, why });
                }
            }
        }
        read
    }

    pub(super) fn unknown_rule(&mut self, rule: &str) {
        self.mistakes.push(PolicyDataMistake::UnknownRule(rule.to_owned()));
    }
}

impl<T: Serialize> Serialize for Conjunct<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut conjunct = serializer.serialize_struct("Conjunct", 2)?;
        conjunct.serialize_field("bound", &self.bound)?;
        conjunct.serialize_field("basis", self.basis.id)?;
        conjunct.end()
    }
}

impl<T: Bound + Serialize> Serialize for Rule<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.conjuncts())
    }
}

impl<'de> Deserialize<'de> for PolicyData {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rules;

        impl<'de> Visitor<'de> for Rules {
            type Value = PolicyData;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map from rules to lists of conjuncts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PolicyData, A::Error> {
                let mut rules = vec![];
                while let Some(rule) = map.next_entry()? {
                    rules.push(rule);
                }
                Ok(PolicyData(rules))
            }
        }

        deserializer.deserialize_map(Rules)
    }
}

/// The reasons why data is not a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyDataError {
    /// Every mistake.
    pub mistakes: Vec<PolicyDataMistake>,
}

/// One mistake in a policy as data.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyDataMistake {
    /// No rule has this name.
    UnknownRule(String),
    /// A rule occurs twice.
    RepeatedRule(String),
    /// A rule has no such bound.
    UnknownBound {
        /// The rule.
        rule: &'static str,
        /// The bound, as JSON.
        bound: String,
        /// The reason.
        why: String,
    },
    /// No requirement has this id.
    UnknownRequirement {
        /// The rule that cites it.
        rule: &'static str,
        /// The id.
        id: String,
    },
    /// The rules contradict each other.
    Clash(Clash),
}

impl fmt::Display for PolicyDataMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownRule(rule) => write!(f, "{rule:?} is not a rule"),
            Self::RepeatedRule(rule) => write!(f, "{rule:?} occurs twice"),
            Self::UnknownBound { rule, bound, why } => write!(f, "{rule}: {bound} is not a bound of this rule: {why}"),
            Self::UnknownRequirement { rule, id } => write!(f, "{rule}: no requirement has the id {id:?}"),
            Self::Clash(clash) => clash.fmt(f),
        }
    }
}

impl fmt::Display for PolicyDataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, mistake) in self.mistakes.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { "; " })?;
            mistake.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyDataError {}
