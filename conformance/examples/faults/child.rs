//! The server as a separate process: the real program with its state file, ended by SIGKILL.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use fapi_conformance::http::Trust;
use fapi_conformance::target::{Remote, Target};
use fapi_server::Authority;

use crate::clients::Clients;

/// Longer than any start takes, even with repairs.
const START_LIMIT: Duration = Duration::from_secs(60);

/// A server that can be started many times: its folder, port and program.
pub struct Site {
    program: PathBuf,
    folder: PathBuf,
    /// The issuer of every server that starts here.
    pub issuer: String,
    authority: Option<Authority>,
    /// A command that runs the program with a limit.
    pub wrapper: Vec<String>,
}

/// A running server. It is killed when this is dropped.
pub struct Process(Child);

impl Site {
    /// Prepares a folder. `secure` selects TLS instead of plain HTTP, `more` is additional configuration.
    pub fn new(program: &Path, folder: &Path, clients: &Clients, secure: bool, more: &str) -> Result<Self, String> {
        let _ = fs::remove_dir_all(folder);
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        let port = free_port()?;
        let issuer = if secure { format!("https://localhost:{port}") } else { format!("http://127.0.0.1:{port}") };
        let registrations = serde_json::to_string(&clients.registrations()).map_err(|error| error.to_string())?;
        write("clients.json", &registrations)?;
        let (name, hash) = clients.user()?;
        let mut config = format!(
            "issuer = \"{issuer}\"\nlisten = \"127.0.0.1:{port}\"\ndata = \"data\"\nclients_files = [\"clients.json\"]\n\
             [[users]]\nname = \"{name}\"\npassword = \"{hash}\"\n{more}\n"
        );
        let mut authority = None;
        if secure {
            let made = Authority::generate().map_err(|error| error.to_string())?;
            let (certificate, key) = certificate(&made)?;
            write("server.pem", &certificate)?;
            write("server.key", &key)?;
            config += "[tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n";
            authority = Some(made);
        }
        write("server.toml", &config)?;
        let (program, folder) = (program.to_owned(), folder.to_owned());
        Ok(Self { program, folder, issuer, authority, wrapper: vec![] })
    }

    pub fn target(&self, clients: &Clients) -> Result<Arc<Target>, String> {
        let trust = match &self.authority {
            Some(authority) => Trust::authorities(&authority.certificate_pem())?,
            None => Trust::system(),
        };
        clients.target(&self.issuer, trust, Arc::new(Remote))
    }

    /// The authority of the server's certificate, if it uses TLS.
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        self.issuer.rsplit_once('/').map_or("", |(_, address)| address)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The state file.
    pub fn file(&self) -> PathBuf {
        self.folder.join("data/state.redb")
    }

    /// Copies the state file while no server runs, as a backup.
    pub fn back_up(&self) -> Result<(), String> {
        fs::copy(self.file(), self.folder.join("backup")).map(drop).map_err(|error| format!("the backup failed: {error}"))
    }

    /// Restores the backup while no server runs: everything written since then is lost.
    pub fn restore(&self) -> Result<(), String> {
        fs::copy(self.folder.join("backup"), self.file())
            .map(drop)
            .map_err(|error| format!("the backup cannot be restored: {error}"))
    }

    /// Starts the program without waiting for it.
    pub fn launch(&self) -> Result<Process, String> {
        let log = fs::File::options().create(true).append(true).open(self.folder.join("server.log"));
        let log = log.map_err(|error| format!("server.log: {error}"))?;
        let mut command = match self.wrapper.split_first() {
            Some((first, others)) => {
                let mut command = Command::new(first);
                command.args(others).arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        command.arg("--config").arg(self.folder.join("server.toml"));
        command.env("RUST_LOG", "error").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let child = command.spawn().map_err(|error| format!("{}: {error}", self.program.display()))?;
        Ok(Process(child))
    }

    /// Starts the program and waits until it responds.
    pub fn start(&self) -> Result<Process, String> {
        let mut process = self.launch()?;
        process.wait_until_it_answers().map_err(|why| {
            let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
            format!("the server does not start: {why}; {}", log.lines().last().unwrap_or_default())
        })?;
        Ok(process)
    }
}

impl Process {
    /// Sends SIGKILL and waits until the process has ended.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Returns true while the process runs.
    pub fn runs(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(None))
    }

    /// Its memory in KiB and the number of its descriptors, if `/proc` has them.
    pub fn size(&self) -> Option<(u64, usize)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let descriptors = fs::read_dir(format!("/proc/{}/fd", self.id())).ok()?.count();
        Some((line.trim().trim_end_matches(" kB").trim().parse().ok()?, descriptors))
    }

    fn wait_until_it_answers(&mut self) -> Result<(), String> {
        let output = self.0.stdout.take().ok_or("no output")?;
        let (said, heard) = channel();
        std::thread::spawn(move || {
            // The output is read to the end, since a program blocks if its output is not read.
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = said.send(line);
            }
        });
        match heard.recv_timeout(START_LIMIT) {
            Ok(line) if line.starts_with("issuer") => Ok(()),
            Ok(line) => Err(line),
            Err(RecvTimeoutError::Timeout) => Err("it prints nothing".into()),
            Err(RecvTimeoutError::Disconnected) => Err("it has ended".into()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The server's program, in the target folder of this one; built first if Cargo is available.
pub fn program(named: Option<PathBuf>) -> Result<PathBuf, String> {
    if let Some(named) = named {
        return Ok(named);
    }
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let folder = own.parent().and_then(Path::parent).ok_or("the path of this program is unknown")?;
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut command = Command::new(cargo);
        // Both are built together, so that they are compiled with the same features.
        command.args(["build", "-p", "fapi-conformance", "-p", "fapi-server", "--example", "faults", "--bin", "fapi-server"]);
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        let built = command.status().map_err(|error| format!("cargo: {error}"))?;
        if !built.success() {
            return Err("fapi-server cannot be built".into());
        }
    }
    let program = folder.join(format!("fapi-server{}", std::env::consts::EXE_SUFFIX));
    if program.exists() { Ok(program) } else { Err(format!("{} is missing; name it with --server", program.display())) }
}

fn free_port() -> Result<u16, String> {
    let found = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    found.map(|address| address.port()).map_err(|error| error.to_string())
}

/// A certificate for `localhost`, and its key, in PEM.
fn certificate(authority: &Authority) -> Result<(String, String), String> {
    let identity = authority.server(&["localhost".to_owned()]).map_err(|error| error.to_string())?;
    let chain = identity.chain.iter().map(|certificate| pem("CERTIFICATE", certificate.as_ref())).collect();
    Ok((chain, pem("PRIVATE KEY", identity.key.secret_der())))
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", data_encoding::BASE64.encode(der))
}
