//! Starts the reference server and ends it when told to.

use clap::Parser;
use fapi_server::{Config, Options, PasswordHash, ROUNDS, Running, demo, start};
use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The minimal reference server of the fapi library: FAPI 2.0, OpenID Connect and OAuth 2.0.
///
/// Without a configuration it is a demo: certificates, keys, two clients and a user are made on the spot.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The configuration (TOML); everything that is wrong with it is named.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the demo keeps its keys and its state.
    #[arg(long, value_name = "DIR", default_value = "fapi-server-data", conflicts_with = "config")]
    data: PathBuf,
    /// Keep the state in memory.
    #[arg(long)]
    ephemeral: bool,
    /// Plain HTTP on loopback instead of TLS: for development only.
    #[arg(long, conflicts_with = "config")]
    http: bool,
    /// Log the first user in and consent to everything without asking: for tests only.
    #[arg(long)]
    auto_approve: bool,
    /// Where the demo listens [default: 9443, with --http 9080]; 0 takes any free port.
    #[arg(long, value_name = "N", conflicts_with = "config")]
    port: Option<u16>,
    /// Read a password from standard input, print its hash for the configuration, and end.
    #[arg(long)]
    hash_password: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // At finer levels these write what they send and receive, tokens included.
    let filter = EnvFilter::builder().with_default_directive(tracing::Level::INFO.into()).from_env_lossy();
    let quiet = ["h2=info", "hyper=info", "rustls=info"].iter().filter_map(|directive| directive.parse().ok());
    let filter = quiet.fold(filter, EnvFilter::add_directive);
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).init();
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "fapi-server: {error}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    if arguments.hash_password {
        return hash_password();
    }
    let mut config = match &arguments.config {
        Some(path) => Config::load(path)?,
        None => {
            let port = arguments.port.unwrap_or(if arguments.http { 9080 } else { 9443 });
            demo(&arguments.data, port, arguments.http, arguments.ephemeral)?
        }
    };
    config.auto_approve |= arguments.auto_approve;
    if arguments.ephemeral {
        config.state = fapi_server::config::State::Ephemeral;
    }
    let auto_approve = config.auto_approve;
    let running = start(config, Options::default()).await?;
    let data = arguments.config.is_none().then_some(arguments.data.as_path());
    say(&greeting(&running, data, auto_approve))?;
    if auto_approve {
        tracing::warn!("--auto-approve: everybody is logged in as the first user, and everything is consented to");
    }
    told_to_end().await?;
    say("ending: requests that have begun are still answered\n")?;
    running.shutdown().await;
    Ok(())
}

fn greeting(running: &Running, data: Option<&Path>, auto_approve: bool) -> String {
    let mut text = format!("issuer       {}\n", running.issuer);
    if let Some(base) = &running.mtls_base {
        text += &format!("mTLS         {base}\n");
    }
    text += &format!("resource     {}\n", running.resource);
    if let Some(data) = data {
        text += &format!("user         alice, password wonderland\nclients      {}\n", data.join("clients").display());
        let discovery = format!("{}/.well-known/openid-configuration", running.issuer);
        let authority = running.ca_certificate.as_ref().map(|_| format!("--cacert {} ", data.join("ca.pem").display()));
        text += &format!("try          curl {}{discovery}\n", authority.unwrap_or_default());
    }
    if auto_approve {
        text += "\n*** --auto-approve: NOBODY IS ASKED. Everybody is logged in as the first user. For tests only. ***\n";
    }
    text
}

fn hash_password() -> Result<(), Box<dyn Error>> {
    let mut password = String::new();
    io::stdin().read_line(&mut password)?;
    let hash = PasswordHash::new(password.trim_end_matches(['\r', '\n']), ROUNDS).ok_or("there is no randomness")?;
    Ok(say(&format!("{hash}\n"))?)
}

/// Interrupted from the keyboard, or terminated.
async fn told_to_end() -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

fn say(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}
