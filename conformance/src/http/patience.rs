//! Patience with servers that limit the rate of requests: the suite pauses as long as the server asks, and then gives up.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Answer;

/// The pause if the server names none.
const USUAL: Duration = Duration::from_secs(5);
/// The longest pause that is taken.
const LONGEST: Duration = Duration::from_secs(120);
/// The number of times that a request is sent again.
const AGAIN: u32 = 3;

/// The patience with one server. Clones share it. By default there is none: every response counts.
#[derive(Debug, Clone, Default)]
pub struct Patience(Option<Arc<Mutex<State>>>);

#[derive(Debug, Default)]
struct State {
    until: Option<Instant>,
    paused: Duration,
    exhausted: Option<String>,
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

    /// Waits until the pause that the server last asked for is over.
    pub(super) async fn rest(&self) {
        let until = self.state().and_then(|state| state.until);
        if let Some(until) = until {
            tokio::time::sleep_until(until.into()).await;
        }
    }

    /// Returns true if a request is to be sent again after a pause, because the server answered that it gets too many.
    pub(super) fn pauses(&self, answer: &Answer, attempt: u32, place: &str) -> bool {
        let Some(mut state) = self.state() else { return false };
        let Some(pause) = asked(answer) else { return false };
        if attempt >= AGAIN || state.exhausted.is_some() {
            let text = format!(
                "the server limits the rate of requests, and still does after {AGAIN} pauses ({place}); try --jobs 1 or --gentle"
            );
            state.exhausted.get_or_insert(text);
            return false;
        }
        let pause = pause.min(LONGEST);
        let now = Instant::now();
        let (until, before) = (now + pause, state.until.unwrap_or(now).max(now));
        if state.until.is_none() || before < until {
            state.paused += until - before;
            state.until = Some(until);
            crate::say(&format!("the server limits the rate of requests ({place}); the run pauses for {} s", pause.as_secs()));
        }
        true
    }

    fn state(&self) -> Option<MutexGuard<'_, State>> {
        Some(self.0.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The pause that a response asks for: one with status 429, or with status 503 and `Retry-After`.
fn asked(answer: &Answer) -> Option<Duration> {
    let Answer::Response { status, headers, .. } = answer else { return None };
    let named = headers.iter().find(|(name, _)| name == "retry-after").map(|(_, value)| value.trim().parse().ok());
    let seconds = named.flatten().map(Duration::from_secs);
    match (status, named.is_some()) {
        (429, _) | (503, true) => Some(seconds.unwrap_or(USUAL)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(asked(&answer(503, None)), None);
        assert_eq!(asked(&answer(400, Some("1"))), None);
    }

    #[test]
    fn pauses_that_overlap_count_once() {
        let patience = Patience::with_limits();
        assert!(patience.pauses(&answer(429, Some("60")), 0, "/token") && patience.pauses(&answer(429, Some("60")), 0, "/par"));
        let paused = patience.paused();
        assert!(paused >= Duration::from_secs(60) && paused < Duration::from_secs(70), "{paused:?}");
    }

    #[test]
    fn patience_ends() {
        let patience = Patience::with_limits();
        assert!(patience.pauses(&answer(429, Some("0")), 0, "/token") && patience.exhausted().is_none());
        assert!(!patience.pauses(&answer(429, Some("0")), AGAIN, "/token"));
        assert!(patience.exhausted().is_some_and(|text| text.contains("/token")));
        assert_eq!(patience.paused(), Duration::ZERO);
        assert!(!Patience::default().pauses(&answer(429, None), 0, "/token"));
    }
}
