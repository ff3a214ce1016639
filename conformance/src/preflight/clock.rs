//! The difference between the server's clock and ours.

use jiff::fmt::rfc2822::DateTimeParser;

use super::walk::Walk;
use super::{Checked, Trouble};
use crate::http::Reply;

/// The difference that ID tokens and assertions survive beside the tolerance of the target file, in seconds.
const HARMLESS: i64 = 10;

/// The seconds by which the server's clock is ahead of ours, by the `Date` of a reply.
pub(super) fn ahead(walk: &Walk, reply: &Reply) -> Option<i64> {
    // A stored reply has the time at which it was stored.
    let date = reply.header("date").filter(|_| reply.header("age").is_none())?;
    let date = DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(date.as_second() - walk.client.now())
}

/// Checks that the server's clock is right enough for what the run expects of times.
pub(super) fn check(walk: &Walk, reply: &Reply) -> Checked<()> {
    match ahead(walk, reply) {
        Some(ahead) if ahead.abs() > HARMLESS + walk.target.clock_tolerance => Err(wrong(walk, ahead, reply)),
        _ => Ok(()),
    }
}

/// The diagnosis of clocks that differ.
pub(super) fn wrong(walk: &Walk, ahead: i64, reply: &Reply) -> Trouble {
    let (seconds, side) = (ahead.abs(), if ahead > 0 { "ahead of" } else { "behind" });
    let text = format!(
        "the server's clock is {seconds} s {side} ours, by the `Date` of its answer: set the clock that is wrong, or raise \
         `clock_tolerance` if the difference is meant"
    );
    walk.mistake("clock_tolerance", Some(reply.number()), text)
}
