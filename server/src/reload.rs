//! Replaces the users and clients of a running server.

use crate::app::App;
use crate::check::failed;
use crate::config::Config;
use crate::reconcile::reconcile;
use crate::start_error::StartError;
use crate::toml_reader::Mistakes;

/// Replaces the users and clients by those of a configuration whose other members are those of the running server. If it has a
/// mistake, nothing changes. `previous` is the configuration in use.
pub(crate) async fn reload(app: &App, previous: &Config, config: &Config) -> Result<(), StartError> {
    let failed = failed(config, Some(&app.server.settings().policy));
    if !failed.is_empty() {
        return Err(Mistakes(failed.into_iter().map(|failed| failed.mistake).collect()).into());
    }
    if let Err(error) = reconcile(app, config).await {
        // The clients are registered and removed in two commits: what the first one has changed is changed back.
        if let Err(again) = reconcile(app, previous).await {
            tracing::error!(error = %again, "the previous clients could not be restored; reload again when the store answers");
        }
        return Err(error);
    }
    app.users.replace(config.users.clone());
    Ok(())
}
