//! The threats that a finding opens.

use fapi::requirement::Requirement;

use crate::threat::{self, Threat};

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
pub(super) fn of(requirement: &Requirement) -> Vec<Danger> {
    let danger = |threat: &'static Threat| Danger {
        id: threat.id,
        title: threat.title,
        attackers: threat.attackers.iter().map(|attacker| attacker.name()).collect(),
        gain: threat.gain,
        source: threat.sources.first().map(|source| (source.to_string(), source.url())),
    };
    threat::of(requirement).map(danger).collect()
}
