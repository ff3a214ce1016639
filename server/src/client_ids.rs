//! The identifiers that the server generated for clients whose configuration has none, by the names of the clients.
//!
//! They are kept in the data folder, so that a client keeps its identifier as long as the configuration has a client of that name.

use crate::keys::fresh_secret;
use crate::private_file::{private_directory, write_private};
use fapi::{CLIENT_ID_ENTROPY, generated_client_id};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The name of the file in the data folder.
const FILE: &str = "client_ids.json";

/// Identifiers by the names of their clients.
type ByName = BTreeMap<String, String>;

/// The generated identifiers of the clients of a configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientIds {
    /// The file; none if there is no data folder.
    file: Option<PathBuf>,
    issuer: String,
    /// Those that the file has.
    kept: ByName,
    /// Those of the clients that the configuration has now.
    used: ByName,
}

impl ClientIds {
    /// Reads those that an earlier start kept in this folder for an issuer.
    pub(crate) fn read(folder: &Path, issuer: &str) -> Result<Self, String> {
        let file = folder.join(FILE);
        let kept = all(&file).map_err(|error| format!("{}: {error}", file.display()))?.remove(issuer).unwrap_or_default();
        Ok(Self { file: Some(file), issuer: issuer.to_owned(), kept, used: ByName::new() })
    }

    /// Those of a server without data folder, which cannot keep any.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) fn can_be_kept(&self) -> bool {
        self.file.is_some()
    }

    /// The identifier that an earlier start generated for the client of this name.
    pub(crate) fn kept(&self, name: &str) -> Option<&str> {
        self.kept.get(name).map(String::as_str)
    }

    /// The identifier of the client of this name: that of earlier starts, or a new one; or the reason why there is none.
    pub(crate) fn of(&mut self, name: &str) -> Result<&str, String> {
        if self.used.contains_key(name) {
            return Err("another client without client_id has the same client_name".into());
        }
        let id = match self.kept.get(name) {
            Some(kept) => kept.clone(),
            None => {
                let mut random = [0; CLIENT_ID_ENTROPY];
                let secret = fresh_secret().map_err(|error| error.to_string())?;
                random.iter_mut().zip(secret.iter()).for_each(|(octet, fresh)| *octet = *fresh);
                generated_client_id(random)
            }
        };
        Ok(self.used.entry(name.to_owned()).or_insert(id))
    }

    /// The names of the clients of the configuration that have no identifier of their own, each with the generated one, and true if
    /// it is kept already.
    pub fn used(&self) -> impl Iterator<Item = (&str, &str, bool)> {
        self.used.iter().map(|(name, id)| (name.as_str(), id.as_str(), self.kept.get(name) == Some(id)))
    }

    /// Keeps the identifiers of these clients beside the earlier ones: before the clients are registered.
    pub(crate) fn keep(&self) -> io::Result<()> {
        if self.used.is_empty() {
            return Ok(());
        }
        self.change(|kept| kept.extend(self.used.clone()))
    }

    /// Forgets the identifiers of clients who left: after these are removed. A client that has such a name later is another one.
    pub(crate) fn forget(&self) -> io::Result<()> {
        self.change(|kept| kept.clone_from(&self.used))
    }

    /// Changes what the file has for the issuer, and writes the file if that is another set.
    fn change(&self, change: impl FnOnce(&mut ByName)) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let before = all(file)?;
        let mut after = before.clone();
        change(after.entry(self.issuer.clone()).or_default());
        after.retain(|_, ids| !ids.is_empty());
        if before == after {
            return Ok(());
        }
        if let Some(folder) = file.parent() {
            private_directory(folder)?;
        }
        let next = file.with_extension("json.new");
        if let Err(error) = fs::remove_file(&next)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error);
        }
        write_private(&next, &serde_json::to_vec_pretty(&after)?)?;
        fs::rename(&next, file)
    }
}

/// The identifiers in a file, by issuer.
fn all(file: &Path) -> io::Result<BTreeMap<String, ByName>> {
    match fs::read(file) {
        Ok(text) => Ok(serde_json::from_slice(&text)?),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}
