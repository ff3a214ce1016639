//! Revocation, by the host, of everything that a user has been given: after a stolen password, a lost phone, a closed account.

use crate::exchange::{Decision, Entry, Operation, Pause, Reply, Response, Turn};
use crate::grant::SubjectCutoff;
use crate::refusal::Refusal;
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use std::sync::Arc;

/// The result of [`revoke_subject`](AuthorizationServer::revoke_subject). Exhaustive.
#[derive(Debug, Clone)]
pub enum SubjectRevoked {
    /// Everything that was issued from an earlier login of the user is revoked.
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
        let known = turn.facts.load(SubjectCutoff::key(&self.server, &self.subject))?;
        // A login in this same second may precede the revocation, so it is revoked as well.
        let now = turn.context.now().after(1);
        let since = match &known {
            Entry::Found(before) => before.since.max(now),
            Entry::Vacant(_) => now,
        };
        let epoch = SubjectCutoff { since };
        Ok(Decision::commits(SubjectRevoked::Revoked, [known.put(&epoch, Timestamp::NEVER)]).about(self.subject.clone()))
    }
}
