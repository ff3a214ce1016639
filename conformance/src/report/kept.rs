//! The exchanges that reports show in full: those around the evidence of findings, and those that show why nothing was judged, as far
//! as there is room. Everything else has a line in the outline, or nothing at all if it passed.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::entry::Entry;
use super::group::Group;
use crate::http::HttpExchange;
use crate::redact::{Redactor, Shown};
use crate::runner::Judgement;

/// The room for exchanges in a report, in octets of their texts. With everything else, a report of 1000 results stays below 5 MB.
const ROOM: usize = 1_200_000;
/// The number of exchanges that are shown in a line each.
const LINES: usize = 6_000;
/// The number of exchanges before the evidence that are shown in full, and after it.
const AROUND: (usize, usize) = (2, 1);
/// The longest body of an exchange that is not the evidence itself, in characters.
const LONGEST_BODY: usize = 2 << 10;

/// Adds the exchanges to the results, and returns true if some had to be left out for lack of room.
pub(super) fn keep(
    results: &mut [Entry],
    judgements: &[Judgement],
    redactors: &[Option<Redactor>],
    groups: &[Group],
    everything: bool,
) -> bool {
    if everything {
        for ((entry, judgement), redactor) in results.iter_mut().zip(judgements).zip(redactors) {
            let Some(redactor) = redactor else { continue };
            entry.exchanges = judgement.exchanges.iter().map(|exchange| redactor.exchange(exchange)).collect();
        }
        return false;
    }
    let (mut room, mut lines) = (ROOM, LINES);
    let mut shortened = false;
    // What shows a group comes first, so that every finding has its evidence; what was not judged comes last.
    let shows: BTreeSet<usize> = groups.iter().map(|group| group.result).collect();
    let others = (0..results.len()).filter(|number| !shows.contains(number));
    let (found, not_judged): (Vec<_>, Vec<_>) = others.partition(|number| !results[*number].findings.is_empty());
    for number in shows.iter().copied().chain(found).chain(not_judged) {
        let (entry, judgement) = (&mut results[number], &judgements[number]);
        let Some(redactor) = redactors[number].as_ref().filter(|_| !entry.outline.is_empty()) else { continue };
        let evidence =
            |number| entry.shown_by == Some(number) || entry.findings.iter().any(|found| found.exchange == Some(number));
        if entry.outline.len() > lines {
            entry.outline.retain(|line| evidence(line.number));
            shortened = true;
        }
        lines -= entry.outline.len().min(lines);
        let around = if shows.contains(&number) { AROUND } else { (0, 0) };
        for (place, is_evidence) in places(entry, &judgement.exchanges, around) {
            let mut shown = redactor.exchange(&judgement.exchanges[place]);
            if !is_evidence {
                cut(&mut shown);
            }
            let size = size(&shown);
            if size > room {
                shortened = true;
                continue;
            }
            room -= size;
            entry.exchanges.push(shown);
        }
    }
    shortened
}

/// The places of the exchanges to show, in order, with true for the evidence. A finding without an exchange is shown by the last one;
/// without a finding, the evidence is what shows why nothing was judged.
fn places(entry: &Entry, exchanges: &[Arc<HttpExchange>], around: (usize, usize)) -> Vec<(usize, bool)> {
    let Some(last) = exchanges.len().checked_sub(1) else { return Vec::new() };
    let place = |number: Option<u64>| exchanges.iter().position(|exchange| Some(exchange.number) == number);
    let mut evidence: BTreeSet<usize> = entry.findings.iter().map(|found| place(found.exchange).unwrap_or(last)).collect();
    if entry.findings.is_empty() {
        evidence.extend(place(entry.shown_by));
    }
    let near = |at: &usize| -> RangeInclusive<usize> { at.saturating_sub(around.0)..=(at + around.1).min(last) };
    let all: BTreeSet<usize> = evidence.iter().flat_map(near).collect();
    all.into_iter().map(|place| (place, evidence.contains(&place))).collect()
}

fn cut(shown: &mut Shown) {
    let bodies = [Some(&mut shown.body), shown.answer.as_mut().ok().map(|response| &mut response.body)];
    for body in bodies.into_iter().flatten() {
        if let Some((end, _)) = body.char_indices().nth(LONGEST_BODY) {
            let more = body[end..].chars().count();
            body.truncate(end);
            body.push_str(&format!("… ({more} more characters)"));
        }
    }
}

fn size(shown: &Shown) -> usize {
    let headers = |headers: &[(String, String)]| headers.iter().map(|(name, value)| name.len() + value.len() + 8).sum::<usize>();
    let answer = match &shown.answer {
        Ok(response) => headers(&response.headers) + response.body.len(),
        Err(reason) => reason.len(),
    };
    200 + shown.url.len() + headers(&shown.headers) + shown.body.len() + answer
}
