//! The browser that began an interaction, and nobody else.

use super::Navigation;
use super::conclude::prompt;
use super::state::OpenInteraction;
use super::still::as_it_stands;
use crate::client::Client;
use crate::entropy::{BrowserHandle, InteractionId, same};
use crate::exchange::{Decision, Held, Operation, Pause, Positions, Turn};
use crate::inbound::Inbound;
use crate::refusal::ErrorCode::InvalidRequest;
use crate::refusal::Refusal;
use crate::requirement::{local, rfc6749};
use crate::server::AuthorizationServer;
use std::sync::Arc;

/// Who comes back to an interaction.
pub(super) struct InteractionAccess {
    pub(super) server: Arc<AuthorizationServer>,
    pub(super) id: InteractionId,
    pub(super) browser: BrowserHandle,
}

impl InteractionAccess {
    pub(super) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>, id: &InteractionId) -> Result<Self, Refusal> {
        inbound.admit(&server.settings.limits)?;
        let browser = inbound.browser_handle().filter(|browser| browser.is_well_formed());
        let browser = local::SAME_BROWSER.demand(browser, InvalidRequest)?.clone();
        Ok(Self { server: server.clone(), id: id.clone(), browser })
    }

    pub(super) fn open<'f>(&self, turn: &Turn<'f>) -> Result<Held<'f, OpenInteraction>, Pause> {
        let open = turn.facts.load(self.server.key::<OpenInteraction>(self.id.digest(turn.primitives)))?;
        let open = local::INTERACTION_OPEN.demand(open.live(turn.context.now()), InvalidRequest)?;
        local::SAME_BROWSER.require(same(&open.browser, &self.browser.digest(turn.primitives)), InvalidRequest)?;
        Ok(open)
    }

    /// The question that is open.
    pub(super) fn ask(&self, turn: &Turn<'_>, client: &Client, open: &OpenInteraction) -> Result<Decision<Navigation>, Pause> {
        let need = local::INTERACTION_OPEN.demand(open.need(turn.context.now()), InvalidRequest)?;
        let shown = prompt(self.id.clone(), self.browser.clone(), need, client, open);
        Ok(Decision::replies(Navigation::Interact(Box::new(shown))))
    }
}

/// An open interaction, shown again.
pub(crate) struct ShowInteraction(InteractionAccess);

impl ShowInteraction {
    pub(crate) fn parse(server: &Arc<AuthorizationServer>, inbound: &Inbound<'_>, id: &InteractionId) -> Result<Self, Refusal> {
        InteractionAccess::parse(server, inbound, id).map(Self)
    }
}

impl Operation<Navigation> for ShowInteraction {
    fn decide(&self, turn: &Turn<'_>) -> Result<Decision<Navigation>, Pause> {
        let open = self.0.open(turn)?;
        let client = turn.facts.load(self.0.server.key::<Client>(&open.request.client_id))?;
        let client = rfc6749::NO_REDIRECT_ON_DOUBT.demand(client.live(turn.context.now()), InvalidRequest)?;
        let open = as_it_stands(&self.0.server, turn, &open)?;
        self.0.ask(turn, &client, &open).attributed_to(&open.request.client_id)
    }
}
