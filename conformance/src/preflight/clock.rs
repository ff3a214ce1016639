//! The difference between the server's clock and ours.

use jiff::fmt::rfc2822::DateTimeParser;

use super::walk::Walk;
use super::{Checked, Trouble};
use crate::client::Tokens;
use crate::http::Reply;
use crate::jwt::Received;

/// The difference that ID tokens and assertions survive beside the tolerance of the target file, in seconds.
const HARMLESS: i64 = 10;
/// The largest difference that clocks have, in seconds; an `iat` that is further away is no time in seconds.
const PLAUSIBLE: i64 = 2 * 86_400;
/// The lifetime of the assertion that decides, in seconds. It ends at most half of that from now, since one that was made in the future
/// would be refused for that.
const LIFETIME: i64 = 60;

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

/// Checks the server's clock by the time at which it issued these tokens, for a server that does not tell its time, or behind a proxy that
/// tells its own. A wrong `iat` alone can be a violation, so the server's view of an assertion that ends between its time and ours decides.
pub(super) async fn check_tokens(walk: &Walk, tokens: &Tokens) -> Checked<()> {
    let id_token = tokens.reply.member("id_token");
    let issued = |text: &str| Received::parse(text).ok()?.claims.get("iat")?.as_i64();
    let issued = id_token.iter().chain([&tokens.access_token]).find_map(|text| issued(text));
    let Some(ahead) = issued.map(|issued| issued - walk.client.now()) else { return Ok(()) };
    let harmless = HARMLESS + walk.target.clock_tolerance;
    if ahead.abs() <= harmless || ahead.abs() > PLAUSIBLE || !walk.variant().private_key_jwt() {
        return Ok(());
    }
    let request = if walk.variant().front_channel() { walk.client.push() } else { walk.client.credentials() };
    // A server whose clock is right may take an assertion for some time after its end, and nearer to the other time less so.
    let end = if ahead < 0 { ahead * 3 / 4 } else { (ahead / 2).min(LIFETIME / 2) };
    let between = request.assertion(move |jwt| jwt.issued(end - LIFETIME).expires(end));
    let answer = walk.send(&between).await?.ok();
    let is_valid = answer.as_ref().is_some_and(Reply::grants);
    // A server may give the token that it made before, with the `iat` that it had then.
    let is_stored = answer.and_then(|reply| reply.member("access_token")).is_some_and(|again| again == tokens.access_token);
    if is_valid == (ahead < 0) && !is_stored { Err(by(walk, ahead, "the `iat` of its tokens", &tokens.reply)) } else { Ok(()) }
}

/// The diagnosis of clocks that differ.
pub(super) fn wrong(walk: &Walk, ahead: i64, reply: &Reply) -> Trouble {
    by(walk, ahead, "the `Date` of its answer", reply)
}

fn by(walk: &Walk, ahead: i64, what: &str, reply: &Reply) -> Trouble {
    let (seconds, side) = (ahead.abs(), if ahead > 0 { "ahead of" } else { "behind" });
    let text = format!(
        "the server's clock is {seconds} s {side} ours, by {what}: set the clock that is wrong, or raise \
         `clock_tolerance` if the difference is meant"
    );
    walk.mistake("clock_tolerance", Some(reply.number()), text)
}
