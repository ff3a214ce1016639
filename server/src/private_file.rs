//! Files and directories that only their owner can access, and PEM.

use data_encoding::BASE64;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use zeroize::Zeroizing;

/// Writes a new file with mode 0600; an error if it exists.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Creates a directory with mode 0700, unless it exists.
pub(crate) fn private_directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if path.exists() {
        return Err(io::Error::other("it is no directory"));
    }
    fs::create_dir_all(path)?;
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Refuses a file that everybody can read; the text says how to change that.
pub(crate) fn permissions(path: &Path) -> Result<(), String> {
    let metadata = fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?;
    if !metadata.is_file() {
        return Err("is not a file".into());
    }
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o777;
        if mode & 0o007 != 0 {
            return Err(format!("everybody can access it (mode {mode:04o}); run `chmod 600 {}`", path.display()));
        }
    }
    Ok(())
}

/// Reads a private key in PKCS #8; the error says what the file holds instead.
pub(crate) fn private_key_der(path: &Path) -> Result<PrivatePkcs8KeyDer<'static>, String> {
    match any_private_key_der(path)? {
        PrivateKeyDer::Pkcs8(key) => Ok(key),
        _ => Err("expected PKCS #8 (BEGIN PRIVATE KEY); `openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW` converts it".into()),
    }
}

/// Reads a private key in PKCS #8, PKCS #1 or SEC 1; the error says what the file holds instead.
pub(crate) fn any_private_key_der(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    permissions(path)?;
    let text = Zeroizing::new(fs::read(path).map_err(|error| format!("cannot be read: {error}"))?);
    let holds = |label: &str| contains(&text, format!("-----BEGIN {label}-----").as_bytes());
    if holds("ENCRYPTED PRIVATE KEY") || contains(&text, b"Proc-Type: 4,ENCRYPTED") {
        return Err("is encrypted; expected a private key without a password (`openssl pkcs8 -topk8 -nocrypt`)".into());
    }
    let mut keys = PrivateKeyDer::pem_slice_iter(&text);
    match (keys.next(), keys.next()) {
        (Some(Ok(key)), None) => Ok(key),
        (Some(Ok(_)), Some(_)) => Err("holds more than one private key".into()),
        (None, _) if holds("PUBLIC KEY") || holds("RSA PUBLIC KEY") => Err("holds a public key; expected a private key".into()),
        (None, _) if holds("CERTIFICATE") => Err("holds a certificate; expected a private key".into()),
        (None, _) => Err("holds no private key in PEM".into()),
        // The position would be one in the key.
        (Some(Err(_)), _) => Err("is not PEM".into()),
    }
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

/// Encodes DER as PEM.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.extend(line.iter().map(|octet| char::from(*octet)));
        pem.push('\n');
    }
    pem + &format!("-----END {label}-----\n")
}
