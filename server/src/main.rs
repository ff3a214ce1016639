//! Runs the reference server until it is interrupted or terminated. SIGHUP reloads users and clients.

mod commands;

use clap::Parser;
use commands::Command;
use fapi::Registration;
use fapi::policy::AuthenticationMethod;
use fapi_server::{Config, Options, PasswordCost, PasswordHash, Running, StartError, demo, start};
use std::collections::BTreeSet;
use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// The minimal reference server of the fapi library: FAPI 2.0, OpenID Connect and OAuth 2.0.
///
/// Without a configuration it is a demo: it generates certificates, keys, two clients and a user.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
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
    if let Some(command) = &arguments.command {
        return looked_at(command);
    }
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

/// Runs a command that starts no server.
fn looked_at(command: &Command) -> ExitCode {
    match commands::run(command).and_then(|(text, status)| Ok(print(&text).map(|()| status)?)) {
        Ok(status) => status,
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
        running = start(config.clone(), Options::default()) => running.map_err(|error| with_advice(error, arguments))?,
        ended = signals.end() => return Ok(ended?),
    };
    let data = arguments.config.is_none().then_some(arguments.data.as_path());
    let about_demo = data.map(|data| demo_summary(&running, data, &config.clients)).unwrap_or_default();
    print(&(summary(&running) + &generated(&config) + &about_demo + if auto_approve { APPROVES } else { "" }))?;
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
            if port == u16::MAX && !arguments.http {
                return Err("--port: the demo listens at this port and the next one, so 65534 is the highest".into());
            }
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

/// The reason for which the server does not start. The demo has arguments where other servers have a configuration.
fn with_advice(error: StartError, arguments: &Arguments) -> Box<dyn Error> {
    match error {
        StartError::Listen { .. } if arguments.config.is_none() => format!("{error} (--port chooses other ports)").into(),
        StartError::State(..) if arguments.config.is_none() => {
            format!("{error} (--data chooses another directory, --ephemeral uses none)").into()
        }
        error => error.into(),
    }
}

const APPROVES: &str =
    "\n*** auto_approve is on: every request is logged in as the first user and consented to. For tests only. ***\n";

fn summary(running: &Running) -> String {
    let mut text = format!("issuer       {}\n", running.issuer);
    if let Some(base) = &running.mtls_base {
        text += &format!("mTLS         {base}\n");
    }
    match &running.resources[..] {
        [(_, url)] => text + &format!("resource     {url}\n"),
        resources => resources.iter().fold(text, |text, (api, url)| text + &format!("API          {api} at {url}\n")),
    }
}

/// The identifiers that the server generated for clients.
fn generated(config: &Config) -> String {
    config.client_ids.used().map(|(name, id, _)| format!("client_id    {id} ({name})\n")).collect()
}

/// The user and the clients of the demo, and the way to a first token.
fn demo_summary(running: &Running, data: &Path, clients: &[Registration]) -> String {
    let directory = data.join("clients");
    let mut text = String::from("user         alice, password wonderland\n");
    for client in clients {
        let id = &client.metadata.client_id;
        let method = client.metadata.token_endpoint_auth_method;
        let file = |ending: &str| directory.join(format!("{id}.{ending}")).display().to_string();
        let (bound, keys) = match method {
            AuthenticationMethod::PrivateKeyJwt => ("bound by DPoP", file("jwk.json")),
            _ => ("bound to its certificate", format!("{} and {}", file("pem"), file("key"))),
        };
        text += &format!("client       {id} ({}, tokens {bound}), keys in {keys}\n", method.name());
    }
    let uris: Vec<_> = clients.iter().flat_map(|client| &client.metadata.redirect_uris).map(|uri| uri.as_str()).collect();
    let uris: BTreeSet<_> = uris.into_iter().collect();
    text += &format!("redirect to  {}\n", uris.into_iter().collect::<Vec<_>>().join(" or "));
    let authority = running.ca_certificate.as_ref().map(|_| format!("--cacert {} ", data.join("ca.pem").display()));
    let authority = authority.unwrap_or_default();
    text += &format!("metadata     curl {authority}{}/.well-known/openid-configuration\n", running.issuer);
    match &running.mtls_base {
        Some(base) => {
            let keys = directory.join("demo-mtls");
            let (certificate, key) = (keys.with_extension("pem"), keys.with_extension("key"));
            let identity = format!("--cert {} --key {}", certificate.display(), key.display());
            let form = "-d grant_type=client_credentials -d client_id=demo-mtls -d scope=api:read";
            text += &format!("first token  curl {authority}{identity} {form} {base}/token\n");
        }
        None => {
            text +=
                "first token  needs a signed assertion and a DPoP proof; without --http there is a client that is curl alone\n"
        }
    }
    text
}

fn hash_password() -> Result<(), Box<dyn Error>> {
    let mut password = String::new();
    io::stdin().read_line(&mut password)?;
    if password.trim_end_matches(['\r', '\n']).is_empty() {
        return Err("the password is empty; write it to standard input, followed by a line feed".into());
    }
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
