//! What scenarios about nearly right values share: every value is tried, and all that are accepted are one finding.

use crate::finding::{Finding, Stop, Tried};
use crate::nearly::{self, Way};
use crate::session::Session;
use crate::words::list;

/// Tries every wrong value that one of these ways accepts, except those that are right for another reason. `refused` sends a value
/// and demands its refusal.
pub(super) async fn each_refused<F: Future<Output = Tried<()>> + Send>(
    s: &Session,
    right: &str,
    also_right: &[String],
    ways: &[&'static Way],
    refused: impl Fn(String) -> F + Send + Sync,
) -> Tried<()> {
    let wrong: Vec<_> = nearly::wrong(right, ways).into_iter().filter(|(_, value)| !also_right.contains(value)).collect();
    let (mut habits, mut first) = (Vec::new(), None::<Box<Finding>>);
    for (way, value) in &wrong {
        match refused(value.clone()).await {
            Err(Stop::Failed(finding)) if finding.is_asserted() => {
                if !habits.contains(&way.habit) {
                    habits.push(way.habit);
                }
                first.get_or_insert(finding);
            }
            other => other?,
        }
    }
    let Some(mut finding) = first else { return Ok(()) };
    let all = wrong.iter().all(|(way, _)| habits.contains(&way.habit));
    let habits = if all && wrong.len() > 1 { "does not compare the value".to_owned() } else { list(&habits, "and") };
    finding.got = format!("{}: the server {habits}", finding.got);
    s.also(*finding);
    Ok(())
}

/// Records a finding with the defect of the attempt, and goes on; anything else ends the scenario.
pub(super) fn told(s: &Session, ended: Tried<()>, defect: &str) -> Tried<()> {
    s.part(ended.map_err(|stop| match stop {
        Stop::Failed(mut finding) => {
            finding.got = format!("{} ({defect})", finding.got);
            Stop::Failed(finding)
        }
        other => other,
    }))
}
