//! The end of everything that was issued to a user: after a stolen password, a lost phone, a closed account.

use crate::cutoff::{SubjectCutoff, next_cutoff};
use crate::exchange::{Decision, Operation, Pause, Reply, Turn};
use crate::refusal::Refusal;
use crate::response::Response;
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use std::sync::Arc;

/// The outcome of [`revoke_subject`](AuthorizationServer::revoke_subject). Exhaustive.
#[derive(Debug, Clone)]
pub enum SubjectRevoked {
    /// Everything that is based on an earlier login of the user is void.
    Revoked,
    /// The revocation was not stored; the event says why.
    Failed(Response),
}

impl Reply for SubjectRevoked {
    fn refused(response: Response) -> Self {
        Self::Failed(response)
    }
}

pub(crate) struct SubjectRevocation {
    server: Arc<AuthorizationServer>,
    subject: String,
}

impl SubjectRevocation {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, subject: &str) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), subject: subject.to_owned() })
    }
}

impl Operation<SubjectRevoked> for SubjectRevocation {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<SubjectRevoked>, Pause> {
        let known = turn.load(self.server.subject_cutoff(&self.subject))?;
        let before = known.clone().live(turn.now()).map(|cutoff| cutoff.get().clone()).unwrap_or_default();
        let cutoff = SubjectCutoff { since: Some(next_cutoff(before.latest(), turn.now())), ..before };
        Ok(Decision::commits(SubjectRevoked::Revoked, [known.put(&cutoff, Timestamp::NEVER)]).about(Some(&self.subject)))
    }
}
