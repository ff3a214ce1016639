//! The prompt that is handed to a page.

use crate::client::Client;
use crate::connection::offered;
use crate::entropy::{BrowserHandle, InteractionId};
use crate::interaction::{Prompt, PromptKind};
use crate::life_cycle::OpenInteraction;
use crate::settings::Settings;

/// The prompt for a page.
pub(super) fn prompt(
    id: InteractionId,
    browser: BrowserHandle,
    kind: PromptKind,
    client: &Client,
    open: &OpenInteraction,
    settings: &Settings,
) -> Prompt {
    let asked = &open.settling.asked;
    let mut claims = asked.claims.names();
    // The user is always named; `sub` is there if the client expects a certain one.
    claims.retain(|name| name != "sub");
    let offered = offered(settings, &client.terms, asked.connection.as_deref());
    Prompt {
        id,
        browser,
        kind,
        client_id: asked.client_id.clone(),
        client_name: client.metadata.client_name.clone(),
        redirect_uri: Some(open.channel.target.uri().to_owned()),
        permissions: asked.permissions.clone(),
        claims,
        subject: open.settling.user.as_ref().map(|user| user.subject.clone()),
        login_hint: asked.login_hint.clone(),
        acr_values: asked.acr_values.clone(),
        required_acr: asked.required_acr(),
        ui_locales: asked.ui_locales.clone(),
        connections: offered.into_iter().flatten().map(str::to_owned).collect(),
        connection: asked.connection.clone(),
    }
}
