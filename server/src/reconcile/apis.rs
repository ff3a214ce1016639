//! APIs keep the algorithm that they were registered with.
//!
//! An API is known by its identifier alone, so that another identifier is another API: nothing that was issued for the first one counts
//! for it.

use crate::app::App;
use crate::start_error::StartError;
use crate::store::{KeptApi, KeptApis};
use crate::toml_reader::{Mistake, Mistakes};
use fapi::requirement::ocp;

/// Refuses APIs whose algorithm is another one than at the last start. Returns the APIs to keep for the next one.
pub(super) async fn unchanged(app: &App) -> Result<KeptApis, StartError> {
    let settings = app.server.settings();
    let now = app.clock.now();
    let kept = match &app.host.file {
        Some(file) => file.apis(&settings.issuer).await.map_err(|_| StartError::unavailable())?,
        None => KeptApis::new(),
    };
    let (mut apis, mut mistakes) = (KeptApis::new(), vec![]);
    for (index, api) in settings.apis.iter().enumerate() {
        let Some(algorithm) = settings.signing_algorithm(api, now) else { continue };
        let current = KeptApi { algorithm: algorithm.name().to_owned(), named: api.signing_alg.is_some() };
        // An algorithm that nobody named follows the keys of the server.
        let before = kept.get(&api.identifier).filter(|before| before.named || current.named);
        if let Some(before) = before.filter(|before| before.algorithm != current.algorithm) {
            let text = format!(
                "the API {:?} is registered with {}, which never changes, and {} would be another one; an API with another identifier \
                 can have it, or this one after a start without it ({})",
                api.identifier,
                before.algorithm,
                current.algorithm,
                ocp::api::ALG.id
            );
            mistakes.push(Mistake::new(format!("apis[{index}].signing_alg"), text));
        }
        apis.insert(api.identifier.clone(), current);
    }
    for identifier in kept.keys().filter(|identifier| !apis.contains_key(*identifier)) {
        tracing::info!(identifier, "API left the configuration; tokens and grants for it are refused from now on");
    }
    if mistakes.is_empty() { Ok(apis) } else { Err(Mistakes(mistakes).into()) }
}

/// Keeps the APIs for the next start.
pub(super) async fn keep(app: &App, apis: KeptApis) -> Result<(), StartError> {
    match &app.host.file {
        Some(file) => file.keep_apis(&app.server.settings().issuer, apis).await.map_err(|_| StartError::unavailable()),
        None => Ok(()),
    }
}
