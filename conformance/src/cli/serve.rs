//! `serve`: the reference server with the suite's clients, and a target file for it.

use std::path::Path;

use super::CLEAN;
use crate::report::terminal::line;
use crate::say;
use crate::target::{in_process, written};
use crate::variant::Plan;

/// The folder for the target file and the clients' keys.
const FOLDER: &str = "target/conformance/serve";

/// Serves until it is interrupted.
pub(super) async fn serve(plan: &'static Plan, port: Option<u16>) -> Result<u8, String> {
    let targets = in_process::start_at(plan, port).await?;
    let folder = Path::new(FOLDER);
    for (path, text) in written::write(&targets, folder)? {
        line(text.trim_end());
        say(&format!(
            "\nthis target file is {0}; in another terminal:\n  fapi-conformance run --plan {1} --target {0}",
            path.display(),
            plan.id
        ));
    }
    say("serving until interrupted");
    tokio::signal::ctrl_c().await.map_err(|error| error.to_string())?;
    drop(targets);
    Ok(CLEAN)
}
