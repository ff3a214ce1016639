//! Findings with one cause, told once.

use std::collections::HashMap;

use data_encoding::HEXLOWER;
use fapi::requirement::Requirement;
use sha2::{Digest, Sha256};

use super::entry::{Entry, Found};
use super::steady::{steady, without_place};
use super::threats::Danger;
use super::{Run, level};
use crate::runner::Verdict;
use crate::scenario::{EVERYTHING_ELSE, Scenario};
use crate::variant::Variant;

/// Findings with one cause: the same clause, the same expectation and the same observation, apart from values that differ from run to
/// run. Requests that are served although the same clause forbids it have one cause, in whatever way each was wrong.
#[derive(Debug, Clone)]
pub struct Group {
    /// The violated clause. None if the suite itself is at fault.
    pub clause: Option<&'static Requirement>,
    /// True if it fails the server; otherwise it is a warning.
    pub fails: bool,
    /// The expected behaviour.
    pub expected: String,
    /// The observed behaviour.
    pub got: String,
    /// The scenarios in which it occurred.
    pub seen: Vec<Seen>,
    /// The index of the result that shows it.
    pub result: usize,
    /// The number of the exchange that shows it.
    pub exchange: Option<u64>,
    /// The threats that it opens.
    pub threats: Vec<Danger>,
    /// A digest that is the same in every run with this finding.
    pub fingerprint: String,
}

/// A scenario in which a finding occurred, and the variants.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// The variants.
    pub variants: Vec<Variant>,
}

/// The number of ways that a group names.
const WAYS: usize = 3;

/// A text that several results have.
#[derive(Debug, Clone)]
pub struct Counted<'a> {
    /// The text.
    pub text: &'a str,
    /// The number of times.
    pub count: usize,
    /// A result that has the text, and the number of the exchange that shows it.
    pub shown: Option<(&'a Entry, u64)>,
}

impl Group {
    /// The word for its consequence.
    pub fn word(&self) -> &'static str {
        if self.fails { Verdict::Failed.word() } else { Verdict::Warning.word() }
    }

    /// The level of its clause, in the words of RFC 2119.
    pub fn level(&self) -> Option<&'static str> {
        self.clause.map(|clause| level(clause.level))
    }

    /// The document and the clause, or the suite.
    pub fn place(&self) -> String {
        match self.clause {
            Some(clause) => format!("{} {}", clause.document, clause.clause),
            None => "the suite itself".into(),
        }
    }

    /// The number of results in which it occurred.
    pub fn count(&self) -> usize {
        self.seen.iter().map(|seen| seen.variants.len()).sum()
    }
}

/// The groups of all findings that are not known ones: first those that fail, then those that warn.
pub(super) fn groups(results: &[Entry], run: &Run) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut ways: Vec<Vec<&str>> = Vec::new();
    for (number, entry) in results.iter().enumerate() {
        if !matches!(entry.outcome, Verdict::Failed | Verdict::Warning) || entry.only_in_company {
            continue;
        }
        for found in &entry.findings {
            let key = key(found);
            let place = *places.entry(key.clone()).or_insert_with(|| {
                groups.push(Group::new(found, number, &key, run));
                ways.push(Vec::new());
                groups.len() - 1
            });
            groups[place].add(entry);
            let way = without_place(&found.got);
            if ways[place].iter().all(|other| steady(other) != steady(way)) {
                ways[place].push(way);
            }
            // The summary of what was seen in passing shows less than a scenario of its own.
            let shown_by = |number: usize| &results[number];
            if shown_by(groups[place].result).scenario.id == EVERYTHING_ELSE && entry.scenario.id != EVERYTHING_ELSE {
                (groups[place].result, groups[place].exchange) = (number, found.exchange);
            }
        }
    }
    for (group, ways) in groups.iter_mut().zip(&ways) {
        group.tell_ways(ways);
    }
    groups.sort_by_key(|group| !group.fails);
    groups
}

/// The texts of entries, the most frequent ones first. Texts that differ only in values that differ from run to run count as one.
pub(super) fn counted<'a>(texts: impl Iterator<Item = (&'a str, &'a Entry)>) -> Vec<Counted<'a>> {
    let mut counted: Vec<Counted<'a>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (text, entry) in texts {
        let place = *places.entry(steady(text)).or_insert_with(|| {
            counted.push(Counted { text, count: 0, shown: None });
            counted.len() - 1
        });
        counted[place].count += 1;
        if counted[place].shown.is_none() {
            (counted[place].text, counted[place].shown) = (text, entry.shown_by.map(|number| (entry, number)));
        }
    }
    counted.sort_by_key(|counted| std::cmp::Reverse(counted.count));
    counted
}

impl Group {
    fn new(found: &Found, result: usize, key: &str, run: &Run) -> Self {
        let digest = Sha256::digest(format!("{}\n{key}", run.plan.id));
        Self {
            clause: found.clause,
            fails: found.fails,
            expected: found.expected.clone(),
            got: without_place(&found.got).to_owned(),
            seen: Vec::new(),
            result,
            exchange: found.exchange,
            threats: found.threats(),
            fingerprint: HEXLOWER.encode(&digest[..16]),
        }
    }

    /// Tells the ways in which requests were wrong that are served, if there are several.
    fn tell_ways(&mut self, ways: &[&str]) {
        let split: Vec<_> = ways.iter().filter_map(|got| accepted(got)).collect();
        let told: Vec<_> = split.iter().map(|(_, way)| *way).filter(|way| !way.is_empty()).collect();
        let Some((what, _)) = split.first().filter(|_| split.len() > 1 && !told.is_empty()) else { return };
        let named = told.iter().take(WAYS).copied().collect::<Vec<_>>().join("; ");
        let more = match told.len().saturating_sub(WAYS) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        self.got = format!("{what} ({named}{more})");
    }

    fn add(&mut self, entry: &Entry) {
        let place = self.seen.iter().position(|seen| seen.scenario.id == entry.scenario.id).unwrap_or_else(|| {
            self.seen.push(Seen { scenario: entry.scenario, variants: Vec::new() });
            self.seen.len() - 1
        });
        let variants = &mut self.seen[place].variants;
        if !variants.contains(&entry.variant) {
            variants.push(entry.variant);
        }
    }
}

/// The key of findings that are told as one.
fn key(found: &Found) -> String {
    let clause = found.clause.map_or("", |clause| clause.id);
    match accepted(without_place(&found.got)) {
        Some((what, _)) => format!("{clause}\n{}\n{}", found.word(), steady(what)),
        None => format!("{clause}\n{}\n{}\n{}", found.word(), steady(&found.expected), steady(without_place(&found.got))),
    }
}

/// An observation that a request is served, and the way in which the request was wrong.
fn accepted(got: &str) -> Option<(&str, &str)> {
    const SERVED: &[&str] = &["the request is accepted", "the resource serves the request"];
    let end = SERVED.iter().find_map(|served| Some(got.find(served)? + served.len()))?;
    let (what, way) = got.split_at(end);
    let way = way.trim_start_matches([':', ' ']);
    let inner = way.strip_prefix('(').and_then(|way| way.strip_suffix(')'));
    Some((what, inner.unwrap_or(way)))
}

#[cfg(test)]
mod tests {
    use super::accepted;

    #[test]
    fn a_request_that_is_served_and_the_way_in_which_it_was_wrong() {
        assert_eq!(accepted("status 200: the request is accepted"), Some(("status 200: the request is accepted", "")));
        let (what, way) = accepted("status 200: the request is accepted: the server ignores padding").unwrap_or_default();
        assert_eq!((what, way), ("status 200: the request is accepted", "the server ignores padding"));
        let way = accepted("status 200: the resource serves the request (ath was empty)").map(|(_, way)| way);
        assert_eq!(way, Some("ath was empty"));
        assert_eq!(accepted("status 500"), None);
    }
}
