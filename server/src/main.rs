//! Runs the reference server until it is interrupted or terminated.

use clap::Parser;
use fapi_server::{Config, Options, PasswordCost, PasswordHash, Running, demo, start};
use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The minimal reference server of the fapi library: FAPI 2.0, OpenID Connect and OAuth 2.0.
///
/// Without a configuration it is a demo: it generates certificates, keys, two clients and a user.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The configuration (TOML). All mistakes in it are reported with their lines.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The directory for the demo's keys and state.
    #[arg(long, value_name = "DIR", default_value = "fapi-server-data", conflicts_with = "config")]
    data: PathBuf,
    /// Keep the state in memory.
    #[arg(long)]
    ephemeral: bool,
    /// Use plain HTTP on loopback instead of TLS; for development only.
    #[arg(long, conflicts_with = "config")]
    http: bool,
    /// Log the first user in and consent to everything without asking; for tests only.
    #[arg(long)]
    auto_approve: bool,
    /// The port of the demo, 0 for any free port [default: 9443, with --http 9080].
    #[arg(long, value_name = "N", conflicts_with = "config")]
    port: Option<u16>,
    /// Read a password from standard input, print its hash (a PHC string) for the configuration, and exit.
    #[arg(long)]
    hash_password: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // At finer levels these crates log what they send and receive, tokens included.
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
    print(&summary(&running, data, auto_approve))?;
    if auto_approve {
        tracing::warn!("auto_approve is on: every request is logged in as the first user and consented to");
    }
    shutdown_signal().await?;
    print("shutting down: completing in-flight requests\n")?;
    running.shutdown().await;
    Ok(())
}

fn summary(running: &Running, data: Option<&Path>, auto_approve: bool) -> String {
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
        text += "\n*** auto_approve is on: every request is logged in as the first user and consented to. For tests only. ***\n";
    }
    text
}

fn hash_password() -> Result<(), Box<dyn Error>> {
    let mut password = String::new();
    io::stdin().read_line(&mut password)?;
    let hash = PasswordHash::new(password.trim_end_matches(['\r', '\n']), PasswordCost::RECOMMENDED)
        .ok_or("the operating system has no randomness")?;
    Ok(print(&format!("{hash}\n"))?)
}

/// Returns when the process is interrupted or terminated.
async fn shutdown_signal() -> io::Result<()> {
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

fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}
