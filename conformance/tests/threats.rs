//! The table of threats: every check that refuses something has an attacker whom it stops, or a reason why there is none.

use std::collections::BTreeSet;

use fapi::requirement::{self, Level, Requirement};
use fapi_conformance::scenario::{self, Kind};
use fapi_conformance::threat::{self, Attacker};

/// The requirements of level MUST that a scenario cites for a refusal.
fn demanded() -> impl Iterator<Item = &'static Requirement> {
    let refusals = scenario::all().filter(|scenario| scenario.kind == Kind::Negative);
    let cited = refusals.flat_map(|scenario| scenario.requires.iter().copied());
    cited.filter(|requirement| matches!(requirement.level, Level::Must | Level::MustNot))
}

fn excepted(requirement: &Requirement) -> bool {
    threat::exceptions().iter().any(|exception| exception.requirements.iter().any(|other| other.id == requirement.id))
}

#[test]
fn every_mandatory_refusal_has_a_threat_or_a_reason() {
    let without = demanded().filter(|requirement| threat::of(requirement).next().is_none() && !excepted(requirement));
    assert_eq!(without.map(|requirement| requirement.id).collect::<BTreeSet<_>>(), BTreeSet::new());
}

#[test]
fn a_requirement_with_a_threat_is_no_exception() {
    let listed = threat::exceptions().iter().flat_map(|exception| exception.requirements);
    let both = listed.filter(|requirement| threat::of(requirement).next().is_some());
    assert_eq!(both.map(|requirement| requirement.id).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn exceptions_are_listed_once_and_have_a_reason() {
    let ids: Vec<_> = threat::exceptions().iter().flat_map(|exception| exception.requirements).map(|row| row.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(threat::exceptions().iter().all(|exception| exception.reason.ends_with('.')));
}

#[test]
fn a_threat_has_an_id_for_the_command_line_a_source_an_attacker_and_a_gain() {
    let ids: Vec<_> = threat::all().map(|threat| threat.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(ids.iter().all(|id| id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    let bare = threat::all().filter(|threat| {
        threat.sources.is_empty() || threat.attackers.is_empty() || threat.opened_by.is_empty() || !threat.gain.ends_with('.')
    });
    assert_eq!(bare.map(|threat| threat.id).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn a_threat_lists_nothing_twice() {
    let twice = threat::all().filter(|threat| {
        let rows: BTreeSet<_> = threat.opened_by.iter().map(|row| row.id).collect();
        let attackers: BTreeSet<_> = threat.attackers.iter().collect();
        rows.len() < threat.opened_by.len() || attackers.len() < threat.attackers.len()
    });
    assert_eq!(twice.map(|threat| threat.id).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn every_attacker_has_a_threat() {
    let idle = Attacker::ALL.iter().filter(|attacker| !threat::all().any(|threat| threat.attackers.contains(attacker)));
    assert_eq!(idle.collect::<Vec<_>>(), [&Attacker::Web; 0]);
}

#[test]
fn a_row_that_says_the_same_has_the_same_threats() {
    let of = |id: &str| threat::of(requirement::find(id).expect("a row")).map(|threat| threat.id).collect::<Vec<_>>();
    assert_eq!(of("FAPI2-SP-5.3.2.2-9"), ["code-replayed"]);
    assert_eq!(of("RFC9449-11.6-1"), ["proof-forged"]);
    assert_eq!(of("RFC6749-5.2-1"), [""; 0]);
}

#[test]
fn sources_lead_to_their_section() {
    let mut sources = threat::all().flat_map(|threat| threat.sources);
    let source = sources.find(|source| source.document == "RFC 9700").expect("a source");
    assert_eq!(source.to_string(), "RFC 9700 §4.1.1");
    assert_eq!(source.url(), "https://www.rfc-editor.org/rfc/rfc9700#section-4.1.1");
    assert_eq!(Attacker::Web.source().url(), "https://openid.net/specs/fapi-attacker-model-2_0-final.html#section-7.2");
}
