//! Access to an open interaction, for the browser that began it.

use super::consent::{needed_later, next_prompt};
use super::prompt::prompt;
use super::response::encode;
use crate::client::{CLIENT_GONE, Client, ClientTurn};
use crate::delivery::AuthorizationResponse;
use crate::entropy::{BrowserHandle, InteractionId, same};
use crate::error_code::ErrorCode::InvalidRequest;
use crate::event::Concerned;
use crate::exchange::{Decision, Held, Operation, Pause, Positions, Turn};
use crate::inbound::Inbound;
use crate::interaction::{Navigation, PromptKind};
use crate::life_cycle::{OpenInteraction, Settling};
use crate::recheck::still_settled;
use crate::refusal::Refusal;
use crate::requirement::{local, rfc6749};
use crate::response::Response;
use crate::server::{AuthorizationServer, ServerTurn};
use std::sync::Arc;

/// A browser that comes back to an interaction.
pub(super) struct Visit {
    pub(super) server: Arc<AuthorizationServer>,
    pub(super) id: InteractionId,
    pub(super) browser: BrowserHandle,
    /// The digest of the browser's session.
    pub(super) session: Option<String>,
}

impl Visit {
    pub(super) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>, id: &InteractionId) -> Result<Self, Refusal> {
        inbound.admit(&server.settings.limits)?;
        let browser = inbound.browser_handle().filter(|browser| browser.is_well_formed());
        let browser = local::SAME_BROWSER
            .demand(browser, InvalidRequest, "The browser sent no cookie of this interaction; cookies are needed.")?
            .clone();
        let session = inbound.session_handle().map(|session| session.digest(server.settings.primitives));
        Ok(Self { server: server.clone(), id: id.clone(), browser, session })
    }

    pub(super) fn open<'x>(&self, turn: &ServerTurn<'x>) -> Result<Held<'x, OpenInteraction>, Pause> {
        let open = turn.load(turn.key::<OpenInteraction>(self.id.digest(turn.primitives)))?;
        let open = local::INTERACTION_OPEN.demand(
            open.live(turn.now()),
            InvalidRequest,
            "This interaction is over: it was concluded, or it has expired.",
        )?;
        local::SAME_BROWSER.require(
            same(&open.browser, &self.browser.digest(turn.primitives)),
            InvalidRequest,
            "This interaction was begun in another browser.",
        )?;
        Ok(open)
    }

    /// Asks the question that is open. Consent that was given elsewhere meanwhile is confirmed here.
    ///
    /// The interaction names what is read after it: only a commit shows that all of it held at one moment, so that no page asks for
    /// an answer to an interaction that has ended meanwhile.
    pub(super) fn ask(
        &self,
        turn: &ClientTurn<'_>,
        open: &OpenInteraction,
        settling: &Settling,
    ) -> Result<Decision<Navigation>, Pause> {
        let kind = next_prompt(turn, open, settling)?.unwrap_or(PromptKind::Consent);
        let shown =
            prompt(self.id.clone(), self.browser.clone(), kind, &turn.client, &open.with(settling.clone()), turn.settings());
        let subject = settling.user.as_ref().map(|user| user.subject.as_str());
        let shown = Decision::commits(Navigation::Interact(Box::new(shown)), []).about(subject);
        Ok(shown.concerns(Concerned::asked(&settling.asked.permissions)))
    }
}

/// Shows an open interaction again.
pub(crate) struct ShowInteraction(Visit);

impl ShowInteraction {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>, id: &InteractionId) -> Result<Self, Refusal> {
        Visit::parse(server, inbound, id).map(Self)
    }
}

impl Operation<Navigation> for ShowInteraction {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Navigation>, Pause> {
        let turn = self.0.server.at(turn);
        let open = self.0.open(&turn)?;
        let client_id = &open.settling.asked.client_id;
        let (client, ()) = turn.load((turn.key::<Client>(client_id), needed_later(&turn, &open.settling)))?;
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client.live(turn.now()), InvalidRequest, CLIENT_GONE)?;
        let turn = ClientTurn::new(&turn, client)?;
        still_of(&turn, &open)?;
        let settling = still_settled(&turn, &open.settling, self.0.session.as_ref())?;
        self.0.ask(&turn, &open, &settling).attributed_to(client_id)
    }
}

/// Checks that an interaction is not that of a client of the same name that was removed.
pub(super) fn still_of(turn: &ClientTurn<'_>, open: &OpenInteraction) -> Result<(), Pause> {
    let still = turn.still_has(turn.client_id(), None, &open.issued_at)?;
    Ok(local::INTERACTION_OPEN.require(still, InvalidRequest, "This interaction is over: its client or its user was removed.")?)
}

/// Encodes a response of an interaction for its client.
pub(super) fn encode_for(turn: &ClientTurn<'_>, response: &AuthorizationResponse) -> Result<Response, Pause> {
    encode(turn, turn.client_id(), response)
}
