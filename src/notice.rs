//! Notices: requests to clients that no caller waits for, such as a logout.
//!
//! A decision enqueues a notice with its writes. The host asks its store for the notices that are due and drives
//! [`deliver`](crate::AuthorizationServer::deliver) for each, which sends it and acknowledges it, or puts it off.

use crate::client::{Client, ClientTurn};
use crate::error_code::ErrorCode::ServerError;
use crate::exchange::{Decision, Operation, OutgoingRequest, Pause, Positions, Reply, Turn, Unavailable};
use crate::fault::Fault;
use crate::issue::sign;
use crate::jose::Object;
use crate::record::{Kind, Owner, Record, RecordKey, Stored, Unreadable, Write, decode, encode};
use crate::refusal::Refusal;
use crate::requirement::local;
use crate::response::Response;
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The number of times a notice is sent before it is given up.
const ATTEMPTS: u32 = 6;
/// Seconds until the first repetition; each further one waits four times as long.
const FIRST_DELAY: u32 = 15;
/// Seconds that a logout token is valid
/// ([OpenID Connect Back-Channel Logout §2.4](https://openid.net/specs/openid-connect-backchannel-1_0.html#LogoutToken)).
const LOGOUT_TOKEN_LIFETIME: u32 = 120;

/// A notice that waits for delivery. It contains only references: tokens are made when it is delivered.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    pub(crate) message: Message,
    /// The number of failed attempts.
    #[serde(default)]
    pub(crate) attempts: u32,
}

/// The content of a notice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Message {
    /// The user's session ended ([OpenID Connect Back-Channel Logout](https://openid.net/specs/openid-connect-backchannel-1_0.html)).
    Logout { client_id: String, uri: String, subject: String, sid: String },
}

impl Stored for Notice {
    const KIND: Kind = Kind::Notice;

    fn owners(&self) -> Vec<Owner> {
        let Message::Logout { client_id, subject, .. } = &self.message;
        vec![Owner::Client(client_id.clone()), Owner::Subject(subject.clone())]
    }
}

/// The outcome of one attempt to deliver a notice. Exhaustive.
#[derive(Debug, Clone)]
pub enum NoticeDelivery {
    /// The recipient confirmed it; it is acknowledged.
    Delivered,
    /// The recipient did not confirm it; it is due again at this time.
    Postponed(Timestamp),
    /// The recipient did not confirm it and will not be asked again.
    GivenUp,
    /// The attempt could not be made or not be recorded; the event says why, and the notice is still due.
    Failed(Response),
}

impl Reply for NoticeDelivery {
    fn refused(response: Response) -> Self {
        Self::Failed(response)
    }
}

pub(crate) struct NoticeAttempt {
    server: Arc<AuthorizationServer>,
    key: RecordKey,
    notice: Result<Notice, Unreadable>,
}

impl NoticeAttempt {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, key: &RecordKey, record: &Record) -> Result<Self, Refusal> {
        Ok(Self { server: server.clone(), key: key.clone(), notice: decode(record) })
    }
}

impl Operation<NoticeDelivery> for NoticeAttempt {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<NoticeDelivery>, Pause> {
        let notice = match &self.notice {
            Ok(notice) => notice,
            Err(Unreadable::Newer) => return Err(Unavailable.into()),
            Err(Unreadable::Malformed) => return Err(Fault::new(format!("the notice {} cannot be read", self.key)).into()),
        };
        let Message::Logout { client_id, .. } = &notice.message;
        self.attempt(turn, notice).attributed_to(client_id)
    }
}

impl NoticeAttempt {
    fn attempt(&self, turn: &Turn<'_>, notice: &Notice) -> Result<Decision<NoticeDelivery>, Pause> {
        let acknowledged = Write::Acknowledge { key: self.key.clone() };
        let Some(request) = self.request(turn, notice)? else {
            return Ok(Decision::commits(NoticeDelivery::GivenUp, [acknowledged]));
        };
        let confirmed = match turn.facts.send(request) {
            Ok(answer) => matches!(answer.status, 200 | 204),
            // A recipient that cannot be reached is asked again later.
            Err(Pause::Refuse(_)) => false,
            Err(pause) => return Err(pause),
        };
        if confirmed {
            return Ok(Decision::commits(NoticeDelivery::Delivered, [acknowledged]));
        }
        let attempts = notice.attempts.saturating_add(1);
        if attempts >= ATTEMPTS {
            return Ok(Decision::commits(NoticeDelivery::GivenUp, [acknowledged]));
        }
        let due = turn.now().after(FIRST_DELAY.saturating_mul(4u32.saturating_pow(notice.attempts)));
        let record = encode(&Notice { attempts, ..notice.clone() });
        let postponed = Write::Enqueue { key: self.key.clone(), record, due };
        Ok(Decision::commits(NoticeDelivery::Postponed(due), [postponed]))
    }

    /// The request that delivers the notice; `None` if its client is not registered any more.
    fn request(&self, turn: &Turn<'_>, notice: &Notice) -> Result<Option<OutgoingRequest>, Pause> {
        let Message::Logout { client_id, uri, subject, sid } = &notice.message;
        let turn = self.server.at(turn);
        let Some(client) = turn.load(turn.key::<Client>(client_id))?.live(turn.now()) else { return Ok(None) };
        let turn = ClientTurn::new(&turn, client)?;
        let registered = turn.client.metadata.id_token_signed_response_alg;
        let algorithm = registered.or_else(|| turn.settings().preferred_algorithm(&turn.policy, turn.now()));
        let algorithm =
            local::CLIENT_FITS_POLICY.demand(algorithm, ServerError, "This server has no key to sign the logout token with.")?;
        let event = Object::new().with("http://schemas.openid.net/event/backchannel-logout", Object::new());
        let claims = Object::new()
            .with("iss", turn.settings().issuer.as_str())
            .with("sub", subject.as_str())
            .with("aud", client_id.as_str())
            .with("iat", turn.now().seconds())
            .with("exp", turn.after(LOGOUT_TOKEN_LIFETIME).seconds())
            .with("jti", turn.handle("logout token").as_str())
            .with("sid", sid.as_str())
            .with("events", event);
        let token = sign(&turn, algorithm, "logout+jwt", &claims)?;
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", &token).finish();
        Ok(Some(OutgoingRequest {
            url: uri.clone(),
            method: "POST",
            headers: vec![("content-type", "application/x-www-form-urlencoded".into())],
            body,
        }))
    }
}
