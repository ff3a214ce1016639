//! Replaces the users and clients of a running server.

use crate::app::App;
use crate::check::failed;
use crate::config::Config;
use crate::reconcile::{Written, reconcile};
use crate::start_error::StartError;
use crate::toml_reader::Mistakes;
use std::collections::BTreeSet;

/// A reason for which the users and clients of a running server are not replaced.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// The users and clients are the previous ones, and none of them has lost anything.
    #[error("not reloaded, nothing has changed: {0}")]
    Unchanged(StartError),
    /// The store failed in the middle, after a change that could not be undone. The users are the previous ones, and so are the
    /// clients if the store took them back; some of those to be removed have lost everything that was issued to them.
    #[error("partly reloaded; reload again when the store is available: {0}")]
    Partly(StartError),
}

/// The configuration of a running server.
#[derive(Debug)]
pub(crate) struct InUse {
    config: Config,
    /// The subjects to which something may have been issued: those of its users, and of users that a failed reload tried.
    subjects: BTreeSet<String>,
}

impl InUse {
    pub(crate) fn new(config: Config) -> Self {
        Self { subjects: config.subjects(), config }
    }

    /// Replaces the users and clients by those of a configuration whose other members are those of the running server.
    pub(crate) async fn reload(&mut self, app: &App, config: &Config) -> Result<(), ReloadError> {
        let failed = failed(config, Some(&app.server.settings().policy));
        if !failed.is_empty() {
            let mistakes = Mistakes(failed.into_iter().map(|failed| failed.mistake).collect());
            return Err(ReloadError::Unchanged(mistakes.into()));
        }
        let config = &config.at(app.ports);
        self.subjects.append(&mut config.subjects());
        // Removed users must not log in after their revocation.
        app.users.replace(config.users.clone());
        let mut written = Written::Nothing;
        if let Err(error) = reconcile(app, config, &self.subjects, &mut written).await {
            app.users.replace(self.config.users.clone());
            let restored = written == Written::Nothing || self.restore(app).await;
            return Err(match restored && written < Written::Lasting {
                true => ReloadError::Unchanged(error),
                false => ReloadError::Partly(error),
            });
        }
        *self = Self::new(config.clone());
        Ok(())
    }

    /// Brings the state back into agreement with the configuration in use; true if that succeeds.
    async fn restore(&mut self, app: &App) -> bool {
        match reconcile(app, &self.config, &self.subjects, &mut Written::Nothing).await {
            Ok(()) => self.subjects = self.config.subjects(),
            Err(error) => {
                tracing::error!(%error, "the previous clients could not be restored");
                return false;
            }
        }
        true
    }
}
