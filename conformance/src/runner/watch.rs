//! Watches over a run: when the server is gone, or cannot be used any more, the run ends with that diagnosis.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::finding::{Hindrance, Obstacle, Stop, Tried};
use crate::http::{Answer, Http, HttpExchange, Lost};
use crate::session::{Session, Trace};
use crate::target::{Target, oauth_location, openid_location};

/// The number of attempts to reach a server that did not answer.
const ATTEMPTS: u32 = 4;
/// The pause between them.
const PAUSE: Duration = Duration::from_millis(750);

/// The state of a run.
#[derive(Debug, Default)]
pub(super) struct Watch {
    ended: Mutex<Option<Obstacle>>,
    /// One examination at a time: it may send a user's password, and that must not happen often.
    examining: tokio::sync::Mutex<()>,
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
