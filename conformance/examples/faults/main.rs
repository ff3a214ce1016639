//! Exposes the reference server to faults of real operation: kills, failing stores, full disks, clock steps, and thousands of
//! silent connections.
//!
//! ```text
//! cargo run --release -p fapi-conformance --example faults -- all --rounds 200 --seed 1
//! ```
//!
//! Prints a table of the cases, what was done in each, and the results. The exit code is 1 if a promise was broken. `--broken`
//! sabotages the server in each case, so that certain promises must break, to test the test. Then the exit code is 1
//! if all of them broke, in every case, and 3 if one was kept. It is 2 if the cases could not be run.
//!
//! `child.rs` runs the real program, `clients.rs` has its clients, `flow.rs` their flows, `ledger.rs` records what they send,
//! `replay.rs` sends it again, `promise.rs` lists the promises; each case has a file with its name.

#![allow(missing_docs, unreachable_pub, clippy::print_stdout, reason = "a program, not a library")]

mod child;
mod clients;
mod clock;
mod connections;
mod disk;
mod faulty;
mod flow;
mod kill;
mod large;
mod ledger;
mod local;
mod peers;
mod promise;
mod replay;
mod sink;
mod store;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

/// Exposes fapi-server to faults of real operation.
#[derive(Parser)]
struct Settings {
    /// The cases to run.
    #[arg(value_enum, default_value = "all")]
    what: What,
    /// The number of kills.
    #[arg(long, default_value_t = 200)]
    rounds: u32,
    /// The seed of every random choice.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The program to start. Without it, fapi-server is built and started from the folder of this program.
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    /// The folder for the files of the servers.
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Also writes the table to this file.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Sabotages the server in each case, which must break certain promises: exit code 1 if all broke, 3 if not.
    #[arg(long)]
    broken: bool,
    /// Prints progress.
    #[arg(long)]
    verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Kill,
    Store,
    Disk,
    Clock,
    Connections,
    All,
}

impl Settings {
    fn server(&self) -> Result<PathBuf, String> {
        child::program(self.server.clone())
    }

    fn folder(&self, case: &str) -> PathBuf {
        let folder = || std::env::temp_dir().join(format!("fapi-faults-{}", std::process::id()));
        self.folder.clone().unwrap_or_else(folder).join(case)
    }

    fn wants(&self, what: What) -> bool {
        self.what == what || self.what == What::All
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let settings = Settings::parse();
    let ran = run(&settings).await;
    if settings.folder.is_none() {
        let _ = std::fs::remove_dir_all(settings.folder(""));
    }
    match ran {
        Ok(Verdict::Kept) => ExitCode::SUCCESS,
        Ok(Verdict::Broken) => ExitCode::from(1),
        Ok(Verdict::NotBroken) => ExitCode::from(3),
        Err(error) => {
            fapi_conformance::say(&error);
            ExitCode::from(2)
        }
    }
}

/// The result of all cases.
enum Verdict {
    /// Every promise was kept.
    Kept,
    /// A promise was broken; with sabotage, all that had to be broken were.
    Broken,
    /// A sabotaged server kept a promise that it had to break, or the fault did not occur.
    NotBroken,
}

/// Runs the cases.
async fn run(settings: &Settings) -> Result<Verdict, String> {
    let mut cases = vec![];
    if settings.wants(What::Kill) {
        cases.extend(kill::kill(settings).await?);
    }
    if settings.wants(What::Store) {
        cases.extend(store::store(settings).await?);
    }
    if settings.wants(What::Disk) {
        cases.extend(disk::disk(settings).await?);
    }
    if settings.wants(What::Clock) {
        cases.extend(clock::clock(settings).await?);
    }
    if settings.wants(What::Connections) {
        cases.extend(connections::connections(settings).await?);
    }
    let text = table::markdown(&cases);
    println!("{text}{}", table::violations(&cases));
    if let Some(path) = &settings.markdown {
        std::fs::write(path, &text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(match (settings.broken, cases.iter().all(table::Case::is_as_it_must)) {
        (false, true) => Verdict::Kept,
        (false, false) | (true, true) => Verdict::Broken,
        (true, false) => Verdict::NotBroken,
    })
}
