//! The pages' answers, round by round, until the interaction ends in an authorization response.

use super::interaction::InteractionAccess;
use super::present::{consent_key, granted_before};
use super::state::{AuthenticatedUser, AuthorizationCode, OpenInteraction, Pushed, Session};
use super::still::{as_it_stands, still_fits};
use super::{Authentication, Navigation, Prompt, PromptKind, UserDecision};
use crate::client::{Client, policy_for};
use crate::entropy::{BrowserHandle, InteractionId, SessionHandle};
use crate::exchange::{Decision, Held, Operation, Pause, Positions, SessionChange, Turn};
use crate::fault::Fault;
use crate::inbound::Inbound;
use crate::policy::Policy;
use crate::record::{Key, Write};
use crate::refusal::ErrorCode::{
    AccessDenied, InvalidRequest, InvalidRequestUri, LoginRequired, UnmetAuthenticationRequirements,
};
use crate::refusal::Refusal;
use crate::requirement::{oidcc, rfc6749, rfc9126};
use crate::scope::Scope;
use crate::server::AuthorizationServer;
use std::sync::Arc;

/// What a user has said.
pub(crate) struct Conclusion {
    visitor: InteractionAccess,
    verdict: UserDecision,
    session: Option<String>,
}

impl Conclusion {
    pub(crate) fn parse(
        server: &Arc<AuthorizationServer>,
        inbound: &Inbound<'_>,
        id: &InteractionId,
        verdict: UserDecision,
    ) -> Result<Self, Refusal> {
        let session = inbound.session_handle().map(|session| session.digest(server.settings.primitives));
        Ok(Self { visitor: InteractionAccess::parse(server, inbound, id)?, verdict, session })
    }
}

impl Operation<Navigation> for Conclusion {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Navigation>, Pause> {
        let (server, now) = (&self.visitor.server, turn.context.now());
        let open = self.visitor.open(turn)?;
        let pushed: Option<Key<Pushed>> = open.pushed.as_ref().map(|digest| server.key(digest));
        let (client, pushed) = turn.facts.load((server.key::<Client>(&open.request.client_id), pushed))?;
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client.live(now), InvalidRequest)?;
        let policy = policy_for(server, turn.facts, &client)?;
        still_fits(policy, &client, &open.request, InvalidRequest)?;
        let answered = match pushed.map(|pushed| pushed.live(now)) {
            Some(None) => Err(rfc9126::REQUEST_URI_ONCE.refuse(InvalidRequestUri).writing([open.remove()]).into()),
            Some(Some(pushed)) => self.answer(turn, policy, &client, &open, Some(&pushed)),
            None => self.answer(turn, policy, &client, &open, None),
        };
        answered.deliver_to(&open.request.target).attributed_to(client.client_id())
    }
}

impl Conclusion {
    fn answer(
        &self,
        turn: &Turn<'_>,
        policy: &Policy,
        client: &Held<'_, Client>,
        open: &Held<'_, OpenInteraction>,
        pushed: Option<&Held<'_, Pushed>>,
    ) -> Result<Decision<Navigation>, Pause> {
        let now = turn.context.now();
        let standing = as_it_stands(&self.visitor.server, turn, open)?;
        match (&self.verdict, standing.need(now)) {
            (UserDecision::Denied, _) => {
                let mut denied = rfc6749::ERROR_REDIRECTED.refuse(AccessDenied).writing(ends(open, pushed));
                denied.subject = open.user.as_ref().map(|user| user.subject.clone());
                Err(denied.into())
            }
            (UserDecision::LoggedIn(authentication), Some(PromptKind::Login | PromptKind::SelectAccount)) => {
                self.log_in(turn, policy, client, open, pushed, authentication)
            }
            (UserDecision::Consented { scope, remember }, Some(PromptKind::Consent)) => {
                let consented = open.request.scope.intersection(scope);
                let nothing = rfc6749::ERROR_REDIRECTED.require(!consented.is_empty(), AccessDenied);
                nothing.map_err(|refusal| refusal.writing(ends(open, pushed)))?;
                let settled = Some((open, consented.clone()));
                let mut decision = conclude(&self.visitor.server, turn, policy, standing, settled, pushed)?;
                if *remember {
                    decision = decision.and(self.remember(turn, open, &consented)?);
                }
                Ok(decision)
            }
            // Somebody pressed twice, or has another page open: they are shown what is to be answered now.
            _ => self.visitor.ask(turn, client, &standing),
        }
    }

    /// A session of its own for every login, in place of the one there was.
    fn log_in(
        &self,
        turn: &Turn<'_>,
        policy: &Policy,
        client: &Held<'_, Client>,
        open: &Held<'_, OpenInteraction>,
        pushed: Option<&Held<'_, Pushed>>,
        authentication: &Authentication,
    ) -> Result<Decision<Navigation>, Pause> {
        let (server, now) = (&self.visitor.server, turn.context.now());
        let printable = authentication.subject.bytes().all(|octet| octet.is_ascii_graphic() || octet == b' ');
        if authentication.subject.is_empty() || authentication.subject.len() > 255 || !printable {
            return Err(Fault::new("a subject is 1 to 255 printable ASCII characters").into());
        }
        let user = AuthenticatedUser {
            subject: authentication.subject.clone(),
            auth_time: authentication.auth_time.map_or(now, |auth_time| auth_time.min(now)),
            acr: authentication.acr.clone(),
            amr: authentication.amr.clone(),
        };
        let old = turn.facts.load(self.session.as_ref().map(|digest| server.key::<Session>(digest)))?;
        let granted_before = granted_before(turn, server, &user.subject, client, &open.request)?;
        let last = |refusal: Refusal| refusal.writing(ends(open, pushed));
        let asked = oidcc::ONLY_THE_ASKED_SUBJECT.require(open.request.admits_subject(&user.subject), LoginRequired);
        asked.map_err(last)?;
        oidcc::ESSENTIAL_ACR.require(open.request.admits_acr(&user), UnmetAuthenticationRequirements).map_err(last)?;

        let handle = turn.context.handle(turn.primitives, "session");
        let expires = now.after(server.settings.lifetimes.session);
        let mut writes = vec![server.key(handle.digest(turn.primitives)).insert(&Session { user: user.clone() }, expires)];
        writes.extend(old.and_then(|old| old.live(now)).map(|old| old.remove()));
        let subject = user.subject.clone();
        let settled = OpenInteraction::clone(open).log_in(user, granted_before, authentication.auth_time.is_none());
        let decision = match settled.need(now) {
            Some(need) => {
                writes.push(open.replace(&settled, open.expires()));
                let shown = prompt(self.visitor.id.clone(), self.visitor.browser.clone(), need, client, &settled);
                Decision::commits(Navigation::Interact(Box::new(shown)), [])
            }
            None => {
                let scope = settled.request.scope.clone();
                conclude(server, turn, policy, settled, Some((open, scope)), pushed)?
            }
        };
        let started = SessionChange::Start { session: SessionHandle::from(handle), expires };
        Ok(decision.and(writes).session(started).about(subject))
    }

    fn remember(&self, turn: &Turn<'_>, open: &Held<'_, OpenInteraction>, scope: &Scope) -> Result<Vec<Write>, Pause> {
        let Some(user) = &open.user else { return Ok(vec![]) };
        let server = &self.visitor.server;
        let known = turn.facts.load(consent_key(server, &user.subject, &open.request.client_id))?;
        let consent = open.granted_before.and(scope, &open.request);
        Ok(vec![known.put(&consent, turn.context.now().after(server.settings.lifetimes.grant))])
    }
}

/// The end of an interaction, and of the pushed request it is about: whatever is told now is its one answer.
fn ends(open: &Held<'_, OpenInteraction>, pushed: Option<&Held<'_, Pushed>>) -> Vec<Write> {
    std::iter::once(open.remove()).chain(pushed.map(Held::remove)).collect()
}

/// Ends an interaction with a code: what it rests on is used up, so that one request yields one code.
pub(super) fn conclude(
    server: &AuthorizationServer,
    turn: &Turn<'_>,
    policy: &Policy,
    open: OpenInteraction,
    settled: Option<(&Held<'_, OpenInteraction>, Scope)>,
    pushed: Option<&Held<'_, Pushed>>,
) -> Result<Decision<Navigation>, Pause> {
    let now = turn.context.now();
    let user = oidcc::DECISION_FIRST.demand(open.user.clone(), AccessDenied)?;
    let (held, scope) = settled.unzip();
    let scope = scope.unwrap_or_else(|| open.request.scope.clone());
    let code = turn.context.handle(turn.primitives, "code");
    let lifetime = server.settings.within(&policy.code_lifetime, server.settings.lifetimes.code);
    let target = open.request.target.clone();
    let subject = user.subject.clone();
    let granted = open.grant(user, scope, now, lifetime);
    let known_until = now.after(lifetime.max(server.settings.lifetimes.replay_memory));
    let mut writes =
        vec![server.key(code.digest(turn.primitives)).insert(&AuthorizationCode::Granted(Box::new(granted)), known_until)];
    writes.extend(held.map(Held::remove));
    writes.extend(pushed.map(Held::remove));
    Ok(Decision::commits(Navigation::Respond(target.respond(&[("code", code.as_str())])), writes).about(subject))
}

/// What a page is told.
pub(super) fn prompt(
    id: InteractionId,
    browser: BrowserHandle,
    need: PromptKind,
    client: &Client,
    open: &OpenInteraction,
) -> Prompt {
    let request = &open.request;
    Prompt {
        id,
        browser,
        kind: need,
        client_id: request.client_id.clone(),
        client_name: client.metadata.client_name.clone(),
        redirect_uri: request.target.uri().to_owned(),
        scope: request.scope.clone(),
        claims: request.claims.names(),
        subject: open.user.as_ref().map(|user| user.subject.clone()),
        login_hint: request.login_hint.clone(),
        acr_values: request.acr_values.clone(),
        required_acr: request.required_acr(),
        ui_locales: request.ui_locales.clone(),
    }
}
