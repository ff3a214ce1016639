//! Watches over a run: when the server is gone, or cannot be used any more, the run ends with that diagnosis.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Judgement, Verdict};
use crate::finding::{About, Hindrance, Obstacle, Stop, Tried};
use crate::http::{Answer, Http, HttpExchange, Lost};
use crate::ledger::Unjudged;
use crate::session::{Session, Trace};
use crate::target::{Target, UserStrategy, oauth_location, openid_location};
use crate::variant::Variant;

/// The number of attempts to reach a server that did not answer.
const ATTEMPTS: u32 = 4;
/// The pause between them.
const PAUSE: Duration = Duration::from_millis(750);
/// The time limit of an ordinary flow.
const FLOW: Duration = Duration::from_secs(60);
/// The purpose of the token requests of clients for themselves.
const CREDENTIALS: &str = "client credentials request";

/// The number of scenarios in a row that stop before what they are about, after which an ordinary flow is tried. It doubles each time
/// that the flow is served.
const IN_A_ROW: usize = 5;

/// More requests than these are hardly ever on their way at the same time.
const IN_FLIGHT: u64 = 32;

/// The state of a run.
#[derive(Debug, Default)]
pub(super) struct Watch {
    ended: Mutex<Option<Obstacle>>,
    courses: Mutex<BTreeMap<Variant, Course>>,
    /// One examination at a time: it may send a user's password, and that must not happen often.
    examining: tokio::sync::Mutex<()>,
}

/// The course of a run in one variant.
#[derive(Debug, Default, Clone, Copy)]
struct Course {
    /// The number of the last exchange in which a code or tokens were issued.
    served: Option<u64>,
    /// The number of the last exchange of all.
    last: Option<u64>,
    /// True if a scenario got tokens and did not stop, so that a flow that is not served now was served before.
    complete: bool,
    /// The number of scenarios in a row that stopped since.
    stopped: usize,
    /// The number of ordinary flows that were served when they were tried.
    tried: u32,
}

impl Watch {
    /// The reason why the run has ended early, if it has.
    pub(super) fn ended(&self) -> Option<Obstacle> {
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
        let course = {
            let mut courses = self.courses();
            let course = courses.entry(target.variant).or_default();
            let served = trace.exchanges.iter().filter(|exchange| issues(exchange)).map(|exchange| exchange.number).max();
            course.served = course.served.max(served);
            course.last = course.last.max(trace.exchanges.last().map(|exchange| exchange.number));
            let stopped = stops(ended, trace);
            course.complete |= !stopped && trace.exchanges.iter().any(|exchange| issues_tokens(exchange));
            match (stopped, served) {
                (true, _) => course.stopped += 1,
                (false, Some(_)) => course.stopped = 0,
                (false, None) => {}
            }
            *course
        };
        let enough = IN_A_ROW.saturating_mul(1 << course.tried.min(8));
        course.complete && course.stopped >= enough && Box::pin(self.ends_if_it_stopped(target)).await
    }

    /// Looks, before the last part of a run, whether each server still serves an ordinary flow, unless it served one after everything else.
    /// What was refused last would show nothing if it refused everything.
    pub(super) async fn look_again(&self, targets: &[Arc<Target>]) {
        for target in targets {
            let course = self.courses().get(&target.variant).copied().unwrap_or_default();
            let asks_a_person = matches!(target.user, UserStrategy::Manual);
            if self.ended().is_none() && course.complete && course.last > course.served && !asks_a_person {
                self.ends_if_it_stopped(target).await;
            }
        }
    }

    /// Takes back what was judged after the server served a flow for the last time, if the run ended early: nobody knows whether the server
    /// still worked then.
    pub(super) fn void(&self, judgements: &mut [Judgement]) {
        let Some(ended) = self.ended() else { return };
        let courses = self.courses().clone();
        let last = courses.values().filter_map(|course| course.served).max();
        // Requests that are sent at the same time arrive in any order.
        let before = |number: u64| number.saturating_sub(IN_FLIGHT);
        for judgement in judgements.iter_mut().filter(|judgement| !judgement.left_out) {
            let served = courses.get(&judgement.variant).and_then(|course| course.served).or(last).map(before);
            let number = judgement.exchanges.iter().map(|exchange| exchange.number).max();
            if served.is_some() && number > served && judgement.outcome != Verdict::Skipped {
                judgement.outcome = Verdict::Skipped;
                judgement.unjudged = Some(Unjudged::Refused);
                judgement.reason = Some(format!("not judged: no flow was served after it: {}", ended.text));
                judgement.findings.clear();
                judgement.warnings.clear();
            }
            if served.is_some() {
                judgement.in_passing.retain(|finding| finding.exchange.is_some() && finding.exchange <= served);
            }
        }
    }

    /// Tries an ordinary flow a few times, and ends the run if none is served.
    pub(super) async fn ends_if_it_stopped(&self, target: &Arc<Target>) -> bool {
        let _one = self.examining.lock().await;
        if self.ended().is_some() {
            return true;
        }
        let (mut reason, mut hindrance) = (String::new(), Hindrance::Gone);
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let patience = target.connector.patience().clone();
            let http = Http::new(target.connector.clone());
            match patience.within(FLOW, Box::pin(ordinary(target, http.clone()))).await {
                Some(Ok(())) => {
                    let mut courses = self.courses();
                    let course = courses.entry(target.variant).or_default();
                    (course.stopped, course.tried) = (0, course.tried + 1);
                    course.served = course.served.max(http.exchanges().iter().map(|exchange| exchange.number).max());
                    return false;
                }
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
        let before = self.courses().get(&target.variant).is_some_and(|course| course.complete);
        let before = if before { " any more, as it did before" } else { "" };
        let text = format!("the server at {} does not serve ordinary flows{before}: {reason}", target.issuer);
        self.end(Obstacle::new(hindrance, text));
        true
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

    fn end(&self, obstacle: Obstacle) {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(obstacle);
    }
}

/// Runs an ordinary flow up to the tokens.
async fn ordinary(target: &Arc<Target>, http: Http) -> Tried<()> {
    let session = Session::open(&[], target.clone(), http).await?;
    session.one.tokens().await.map(drop)
}

/// Returns true if a code or tokens were issued.
fn issues(exchange: &HttpExchange) -> bool {
    let Answer::Response { status, headers, .. } = &exchange.answer else { return false };
    let has_code = |value: &str| value.contains("?code=") || value.contains("&code=");
    match status {
        200 => issues_tokens(exchange),
        300..=399 => headers.iter().any(|(name, value)| name == "location" && has_code(value)),
        _ => false,
    }
}

/// Returns true if tokens were issued.
fn issues_tokens(exchange: &HttpExchange) -> bool {
    let is_success = matches!(exchange.answer, Answer::Response { status: 200, .. });
    is_success && (exchange.purpose.ends_with("token request") || exchange.purpose == CREDENTIALS)
}

/// Returns true if a scenario ended on its way, before what it is about.
fn stops(ended: &Tried<()>, trace: &Trace) -> bool {
    match ended {
        Err(Stop::Failed(finding)) => matches!(finding.about, About::Step | About::Silence),
        Err(Stop::Obstacle(_)) => true,
        Err(Stop::Skipped(_)) | Ok(()) => trace.noted.unjudged.is_some(),
    }
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
