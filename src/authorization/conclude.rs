//! The pages' answers, round by round, until the interaction ends in an authorization response.

use super::consent::{consent_key, consent_keys, granted_before, needed_later, next_prompt};
use super::open::{Visit, encode_for, still_of};
use super::prompt::prompt;
use crate::access::{self, Bounds, Place, Wanted, bounds, entitle};
use crate::api::SubjectType;
use crate::client::{CLIENT_GONE, Client, ClientTurn};
use crate::connection;
use crate::delivery::AuthorizationResponse;
use crate::entropy::{InteractionId, SessionHandle};
use crate::error_code::ErrorCode::{
    AccessDenied, InvalidRequest, InvalidRequestUri, InvalidScope, InvalidTarget, LoginRequired, UnmetAuthenticationRequirements,
};
use crate::event::{Concerned, Issued};
use crate::exchange::{Decision, Held, Operation, Pause, Positions, SessionChange, Turn};
use crate::fault::Fault;
use crate::inbound::Inbound;
use crate::interaction::{Authentication, Consented, Navigation, PromptKind, UserDecision};
use crate::life_cycle::{AuthorizationCode, Consent, Granted, OpenInteraction, Pushed, Session, Settling};
use crate::permissions::Permissions;
use crate::recheck::{still_acceptable, still_settled};
use crate::record::{Key, Write};
use crate::refusal::{Also, Refusal};
use crate::requirement::{oidcc, rfc6749, rfc8707, rfc9126};
use crate::response::Response;
use crate::server::AuthorizationServer;
use crate::user::AuthenticatedUser;
use std::sync::Arc;

/// A user's answer to a prompt.
pub(crate) struct Conclusion {
    visit: Visit,
    decision: UserDecision,
}

impl Conclusion {
    pub(crate) fn parse(
        server: &Arc<AuthorizationServer>,
        inbound: &Inbound<'_>,
        id: &InteractionId,
        decision: UserDecision,
    ) -> Result<Self, Refusal> {
        Ok(Self { visit: Visit::parse(server, inbound, id)?, decision })
    }
}

impl Operation<Navigation> for Conclusion {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Navigation>, Pause> {
        let turn = self.visit.server.at(turn);
        let open = self.visit.open(&turn)?;
        let pushed: Option<Key<Pushed>> = open.pushed.as_ref().map(|digest| turn.key(digest));
        let client = turn.key::<Client>(&open.settling.asked.client_id);
        let (client, pushed, ()) = turn.load((client, pushed, needed_later(&turn, &open.settling)))?;
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client.live(turn.now()), InvalidRequest, CLIENT_GONE)?;
        let turn = ClientTurn::new(&turn, client)?.for_api_of(&open.settling.asked.permissions)?;
        still_of(&turn, &open)?;
        still_acceptable(&turn, &open.channel, InvalidRequest)?;
        let answered = match pushed.map(|pushed| pushed.live(turn.now())) {
            Some(None) => Err(rfc9126::REQUEST_URI_ONCE
                .refuse(InvalidRequestUri, "The pushed request behind this interaction was used or has expired.")
                .writing([open.remove()])
                .into()),
            Some(Some(pushed)) => self.answer(&turn, &open, Some(&pushed)),
            None => self.answer(&turn, &open, None),
        };
        answered.deliver_to(&open.channel.target).attributed_to(turn.client_id())
    }

    fn encode(&self, turn: &Turn<'_>, response: &AuthorizationResponse) -> Result<Response, Pause> {
        let turn = self.visit.server.at(turn);
        let open = self.visit.open(&turn)?;
        let client = turn.load(turn.key::<Client>(&open.settling.asked.client_id))?.live(turn.now());
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client, InvalidRequest, CLIENT_GONE)?;
        encode_for(&ClientTurn::new(&turn, client)?, response)
    }
}

impl Conclusion {
    fn answer(
        &self,
        turn: &ClientTurn<'_>,
        open: &Held<'_, OpenInteraction>,
        pushed: Option<&Held<'_, Pushed>>,
    ) -> Result<Decision<Navigation>, Pause> {
        let settling = still_settled(turn, &open.settling, self.visit.session.as_ref())?;
        match (&self.decision, next_prompt(turn, open, &settling)?) {
            (UserDecision::Denied, _) => {
                let denied =
                    rfc6749::ERROR_REDIRECTED.refuse(AccessDenied, "The user refused the request.").writing(ends(open, pushed));
                Err(denied.about(open.settling.user.as_ref().map(|user| user.subject.as_str())).into())
            }
            (UserDecision::LoggedIn(authentication), Some(PromptKind::Login | PromptKind::SelectAccount)) => {
                self.log_in(turn, open, pushed, authentication)
            }
            (UserDecision::Consented(consented), Some(PromptKind::Consent) | None) => {
                consent(turn, open, &settling, pushed, consented)
            }
            // A repeated answer, or one from another tab: the user sees the question that is open now.
            _ => self.visit.ask(turn, open, &settling),
        }
    }

    /// Starts a new session for every login, in place of the previous one.
    fn log_in(
        &self,
        turn: &ClientTurn<'_>,
        open: &Held<'_, OpenInteraction>,
        pushed: Option<&Held<'_, Pushed>>,
        authentication: &Authentication,
    ) -> Result<Decision<Navigation>, Pause> {
        let asked = &open.settling.asked;
        let (terms, used) = (&turn.client.terms, authentication.connection.as_deref());
        if !connection::admits(turn.settings(), terms, asked.connection.as_deref(), used) {
            return self.visit.ask(turn, open, &open.settling);
        }
        let mut user = authenticated(turn, authentication)?;
        let old = self.visit.session.as_ref().map(|digest| turn.key::<Session>(digest));
        let (old, ()) = turn.load((old, consent_keys(turn, &user.subject, asked)))?;
        let cutoff = turn.load(turn.server.subject_cutoff(&user.subject))?.live(turn.now());
        let cutoff = cutoff.and_then(|cutoff| cutoff.latest());
        if !user.is_after(cutoff) {
            // The host logged the user in some time ago, and that login was ended: only a new one counts.
            if authentication.auth_time.is_some() {
                return self.visit.ask(turn, open, &open.settling.clone().log_out());
            }
            user.after_cutoff = cutoff;
        }
        let only_asked = oidcc::ONLY_THE_ASKED_SUBJECT.require(
            asked.admits_subject(&user.subject),
            LoginRequired,
            "Another user logged in than the one that claims or id_token_hint names.",
        );
        only_asked.also(&oidcc::HINTED_USER).writing(ends(open, pushed))?;
        let acr = oidcc::ESSENTIAL_ACR.require(
            asked.admits_acr(&user),
            UnmetAuthenticationRequirements,
            "The login does not reach an acr that the request calls essential.",
        );
        acr.writing(ends(open, pushed))?;

        let handle = turn.handle("session");
        let expires = turn.after(turn.settings().lifetimes.session);
        let digest = handle.digest(turn.primitives);
        let subject = user.subject.clone();
        let mut session = Session { user: user.clone(), sid: turn.handle("sid").as_str().to_owned(), clients: vec![] };
        let settling = open.settling.clone();
        let settled = settling.log_in(user, digest.clone(), authentication.auth_time.is_none());
        let decision = match next_prompt(turn, open, &settled)? {
            Some(kind) => {
                let next = open.with(settled);
                let shown = prompt(self.visit.id.clone(), self.visit.browser.clone(), kind, &turn.client, &next, turn.settings());
                Decision::commits(Navigation::Interact(Box::new(shown)), [open.replace(&next, open.expires())])
                    .concerns(Concerned::asked(&next.settling.asked.permissions))
            }
            None => {
                session = session.joined_by(turn.client_id()).unwrap_or(session);
                conclude(turn, open, &settled, Some((open, settled.asked.permissions.clone())), pushed)?
            }
        };
        let mut writes = vec![turn.key(digest).insert(&session, expires)];
        writes.extend(old.and_then(|old| old.live(turn.now())).map(|old| old.remove()));
        let started = SessionChange::Start { session: SessionHandle::from(handle), expires };
        Ok(decision.and(writes).session(started).about(Some(&subject)))
    }
}

fn authenticated(turn: &ClientTurn<'_>, authentication: &Authentication) -> Result<AuthenticatedUser, Fault> {
    let subject = &authentication.subject;
    let printable = subject.bytes().all(|octet| octet.is_ascii_graphic() || octet == b' ');
    if subject.is_empty() || subject.len() > 255 || !printable {
        return Err(Fault::new("a subject must have 1 to 255 printable ASCII characters"));
    }
    let auth_time = authentication.auth_time.map_or(turn.now(), |auth_time| auth_time.min(turn.now()));
    let (acr, amr) = (authentication.acr.clone(), authentication.amr.clone());
    let connection = authentication.connection.clone();
    Ok(AuthenticatedUser { acr, amr, connection, ..AuthenticatedUser::new(subject, auth_time) })
}

/// Concludes with the rights that the user allowed, at most the requested ones.
fn consent(
    turn: &ClientTurn<'_>,
    open: &Held<'_, OpenInteraction>,
    settling: &Settling,
    pushed: Option<&Held<'_, Pushed>>,
    consented: &Consented,
) -> Result<Decision<Navigation>, Pause> {
    let asked = &settling.asked.permissions;
    // Pages show and return scope and details; claims and API are those of the request.
    let allowed =
        Permissions { claims: asked.claims.clone(), resources: asked.resources.clone(), ..consented.permissions.clone() };
    let allowed = asked.intersection(&allowed);
    let something = rfc6749::ERROR_REDIRECTED.require(
        !allowed.scope.is_empty(),
        AccessDenied,
        "The user allowed none of the requested scope.",
    );
    something.writing(ends(open, pushed))?;
    let session = turn.load(settling.session.as_ref().map(|digest| turn.key::<Session>(digest)))?;
    let session = session.and_then(|session| session.live(turn.now()));
    let mut decision = conclude(turn, open, settling, Some((open, allowed.clone())), pushed)?;
    decision = decision.and(session.and_then(|session| joined(turn, &session)));
    if let (true, Some(user)) = (consented.remember, &settling.user) {
        let known = turn.load(consent_key(turn, &user.subject, &settling.asked))?;
        let permissions = granted_before(turn, &user.subject, &settling.asked)?.union(&allowed);
        let granted_at = turn.issuing(turn.client_id(), Some(&user.subject))?;
        let (client_id, subject) = (turn.client_id().to_owned(), user.subject.clone());
        let consent = Consent { client_id, subject, permissions, granted_at };
        decision = decision.and([known.put(&consent, turn.after(turn.settings().lifetimes.grant))]);
    }
    Ok(decision)
}

/// Ends an interaction and the pushed request behind it: the reply sent now is the only one.
fn ends(open: &Held<'_, OpenInteraction>, pushed: Option<&Held<'_, Pushed>>) -> Vec<Write> {
    std::iter::once(open.remove()).chain(pushed.map(Held::remove)).collect()
}

/// Concludes an interaction with a code and uses up the request behind it, so that one request yields one code.
pub(super) fn conclude(
    turn: &ClientTurn<'_>,
    open: &OpenInteraction,
    settling: &Settling,
    settled: Option<(&Held<'_, OpenInteraction>, Permissions)>,
    pushed: Option<&Held<'_, Pushed>>,
) -> Result<Decision<Navigation>, Pause> {
    let user = oidcc::DECISION_FIRST.demand(settling.user.clone(), AccessDenied, "No user is logged in.")?;
    let (held, permissions) = settled.unzip();
    let permissions = permissions.unwrap_or_else(|| settling.asked.permissions.clone());
    let ended = held.into_iter().flat_map(|held| ends(held, pushed));
    let permissions = still_entitled(turn, permissions).writing(ended)?;
    let code = turn.handle("code");
    let lifetimes = &turn.settings().lifetimes;
    let lifetime = turn.settings().within(&turn.policy.code_lifetime, lifetimes.code);
    let (subject, scope, api) = (user.subject.clone(), permissions.scope.clone(), permissions.resources.first().cloned());
    let mut request = open.request();
    request.asked = settling.asked.clone();
    let issued_at = turn.issuing(turn.client_id(), Some(&subject))?;
    let granted = Granted { request, user, permissions, issued_at, redeemable_until: turn.after(lifetime) };
    let known_until = turn.after(lifetime.max(lifetimes.replay_memory));
    let granted = AuthorizationCode::Granted(Box::new(granted));
    let mut writes = vec![turn.key(code.digest(turn.primitives)).insert(&granted, known_until)];
    writes.extend(held.map(Held::remove));
    writes.extend(pushed.map(Held::remove));
    let response = open.channel.target.respond(&[("code", code.as_str())]);
    Ok(Decision::responds(response, Navigation::Respond, writes).about(Some(&subject)).issues(Issued::code(scope, api)))
}

/// What the client may still have: APIs and client grants change while a user reads a page.
fn still_entitled(turn: &ClientTurn<'_>, permissions: Permissions) -> Result<Permissions, Refusal> {
    let audience = access::of_record(turn.settings(), &permissions.resources);
    let audience = rfc8707::RESOURCE_KNOWN.demand(audience, InvalidTarget, "The API of the request is not served any more.")?;
    let within = Bounds { place: Place::Authorization, ..bounds(turn, &turn.client, audience, SubjectType::User) };
    let scope = entitle(Wanted { scope: Some(&permissions.scope), original: None }, &within)?;
    let something = !scope.is_empty();
    rfc6749::UNAUTHORIZED_CLIENT.require(something, InvalidScope, "The client may have none of the requested scope any more.")?;
    Ok(Permissions { scope, ..permissions })
}

/// The write that adds the client to a session that does not know it yet.
pub(super) fn joined(turn: &ClientTurn<'_>, session: &Held<'_, Session>) -> Option<Write> {
    session.joined_by(turn.client_id()).map(|joined| session.replace(&joined, session.expires()))
}
