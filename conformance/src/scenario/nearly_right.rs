//! What scenarios about nearly right values share: every value is tried, and each that is accepted is told.

use crate::finding::{Stop, Tried};
use crate::nearly::{self, Way};
use crate::session::Session;

/// Tries every wrong value that one of these ways accepts, except those that are right for another reason. `refused` sends a value
/// and demands its refusal.
pub(super) async fn each_refused<F: Future<Output = Tried<()>> + Send>(
    s: &Session,
    right: &str,
    also_right: &[String],
    ways: &[&'static Way],
    refused: impl Fn(String) -> F + Send + Sync,
) -> Tried<()> {
    for (way, value) in nearly::wrong(right, ways).into_iter().filter(|(_, value)| !also_right.contains(value)) {
        let shown = value.escape_debug().to_string();
        told(s, refused(value).await, &format!("the value was {shown:.200}: the server {}", way.habit))?;
    }
    Ok(())
}

/// Records a finding with the reason for the attempt, and goes on; anything else ends the scenario.
pub(super) fn told(s: &Session, ended: Tried<()>, attempt: &str) -> Tried<()> {
    s.part(ended.map_err(|stop| match stop {
        Stop::Failed(mut finding) => {
            finding.got = format!("{} ({attempt})", finding.got);
            Stop::Failed(finding)
        }
        other => other,
    }))
}
