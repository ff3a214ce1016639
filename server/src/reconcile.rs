//! The state follows the configuration: its clients are registered, clients and users who left it lose everything, and APIs keep their
//! algorithms.

mod apis;

use crate::app::App;
use crate::config::Config;
use crate::start_error::StartError;
use crate::toml_reader::{Mistake, Mistakes};
use fapi::record::Owner;
use fapi::{Administered, Disposition, Event, Page, PageRequest, Registered, Step, SubjectRevoked, drive_async};
use std::collections::BTreeSet;

/// The number of entries of a listing that are read at a time.
const PAGE: usize = 200;

/// The changes that a reconciliation has made, or may have made if the store does not know; each contains the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Written {
    /// None.
    Nothing,
    /// Clients are registered. The reconciliation with the previous configuration undoes that.
    Clients,
    /// A client or a user has lost what was issued to them, for good.
    Lasting,
}

impl Written {
    /// Adds a change that is done, or that the store may have done.
    fn add(&mut self, change: Self, done: bool, event: &Event) {
        if done || matches!(event.disposition, Disposition::CommitUnknown) {
            *self = (*self).max(change);
        }
    }
}

/// Brings the state into agreement with the configuration: before the first request, and when users and clients are replaced.
/// Beside the users of the last start, `earlier` are the subjects of users who may be gone. A start that fails or is killed in between
/// leaves the rest to the next one. `written` tells what is done, even if this fails.
pub(crate) async fn reconcile(
    app: &App,
    config: &Config,
    earlier: &BTreeSet<String>,
    written: &mut Written,
) -> Result<(), StartError> {
    let apis = apis::unchanged(app).await?;
    config.client_ids.keep().map_err(StartError::ClientIds)?;
    register(app, config, written).await?;
    remove_clients(app, config, written).await?;
    revoke_users(app, config, earlier, written).await?;
    config.client_ids.forget().map_err(StartError::ClientIds)?;
    apis::keep(app, apis).await
}

/// Registers the configured clients, all or none. The error names every mistake in every client.
async fn register(app: &App, config: &Config, written: &mut Written) -> Result<(), StartError> {
    let (settings, now) = (app.server.settings(), app.clock.now());
    let mistakes: Vec<_> = config.clients.iter().flat_map(|client| client.mistakes(settings, now)).collect();
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes.iter().map(|mistake| Mistake::new("clients", mistake.to_string())).collect()).into());
    }
    let outcome = drive_async(&app.host, app.server.register(config.clients.clone(), app.context()?)).await;
    app.record(&outcome, None);
    written.add(Written::Clients, matches!(outcome.reply, Registered::Stored), &outcome.event);
    if let Disposition::Refused { requirements, detail, .. } = &outcome.event.disposition {
        let ids: Vec<_> = requirements.iter().map(|requirement| requirement.id).collect();
        let client_id = outcome.event.client.as_deref().unwrap_or_default();
        let text = format!("client {client_id:?}: {detail} ({})", ids.join(", "));
        return Err(Mistakes(vec![Mistake::new("clients", text)]).into());
    }
    let Registered::Stored = outcome.reply else { return Err(failed(&outcome.event)) };
    for client in &config.clients {
        let client_id = &client.metadata.client_id;
        for key in client.skipped_keys(settings) {
            tracing::info!(?client_id, %key, "key skipped");
        }
    }
    Ok(())
}

/// Removes the clients that are registered but not configured any more, with everything that was issued to them.
async fn remove_clients(app: &App, config: &Config, written: &mut Written) -> Result<(), StartError> {
    let configured: BTreeSet<_> = config.clients.iter().map(|client| client.metadata.client_id.as_str()).collect();
    let registered = every(app, |page| Ok(app.server.clients(page, app.context()?))).await?;
    // A client whose record cannot be read is removed by the key of its record.
    let readable = registered.entries.into_iter().map(|client| client.metadata.client_id);
    let ids = readable.chain(registered.unreadable);
    let removed: Vec<_> = ids.filter(|id| !configured.contains(id.as_str())).collect();
    if removed.is_empty() {
        return Ok(());
    }
    administer(app, app.server.remove_clients(removed, app.context()?), written).await.map(drop)
}

/// Ends everything of the users who were configured earlier and are not any more: whoever gets such a subject later is
/// somebody else. The subjects of the last start are kept in the state file; a state in memory starts without any.
async fn revoke_users(app: &App, config: &Config, earlier: &BTreeSet<String>, written: &mut Written) -> Result<(), StartError> {
    let issuer = &app.server.settings().issuer;
    let unavailable = |_| StartError::unavailable();
    let kept = match &app.host.file {
        Some(file) => file.subjects(issuer).await.map_err(unavailable)?,
        None => BTreeSet::new(),
    };
    let configured = config.subjects();
    for subject in kept.union(earlier).filter(|subject| !configured.contains(*subject)) {
        let outcome = drive_async(&app.host, app.server.revoke_subject(subject, app.context()?)).await;
        app.record(&outcome, None);
        written.add(Written::Lasting, matches!(outcome.reply, SubjectRevoked::Revoked), &outcome.event);
        let SubjectRevoked::Revoked = outcome.reply else { return Err(failed(&outcome.event)) };
        let owner = Owner::Subject(subject.clone());
        let consents = every(app, |page| Ok(app.server.consents(owner.clone(), page, app.context()?))).await?;
        let clients: BTreeSet<_> = consents.entries.into_iter().map(|consent| consent.client_id).collect();
        for client in clients {
            administer(app, app.server.withdraw(subject, &client, app.context()?), written).await?;
        }
        tracing::info!(subject, "user left the configuration; everything of theirs is revoked");
    }
    match &app.host.file {
        Some(file) => file.keep_subjects(issuer, configured).await.map_err(unavailable),
        None => Ok(()),
    }
}

/// All entries of a listing, and the ids of its records that cannot be read.
struct Every<T> {
    entries: Vec<T>,
    unreadable: Vec<String>,
}

async fn every<T: Send + 'static>(
    app: &App,
    list: impl Fn(PageRequest) -> Result<Step<Administered<Page<T>>>, StartError>,
) -> Result<Every<T>, StartError> {
    let (mut every, mut request) = (Every { entries: vec![], unreadable: vec![] }, PageRequest::first(PAGE));
    loop {
        let outcome = drive_async(&app.host, list(request)?).await;
        let Administered::Done(page) = outcome.reply else { return Err(failed(&outcome.event)) };
        for key in &page.unreadable {
            tracing::error!(%key, "a record cannot be read and is skipped");
        }
        every.entries.extend(page.entries);
        every.unreadable.extend(page.unreadable.into_iter().map(|key| key.id));
        match page.next {
            Some(next) => request = PageRequest::after(next, PAGE),
            None => return Ok(every),
        }
    }
}

/// Drives a change that cannot be undone.
async fn administer<T: Send + 'static>(app: &App, step: Step<Administered<T>>, written: &mut Written) -> Result<T, StartError> {
    let outcome = drive_async(&app.host, step).await;
    app.record(&outcome, None);
    written.add(Written::Lasting, matches!(outcome.reply, Administered::Done(_)), &outcome.event);
    match outcome.reply {
        Administered::Done(done) => Ok(done),
        Administered::Failed(_) => Err(failed(&outcome.event)),
    }
}

fn failed(event: &Event) -> StartError {
    StartError::Reconciliation(match &event.disposition {
        Disposition::Unavailable => return StartError::unavailable(),
        Disposition::CommitUnknown => "the store does not know if a write was applied".into(),
        Disposition::Fault(fault) => fault.to_string(),
        other => format!("{other:?}"),
    })
}
