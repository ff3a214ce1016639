//! Requests that carry a DPoP proof, and that can be repeated without another login.

use fapi::requirement::Requirement;

use crate::client::form::Spoil;
use crate::client::resource::ResourceCall;
use crate::client::{Client, FormRequest};
use crate::finding::{Skipped, Tried};
use crate::http::Reply;
use crate::jwt::Jwt;
use crate::keys::SigningKey;
use crate::session::{Session, Wire, wire};

/// A nonce that is not the server's is refused with another error.
const WRONG_NONCE: Wire = Wire::new(&[400], &["use_dpop_nonce", "invalid_dpop_proof"]);

/// A request that carries a proof.
#[derive(Clone)]
pub(super) enum Carrier {
    /// A request to the PAR or the token endpoint.
    Form(FormRequest),
    /// A call to a resource.
    Call(ResourceCall),
}

impl Carrier {
    /// The URL without query and fragment.
    pub(super) fn url(&self) -> Tried<String> {
        let mut url = match self {
            Self::Form(request) => request.url()?,
            Self::Call(call) => call.url()?,
        };
        url.set_query(None);
        url.set_fragment(None);
        Ok(url.to_string())
    }

    /// A proof that would be accepted.
    pub(super) fn good_proof(&self) -> Tried<Jwt> {
        match self {
            Self::Form(request) => Ok(request.client().proof_now("POST", &request.url()?)),
            Self::Call(call) => call.good_proof(),
        }
    }

    /// Sends it with a changed proof.
    pub(super) async fn send(&self, spoil: &Spoil) -> Tried<Reply> {
        let spoil = spoil.clone();
        match self.clone() {
            Self::Form(request) => request.proof(move |jwt| spoil(jwt)).send().await,
            Self::Call(call) => call.proof(move |jwt| spoil(jwt)).send().await,
        }
    }

    /// Sends it with these texts as proofs.
    pub(super) async fn send_texts(&self, texts: Vec<String>) -> Tried<Reply> {
        match self.clone() {
            Self::Form(request) => request.proof_texts(texts).send().await,
            Self::Call(call) => call.proof_texts(texts).send().await,
        }
    }

    /// Demands that a reply is a refusal, for one of these requirements.
    pub(super) fn refuses(&self, s: &Session, reply: &Reply, because: &[&'static Requirement]) -> Tried<()> {
        match self {
            Self::Form(_) => s.refused_because(reply, &wire::INVALID_PROOF, because),
            Self::Call(_) => s.refused_by_resource_because(reply, &[400, 401], because),
        }
    }

    /// Demands that a reply is a refusal of a nonce.
    pub(super) fn refuses_nonce(&self, s: &Session, reply: &Reply, because: &[&'static Requirement]) -> Tried<()> {
        match self {
            Self::Form(_) => s.refused_because(reply, &WRONG_NONCE, because),
            Self::Call(_) => self.refuses(s, reply, because),
        }
    }

    /// Sends it with a changed proof, and demands a refusal for one of these requirements.
    pub(super) async fn refused(&self, s: &Session, because: &[&'static Requirement], spoil: Spoil) -> Tried<()> {
        let reply = self.send(&spoil).await?;
        self.refuses(s, &reply, because)
    }

    /// Skips the scenario if the request without a defect is refused.
    pub(super) async fn is_served(&self, spoil: &Spoil) -> Tried<()> {
        let reply = self.send(spoil).await?;
        if reply.grants() {
            return Ok(());
        }
        let why = Skipped::new(format!("no control: the same request without its defect gets status {}", reply.status()));
        Err(why.shown_by(reply.number()).into())
    }
}

/// The requests of the variant, each of which was just served. The PAR endpoint counts only if it looks at proofs at all.
pub(super) async fn carriers(s: &Session) -> Tried<Vec<Carrier>> {
    let mut carriers = vec![];
    if s.variant().front_channel() {
        carriers.extend(push(&s.one).await?);
    } else {
        carriers.push(Carrier::Form(s.one.credentials()));
    }
    let call = s.one.resource(&s.one.tokens().await?);
    if call.url().is_ok() {
        carriers.push(Carrier::Call(call));
    }
    for carrier in &carriers {
        carrier.is_served(&unchanged()).await?;
    }
    Ok(carriers)
}

/// The requests of the variant to the authorization server.
pub(super) async fn forms(s: &Session) -> Tried<Vec<Carrier>> {
    if s.variant().front_channel() {
        return Ok(push(&s.one).await?.into_iter().collect());
    }
    Ok(vec![Carrier::Form(s.one.credentials())])
}

/// A pushed request, if the endpoint looks at proofs.
pub(super) async fn push(client: &Client) -> Tried<Option<Carrier>> {
    let deaf = client.push().proof_texts(vec!["no.jwt".into()]).send().await?.grants();
    Ok((!deaf).then(|| Carrier::Form(client.push())))
}

/// No change.
pub(super) fn unchanged() -> Spoil {
    spoil(|jwt| jwt)
}

/// The proof of another key.
pub(super) fn by(key: &SigningKey) -> Spoil {
    let key = key.clone();
    spoil(move |jwt| jwt.proving(&key))
}

/// A change of the proof.
pub(super) fn spoil(change: impl Fn(Jwt) -> Jwt + Send + Sync + 'static) -> Spoil {
    std::sync::Arc::new(change)
}
