//! Watches over a run: when the server is gone, or cannot be used any more, the run ends with that diagnosis.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Judgement, Verdict};
use crate::client::resource::RESOURCE_REQUEST;
use crate::finding::{About, Hindrance, Obstacle, Stop, Tried};
use crate::http::{Answer, Grant, Http, HttpExchange, Lost};
use crate::ledger::Unjudged;
use crate::session::{self, Session, Trace};
use crate::target::{Ordinary, OrdinaryKind, Target, UserStrategy, oauth_location, openid_location};
use crate::variant::Variant;

/// The number of attempts to reach a server that did not answer.
const ATTEMPTS: u32 = 4;
/// The pause between them.
const PAUSE: Duration = Duration::from_millis(750);
/// The time limit of an ordinary flow.
const FLOW: Duration = Duration::from_secs(60);
/// The ordinary requests that are tried.
const ONE: Ordinary = Ordinary { kind: OrdinaryKind::Token, client: 0 };
const TWO: Ordinary = Ordinary { kind: OrdinaryKind::Token, client: 1 };
const RESOURCE: Ordinary = Ordinary { kind: OrdinaryKind::Resource, client: 0 };

/// The number of scenarios in a row that stop before what they are about, after which an ordinary flow is tried. It doubles each time
/// that the flow is served.
const IN_A_ROW: usize = 5;

/// More requests than these are hardly ever on their way at the same time.
const IN_FLIGHT: u64 = 32;

/// The number of ordinary flows that are served alone, between more and more scenarios in a row that get nothing, after which the
/// server is known to limit the rate of requests without saying so.
const ALONE: u32 = 3;

/// The state of a run.
#[derive(Debug, Default)]
pub(super) struct Watch {
    ended: Mutex<Option<Ended>>,
    courses: Mutex<BTreeMap<Variant, Course>>,
    /// One examination at a time: it may send a user's password, and that must not happen often.
    examining: tokio::sync::Mutex<()>,
    /// Held by the scenario that runs, if one runs at a time.
    pub(super) one_by_one: tokio::sync::Mutex<()>,
}

/// The early end of a run.
#[derive(Debug, Clone)]
struct Ended {
    obstacle: Obstacle,
    /// The ordinary request that is not served any more, if others are.
    only: Option<(Variant, Ordinary)>,
    /// True if nothing in the run can be trusted.
    whole: bool,
}

/// The course of a run in one variant.
#[derive(Debug, Default, Clone)]
struct Course {
    /// The numbers of the last exchanges that served an ordinary request, in scenarios without a finding that did not stop on
    /// their way.
    served: BTreeMap<Ordinary, u64>,
    /// The number of the last exchange of all.
    last: Option<u64>,
    /// True if a scenario got tokens and did not stop, so that a flow that is not served now was served before.
    complete: bool,
    /// The number of scenarios in a row that stopped since.
    stopped: usize,
    /// The number of those at the end of the row that stopped without tokens.
    without_tokens: usize,
    /// The number of ordinary flows that were served when they were tried.
    tried: u32,
}

impl Watch {
    /// The reason why the run has ended early, if it has.
    pub(super) fn ended(&self) -> Option<Obstacle> {
        self.read().map(|ended| ended.obstacle)
    }

    fn read(&self) -> Option<Ended> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns true if the end of a scenario says nothing about the server, because the server was gone or could not be used. The run
    /// ends then.
    pub(super) async fn is_hindered(&self, target: &Arc<Target>, ended: &Tried<()>, trace: &Trace) -> bool {
        if target.instance.strict() {
            return false;
        }
        if let Some(rate) = target.connector.patience().exhausted() {
            self.end(Obstacle::new(Hindrance::Rate, rate));
            return true;
        }
        if let Err(Stop::Obstacle(obstacle)) = ended
            && obstacle.hindrance == Hindrance::Program
        {
            self.end((**obstacle).clone());
            return true;
        }
        let refused_login = match ended {
            Err(Stop::Obstacle(obstacle)) if obstacle.hindrance == Hindrance::Login => Some(obstacle),
            _ => None,
        };
        let silent = trace.exchanges.iter().rev().find(|exchange| is_silent(exchange));
        if refused_login.is_none() && silent.is_none() {
            return false;
        }
        let _one = self.examining.lock().await;
        if self.ended().is_some() {
            return true;
        }
        if let Some(obstacle) = refused_login {
            return self.login_is_refused(target, obstacle).await;
        }
        let Some(silent) = silent else { return false };
        if answers(target).await {
            return false;
        }
        let place = &silent.url[..url::Position::AfterPath];
        let reason = match &silent.answer {
            Answer::Nothing(_, reason) => reason.clone(),
            Answer::Response { status, .. } => format!("status {status}"),
        };
        let text = format!(
            "the server at {} does not answer any more; the last request without an answer was {} {place} ({}): {reason}",
            target.issuer, silent.method, silent.purpose
        );
        self.end(Obstacle::new(Hindrance::Gone, text).shown_by(silent.number));
        true
    }

    /// Returns true if the server has served flows in this run and does not any more: several scenarios in a row stopped on their way, and
    /// so does an ordinary flow. The run ends then.
    pub(super) async fn has_stopped(&self, target: &Arc<Target>, ended: &Tried<()>, trace: &Trace) -> bool {
        if target.instance.strict() {
            return false;
        }
        {
            let mut courses = self.courses();
            let course = courses.entry(target.variant).or_default();
            let stopped = stops(ended, trace);
            course.last = course.last.max(trace.exchanges.last().map(|exchange| exchange.number));
            let tokens = trace.exchanges.iter().any(|exchange| issues_tokens(exchange));
            course.complete |= tokens && !stopped;
            match (stopped, tokens) {
                (true, _) => {
                    course.stopped += 1;
                    course.without_tokens = match tokens {
                        true => 0,
                        false => course.without_tokens + usize::from(!fails_at_defects(ended, trace)),
                    };
                }
                (false, true) => (course.stopped, course.without_tokens) = (0, 0),
                (false, false) => {}
            }
            // A finding may be about a step, if that is refused for good.
            if !stopped && !matches!(ended, Err(Stop::Failed(_))) {
                course.serves(target, &trace.exchanges);
            }
        }
        if !self.is_enough(target) {
            return false;
        }
        let _one = self.examining.lock().await;
        // Another scenario may have had it looked at meanwhile.
        self.ended().is_some() || (self.is_enough(target) && Box::pin(self.examine(target)).await)
    }

    /// Returns true if so many scenarios in a row stopped that an ordinary flow should be tried.
    fn is_enough(&self, target: &Target) -> bool {
        let courses = self.courses();
        let Some(course) = courses.get(&target.variant) else { return false };
        (course.complete || was_served(target, ONE)) && course.stopped >= course.enough()
    }

    /// Looks, before the last part of a run, whether each server still serves an ordinary flow, unless it served one after everything else.
    /// What was refused last would show nothing if it refused everything.
    pub(super) async fn look_again(&self, targets: &[Arc<Target>]) {
        for target in targets {
            let course = self.courses().get(&target.variant).cloned().unwrap_or_default();
            let asks_a_person = matches!(target.user, UserStrategy::Manual);
            let is_complete = course.complete || was_served(target, ONE);
            // The second client or the resource may have been served last long before the end.
            let is_open = |ordinary: &Ordinary| {
                let before = course.served.get(ordinary).copied();
                (before.is_some() || was_served(target, *ordinary)) && course.last > before
            };
            let is_open = [ONE, TWO, RESOURCE].iter().any(is_open);
            if self.ended().is_none() && is_complete && is_open && !asks_a_person {
                self.ends_if_it_stopped(target).await;
            }
        }
    }

    /// Takes back what was judged after the server served a flow for the last time, if the run ended early: nobody knows whether the server
    /// still worked then. If only the requests of one client or those to the resource are not served any more, that concerns scenarios
    /// with such requests.
    pub(super) fn void(&self, targets: &[Arc<Target>], judgements: &mut [Judgement]) {
        let Some(Ended { obstacle, only, whole }) = self.read() else { return };
        let courses = self.courses().clone();
        let last = courses.values().filter_map(Course::last_served).max();
        let before_the_run = targets.iter().any(|target| was_served(target, ONE)).then_some(0);
        // Requests that are sent at the same time arrive in any order.
        let before = |number: u64| number.saturating_sub(IN_FLIGHT);
        for judgement in judgements.iter_mut().filter(|judgement| !judgement.left_out) {
            let course = courses.get(&judgement.variant);
            let only = only.filter(|(variant, _)| *variant == judgement.variant);
            let served = match only {
                _ if whole => Some(0),
                Some((_, ordinary)) => Some(course.and_then(|course| course.served.get(&ordinary).copied()).unwrap_or_default()),
                None => course.and_then(Course::last_served).or(last).or(before_the_run),
            };
            let served = served.map(before);
            let target = targets.iter().find(|target| target.variant == judgement.variant);
            let is_void = |exchange: &HttpExchange| {
                let concerns = only.zip(target).is_none_or(|((_, ordinary), target)| concerns(target, ordinary, exchange));
                served.is_some_and(|served| exchange.number > served) && concerns
            };
            if judgement.exchanges.iter().any(|exchange| is_void(exchange)) && judgement.outcome != Verdict::Skipped {
                judgement.outcome = Verdict::Skipped;
                judgement.unjudged = Some(Unjudged::Refused);
                judgement.reason = Some(format!("not judged: no flow was served after it: {}", obstacle.text));
                judgement.findings.clear();
                judgement.warnings.clear();
            }
            if served.is_some() {
                let shown = |number| judgement.exchanges.iter().find(|exchange| Some(exchange.number) == number);
                judgement.in_passing.retain(|finding| shown(finding.exchange).is_some_and(|exchange| !is_void(exchange)));
            }
        }
    }

    /// Tries an ordinary flow a few times, and ends the run if none is served.
    pub(super) async fn ends_if_it_stopped(&self, target: &Arc<Target>) -> bool {
        let _one = self.examining.lock().await;
        self.ended().is_some() || Box::pin(self.examine(target)).await
    }

    async fn examine(&self, target: &Arc<Target>) -> bool {
        let (mut reason, mut hindrance, mut at) = (String::new(), Hindrance::Gone, ONE);
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let patience = target.connector.patience().clone();
            let http = Http::new(target.connector.clone());
            let flows = Box::pin(self.ordinary(target, http.clone(), &mut at));
            match patience.within(FLOW, flows).await {
                Some(Ok(())) => return self.is_limited(target, &http),
                Some(Err(Stop::Obstacle(obstacle))) => {
                    (reason, hindrance) = (obstacle.text, obstacle.hindrance);
                    // A password is not sent again and again.
                    if hindrance == Hindrance::Login {
                        break;
                    }
                }
                Some(Err(Stop::Failed(finding))) => reason = format!("expected {}; got {}", finding.expected, finding.got),
                Some(Err(Stop::Skipped(skipped))) => reason = skipped.reason,
                None => reason = format!("no end within {} s", FLOW.as_secs()),
            }
        }
        let complete = self.courses().get(&target.variant).is_some_and(|course| course.complete);
        let before = if complete || was_served(target, at) { " any more, as it did before" } else { "" };
        let what = match at {
            ONE => "ordinary flows".to_owned(),
            TWO => format!("ordinary flows of the second client, `{}`,", target.clients[1].id),
            _ => "ordinary calls of the resource".to_owned(),
        };
        let text = format!("the server at {} does not serve {what}{before}: {reason}", target.issuer);
        let only = (at != ONE).then_some((target.variant, at));
        self.end(Ended { obstacle: Obstacle::new(hindrance, text), only, whole: false });
        true
    }

    /// Returns true if a server that serves ordinary flows does so only when nothing else is sent to it. The run ends then.
    fn is_limited(&self, target: &Arc<Target>, http: &Http) -> bool {
        let is_limited = {
            let mut courses = self.courses();
            let course = courses.entry(target.variant).or_default();
            course.serves(target, &http.exchanges());
            let is_limited = course.tried >= ALONE && course.without_tokens >= course.enough();
            (course.stopped, course.without_tokens, course.tried) = (0, 0, course.tried + 1);
            is_limited
        };
        if is_limited {
            let text = format!(
                "the server at {} serves ordinary flows when nothing else is sent, but refuses them while the run goes on: it seems to \
                 limit the rate of requests without saying so; try --jobs 1 or --gentle",
                target.issuer
            );
            self.end(Ended { obstacle: Obstacle::new(Hindrance::Rate, text), only: None, whole: true });
        }
        is_limited
    }

    /// Runs an ordinary flow up to the tokens, and then everything else that was served before: a call of the resource, and a flow of the
    /// second client. `at` is what is tried.
    async fn ordinary(&self, target: &Arc<Target>, http: Http, at: &mut Ordinary) -> Tried<()> {
        let course = self.courses().get(&target.variant).cloned().unwrap_or_default();
        let served = |ordinary: Ordinary| was_served(target, ordinary) || course.served.contains_key(&ordinary);
        *at = ONE;
        let session = Session::open(&[], target.clone(), http).await?;
        let tokens = session.one.tokens().await?;
        if served(RESOURCE) {
            *at = RESOURCE;
            session.one.resource(&tokens).served().await?;
        }
        if served(TWO) {
            *at = TWO;
            session.two.tokens().await?;
        }
        Ok(())
    }

    fn courses(&self) -> MutexGuard<'_, BTreeMap<Variant, Course>> {
        self.courses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tries an ordinary login, to find out whether the server refuses every login now.
    async fn login_is_refused(&self, target: &Arc<Target>, obstacle: &Obstacle) -> bool {
        let ordinary = async {
            let session = Session::open(&[], target.clone(), Http::new(target.connector.clone())).await?;
            session.one.code().await
        };
        let Err(Stop::Obstacle(now)) = ordinary.await else { return false };
        if now.hindrance != Hindrance::Login {
            return false;
        }
        let text = format!("the login stopped working during the run (is the account locked?): {}", obstacle.text);
        self.end(Obstacle { text, ..obstacle.clone() });
        true
    }

    fn end(&self, ended: impl Into<Ended>) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(ended.into());
    }
}

impl Course {
    /// The number of scenarios in a row that must stop before an ordinary flow is tried.
    fn enough(&self) -> usize {
        IN_A_ROW.saturating_mul(1 << self.tried.min(8))
    }

    /// The number of the last exchange in which tokens were issued.
    fn last_served(&self) -> Option<u64> {
        [ONE, TWO].iter().filter_map(|ordinary| self.served.get(ordinary)).max().copied()
    }

    /// Notes the ordinary requests that these exchanges served.
    fn serves(&mut self, target: &Target, exchanges: &[Arc<HttpExchange>]) {
        for ordinary in [ONE, TWO, RESOURCE] {
            let serves = |exchange: &HttpExchange| {
                let issues = ordinary.kind == OrdinaryKind::Resource || issues_tokens(exchange);
                issues && exchange.grants() && concerns(target, ordinary, exchange)
            };
            let last = exchanges.iter().filter(|exchange| serves(exchange)).map(|exchange| exchange.number).max();
            if let Some(last) = last {
                let served = self.served.entry(ordinary).or_default();
                *served = last.max(*served);
            }
        }
    }
}

impl From<Obstacle> for Ended {
    fn from(obstacle: Obstacle) -> Self {
        Self { obstacle, only: None, whole: false }
    }
}

/// Returns true if an exchange belongs to such a request of a target.
fn concerns(target: &Target, ordinary: Ordinary, exchange: &HttpExchange) -> bool {
    match ordinary.kind {
        OrdinaryKind::Resource => {
            let place = |url: &url::Url| url[..url::Position::AfterPath].to_owned();
            let is_there = |resource: &url::Url| place(resource) == place(&exchange.url);
            exchange.purpose == RESOURCE_REQUEST && target.resource.as_ref().is_none_or(|resource| is_there(&resource.url))
        }
        _ => session::names(exchange, &target.clients[ordinary.client].id),
    }
}

/// Returns true if an ordinary request was served by the preflight.
fn was_served(target: &Target, ordinary: Ordinary) -> bool {
    target.controls.was_served(ordinary)
}

/// Returns true if tokens were issued.
fn issues_tokens(exchange: &HttpExchange) -> bool {
    exchange.grant == Grant::Member("access_token") && exchange.grants()
}

/// Returns true if a scenario ended on its way, before what it is about.
fn stops(ended: &Tried<()>, trace: &Trace) -> bool {
    match ended {
        Err(Stop::Failed(finding)) => matches!(finding.about, About::Step | About::Silence),
        Err(Stop::Obstacle(_)) => true,
        Err(Stop::Skipped(_)) | Ok(()) => trace.noted.unjudged.is_some(),
    }
}

/// Returns true if a scenario stopped only because the server failed at its defective request. A limit on the rate of requests refuses
/// others too.
fn fails_at_defects(ended: &Tried<()>, trace: &Trace) -> bool {
    matches!(ended, Ok(()) | Err(Stop::Skipped(_))) && matches!(trace.noted.unjudged, Some((Unjudged::Refused, _)))
}

/// Returns true if an exchange looks as if the server, or what stands behind its proxy, were gone.
fn is_silent(exchange: &HttpExchange) -> bool {
    match &exchange.answer {
        Answer::Nothing(Lost::Alert, _) => false,
        Answer::Nothing(..) => true,
        Answer::Response { status, .. } => matches!(status, 502..=504),
    }
}

/// Returns true if the server still serves its metadata.
async fn answers(target: &Target) -> bool {
    let http = Http::new(target.connector.clone());
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        for location in [openid_location(&target.issuer), oauth_location(&target.issuer)] {
            let Ok(url) = location.parse() else { continue };
            if http.fetch("is the server still there?", &url).await.is_ok_and(|reply| reply.is_success()) {
                return true;
            }
        }
    }
    false
}
