//! The threats that a finding opens.

use fapi::requirement::Requirement;

/// A threat, and the gain of an attacker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    /// Its identifier.
    pub id: &'static str,
    /// The attack, in a few words.
    pub title: &'static str,
    /// The attackers who can carry it out, each alone.
    pub attackers: Vec<&'static str>,
    /// One sentence: the attacker's gain.
    pub gain: &'static str,
    /// The section that describes it, and its address.
    pub source: Option<(String, String)>,
}

/// The threats that the breach of a requirement opens.
pub(super) fn of(_requirement: &Requirement) -> Vec<Danger> {
    Vec::new()
}
