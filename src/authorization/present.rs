//! The authorization endpoint: a browser presents a request, pushed before or carried along.

use super::conclude::{conclude, joined};
use super::consent::{consent_keys, next_prompt};
use super::parameters::request;
use super::prompt::prompt;
use super::push::handle_of;
use super::response::encode;
use super::target::target;
use crate::access::{self, Audience};
use crate::client::{Client, ClientTurn, is_client_id};
use crate::delivery::AuthorizationResponse;
use crate::entropy::{BrowserHandle, InteractionId};
use crate::error_code::ErrorCode::{AccountSelectionRequired, ConsentRequired, InvalidRequest, InvalidRequestUri, LoginRequired};
use crate::event::Concerned;
use crate::exchange::{Decision, Entry, Held, Operation, Pause, Positions, Turn};
use crate::form::Form;
use crate::inbound::Inbound;
use crate::interaction::{Navigation, PromptKind};
use crate::life_cycle::{OpenInteraction, Pushed, Request, Session, Settling};
use crate::parameters::Parameters;
use crate::recheck::still_acceptable;
use crate::record::Key;
use crate::refusal::{Also, Refusal};
use crate::requirement::{oidcc, rfc6749, rfc9126};
use crate::response::Response;
use crate::server::AuthorizationServer;
use std::sync::Arc;

pub(crate) struct AuthorizationRequest {
    server: Arc<AuthorizationServer>,
    form: Form,
    client_id: String,
    /// The digest of the handle in a `request_uri` of this server.
    pushed: Option<String>,
    session: Option<String>,
    browser: Option<BrowserHandle>,
}

impl AuthorizationRequest {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>) -> Result<Self, Refusal> {
        let form = inbound.navigated(&server.settings.limits)?;
        let client_id = form.get("client_id").filter(|client_id| is_client_id(client_id));
        let client_id = rfc6749::NO_REDIRECT_ON_DOUBT
            .demand(client_id, InvalidRequest, "client_id is missing, or it is not 1 to 255 printable ASCII characters.")?
            .to_owned();
        let pushed = form.get("request_uri").and_then(handle_of).map(|handle| server.digest(handle));
        let session = inbound.session_handle().map(|session| session.digest(server.settings.primitives));
        let browser = inbound.browser_handle().filter(|browser| browser.is_well_formed()).cloned();
        Ok(Self { server: server.clone(), client_id, pushed, session, browser, form })
    }
}

impl Operation<Navigation> for AuthorizationRequest {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Navigation>, Pause> {
        let turn = self.server.at(turn);
        let pushed: Option<Key<Pushed>> = self.pushed.as_ref().map(|digest| turn.key(digest));
        let session: Option<Key<Session>> = self.session.as_ref().map(|digest| turn.key(digest));
        let cutoff = turn.server.cutoffs(&self.client_id, None);
        let (client, pushed, session, ()) = turn.load((turn.key::<Client>(&self.client_id), pushed, session, cutoff))?;
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(
            client.live(turn.now()),
            InvalidRequest,
            "No client is registered with this client_id.",
        );
        let client = client.map_err(|refusal| refusal.also(turn.settings().removal_bases()))?;
        let turn = ClientTurn::new(&turn, client)?;
        let session = session.and_then(|session| session.live(turn.now()));
        let presented = match pushed {
            Some(pushed) => self.present_pushed(&turn, pushed, session),
            None => self.present_parameters(&turn, session),
        };
        presented.attributed_to(&self.client_id)
    }

    fn encode(&self, turn: &Turn<'_>, response: &AuthorizationResponse) -> Result<Response, Pause> {
        encode(&self.server.at(turn), &self.client_id, response)
    }
}

impl AuthorizationRequest {
    fn present_pushed(
        &self,
        turn: &ClientTurn<'_>,
        pushed: Entry<'_, Pushed>,
        session: Option<Held<'_, Session>>,
    ) -> Result<Decision<Navigation>, Pause> {
        // An unknown `request_uri` may have been used: both clauses say the same.
        let pushed = rfc9126::REQUEST_URI_LIVE.demand(
            pushed.live(turn.now()),
            InvalidRequestUri,
            "request_uri is unknown, was used, or has expired.",
        );
        let pushed = pushed.also(&rfc9126::REQUEST_URI_ONCE)?;
        let own = pushed.request.asked.client_id == self.client_id;
        rfc9126::REQUEST_URI_BOUND_TO_CLIENT.require(own, InvalidRequestUri, "request_uri was given to another client.")?;
        // It may be that of a client of the same name that was removed.
        let still = turn.still_has(&self.client_id, None, &pushed.issued_at)?;
        rfc9126::REQUEST_URI_LIVE.require(still, InvalidRequestUri, "The client was removed after the request was pushed.")?;
        rfc9126::REQUEST_URI_LIVE.require(
            turn.now() < pushed.presentable_until,
            InvalidRequestUri,
            "request_uri has expired; push the request again.",
        )?;
        let turn = &turn.for_api_of(&pushed.request.asked.permissions)?;
        still_acceptable(turn, &pushed.request.channel, InvalidRequest)?;
        let target = &pushed.request.channel.target;
        self.present(turn, &pushed.request, Some(pushed.clone()), session).deliver_to(target)
    }

    /// Presents parameters in the address itself, where the policy allows that.
    fn present_parameters(
        &self,
        turn: &ClientTurn<'_>,
        session: Option<Held<'_, Session>>,
    ) -> Result<Decision<Navigation>, Pause> {
        let parameters = Parameters::of(&self.form);
        let audience = access::requested(turn.settings(), &turn.client.terms, &parameters).ok();
        let turn = &turn.for_api(audience.and_then(Audience::api))?;
        turn.policy.pushed_request.require(
            &false,
            InvalidRequest,
            "The request was not pushed; push it, then send client_id and request_uri alone.",
        )?;
        let target = target(turn, &parameters)?;
        let request = request(turn, &parameters, &target);
        let presented = request.map_err(Pause::from).and_then(|request| self.present(turn, &request, None, session));
        presented.deliver_to(&target)
    }

    /// Opens an interaction, or concludes at once if nothing has to be asked; only then a pushed request is used up.
    fn present(
        &self,
        turn: &ClientTurn<'_>,
        request: &Request,
        pushed: Option<Held<'_, Pushed>>,
        session: Option<Held<'_, Session>>,
    ) -> Result<Decision<Navigation>, Pause> {
        if let Some(session) = &session {
            let subject = &session.user.subject;
            turn.load(consent_keys(turn, subject, &request.asked))?;
        }
        let session = self.admitted(turn, session)?;
        let user = session.as_ref().map(|session| session.user.clone());
        let id = turn.handle("interaction");
        let browser = self.browser.clone().unwrap_or_else(|| BrowserHandle::from(turn.handle("browser")));
        let settling = Settling {
            asked: request.asked.clone(),
            session: user.as_ref().and(self.session.clone()),
            user,
            selected: false,
            logged_in: false,
        };
        let open = OpenInteraction {
            settling,
            channel: request.channel.clone(),
            pushed: pushed.as_ref().map(|pushed| pushed.id().to_owned()),
            browser: browser.digest(turn.primitives),
            issued_at: turn.issuing(&self.client_id, None)?,
        };
        let Some(kind) = next_prompt(turn, &open, &open.settling)? else {
            let joined = session.and_then(|session| joined(turn, &session));
            return Ok(conclude(turn, &open, &open.settling, None, pushed.as_ref())?.and(joined));
        };
        if oidcc::NO_PAGE_WHEN_SILENT.broken_unless(!request.asked.is_silent()) {
            return Err(silent(kind).into());
        }
        let stored = turn.key(id.digest(turn.primitives)).insert(&open, turn.after(turn.settings().lifetimes.interaction));
        let shown = prompt(InteractionId::from(id), browser, kind, &turn.client, &open, turn.settings());
        let subject = open.settling.user.as_ref().map(|user| user.subject.as_str());
        let shown = Decision::commits(Navigation::Interact(Box::new(shown)), [stored]).about(subject);
        Ok(shown.concerns(Concerned::asked(&request.asked.permissions)))
    }

    /// The session, if its user exists and it is not over.
    fn admitted<'x>(
        &self,
        turn: &ClientTurn<'_>,
        session: Option<Held<'x, Session>>,
    ) -> Result<Option<Held<'x, Session>>, Pause> {
        let Some(session) = session else { return Ok(None) };
        Ok(if turn.session_goes_on(&session.user)? { Some(session) } else { None })
    }
}

/// `prompt=none`: an error instead of a page
/// ([OpenID Connect Core §3.1.2.6](https://openid.net/specs/openid-connect-core-1_0.html#AuthError)).
fn silent(kind: PromptKind) -> Refusal {
    let (code, words) = match kind {
        PromptKind::Login => (LoginRequired, "prompt is none, but the user must log in."),
        PromptKind::Consent => (ConsentRequired, "prompt is none, but the user must be asked for consent."),
        PromptKind::SelectAccount => (AccountSelectionRequired, "prompt is none, but the user must choose an account."),
    };
    oidcc::NO_PAGE_WHEN_SILENT.refuse(code, words)
}
