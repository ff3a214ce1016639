//! One scenario against one target, and the verdict on it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fapi::requirement::rfc6749;

use super::watch::Watch;
use super::{Job, Judgement, Options, SHORT, Verdict, fails};
use crate::browser;
use crate::finding::{About, Finding, Hindrance, Skipped, Stop, Tried};
use crate::http::{Http, Reply, USER_AGENT};
use crate::scenario::Kind;
use crate::session::{self, Session, Trace};
use crate::target::{NotServed, Ordinary, OrdinaryKind, Target};

/// Runs a scenario and judges it.
pub(super) async fn judge(job: &Job, options: &Options, watch: &Watch) -> Judgement {
    let began = Instant::now();
    let judged = |outcome| Judgement { outcome, took: began.elapsed(), ..blank(job, options) };
    let skipped = |reason: String| Judgement { reason: Some(reason), ..judged(Verdict::Skipped) };
    let left_out = |reason: &str| Judgement { left_out: true, ..skipped(reason.to_owned()) };
    let broken = |expected: &str, error: String| Judgement {
        findings: vec![Finding::new(expected, error).of_the_suite()],
        ..judged(Verdict::Failed)
    };
    if watch.ended().is_some() {
        return left_out("the run had ended");
    }
    let Job { scenario, target } = job;
    if options.gentle && scenario.needs.rough {
        return left_out("left out by --gentle");
    }
    let mut running_on = target.clone();
    let mut limit = options.limit;
    if scenario.needs.nonces {
        match target.instance.demanding_nonces().await {
            Ok(Some(own)) => running_on = Arc::new(own),
            Ok(None) => {}
            Err(error) => return broken("a server of its own for a scenario about nonces", error),
        }
    }
    let seconds = scenario.needs.seconds;
    if seconds > 0 {
        match target.instance.fresh().await {
            Ok(Some(fresh)) => running_on = Arc::new(fresh),
            Ok(None) if scenario.needs.rarely => limit += Duration::from_secs(seconds),
            Ok(None) if options.fast && seconds > SHORT => return left_out("it has to wait, and --fast leaves that out"),
            Ok(None) if !target.waits && seconds > SHORT => {
                return left_out("it has to wait, and the target file says `waits = false`");
            }
            Ok(None) => limit += Duration::from_secs(seconds),
            Err(error) => return broken("a server of its own for a scenario that moves time", error),
        }
    }
    let (ended, trace) = played(job, running_on, options, limit).await;
    if watch.is_hindered(target, &ended, &trace).await {
        let ended = watch.ended();
        let shown_by = ended.as_ref().and_then(|obstacle| obstacle.exchange);
        let reason = ended.map_or_else(|| "the server did not answer".to_owned(), |obstacle| obstacle.text);
        let shown_by = shown_by.filter(|number| trace.exchanges.iter().any(|exchange| exchange.number == *number));
        return Judgement { exchanges: trace.exchanges, shown_by, ..skipped(format!("not judged: {reason}")) };
    }
    let ended = answered_by_a_page(target, ended, &trace).await;
    let judgement = verdict(job, options, ended, trace).await;
    Judgement { took: began.elapsed(), ..judgement }
}

/// The judgement of a scenario that could not be run to its end.
pub(super) fn crashed(job: &Job, options: &Options, error: &str) -> Judgement {
    let finding = Finding::new("the suite itself to work", error).of_the_suite();
    Judgement { outcome: Verdict::Failed, findings: vec![finding], ..blank(job, options) }
}

/// A judgement without content.
pub(super) fn blank(job: &Job, options: &Options) -> Judgement {
    Judgement {
        scenario: job.scenario,
        plan: options.plan,
        variant: job.target.variant,
        outcome: Verdict::Passed,
        findings: Vec::new(),
        in_passing: Vec::new(),
        reason: None,
        shown_by: None,
        warnings: Vec::new(),
        exchanges: Vec::new(),
        observed: Vec::new(),
        took: Duration::ZERO,
        left_out: false,
        only_in_company: false,
    }
}

/// Runs a scenario to its end, or to its time limit.
async fn played(job: &Job, target: Arc<Target>, options: &Options, limit: Duration) -> (Tried<()>, Trace) {
    let http = Http::new(target.connector.clone());
    // The session itself needs no wait, so only the time limit applies.
    let strict = target.instance.strict();
    let last = || http.exchanges().iter().map(|exchange| exchange.number).max();
    let late = |limit: Duration| match strict {
        true => Stop::from(Finding::new(format!("an end within {} s", limit.as_secs_f32()), "none").of_the_suite()),
        false => Skipped::new(format!("not judged: no end within {} s", limit.as_secs_f32())).shown_by(last()).into(),
    };
    let session = tokio::time::timeout(options.limit, Session::open(job.scenario.requires, target, http.clone())).await;
    match session.unwrap_or_else(|_| Err(late(options.limit))) {
        Err(stop) => (Err(stop), Trace { exchanges: http.exchanges(), ..Trace::default() }),
        Ok(session) => {
            let session = session.gently(options.gentle);
            let paused = || session.http().connector().patience().paused();
            let ended = within(limit, paused, (job.scenario.run)(&session)).await;
            (ended.unwrap_or_else(|| Err(late(limit))), session.trace())
        }
    }
}

/// Runs something for no longer than a limit, to which pauses that the server asks for do not count. `paused` is their length so far.
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

/// A page that asks nothing, in place of a code, is the server's answer to the request if ordinary requests get a code.
async fn answered_by_a_page(target: &Arc<Target>, ended: Tried<()>, trace: &Trace) -> Tried<()> {
    let Err(Stop::Obstacle(obstacle)) = &ended else { return ended };
    let shown = trace.exchanges.iter().find(|exchange| Some(exchange.number) == obstacle.exchange);
    let page = shown.and_then(Reply::of).filter(|page| obstacle.hindrance == Hindrance::Pages && !browser::asks(page));
    let Some(page) = page else { return ended };
    let ordinary = Ordinary { kind: OrdinaryKind::Code, client: 0 };
    if session::lacking(target, [ordinary]).await.is_some() {
        return ended;
    }
    let finding = Finding::new("a response with a code at the redirect URI", format!("a page instead: {}", obstacle.text));
    Err(finding.shown_by(page.number()).on_the_way().into())
}

/// The verdict on the end of a scenario.
async fn verdict(job: &Job, options: &Options, ended: Tried<()>, trace: Trace) -> Judgement {
    let (scenario, noted) = (job.scenario, trace.noted);
    let looked = !trace.exchanges.is_empty();
    let mut judgement = Judgement {
        findings: noted.findings,
        in_passing: noted.in_passing,
        warnings: noted.warnings,
        observed: noted.observed,
        exchanges: trace.exchanges,
        ..blank(job, options)
    };
    let skipped =
        |judgement, reason, shown_by| Judgement { outcome: Verdict::Skipped, reason: Some(reason), shown_by, ..judgement };
    match ended {
        Err(Stop::Skipped(why)) if judgement.findings.is_empty() => return skipped(judgement, why.reason, why.exchange),
        Err(Stop::Obstacle(obstacle)) => return skipped(judgement, obstacle.text, obstacle.exchange),
        // To hang up is not to accept, but a client has a right to an error; a browser has none.
        Err(Stop::Failed(silence)) if silence.about == About::Silence && scenario.kind == Kind::Negative => {
            let reason = format!("not judged: expected {}; got {}", silence.expected, silence.got);
            let silence = silence.against(&rfc6749::TOKEN_ERROR_SHAPE);
            let shown = judgement.exchanges.iter().find(|exchange| Some(exchange.number) == silence.exchange);
            let by_browser = shown.is_some_and(|exchange| exchange.purpose == USER_AGENT || exchange.method == "GET");
            let shown_by = silence.exchange;
            judgement.in_passing.push(if by_browser { silence.as_advice() } else { silence });
            return skipped(judgement, reason, shown_by);
        }
        // The step's own scenario tells its refusal.
        Err(Stop::Failed(step))
            if step.about == About::Step && scenario.kind == Kind::Negative && judgement.findings.is_empty() =>
        {
            let reason = format!("not judged: a step before was refused: expected {}; got {}", step.expected, step.got);
            let shown_by = step.exchange;
            judgement.in_passing.push(step.as_advice());
            return skipped(judgement, reason, shown_by);
        }
        Err(Stop::Failed(finding)) => {
            // Of the form of a refusal, too, only a server can be judged that serves the ordinary request.
            let shown = judgement.exchanges.iter().find(|exchange| Some(exchange.number) == finding.exchange);
            if scenario.kind == Kind::Negative
                && shown.is_some_and(|exchange| exchange.is_unsuccessful())
                && let Some(lacking) = session::lacking(&job.target, noted.refused).await
            {
                return judgement.without_control(lacking);
            }
            judgement.findings.insert(0, *finding);
        }
        Err(Stop::Skipped(_)) => {}
        Ok(()) => {
            if !noted.looked && !looked {
                return skipped(judgement, "it had nothing to look at".to_owned(), None);
            }
            let told = !judgement.findings.is_empty() || !judgement.warnings.is_empty();
            if scenario.kind == Kind::Negative && noted.refused.is_empty() && !noted.looked && !told {
                let last = judgement.exchanges.last().map(|exchange| exchange.number);
                return skipped(judgement, "it had no refusal to look at".to_owned(), last);
            }
            if judgement.findings.is_empty()
                && let Some(lacking) = session::lacking(&job.target, noted.refused).await
            {
                return judgement.without_control(lacking);
            }
        }
    }
    judgement.conclude();
    judgement
}

impl Judgement {
    /// The same scenario, not judged because an ordinary request is not served. The exchanges of that request come last.
    fn without_control(mut self, lacking: NotServed) -> Self {
        self.exchanges.extend(lacking.exchanges);
        Self { outcome: Verdict::Skipped, reason: Some(lacking.reason), shown_by: lacking.exchange, ..self }
    }

    /// Sets the outcome that findings and warnings make, and puts the findings that fail first.
    pub(super) fn conclude(&mut self) {
        self.findings.sort_by_key(|finding| !fails(self.scenario, finding));
        self.outcome = match self.findings.first() {
            Some(first) if fails(self.scenario, first) => Verdict::Failed,
            None if self.warnings.is_empty() => Verdict::Passed,
            _ => Verdict::Warning,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

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
