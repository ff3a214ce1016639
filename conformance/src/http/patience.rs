//! Patience with servers that limit the rate of requests: the suite pauses as long as the server asks, and then gives up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Answer;

/// The pause if the server names none.
const USUAL: Duration = Duration::from_secs(5);
/// The longest pause that is taken.
const LONGEST: Duration = Duration::from_secs(120);
/// The pause after a gateway has not reached the server behind it.
const BRIEF: Duration = Duration::from_secs(1);
/// The time between two requests after a server has limited their rate. It doubles each time that the server does so again.
const PACE: Duration = Duration::from_millis(50);
/// The longest time between two requests.
const SLOWEST: Duration = Duration::from_millis(400);
/// The time between two lines about pauses.
const QUIET: Duration = Duration::from_secs(10);
/// The number of times that a request is sent again.
pub(super) const AGAIN: u32 = 3;
/// The number of times that a server answers one request and turns the next away with status 503, after which that is read as a limit: on
/// the number of connections, or on the rate of requests.
const ALTERNATIONS: u32 = 10;

/// The patience with one server. Clones share it. By default there is none: every response counts.
#[derive(Debug, Clone, Default)]
pub struct Patience(Option<Arc<Mutex<State>>>);

#[derive(Debug, Default)]
struct State {
    until: Option<Instant>,
    paused: Duration,
    /// The number of pauses.
    pauses: u32,
    /// The time of the last line about pauses.
    said: Option<Instant>,
    /// The time between two requests; none as long as the server has not limited their rate.
    pace: Option<Duration>,
    /// The time at which the next request may be sent.
    next: Option<Instant>,
    exhausted: Option<String>,
    /// True if the server has answered since it last turned a request away.
    answered: bool,
    /// The number of requests that it turned away with status 503 after it had answered another.
    alternations: u32,
}

impl Patience {
    /// Patience with a server that may limit the rate of requests.
    pub fn with_limits() -> Self {
        Self(Some(Arc::default()))
    }

    /// The reason why the server cannot be used any more, if it kept limiting the rate of requests.
    pub fn exhausted(&self) -> Option<String> {
        self.state()?.exhausted.clone()
    }

    /// The length of all pauses so far.
    pub fn paused(&self) -> Duration {
        self.state().map_or(Duration::ZERO, |state| state.paused)
    }

    /// Returns true if the server has limited the rate of requests, so that the rest should be sent one after the other.
    pub fn is_slow(&self) -> bool {
        self.state().is_some_and(|state| state.pace.is_some())
    }

    /// Waits until the pause that the server last asked for is over, and, after a server has limited the rate of requests, until some time
    /// has passed since the request before.
    pub(super) async fn rest(&self) {
        let until = self.state().and_then(|mut state| {
            let until = state.until;
            let Some(pace) = state.pace else { return until };
            let now = Instant::now();
            let at = state.next.unwrap_or(now).max(until.unwrap_or(now)).max(now);
            state.next = Some(at + pace);
            Some(at)
        });
        if let Some(until) = until {
            tokio::time::sleep_until(until.into()).await;
        }
    }

    /// Returns true if an answer asks for a pause.
    pub(super) fn asks(&self, answer: &Answer) -> bool {
        self.0.is_some() && asked(answer).is_some()
    }

    /// Returns true if an answer limits the rate of requests.
    pub(super) fn is_limited(&self, answer: &Answer) -> bool {
        self.0.is_some() && limits(answer)
    }

    /// Takes the pause that an answer asks for, if it does. The next request waits until it is over.
    pub(super) fn pauses(&self, answer: &Answer, place: &str) {
        let Some(mut state) = self.state() else { return };
        let (Some(pause), Answer::Response { status, .. }) = (asked(answer), answer) else {
            state.answered |= matches!(answer, Answer::Response { .. });
            return;
        };
        state.alternations += u32::from(state.answered && *status == 503);
        state.answered = false;
        let pause = pause.min(LONGEST);
        let now = Instant::now();
        let (until, before) = (now + pause, state.until.unwrap_or(now).max(now));
        if state.until.is_none() || before < until {
            state.paused += until - before;
            state.until = Some(until);
            state.pauses += 1;
            let is_limit = limits(answer) || (*status == 503 && state.alternations >= ALTERNATIONS);
            if is_limit {
                state.pace = Some(state.pace.map_or(PACE, |pace| (pace * 2).min(SLOWEST)));
            }
            if state.said.is_some_and(|said| now < said + QUIET) {
                return;
            }
            state.said = Some(now);
            let reason = if is_limit { "the server limits the rate of requests" } else { "a gateway does not reach the server" };
            let rest = match state.pauses {
                1 if is_limit => ", and goes on more slowly".to_owned(),
                1 => String::new(),
                pauses => format!("; {pauses} pauses so far, of {} s in all", state.paused.as_secs()),
            };
            crate::say(&format!("{reason} (status {status} at {place}); the run pauses for {} s{rest}", pause.as_secs()));
        }
    }

    /// Gives up on a server that still limits the rate of requests after pauses. A gateway may be right about the server behind it.
    pub(super) fn gives_up(&self, answer: &Answer, place: &str) {
        let Some(mut state) = self.state() else { return };
        if limits(answer) {
            let text = format!(
                "the server limits the rate of requests, and still does after {AGAIN} pauses ({place}); try --jobs 1 or --gentle"
            );
            state.exhausted.get_or_insert(text);
        }
    }

    /// Runs something for no longer than a limit, to which pauses that the server asks for do not count.
    pub async fn within<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        within(limit, || self.paused(), work).await
    }

    fn state(&self) -> Option<MutexGuard<'_, State>> {
        Some(self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Runs something within a limit, to which pauses do not count. `paused` is their length so far.
async fn within<T>(limit: Duration, paused: impl Fn() -> Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = std::pin::pin!(work);
    let (mut left, mut counted) = (limit, paused());
    loop {
        if let Ok(done) = tokio::time::timeout(left, &mut work).await {
            return Some(done);
        }
        left = paused().saturating_sub(counted);
        counted += left;
        if left.is_zero() {
            return None;
        }
    }
}

/// The pause that a response asks for: one by which the server limits the rate of requests, or by which a gateway says that it does
/// not reach the server. Some gateways answer requests beyond a limit like that.
fn asked(answer: &Answer) -> Option<Duration> {
    let Answer::Response { status, .. } = answer else { return None };
    let seconds = retry_after(answer).and_then(|value| value.trim().parse().ok()).map(Duration::from_secs);
    match status {
        _ if limits(answer) => Some(seconds.unwrap_or(USUAL)),
        502..=504 => Some(BRIEF),
        _ => None,
    }
}

/// Returns true if a server limits the rate of requests: with status 429, or with status 503 and `Retry-After`.
fn limits(answer: &Answer) -> bool {
    let Answer::Response { status, .. } = answer else { return false };
    *status == 429 || (*status == 503 && retry_after(answer).is_some())
}

fn retry_after(answer: &Answer) -> Option<&str> {
    let Answer::Response { headers, .. } = answer else { return None };
    headers.iter().find(|(name, _)| name == "retry-after").map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn answer(status: u16, retry_after: Option<&str>) -> Answer {
        let headers = retry_after.map(|value| ("retry-after".to_owned(), value.to_owned())).into_iter().collect();
        Answer::Response { status, headers, body: bytes::Bytes::new() }
    }

    #[test]
    fn responses_that_ask_for_a_pause() {
        assert_eq!(asked(&answer(429, None)), Some(USUAL));
        assert_eq!(asked(&answer(429, Some("1"))), Some(Duration::from_secs(1)));
        assert_eq!(asked(&answer(503, Some("Sun, 06 Nov 1994 08:49:37 GMT"))), Some(USUAL));
        assert_eq!(asked(&answer(503, None)), Some(BRIEF));
        assert_eq!(asked(&answer(500, Some("1"))), None);
        assert_eq!(asked(&answer(400, Some("1"))), None);
    }

    #[test]
    fn a_server_that_turns_away_every_other_request_limits_them() {
        let silent = Patience::with_limits();
        let limited = Patience::with_limits();
        for _ in 0..ALTERNATIONS {
            assert!(!limited.is_slow());
            limited.pauses(&answer(200, None), "/token");
            for patience in [&silent, &limited] {
                patience.pauses(&answer(503, None), "/par");
                if let Some(mut state) = patience.state() {
                    state.until = None;
                }
            }
        }
        assert!(limited.is_slow());
        assert!(!silent.is_slow());
    }

    #[test]
    fn pauses_that_overlap_count_once() {
        let patience = Patience::with_limits();
        patience.pauses(&answer(429, Some("60")), "/token");
        patience.pauses(&answer(429, Some("60")), "/par");
        let paused = patience.paused();
        assert!(paused >= Duration::from_secs(60) && paused < Duration::from_secs(70), "{paused:?}");
    }

    #[test]
    fn after_a_limit_requests_are_sent_more_slowly() {
        let patience = Patience::with_limits();
        patience.pauses(&answer(502, None), "/token");
        assert!(!patience.is_slow());
        let pace = || patience.state().and_then(|state| state.pace);
        for expected in [50, 100, 200, 400, 400] {
            // Each pause is longer than what is left of the one before.
            patience.pauses(&answer(429, Some(if expected < 400 { "30" } else { "120" })), "/token");
            if let Some(mut state) = patience.state() {
                state.until = None;
            }
            assert_eq!(pace(), Some(Duration::from_millis(expected)));
        }
        assert!(patience.is_slow());
    }

    #[test]
    fn patience_ends() {
        let patience = Patience::with_limits();
        patience.pauses(&answer(429, Some("0")), "/token");
        patience.gives_up(&answer(502, None), "/token");
        assert_eq!(patience.exhausted(), None);
        patience.gives_up(&answer(429, Some("0")), "/token");
        assert!(patience.exhausted().is_some_and(|text| text.contains("/token")));
        assert_eq!(patience.paused(), Duration::ZERO);
        assert!(patience.asks(&answer(429, None)) && !Patience::default().asks(&answer(429, None)));
    }

    #[tokio::test]
    async fn pauses_do_not_count_to_the_limit() {
        let at_once = Duration::ZERO;
        assert_eq!(within(at_once, || at_once, std::future::pending::<()>()).await, None);
        // The work is done when it is asked for the third time, and one pause is over by then.
        let (asked, paused) = (Cell::new(0), Cell::new(at_once));
        let work = || {
            std::future::poll_fn(|_| {
                asked.set(asked.get() + 1);
                paused.set(Duration::from_millis(1));
                if asked.get() < 3 { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
            })
        };
        assert_eq!(within(at_once, || paused.get(), work()).await, Some(()));
        asked.set(0);
        assert_eq!(within(at_once, || at_once, work()).await, None);
    }
}
