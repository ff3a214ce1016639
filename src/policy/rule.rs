//! A rule: conjuncts with their bases, and the two methods that apply it.

use crate::detail::{Harmless, Words};
use crate::error_code::ErrorCode;
use crate::refusal::Refusal;
use crate::requirement::Requirement;
use std::fmt;

/// The parts of a rule: bounds form a semilattice under [`meet`](Bound::meet).
pub trait Bound: Copy + Eq + fmt::Debug + fmt::Display + 'static {
    /// The value that is compared with it.
    type Input: ?Sized;

    /// Returns true if the input is within the bound.
    fn admits(self, input: &Self::Input) -> bool;

    /// The bound that admits what both admit; `None` if nothing is left.
    fn meet(self, other: Self) -> Option<Self>;
}

/// A bound and the requirement it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conjunct<T> {
    /// The demand.
    pub bound: T,
    /// The requirement behind the demand.
    pub basis: &'static Requirement,
}

impl<T> Conjunct<T> {
    /// A bound because of a requirement.
    pub const fn new(bound: T, basis: &'static Requirement) -> Self {
        Self { bound, basis }
    }
}

/// A set of conjuncts, ordered by their requirement's id and their bound; it demands their meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule<T>(Vec<Conjunct<T>>);

impl<T> Default for Rule<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<T: Bound> Rule<T> {
    /// The rule of these conjuncts.
    pub fn of(conjuncts: &[Conjunct<T>]) -> Self {
        conjuncts.iter().fold(Self::default(), |rule, conjunct| rule.because(conjunct.bound, conjunct.basis))
    }

    /// Adds a conjunct.
    #[must_use]
    pub fn because(mut self, bound: T, basis: &'static Requirement) -> Self {
        self.insert(Conjunct { bound, basis });
        self
    }

    /// The conjuncts, in the order of their requirements' ids.
    pub fn conjuncts(&self) -> &[Conjunct<T>] {
        &self.0
    }

    /// The meet of all conjuncts; `None` if nothing is demanded.
    pub fn value(&self) -> Option<T> {
        self.0.iter().map(|conjunct| conjunct.bound).reduce(|a, b| a.meet(b).unwrap_or(a))
    }

    /// The part of a setting that this rule leaves, for values that the server emits.
    pub fn within(&self, setting: T) -> T {
        self.0.iter().fold(setting, |setting, conjunct| setting.meet(conjunct.bound).unwrap_or(conjunct.bound))
    }

    /// Returns true if the input is within every conjunct.
    pub fn admits(&self, input: &T::Input) -> bool {
        self.0.iter().all(|conjunct| conjunct.bound.admits(input))
    }

    /// One line at the place of the check; cites exactly the conjuncts that the input breaks.
    pub(crate) fn require(&self, input: &T::Input, code: ErrorCode, words: impl Words) -> Result<(), Refusal> {
        let broken = |conjunct: &&Conjunct<T>| conjunct.basis.broken_unless(conjunct.bound.admits(input));
        let basis: Vec<_> = self.0.iter().filter(broken).map(|conjunct| conjunct.basis).collect();
        if basis.is_empty() { Ok(()) } else { Err(Refusal::new(code, basis, words)) }
    }

    /// The meet of all conjuncts, for the words of a refusal.
    pub(crate) fn expected(&self) -> Expected<T> {
        Expected(self.value())
    }

    pub(super) fn add(&mut self, other: &Self) -> Result<(), Clash> {
        for conjunct in &other.0 {
            if let Some(clash) = self.clash_with(conjunct) {
                return Err(clash);
            }
            self.insert(*conjunct);
        }
        Ok(())
    }

    /// The conjuncts that the other rule does not have.
    pub(super) fn without(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|conjunct| !other.0.contains(conjunct)).copied().collect())
    }

    fn insert(&mut self, conjunct: Conjunct<T>) {
        if !self.0.contains(&conjunct) {
            // One requirement may come with two bounds: their order must not depend on who came first.
            let place = |conjunct: &Conjunct<T>| (conjunct.basis.id, conjunct.bound.to_string());
            let at = self.0.partition_point(|known| place(known) < place(&conjunct));
            self.0.insert(at, conjunct);
        }
    }

    fn clash_with(&self, conjunct: &Conjunct<T>) -> Option<Clash> {
        let mut met = conjunct.bound;
        for known in &self.0 {
            match met.meet(known.bound) {
                Some(bound) => met = bound,
                None => return Some(Clash { new: conjunct.basis, against: self.opponents(conjunct) }),
            }
        }
        None
    }

    /// The conjuncts that contradict this one; all of them if only their meet does.
    fn opponents(&self, conjunct: &Conjunct<T>) -> Vec<&'static Requirement> {
        let alone = |known: &&Conjunct<T>| known.bound.meet(conjunct.bound).is_none();
        let mut opponents: Vec<_> = self.0.iter().filter(alone).map(|known| known.basis).collect();
        if opponents.is_empty() {
            opponents.extend(self.0.iter().map(|known| known.basis));
        }
        opponents
    }
}

/// What a rule admits, in words.
pub(crate) struct Expected<T>(Option<T>);

impl<T: Bound> fmt::Display for Expected<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(bound) => write!(f, "{bound}"),
            None => f.write_str("anything"),
        }
    }
}

impl<T: Bound> Harmless for Expected<T> {}

/// Rules that contradict each other: an impossible configuration, which is refused when it is built.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Clash {
    /// The requirement that was to be added.
    pub new: &'static Requirement,
    /// The requirements that it contradicts.
    pub against: Vec<&'static Requirement>,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let against: Vec<_> = self.against.iter().map(|requirement| requirement.id).collect();
        write!(f, "{} contradicts {}", self.new.id, against.join(" and "))
    }
}

impl std::error::Error for Clash {}
