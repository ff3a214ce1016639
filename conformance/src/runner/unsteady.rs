//! Servers that refuse ordinary requests at random, as one does whose nodes do not share their state.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use fapi::requirement::{Requirement, fapi2_sp, rfc6749, rfc9126};

use super::judge::judge;
use super::watch::Watch;
use super::{Job, Judgement, Options, Verdict};
use crate::finding::{Finding, Hindrance, Stop, Tried};
use crate::http::{Answer, Grant, Http, HttpExchange, USER_AGENT};
use crate::ledger::Unjudged;
use crate::scenario::Kind;
use crate::session::Session;
use crate::target::{Target, UserStrategy};

/// The number of unsteady scenarios after which ordinary requests are counted.
const UNSTEADY: usize = 2;
/// The number of flows whose requests are counted.
const FLOWS: usize = 20;
/// The number of calls of the resource in a flow: the flow ends with the first token request that is refused, not with a refused call.
const CALLS: usize = 3;
/// The number of times that a scenario in which something is refused is then tried alone.
const TIMES: usize = 5;

/// A server that refuses ordinary requests at random.
pub(super) struct Unsteady {
    /// The target.
    pub(super) target: Arc<Target>,
    /// The finding, which takes the place of those that rest on such a refusal.
    pub(super) finding: Finding,
    /// The exchange that shows it.
    pub(super) shown: Arc<HttpExchange>,
}

/// Counts how many ordinary requests are refused, if several scenarios are unsteady. If some are, but not all of their kind, the findings and
/// the deviations that show such a refusal are taken back.
pub(super) async fn settled(
    targets: &[Arc<Target>],
    jobs: &[Job],
    judgements: &mut [Judgement],
    options: &Options,
    watch: &Watch,
) -> Vec<Unsteady> {
    let mut all = Vec::new();
    for target in targets {
        let own = |judgement: &&mut Judgement| judgement.variant == target.variant;
        let unsteady = judgements.iter_mut().filter(own).filter(|judgement| is_unsteady(judgement)).count();
        let asks_a_person = matches!(target.user, UserStrategy::Manual);
        if watch.ended().is_some() || target.instance.strict() || asks_a_person || unsteady < UNSTEADY {
            continue;
        }
        crate::say(&format!(
            "several scenarios were refused what must be served; the run counts the refusals in {FLOWS} ordinary flows"
        ));
        let Random { sent, refused } = random(&ordinary(target).await);
        let Some(shown) = refused.first().cloned() else { continue };
        let kinds: BTreeSet<_> = refused.iter().filter_map(|exchange| Refusal::of(exchange)).collect();
        judgements.iter_mut().filter(own).for_each(|judgement| take_back(judgement, &kinds));
        let here = jobs.iter().zip(judgements.iter_mut()).filter(|(_, judgement)| judgement.variant == target.variant);
        for (job, judgement) in here {
            if refuses(judgement) && passes_once(job, options, watch).await {
                judgement.findings.clear();
                not_judged(judgement);
            }
        }
        let names: Vec<_> = kinds.iter().map(ToString::to_string).collect();
        let got = format!(
            "{} of {sent} ordinary requests are refused at random ({}): the nodes of the server may not share their state",
            refused.len(),
            names.join(", ")
        );
        let finding = Finding::new("every ordinary request to be served", got).shown_by(shown.number).against(rule(&shown));
        all.push(Unsteady { target: target.clone(), finding, shown });
    }
    all
}

/// The clause that the refusal of an ordinary request breaks.
fn rule(exchange: &HttpExchange) -> &'static Requirement {
    match exchange.grant {
        Grant::Member("request_uri") => &rfc9126::PUSH_CREATED,
        Grant::Content => &fapi2_sp::TOKEN_IN_HEADER,
        Grant::Status => &rfc6749::CODE_REQUEST,
        Grant::Member(_) => &rfc6749::TOKEN_RESPONSE,
    }
}

/// Returns true if a scenario did not end the same way twice, or if something was refused that must be served: the subject of the scenario, or
/// what it saw in passing.
fn is_unsteady(judgement: &Judgement) -> bool {
    judgement.only_in_company || refuses(judgement) || judgement.in_passing.iter().any(|seen| shows_refusal(judgement, seen))
}

/// Returns true if a scenario failed because something is refused that must be served.
fn refuses(judgement: &Judgement) -> bool {
    let fails = judgement.outcome == Verdict::Failed && judgement.scenario.kind == Kind::Positive;
    fails && judgement.findings.iter().any(|finding| shows_refusal(judgement, finding))
}

/// Returns true if a finding shows an ordinary request that was refused.
fn shows_refusal(judgement: &Judgement, finding: &Finding) -> bool {
    let shown = judgement.exchanges.iter().find(|exchange| Some(exchange.number) == finding.exchange);
    shown.is_some_and(|exchange| counts(exchange) && is_refused(exchange))
}

/// Returns true if a scenario does not fail each time that it is tried alone.
async fn passes_once(job: &Job, options: &Options, watch: &Watch) -> bool {
    for _ in 0..TIMES {
        let again = judge(job, options, watch).await;
        if watch.ended().is_some() {
            return false;
        }
        if again.outcome != Verdict::Failed {
            return true;
        }
    }
    false
}

/// The requests of ordinary flows that were served or refused.
async fn ordinary(target: &Arc<Target>) -> Vec<Arc<HttpExchange>> {
    let mut all = Vec::new();
    for _ in 0..FLOWS {
        let http = Http::new(target.connector.clone());
        // A flow ends with its first refusal.
        let ended = flow(target, http.clone()).await;
        let exchanges = http.exchanges();
        let has_posted = exchanges.iter().any(|exchange| exchange.purpose == USER_AGENT && exchange.method == "POST");
        all.extend(exchanges.into_iter().filter(|exchange| counts(exchange)));
        // A password is not sent again and again; one that was not asked for was not sent.
        let is_over = |hindrance| hindrance == Hindrance::Rate || hindrance == Hindrance::Login && has_posted;
        if matches!(ended, Err(Stop::Obstacle(obstacle)) if is_over(obstacle.hindrance)) {
            break;
        }
    }
    all
}

/// An ordinary flow: tokens, calls of the resource, and a refresh.
async fn flow(target: &Arc<Target>, http: Http) -> Tried<()> {
    let session = Session::open(&[], target.clone(), http).await?;
    let tokens = session.one.tokens().await?;
    for _ in 0..CALLS {
        let call = session.one.resource(&tokens);
        if call.url().is_ok() {
            call.send().await?;
        }
    }
    if let Some(token) = &tokens.refresh_token {
        session.one.refresh(token).send().await?;
    }
    Ok(())
}

/// Returns true if an exchange is an ordinary request of the back channel, or the visit of an authorization URL, that was served or refused. A
/// demand for a nonce and a limit on the rate of requests are no refusals.
fn counts(exchange: &HttpExchange) -> bool {
    let is_ordinary = is_visit(exchange) || exchange.grant != Grant::Status;
    let is_refusal = || Refusal::of(exchange).is_some_and(|refusal| !refusal.error.contains("use_dpop_nonce"));
    is_ordinary && !exchange.is_turned_away() && (!is_refused(exchange) || is_refusal())
}

/// Returns true if a browser visits an authorization URL.
fn is_visit(exchange: &HttpExchange) -> bool {
    exchange.purpose == USER_AGENT && exchange.url.query_pairs().any(|(name, _)| name == "request_uri")
}

/// Returns true if an ordinary request was not served. A browser is served with any page that is no error.
fn is_refused(exchange: &HttpExchange) -> bool {
    if is_visit(exchange) { Refusal::of(exchange).is_some() } else { !exchange.grants() }
}

/// Requests of the kinds that are refused at random.
struct Random {
    /// The number of requests.
    sent: usize,
    /// Those that were refused.
    refused: Vec<Arc<HttpExchange>>,
}

/// The requests of those purposes that are sometimes served and sometimes refused. One that is always refused is not refused at random.
fn random(exchanges: &[Arc<HttpExchange>]) -> Random {
    let mut by_purpose: BTreeMap<&str, (usize, Vec<Arc<HttpExchange>>)> = BTreeMap::new();
    for exchange in exchanges {
        let (sent, refused) = by_purpose.entry(&exchange.purpose).or_default();
        *sent += 1;
        refused.extend(is_refused(exchange).then(|| exchange.clone()));
    }
    let mut random = Random { sent: 0, refused: Vec::new() };
    for (sent, refused) in by_purpose.into_values().filter(|(sent, refused)| !refused.is_empty() && refused.len() < *sent) {
        random.sent += sent;
        random.refused.extend(refused);
    }
    random
}

/// The kind of a refusal.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Refusal {
    /// The purpose of the request.
    purpose: String,
    status: u16,
    /// The error; empty if there is none.
    error: String,
}

impl Refusal {
    fn of(exchange: &HttpExchange) -> Option<Self> {
        let Answer::Response { status: status @ 400..=499, headers, body } = &exchange.answer else { return None };
        let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
        let said = json.and_then(|json| Some(json.get("error")?.as_str()?.to_owned()));
        let challenged = || {
            let challenge = headers.iter().find(|(name, _)| name == "www-authenticate").map(|(_, value)| value.as_str())?;
            let rest = challenge.split_once("error=\"")?.1;
            Some(rest.split('"').next()?.to_owned())
        };
        Some(Self { purpose: exchange.purpose.clone(), status: *status, error: said.or_else(challenged).unwrap_or_default() })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { purpose, status, error } = self;
        let space = if error.is_empty() { "" } else { " " };
        match purpose.as_str() {
            USER_AGENT => write!(formatter, "a page with status {status}"),
            purpose => write!(formatter, "{purpose}: status {status}{space}{error}"),
        }
    }
}

/// Takes back the findings and deviations of a judgement that show a refusal of one of these kinds.
fn take_back(judgement: &mut Judgement, kinds: &BTreeSet<Refusal>) {
    let exchanges = judgement.exchanges.clone();
    let is_random = |finding: &Finding| {
        let shown = exchanges.iter().find(|exchange| Some(exchange.number) == finding.exchange);
        shown.and_then(|exchange| Refusal::of(exchange)).is_some_and(|refusal| kinds.contains(&refusal))
    };
    judgement.in_passing.retain(|finding| !is_random(finding));
    let before = judgement.findings.len();
    judgement.findings.retain(|finding| !is_random(finding));
    if judgement.findings.len() == before {
        return;
    }
    judgement.conclude();
    if judgement.findings.is_empty() {
        not_judged(judgement);
    }
}

fn not_judged(judgement: &mut Judgement) {
    judgement.outcome = Verdict::Skipped;
    judgement.unjudged = Some(Unjudged::Refused);
    judgement.reason = Some("not judged: the server refuses ordinary requests at random".into());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchanges(purpose: &str, statuses: &[u16]) -> Vec<Arc<HttpExchange>> {
        let exchange = |status: &u16| HttpExchange {
            number: 1,
            purpose: purpose.into(),
            method: "POST".into(),
            url: url::Url::parse("https://as.example/token").unwrap_or_else(|error| panic!("{error}")),
            identity: None,
            headers: Vec::new(),
            body: bytes::Bytes::new(),
            grant: Grant::Content,
            answer: Answer::Response { status: *status, headers: Vec::new(), body: bytes::Bytes::new() },
            took: std::time::Duration::ZERO,
        };
        statuses.iter().map(exchange).map(Arc::new).filter(|exchange| counts(exchange)).collect()
    }

    #[test]
    fn what_is_always_refused_is_not_refused_at_random() {
        let always = exchanges("refresh request", &[400, 400, 400]);
        let sometimes = exchanges("token request", &[200, 400, 200]);
        // A limit on the rate of requests and a server that fails refuse nothing.
        let disturbed = exchanges("resource request", &[200, 429, 503, 500]);
        let Random { sent, refused } = random(&[always, sometimes, disturbed].concat());
        assert_eq!(sent, 3);
        let refused: Vec<_> =
            refused.iter().filter_map(|exchange| Refusal::of(exchange)).map(|refusal| refusal.to_string()).collect();
        assert_eq!(refused, ["token request: status 400"]);
    }
}
