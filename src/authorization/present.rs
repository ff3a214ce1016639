//! The authorization endpoint: a browser presents a request, pushed before or carried along.

use super::conclude::{conclude, prompt};
use super::parameters::request;
use super::push::handle_of;
use super::request::Request;
use super::state::{Consent, OpenInteraction, Pushed, Session};
use super::still::still_fits;
use super::target::target;
use super::{Navigation, PromptKind};
use crate::client::{Client, is_client_id, policy_for};
use crate::entropy::{BrowserHandle, InteractionId};
use crate::exchange::{Decision, Entry, Held, Operation, Pause, Positions, Turn};
use crate::form::Form;
use crate::grant::SubjectCutoff;
use crate::inbound::Inbound;
use crate::policy::Policy;
use crate::record::Key;
use crate::refusal::ErrorCode::{AccountSelectionRequired, ConsentRequired, InvalidRequest, InvalidRequestUri, LoginRequired};
use crate::refusal::Refusal;
use crate::requirement::{oidcc, rfc6749, rfc9126};
use crate::server::AuthorizationServer;
use crate::time::Timestamp;
use std::sync::Arc;

pub(crate) struct AuthorizationRequest {
    server: Arc<AuthorizationServer>,
    form: Form,
    client_id: String,
    /// The digest of the handle in a `request_uri` of ours.
    pushed: Option<String>,
    session: Option<String>,
    browser: Option<BrowserHandle>,
}

impl AuthorizationRequest {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>) -> Result<Self, Refusal> {
        let form = inbound.navigated(&server.settings.limits)?;
        let client_id = form.get("client_id").filter(|client_id| is_client_id(client_id));
        let client_id = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client_id, InvalidRequest)?.to_owned();
        let pushed = form.get("request_uri").and_then(handle_of).map(|handle| server.digest(handle));
        let session = inbound.session_handle().map(|session| session.digest(server.settings.primitives));
        Ok(Self {
            server: server.clone(),
            client_id,
            pushed,
            session,
            browser: inbound.browser_handle().filter(|browser| browser.is_well_formed()).cloned(),
            form,
        })
    }
}

impl Operation<Navigation> for AuthorizationRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Navigation>, Pause> {
        let server = &self.server;
        let now = turn.context.now();
        let pushed: Option<Key<Pushed>> = self.pushed.as_ref().map(|digest| server.key(digest));
        let session: Option<Key<Session>> = self.session.as_ref().map(|digest| server.key(digest));
        let (client, pushed, session) = turn.facts.load((server.key::<Client>(&self.client_id), pushed, session))?;
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client.live(now), InvalidRequest)?;
        let policy = policy_for(server, turn.facts, &client)?;
        let session = session.and_then(|session| session.live(now));
        let presented = match pushed {
            Some(pushed) => self.present_pushed(turn, policy, &client, pushed, session),
            None => self.present_parameters(turn, policy, &client, session),
        };
        presented.attributed_to(&self.client_id)
    }
}

impl AuthorizationRequest {
    fn present_pushed(
        &self,
        turn: &Turn<'_>,
        policy: &Policy,
        client: &Held<'_, Client>,
        pushed: Entry<'_, Pushed>,
        session: Option<Held<'_, Session>>,
    ) -> Result<Decision<Navigation>, Pause> {
        let now = turn.context.now();
        let pushed = rfc9126::REQUEST_URI_LIVE.demand(pushed.live(now), InvalidRequestUri).map_err(or_used)?;
        rfc9126::REQUEST_URI_BOUND_TO_CLIENT.require(pushed.request.client_id == self.client_id, InvalidRequestUri)?;
        rfc9126::REQUEST_URI_LIVE.require(now < pushed.presentable_until, InvalidRequestUri)?;
        still_fits(policy, client, &pushed.request, InvalidRequest)?;
        self.present(turn, policy, client, &pushed.request, Some(pushed.clone()), session).deliver_to(&pushed.request.target)
    }

    /// Parameters in the address itself, where the policy takes them.
    fn present_parameters(
        &self,
        turn: &Turn<'_>,
        policy: &Policy,
        client: &Held<'_, Client>,
        session: Option<Held<'_, Session>>,
    ) -> Result<Decision<Navigation>, Pause> {
        policy.pushed_request.require(&false, InvalidRequest)?;
        let target = target(&self.server, policy, client, &self.form)?;
        let presented = request(&self.server, policy, client, &self.form, &target)
            .map_err(Pause::from)
            .and_then(|request| self.present(turn, policy, client, &request, None, session));
        presented.deliver_to(&target)
    }

    /// Reads a pushed request, and uses it up only if nothing has to be asked.
    fn present(
        &self,
        turn: &Turn<'_>,
        policy: &Policy,
        client: &Held<'_, Client>,
        request: &Request,
        pushed: Option<Held<'_, Pushed>>,
        session: Option<Held<'_, Session>>,
    ) -> Result<Decision<Navigation>, Pause> {
        let (server, now) = (&self.server, turn.context.now());
        let (user, granted_before) = match session.map(|session| session.user.clone()) {
            Some(user) => {
                let consent = consent_key(server, &user.subject, &self.client_id);
                let (consent, epoch) = turn.facts.load((consent, SubjectCutoff::key(server, &user.subject)))?;
                let admitted = SubjectCutoff::admits(epoch, Some(user.auth_time), now);
                (Some(user).filter(|_| admitted), consented(consent, client, request, now))
            }
            None => (None, Consent::default()),
        };
        let id = turn.context.handle(turn.primitives, "interaction");
        let fresh = || BrowserHandle::from(turn.context.handle(turn.primitives, "browser"));
        let browser = self.browser.clone().unwrap_or_else(fresh);
        let open = OpenInteraction {
            request: request.clone(),
            pushed: pushed.as_ref().map(|pushed| pushed.id().to_owned()),
            browser: browser.digest(turn.primitives),
            user,
            selected: false,
            logged_in: false,
            granted_before,
            first_party: client.metadata.first_party,
        };
        let Some(need) = open.need(now) else {
            return conclude(server, turn, policy, open, None, pushed.as_ref());
        };
        if oidcc::NO_PAGE_WHEN_SILENT.broken_unless(!request.is_silent()) {
            return Err(silent(need).into());
        }
        let stored = server.key(id.digest(turn.primitives)).insert(&open, now.after(server.settings.lifetimes.interaction));
        let shown = prompt(InteractionId::from(id), browser, need, client, &open);
        Ok(Decision::commits(Navigation::Interact(Box::new(shown)), [stored]))
    }
}

/// What the user has granted this client before.
pub(super) fn granted_before(
    turn: &Turn<'_>,
    server: &AuthorizationServer,
    subject: &str,
    client: &Client,
    request: &Request,
) -> Result<Consent, Pause> {
    let consent = turn.facts.load(consent_key(server, subject, client.client_id()))?;
    Ok(consented(consent, client, request, turn.context.now()))
}

/// Nothing counts as granted to who only says that it is this client: an application that proves nothing, at an address that
/// any other application could have taken ([RFC 8252 §8.6](https://www.rfc-editor.org/rfc/rfc8252#section-8.6)).
fn consented(consent: Entry<'_, Consent>, client: &Client, request: &Request, now: Timestamp) -> Consent {
    let identified = client.is_confidential() || request.target.uri().starts_with("https:");
    consent.live(now).filter(|_| identified).map(|consent| consent.get().clone()).unwrap_or_default()
}

pub(super) fn consent_key(server: &AuthorizationServer, subject: &str, client_id: &str) -> Key<Consent> {
    server.key(server.digest(&format!("consent\0{client_id}\0{subject}")))
}

/// `prompt=none`: what would have been asked is an error instead
/// ([OpenID Connect Core §3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError)).
fn silent(need: PromptKind) -> Refusal {
    oidcc::NO_PAGE_WHEN_SILENT.refuse(match need {
        PromptKind::Login => LoginRequired,
        PromptKind::Consent => ConsentRequired,
        PromptKind::SelectAccount => AccountSelectionRequired,
    })
}

/// A `request_uri` that is not known may have been used: both clauses say the same.
fn or_used(mut refusal: Refusal) -> Refusal {
    refusal.basis.push(&rfc9126::REQUEST_URI_ONCE);
    refusal
}
