//! Files of tests.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

pub const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETSjZ4y8qV3lWFWYpElnao+5BNdx0
vCcuB55n7kMCUSTbbOdWlKf4KuuKMifqgF/hEvCFGu3Pqpx2RZRWFytbNw==
-----END PUBLIC KEY-----
";

/// A directory that is removed when this is dropped.
pub struct Directory(PathBuf);

impl Directory {
    /// An empty directory; the name must be one of a single test.
    pub fn new(name: &str) -> Self {
        let number = std::thread::current().id();
        let path = std::env::temp_dir().join(format!("fapi-server-{name}-{}-{number:?}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }

    #[cfg(unix)]
    pub fn set_mode(&self, name: &str, mode: u32) {
        fs::set_permissions(self.path(name), std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Writes a file that only its owner can read, and the directories around it.
pub fn write(directory: &Directory, name: &str, content: &[u8]) {
    let path = directory.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).unwrap().write_all(content).unwrap();
}
