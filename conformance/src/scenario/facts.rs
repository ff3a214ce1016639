//! Independent facts: all of them are told, not only the first.

use fapi::requirement::Requirement;

use crate::finding::{Finding, Tried};
use crate::http::Reply;
use crate::session::Session;

/// The findings of a scenario about several independent facts.
#[derive(Debug, Default)]
pub(super) struct Facts(Vec<Finding>);

impl Facts {
    /// Notes a finding against `rule` unless `holds`. Returns `holds`.
    pub(super) fn demand(
        &mut self,
        reply: &Reply,
        rule: &'static Requirement,
        holds: bool,
        expected: &str,
        got: impl FnOnce() -> String,
    ) -> bool {
        if !holds {
            self.0.push(Finding::new(expected, got()).shown_by(reply.number()).against(rule));
        }
        holds
    }

    /// Notes a finding.
    pub(super) fn tell(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// Adds the facts of a part of the scenario.
    pub(super) fn join(&mut self, part: Self) {
        self.0.extend(part.0);
    }

    /// Tells everything that was noted.
    pub(super) fn told(self, s: &Session) -> Tried<()> {
        self.0.into_iter().for_each(|finding| s.also(finding));
        Ok(())
    }
}
