//! Runs the reference server until it is interrupted or terminated. SIGHUP reloads users and clients.

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
    /// Write the log as JSON, one object per line.
    #[arg(long)]
    log_json: bool,
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
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    match arguments.log_json {
        // Every line has the span of its request, the only one there is.
        true => log.json().flatten_event(true).with_span_list(false).init(),
        false => log.init(),
    }
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
    // A signal that arrives before the server is complete is answered when it is.
    let mut signals = Signals::new()?;
    let config = configuration(arguments)?;
    let auto_approve = config.auto_approve;
    let running = tokio::select! {
        running = start(config.clone(), Options::default()) => running?,
        ended = signals.end() => return Ok(ended?),
    };
    let data = arguments.config.is_none().then_some(arguments.data.as_path());
    print(&summary(&running, data, auto_approve))?;
    if auto_approve {
        tracing::warn!("auto_approve is on: every request is logged in as the first user and consented to");
    }
    while let Signal::Reload = signals.next().await? {
        reload(&running, arguments, &config).await;
    }
    // Requests are completed even if nobody reads the standard output any more.
    let _ = print("shutting down: completing in-flight requests\n");
    running.shutdown().await;
    Ok(())
}

/// The configuration that the arguments name, with what they change in it.
fn configuration(arguments: &Arguments) -> Result<Config, Box<dyn Error>> {
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
    Ok(config)
}

/// Reads the configuration again, and replaces the users and clients by those in it.
async fn reload(running: &Running, arguments: &Arguments, started: &Config) {
    let Some(path) = &arguments.config else {
        return tracing::warn!("not reloaded: the demo has no configuration");
    };
    let config = match configuration(arguments) {
        Ok(config) => config,
        Err(error) => return tracing::error!("not reloaded, nothing has changed: {error}"),
    };
    let changed = config.changed_beside_users_and_clients(started);
    if !changed.is_empty() {
        return tracing::error!("not reloaded, nothing has changed: these members need a restart: {}", changed.join(", "));
    }
    match running.reload(&config).await {
        Ok(()) => {
            let (users, clients) = (config.users.len(), config.clients.len());
            tracing::info!(users, clients, "reloaded the users and clients of {}", path.display());
        }
        Err(error) => tracing::error!("{error}"),
    }
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

/// A wish of the operator.
enum Signal {
    /// SIGHUP.
    Reload,
    /// SIGINT or SIGTERM.
    End,
}

/// The signals of the process.
#[cfg(unix)]
struct Signals {
    hangup: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> io::Result<Signal> {
        Ok(tokio::select! {
            _ = self.interrupt.recv() => Signal::End,
            _ = self.terminate.recv() => Signal::End,
            _ = self.hangup.recv() => Signal::Reload,
        })
    }

    /// Waits for [`Signal::End`], and leaves a reload to [`next`](Self::next).
    async fn end(&mut self) -> io::Result<()> {
        tokio::select! {
            _ = self.interrupt.recv() => Ok(()),
            _ = self.terminate.recv() => Ok(()),
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> io::Result<Signal> {
        self.end().await.map(|()| Signal::End)
    }

    async fn end(&mut self) -> io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()
}
