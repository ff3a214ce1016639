//! One scenario against one target, and the verdict on it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fapi::requirement::rfc6749;

use super::aside::{self, Footing, Placed};
use super::watch::Watch;
use super::{Job, Judgement, Options, SHORT, Verdict, fails};
use crate::browser;
use crate::finding::{Finding, Hindrance, Skipped, Stop, Tried};
use crate::http::{Grant, Http, HttpExchange, Reply};
use crate::ledger::Unjudged;
use crate::scenario::Kind;
use crate::session::{self, Session, Trace};
use crate::target::{NotServed, Ordinary, OrdinaryKind, Target};

/// The number of times that a scenario which a limit on the rate of requests breaks off is begun.
const ATTEMPTS: u32 = 4;

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
    if scenario.needs.changes {
        match target.instance.fresh().await {
            Ok(Some(own)) => running_on = Arc::new(own),
            Ok(None) => return left_out("it changes the configuration of the server, which only the host of the server can"),
            Err(error) => return broken("a server of its own for a scenario that changes its configuration", error),
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
    let (ended, trace) = Box::pin(undisturbed(job, running_on, options, limit)).await;
    if watch.is_hindered(target, &ended, &trace).await || watch.has_stopped(target, &ended, &trace).await {
        let ended = watch.ended();
        let shown_by = ended.as_ref().and_then(|obstacle| obstacle.exchange);
        let reason = ended.map_or_else(|| "the server did not answer".to_owned(), |obstacle| obstacle.text);
        let shown_by = shown_by.filter(|number| trace.exchanges.iter().any(|exchange| exchange.number == *number));
        let unjudged = Some(Unjudged::Refused);
        return Judgement { exchanges: trace.exchanges, shown_by, unjudged, ..skipped(format!("not judged: {reason}")) };
    }
    let ended = Box::pin(answered_by_a_page(target, ended, &trace)).await;
    let judgement = Box::pin(verdict(job, options, ended, trace)).await;
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
        unjudged: None,
        only_in_company: false,
    }
}

/// Runs a scenario to its end. One that a limit on the rate of requests for pages broke off begins anew after the pause.
async fn undisturbed(job: &Job, target: Arc<Target>, options: &Options, limit: Duration) -> (Tried<()>, Trace) {
    let mut attempt = 0;
    loop {
        let (ended, trace) = played(job, target.clone(), options, limit).await;
        attempt += 1;
        let is_limited = matches!(&ended, Err(Stop::Obstacle(obstacle)) if obstacle.hindrance == Hindrance::Rate);
        if !is_limited || attempt == ATTEMPTS {
            return (ended, trace);
        }
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
            let patience = session.http().connector().patience().clone();
            let ended = patience.within(limit, (job.scenario.run)(&session)).await;
            let ended = ended.unwrap_or_else(|| Err(late(limit)));
            let trace = session.trace(&ended);
            (ended, trace)
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
    Err(finding.shown_by(page.number()).on_the_way(&rfc6749::CODE_REQUEST).into())
}

/// Returns true if a server limited the rate of requests, or was not reached, when a scenario sent a code or a refresh token. The suite
/// does not send these again, and what follows would rest on the request.
fn is_lost_for_good(job: &Job, exchange: &HttpExchange) -> bool {
    let is_judged = !job.target.instance.strict() && !job.scenario.needs.rough;
    let is_spent = || form_urlencoded::parse(&exchange.body).any(|(name, _)| matches!(&*name, "code" | "refresh_token"));
    is_judged && exchange.is_turned_away() && exchange.grant != Grant::Status && is_spent()
}

/// The verdict on the end of a scenario.
async fn verdict(job: &Job, options: &Options, ended: Tried<()>, trace: Trace) -> Judgement {
    let (scenario, noted) = (job.scenario, trace.noted);
    let mut judgement = Judgement {
        in_passing: noted.in_passing,
        warnings: noted.warnings,
        observed: noted.observed,
        exchanges: trace.exchanges,
        ..blank(job, options)
    };
    let last = judgement.exchanges.last().map(|exchange| exchange.number);
    if let Some(lost) = judgement.exchanges.iter().find(|exchange| is_lost_for_good(job, exchange)) {
        let why = format!("not judged: a {} was not looked at, and cannot be sent again", lost.purpose);
        let why = Skipped::new(why).shown_by(lost.number);
        return judgement.not_judged(Unjudged::Disturbed, why);
    }
    let mut unjudged = noted.unjudged.map(|(kind, reason)| (kind, Skipped::new(reason)));
    let (mut findings, mut left, mut without) = (noted.findings, None, None);
    match ended {
        Ok(()) => {}
        Err(Stop::Skipped(why)) => left = Some(why),
        Err(Stop::Failed(finding)) => findings.insert(0, *finding),
        Err(Stop::Obstacle(obstacle)) => {
            let kind = if obstacle.hindrance == Hindrance::Rate { Unjudged::Disturbed } else { Unjudged::Refused };
            let why = Skipped::new(obstacle.text).shown_by(obstacle.exchange);
            return Judgement { findings, ..judgement }.not_judged(kind, why);
        }
    }
    let footing = Footing { ordinary: &trace.ordinary, refused: &noted.refused };
    for finding in findings {
        let shown = judgement.exchanges.iter().find(|exchange| Some(exchange.number) == finding.exchange).cloned();
        let number = finding.exchange;
        match aside::placed(job, finding, shown.as_ref(), &footing).await {
            Placed::Here(finding) => judgement.findings.push(finding),
            Placed::Aside { told, kind, reason } => {
                judgement.in_passing.extend(told);
                unjudged.get_or_insert((kind, Skipped::new(reason).shown_by(number)));
            }
            Placed::Nowhere(not_served) => without = without.or(Some(not_served)),
        }
    }
    if judgement.findings.is_empty() {
        if let Some(not_served) = without {
            return judgement.without_control(not_served);
        }
        if let Some((kind, why)) = unjudged {
            let shown_by = why.exchange.or_else(|| left.and_then(|left| left.exchange));
            return judgement.not_judged(kind, why.shown_by(shown_by));
        }
        if let Some(why) = left {
            return judgement.skipped(why);
        }
        if !noted.looked && judgement.exchanges.is_empty() {
            return judgement.skipped(Skipped::new("it had nothing to look at"));
        }
        let told = !judgement.warnings.is_empty();
        if scenario.kind == Kind::Negative && noted.refused.is_empty() && !noted.looked && !told {
            return judgement.skipped(Skipped::new("it had no refusal to look at").shown_by(last));
        }
        if let Some(lacking) = session::lacking(&job.target, noted.refused).await {
            return judgement.without_control(lacking);
        }
    }
    judgement.conclude();
    judgement
}

impl Judgement {
    /// The same scenario, skipped.
    fn skipped(self, why: Skipped) -> Self {
        Self { outcome: Verdict::Skipped, reason: Some(why.reason), shown_by: why.exchange, ..self }
    }

    /// The same scenario, which ran and could not be judged.
    fn not_judged(self, kind: Unjudged, why: Skipped) -> Self {
        Self { unjudged: Some(kind), ..self.skipped(why) }
    }

    /// The same scenario, not judged because an ordinary request is not served. The exchanges of that request come last.
    fn without_control(mut self, lacking: NotServed) -> Self {
        let kind = if lacking.is_disturbed { Unjudged::Disturbed } else { Unjudged::Refused };
        self.exchanges.extend(lacking.exchanges);
        self.not_judged(kind, Skipped::new(lacking.reason).shown_by(lacking.exchange))
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
