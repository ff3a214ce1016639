//! The end of an interaction: a code, an access token, an ID token, or several of them.

use crate::access::{self, Bounds, Place, Wanted, bounds, entitle};
use crate::api::SubjectType;
use crate::client::ClientTurn;
use crate::error_code::ErrorCode::{AccessDenied, InvalidScope, InvalidTarget};
use crate::event::Issued;
use crate::exchange::{Decision, Held, Pause};
use crate::grant::Grant;
use crate::interaction::Navigation;
use crate::issue::{self, Beside, Issue, Told};
use crate::jose::Object;
use crate::life_cycle::{AuthorizationCode, Granted, OpenInteraction, Pushed, Settling};
use crate::permissions::Permissions;
use crate::record::Write;
use crate::refusal::Refusal;
use crate::requirement::{oidcc, rfc6749, rfc8707};
use crate::sender::Confirmation;
use crate::time::{MARGIN, Timestamp};
use crate::user::AuthenticatedUser;

/// Ends an interaction and the pushed request behind it: the reply sent now is the only one.
pub(super) fn ends(open: &Held<'_, OpenInteraction>, pushed: Option<&Held<'_, Pushed>>) -> Vec<Write> {
    std::iter::once(open.remove()).chain(pushed.map(Held::remove)).collect()
}

/// Concludes an interaction with what the response type returns, and uses up the request behind it, so that one request yields one
/// response.
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
    let ended: Vec<Write> = held.into_iter().flat_map(|held| ends(held, pushed)).collect();
    let response = still_entitled(turn, permissions).map_err(Pause::from);
    let response = response.and_then(|permissions| Response { turn, open, settling, user: &user, permissions }.make());
    let (parameters, issued, mut writes) = response.map_err(|pause| match pause {
        Pause::Refuse(refusal) if refusal.code.blames_peer() => refusal.writing(ended).into(),
        other => other,
    })?;
    writes.extend(held.map(Held::remove));
    writes.extend(pushed.map(Held::remove));
    let response = open.channel.target.respond(parameters);
    Ok(Decision::responds(response, Navigation::Respond, writes).about(Some(&user.subject)).issues(issued))
}

/// A response that is being made.
struct Response<'x> {
    turn: &'x ClientTurn<'x>,
    open: &'x OpenInteraction,
    settling: &'x Settling,
    user: &'x AuthenticatedUser,
    permissions: Permissions,
}

impl Response<'_> {
    /// The parameters that the response type names, what the event says about them, and the records behind them.
    fn make(self) -> Result<(Object, Issued, Vec<Write>), Pause> {
        let (turn, response_type) = (self.turn, self.open.channel.response_type);
        let openid = self.permissions.scope.contains("openid");
        oidcc::OPENID_SCOPE.require(
            openid || !response_type.has_id_token(),
            AccessDenied,
            "The user did not allow the scope openid, without which there is no ID token.",
        )?;
        let (scope, api) = (self.permissions.scope.clone(), self.permissions.resources.first().cloned());
        let (mut parameters, mut writes, mut event) = (Object::new(), vec![], Issued::code(scope, api));

        let code = response_type.has_code().then(|| turn.handle("code"));
        let known_until = self.code_known_until();
        if let Some(code) = &code {
            parameters.insert("code", code.as_str());
        }
        let root = response_type.has_access_token().then(|| turn.handle("grant").as_str().to_owned());
        let mut access_token = None;
        if let Some(root) = &root {
            let (grant, issued) = self.access_token(root)?;
            let codes = code.as_ref().map(|_| known_until);
            let until = codes.into_iter().chain([issued.claims.exp.after(MARGIN)]).max().unwrap_or(known_until);
            writes.push(turn.key(root.as_str()).insert(&grant, until));
            parameters.insert("access_token", issued.access_token.as_str());
            parameters.insert("token_type", Confirmation::token_type(None));
            let seconds = issued.claims.exp.since(turn.now());
            parameters.insert("expires_in", i64::try_from(seconds).unwrap_or(i64::MAX));
            parameters.insert("scope", issued.claims.scope.to_string());
            event = issued.event(false);
            writes.extend(issued.writes);
            access_token = Some(issued.access_token);
        }
        if response_type.has_id_token() {
            let channel = &self.open.channel;
            let beside = Beside {
                nonce: channel.nonce.as_deref(),
                access_token: access_token.as_deref(),
                code: code.as_ref().map(|code| code.as_str()),
                state: channel.target.state(),
            };
            let told = match (&code, &access_token) {
                (Some(_), _) => Told::Elsewhere,
                (None, Some(_)) => Told::ByName,
                (None, None) => Told::ByScope,
            };
            let grant = issue::granted(turn, &self.settling.asked, self.user, self.permissions.clone(), None)?;
            let id_token = issue::id_token(turn, &grant, &self.permissions.scope, &beside, told)?;
            parameters.insert("id_token", id_token);
            event.id_token = true;
        }
        if let Some(code) = code {
            let granted = self.code(root)?;
            writes.push(turn.key(code.digest(turn.primitives)).insert(&granted, known_until));
        }
        Ok((parameters, event, writes))
    }

    /// An access token that is bound to nobody, with the grant that it descends from.
    fn access_token(&self, root: &str) -> Result<(Grant, issue::Issued), Pause> {
        let (turn, user) = (self.turn, self.user);
        let audience = access::of_record(turn.settings(), &self.permissions.resources);
        let audience = rfc8707::RESOURCE_KNOWN.demand(audience, InvalidTarget, API_GONE)?;
        let wanted = Wanted { scope: Some(&self.permissions.scope), original: None };
        let entitled = access::of_user(turn, audience, &user.subject, wanted, None)?;
        let entitled = entitled.required(&rfc6749::UNAUTHORIZED_CLIENT, InvalidScope, SCOPE_GONE)?;
        let permissions = Permissions { scope: entitled.scope.clone(), ..self.permissions.clone() };
        let customized = entitled.customized.clone();
        let grant = issue::granted(turn, &self.settling.asked, user, permissions, customized)?;
        let from = Issue { root, grant: &grant, audience, entitled, organization: None, binding: None };
        let issued = issue::access_token(turn, from, audience.token_lifetime_for_web(turn.settings()))?;
        Ok((grant, issued))
    }

    fn code(&self, grant: Option<String>) -> Result<AuthorizationCode, Pause> {
        let turn = self.turn;
        let mut request = self.open.request();
        request.asked = self.settling.asked.clone();
        let issued_at = turn.issuing(turn.client_id(), Some(&self.user.subject))?;
        Ok(AuthorizationCode::Granted(Box::new(Granted {
            request,
            user: self.user.clone(),
            permissions: self.permissions.clone(),
            issued_at,
            redeemable_until: turn.after(self.code_lifetime()),
            grant,
        })))
    }

    fn code_lifetime(&self) -> u32 {
        self.turn.settings().within(&self.turn.policy.code_lifetime, self.turn.settings().lifetimes.code)
    }

    /// The record of a code outlives it, so that a replay is recognized.
    fn code_known_until(&self) -> Timestamp {
        self.turn.after(self.code_lifetime().max(self.turn.settings().lifetimes.replay_memory))
    }
}

const API_GONE: &str = "The API of the request is not served any more.";
const SCOPE_GONE: &str = "The client may have none of the requested scope any more.";

/// What the client may still have: APIs and client grants change while a user reads a page.
fn still_entitled(turn: &ClientTurn<'_>, permissions: Permissions) -> Result<Permissions, Refusal> {
    let audience = access::of_record(turn.settings(), &permissions.resources);
    let audience = rfc8707::RESOURCE_KNOWN.demand(audience, InvalidTarget, API_GONE)?;
    let within = Bounds { place: Place::Authorization, ..bounds(turn, &turn.client, audience, SubjectType::User) };
    let scope = entitle(Wanted { scope: Some(&permissions.scope), original: None }, &within)?;
    let something = !scope.is_empty();
    rfc6749::UNAUTHORIZED_CLIENT.require(something, InvalidScope, SCOPE_GONE)?;
    Ok(Permissions { scope, ..permissions })
}
