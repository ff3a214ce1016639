//! The extent of a run, before it begins.

use std::sync::Arc;

use super::{Options, SHORT, jobs};
use crate::target::Target;

/// The extent of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Planned {
    /// The number of scenarios, once for each variant in which they run.
    pub count: usize,
    /// The number of those that wait for more than a few seconds.
    pub waiting: usize,
    /// The longest of these waits, in seconds.
    pub longest: u64,
}

/// The extent of a run with these targets and options. Scenarios wait at the same time, so that the run takes hardly longer than the
/// longest wait.
pub fn planned(targets: &[Arc<Target>], options: &Options) -> Planned {
    let mut planned = Planned::default();
    for job in jobs(targets, options) {
        planned.count += 1;
        let (needs, target) = (job.scenario.needs, &job.target);
        let left_out = options.fast || !target.waits || options.gentle && needs.rough;
        // The clock of the reference server is moved.
        if needs.seconds > SHORT && !needs.rarely && !left_out && !target.instance.strict() {
            planned.waiting += 1;
            planned.longest = planned.longest.max(needs.seconds);
        }
    }
    planned
}
