//! The pages' answers, round by round, until the interaction ends in an authorization response.

use super::present::{consent_key, granted_before};
use super::state::{Authenticated, Code, OpenInteraction, Pushed, Session};
use super::{Authentication, Navigation, Need, Prompt, Verdict};
use crate::client::{Client, policy_for};
use crate::entropy::{BrowserHandle, InteractionId, SessionHandle, same};
use crate::exchange::{Decision, Endpoint, Held, Pause, Positions, SessionChange, Turn};
use crate::inbound::Inbound;
use crate::policy::Policy;
use crate::record::{Key, Write};
use crate::refusal::ErrorCode::{
    AccessDenied, InvalidRequest, InvalidRequestUri, LoginRequired, UnmetAuthenticationRequirements,
};
use crate::refusal::Refusal;
use crate::requirement::{local, oidcc, rfc6749, rfc9126};
use crate::scope::Scope;
use crate::server::AuthorizationServer;
use std::sync::Arc;

/// The browser that began an interaction, and nobody else.
struct Visitor {
    server: Arc<AuthorizationServer>,
    id: InteractionId,
    browser: BrowserHandle,
}

impl Visitor {
    fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>, id: &InteractionId) -> Result<Self, Refusal> {
        inbound.admit(&server.settings.limits)?;
        let browser = local::SAME_BROWSER.demand(inbound.browser_handle(), InvalidRequest)?.clone();
        Ok(Self { server: server.clone(), id: id.clone(), browser })
    }

    fn open<'f>(&self, turn: &Turn<'f>) -> Result<Held<'f, OpenInteraction>, Pause> {
        let open = turn.facts.load(self.server.key::<OpenInteraction>(self.id.digest(turn.primitives)))?;
        let open = local::INTERACTION_OPEN.demand(open.live(turn.context.now()), InvalidRequest)?;
        local::SAME_BROWSER.require(same(&open.browser, &self.browser.digest(turn.primitives)), InvalidRequest)?;
        Ok(open)
    }
}

/// An open interaction, shown again.
pub(crate) struct Reshown(Visitor);

impl Reshown {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>, id: &InteractionId) -> Result<Self, Refusal> {
        Visitor::parse(server, inbound, id).map(Self)
    }
}

impl Endpoint<Navigation> for Reshown {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Navigation>, Pause> {
        let now = turn.context.now();
        let open = self.0.open(turn)?;
        let client = turn.facts.load(self.0.server.key::<Client>(&open.request.client_id))?;
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client.live(now), InvalidRequest)?;
        let need = local::INTERACTION_OPEN.demand(open.need(now), InvalidRequest)?;
        let shown = prompt(self.0.id.clone(), self.0.browser.clone(), need, &client, &open);
        Ok(Decision::says(Navigation::Interact(Box::new(shown)))).concerning(&open.request.client_id)
    }
}

/// What a user has said.
pub(crate) struct Conclusion {
    visitor: Visitor,
    verdict: Verdict,
    session: Option<String>,
}

impl Conclusion {
    pub(crate) fn parse(
        server: &Arc<AuthorizationServer>,
        inbound: &Inbound<'_>,
        id: &InteractionId,
        verdict: Verdict,
    ) -> Result<Self, Refusal> {
        let session = inbound.session_handle().map(|session| session.digest(server.settings.primitives));
        Ok(Self { visitor: Visitor::parse(server, inbound, id)?, verdict, session })
    }
}

impl Endpoint<Navigation> for Conclusion {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Navigation>, Pause> {
        let (server, now) = (&self.visitor.server, turn.context.now());
        let open = self.visitor.open(turn)?;
        let pushed: Option<Key<Pushed>> = open.pushed.as_ref().map(|digest| server.key(digest));
        let (client, pushed) = turn.facts.load((server.key::<Client>(&open.request.client_id), pushed))?;
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client.live(now), InvalidRequest)?;
        let policy = policy_for(server, turn.facts, &client)?;
        let answered = match pushed.map(|pushed| pushed.live(now)) {
            Some(None) => Err(rfc9126::REQUEST_URI_ONCE.refuse(InvalidRequestUri).writing([open.remove()]).into()),
            Some(Some(pushed)) => self.answer(turn, policy, &client, &open, Some(&pushed)),
            None => self.answer(turn, policy, &client, &open, None),
        };
        answered.told_at(&open.request.target).concerning(client.client_id())
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
        let need = open.need(turn.context.now());
        match (&self.verdict, need) {
            (Verdict::Denied, _) => {
                let ends = std::iter::once(open.remove()).chain(pushed.map(Held::remove));
                let mut denied = rfc6749::ERROR_REDIRECTED.refuse(AccessDenied).writing(ends);
                denied.subject = open.user.as_ref().map(|user| user.subject.clone());
                Err(denied.into())
            }
            (Verdict::LoggedIn(authentication), Some(Need::Login | Need::SelectAccount)) => {
                self.log_in(turn, policy, client, open, pushed, authentication)
            }
            (Verdict::Consented { scope, remember }, Some(Need::Consent)) => {
                let consented = open.request.scope.intersection(scope);
                rfc6749::ERROR_REDIRECTED.require(!consented.is_empty(), AccessDenied)?;
                let mut decision = conclude(
                    &self.visitor.server,
                    turn,
                    policy,
                    OpenInteraction::clone(open),
                    Some((open, consented.clone())),
                    pushed,
                )?;
                if *remember {
                    decision = decision.and(self.remember(turn, open, &consented)?);
                }
                Ok(decision)
            }
            _ => Err(local::VERDICT_FITS.refuse(InvalidRequest).into()),
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
        let user = Authenticated {
            subject: authentication.subject.clone(),
            auth_time: now,
            acr: authentication.acr.clone(),
            amr: authentication.amr.clone(),
        };
        let old = turn.facts.load(self.session.as_ref().map(|digest| server.key::<Session>(digest)))?;
        let granted_before = granted_before(turn, server, &user.subject, client, &open.request)?;
        oidcc::ONLY_THE_ASKED_SUBJECT.require(open.request.admits_subject(&user.subject), LoginRequired)?;
        oidcc::ESSENTIAL_ACR.require(open.request.admits_acr(&user), UnmetAuthenticationRequirements)?;

        let handle = turn.context.handle(turn.primitives, "session");
        let expires = now.after(server.settings.lifetimes.session);
        let mut writes = vec![server.key(handle.digest(turn.primitives)).insert(&Session { user: user.clone() }, expires)];
        writes.extend(old.and_then(|old| old.live(now)).map(|old| old.remove()));
        let subject = user.subject.clone();
        let settled = OpenInteraction::clone(open).log_in(user, granted_before);
        let decision = match settled.need(now) {
            Some(need) => {
                writes.push(open.replace(&settled, open.expires()));
                let shown = prompt(self.visitor.id.clone(), self.visitor.browser.clone(), need, client, &settled);
                Decision::grants(Navigation::Interact(Box::new(shown)), [])
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
    let mut writes = vec![server.key(code.digest(turn.primitives)).insert(&Code::Granted(Box::new(granted)), known_until)];
    writes.extend(held.map(Held::remove));
    writes.extend(pushed.map(Held::remove));
    Ok(Decision::grants(Navigation::Respond(target.respond(&[("code", code.as_str())])), writes).about(subject))
}

/// What a page is told.
pub(super) fn prompt(id: InteractionId, browser: BrowserHandle, need: Need, client: &Client, open: &OpenInteraction) -> Prompt {
    let request = &open.request;
    Prompt {
        id,
        browser,
        need,
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
