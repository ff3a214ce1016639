//! Servers that refuse ordinary requests at random, as one does whose nodes do not share their state.

use std::collections::BTreeSet;
use std::sync::Arc;

use fapi::requirement::rfc6749;

use super::watch::Watch;
use super::{Judgement, Verdict};
use crate::finding::{Finding, Tried};
use crate::http::{Answer, Grant, Http, HttpExchange};
use crate::ledger::Unjudged;
use crate::scenario::Kind;
use crate::session::Session;
use crate::target::{Target, UserStrategy};

/// The number of scenarios that do not end the same way twice, or in which what must be served is refused, after which ordinary requests
/// are counted.
const UNSTEADY: usize = 3;
/// The number of flows whose requests are counted.
const FLOWS: usize = 20;

/// A server that refuses ordinary requests at random.
pub(super) struct Unsteady {
    /// The target.
    pub(super) target: Arc<Target>,
    /// The finding, which takes the place of those that rest on such a refusal.
    pub(super) finding: Finding,
    /// The exchange that shows it.
    pub(super) shown: Arc<HttpExchange>,
}

/// Counts, where scenarios did not end the same way twice, how many ordinary requests are refused. If some are, the findings and the
/// deviations that show such a refusal are taken back.
pub(super) async fn settled(targets: &[Arc<Target>], judgements: &mut [Judgement], watch: &Watch) -> Vec<Unsteady> {
    let mut all = Vec::new();
    for target in targets {
        let own = |judgement: &&mut Judgement| judgement.variant == target.variant;
        let unsteady = judgements.iter_mut().filter(own).filter(|judgement| is_unsteady(judgement)).count();
        let asks_a_person = matches!(target.user, UserStrategy::Manual);
        if watch.ended().is_some() || target.instance.strict() || asks_a_person || unsteady < UNSTEADY {
            continue;
        }
        let (mut sent, mut refused) = (0, Vec::new());
        for _ in 0..FLOWS {
            let http = Http::new(target.connector.clone());
            // A flow ends with its first refusal.
            let _ = flow(target, http.clone()).await;
            let counted = http.exchanges().into_iter().filter(|exchange| counts(exchange));
            let counted: Vec<_> = counted.collect();
            sent += counted.len();
            refused.extend(counted.into_iter().filter(|exchange| !exchange.grants()));
        }
        let Some(shown) = refused.first().filter(|_| refused.len() < sent).cloned() else { continue };
        let kinds: BTreeSet<_> = refused.iter().filter_map(|exchange| kind(exchange)).collect();
        judgements.iter_mut().filter(own).for_each(|judgement| take_back(judgement, &kinds));
        let names: Vec<_> = kinds.iter().map(|(status, error)| format!("status {status} {error}").trim().to_owned()).collect();
        let got = format!(
            "{} of {sent} ordinary requests are refused at random ({}): the nodes of the server may not share their state",
            refused.len(),
            names.join(", ")
        );
        let finding = Finding::new("every ordinary request to be served", got).shown_by(shown.number);
        all.push(Unsteady { target: target.clone(), finding: finding.against(&rfc6749::TOKEN_RESPONSE), shown });
    }
    all
}

/// Returns true if a scenario did not end the same way twice, or failed because something is refused that must be served.
fn is_unsteady(judgement: &Judgement) -> bool {
    let is_refused = |finding: &Finding| {
        let shown = judgement.exchanges.iter().find(|exchange| Some(exchange.number) == finding.exchange);
        shown.is_some_and(|exchange| exchange.grant != Grant::Status && kind(exchange).is_some())
    };
    let fails = judgement.outcome == Verdict::Failed && judgement.scenario.kind == Kind::Positive;
    judgement.only_in_company || (fails && judgement.findings.iter().any(is_refused))
}

/// An ordinary flow: tokens, a call of the resource, and a refresh.
async fn flow(target: &Arc<Target>, http: Http) -> Tried<()> {
    let session = Session::open(&[], target.clone(), http).await?;
    let tokens = session.one.tokens().await?;
    let call = session.one.resource(&tokens);
    if call.url().is_ok() {
        call.send().await?;
    }
    if let Some(token) = &tokens.refresh_token {
        session.one.refresh(token).send().await?;
    }
    Ok(())
}

/// Returns true if an exchange is an ordinary request of the back channel. A demand for a nonce is no refusal.
fn counts(exchange: &HttpExchange) -> bool {
    exchange.grant != Grant::Status && kind(exchange).is_none_or(|(_, error)| !error.contains("use_dpop_nonce"))
}

/// The kind of a refusal: the status, and the error.
fn kind(exchange: &HttpExchange) -> Option<(u16, String)> {
    let Answer::Response { status: status @ 400..=499, headers, body } = &exchange.answer else { return None };
    let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    let said = json.and_then(|json| Some(json.get("error")?.as_str()?.to_owned()));
    let challenged = || {
        let challenge = headers.iter().find(|(name, _)| name == "www-authenticate").map(|(_, value)| value.as_str())?;
        let rest = challenge.split_once("error=\"")?.1;
        Some(rest.split('"').next()?.to_owned())
    };
    Some((*status, said.or_else(challenged).unwrap_or_default()))
}

/// Takes back the findings and deviations of a judgement that show a refusal of one of these kinds.
fn take_back(judgement: &mut Judgement, kinds: &BTreeSet<(u16, String)>) {
    let exchanges = judgement.exchanges.clone();
    let is_random = |finding: &Finding| {
        let shown = exchanges.iter().find(|exchange| Some(exchange.number) == finding.exchange);
        shown.and_then(|exchange| kind(exchange)).is_some_and(|kind| kinds.contains(&kind))
    };
    judgement.in_passing.retain(|finding| !is_random(finding));
    let before = judgement.findings.len();
    judgement.findings.retain(|finding| !is_random(finding));
    if judgement.findings.len() == before {
        return;
    }
    judgement.conclude();
    if judgement.findings.is_empty() {
        judgement.outcome = Verdict::Skipped;
        judgement.unjudged = Some(Unjudged::Refused);
        judgement.reason = Some("not judged: the server refuses ordinary requests at random".into());
    }
}
