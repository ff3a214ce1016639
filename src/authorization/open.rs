//! Access to an open interaction, for the browser that began it.

use super::prompt::prompt;
use super::response::encode;
use crate::client::{Client, ClientTurn};
use crate::delivery::AuthorizationResponse;
use crate::entropy::{BrowserHandle, InteractionId, same};
use crate::error_code::ErrorCode::InvalidRequest;
use crate::exchange::{Decision, Held, Operation, Pause, Positions, Turn};
use crate::inbound::Inbound;
use crate::interaction::Navigation;
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
}

impl Visit {
    pub(super) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>, id: &InteractionId) -> Result<Self, Refusal> {
        inbound.admit(&server.settings.limits)?;
        let browser = inbound.browser_handle().filter(|browser| browser.is_well_formed());
        let browser = local::SAME_BROWSER.demand(browser, InvalidRequest)?.clone();
        Ok(Self { server: server.clone(), id: id.clone(), browser })
    }

    pub(super) fn open<'x>(&self, turn: &ServerTurn<'x>) -> Result<Held<'x, OpenInteraction>, Pause> {
        let open = turn.load(turn.key::<OpenInteraction>(self.id.digest(turn.primitives)))?;
        let open = local::INTERACTION_OPEN.demand(open.live(turn.now()), InvalidRequest)?;
        local::SAME_BROWSER.require(same(&open.browser, &self.browser.digest(turn.primitives)), InvalidRequest)?;
        Ok(open)
    }

    /// Asks the question that is open.
    pub(super) fn ask(
        &self,
        turn: &ServerTurn<'_>,
        client: &Client,
        open: &OpenInteraction,
        settling: &Settling,
    ) -> Result<Decision<Navigation>, Pause> {
        let kind = local::INTERACTION_OPEN.demand(settling.prompt(turn.now()), InvalidRequest)?;
        let shown = prompt(self.id.clone(), self.browser.clone(), kind, client, &open.with(settling.clone()));
        Ok(Decision::replies(Navigation::Interact(Box::new(shown))))
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
        let client = turn.load(turn.key::<Client>(client_id))?;
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client.live(turn.now()), InvalidRequest)?;
        let settling = still_settled(&turn, &open.settling)?;
        self.0.ask(&turn, &client, &open, &settling).attributed_to(client_id)
    }
}

/// Encodes a response of an interaction for its client.
pub(super) fn encode_for(turn: &ClientTurn<'_>, response: &AuthorizationResponse) -> Result<Response, Pause> {
    encode(turn, turn.client_id(), response)
}
