//! The demo: a server with generated certificates and keys, two clients and a user.

use crate::authority::{Authority, AuthorityError};
use crate::config::{Config, Keys, MtlsAlias, State};
use crate::keys::{KeyError, SigningKey};
use crate::password::{PasswordCost, PasswordHash};
use crate::private_file::{pem, private_directory, private_key_der, write_private};
use crate::users::User;
use aws_lc_rs::encoding::{AsBigEndian, EcPrivateKeyBin};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use data_encoding::BASE64URL_NOPAD;
use fapi::jose::{Algorithm, Json};
use fapi::policy::AuthenticationMethod;
use fapi::{ClientMetadata, Registration};
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

const REDIRECT_URIS: [&str; 2] = ["https://client.example/cb", "https://localhost:8443/cb"];
const USER: (&str, &str) = ("alice", "wonderland");

/// The configuration of the demo, with its files in a directory. Over TLS the mTLS aliases have the port after `port`, or any free
/// port if `port` is 0.
pub fn demo(data: &Path, port: u16, plain: bool, ephemeral: bool) -> Result<Config, DemoError> {
    private_directory(data).map_err(DemoError::file(data))?;
    let clients = data.join("clients");
    private_directory(&clients).map_err(DemoError::file(&clients))?;
    let authority = if plain { None } else { Some(Arc::new(Authority::open(data)?)) };
    let mut config = Config::new(authority.clone());
    config.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    config.keys = Keys::Directory(data.join("keys"));
    config.state = if ephemeral { State::Ephemeral } else { State::File(data.join("state.redb")) };
    // Browsers remember the header per host name: a long time would break plain HTTP on localhost for other programs.
    config.hsts = 300;
    config.users = vec![user()?];
    config.clients = vec![es256(&clients)?];
    if let Some(authority) = authority {
        let alias_port = if port == 0 { 0 } else { port.saturating_add(1) };
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, alias_port));
        config.mtls = Some(MtlsAlias { base: "https://localhost:{mtls_port}".into(), listen });
        config.client_authorities = vec![authority.certificate().clone()];
        config.clients.push(mtls(&clients, &authority)?);
    }
    Ok(config)
}

/// Reasons for which the demo cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// An authority or a certificate cannot be made.
    #[error("{0}")]
    Authority(#[from] AuthorityError),
    /// A key cannot be used.
    #[error("{0}")]
    Keys(#[from] KeyError),
    /// A file cannot be read or written.
    #[error("{}: cannot be used: {}", .0.display(), .1)]
    File(PathBuf, io::Error),
}

impl DemoError {
    fn file(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |error| Self::File(path.to_owned(), error)
    }
}

fn user() -> Result<User, DemoError> {
    let password = PasswordHash::new(USER.1, PasswordCost::RECOMMENDED).ok_or(KeyError::Backend)?;
    let claims = [
        ("name", r#""Alice Liddell""#),
        ("given_name", r#""Alice""#),
        ("family_name", r#""Liddell""#),
        ("email", r#""alice@wonderland.example""#),
        ("email_verified", "true"),
    ];
    let known = claims.into_iter().filter_map(|(name, text)| Some((name, Json::parse(text.as_bytes()).ok()?)));
    Ok(known.fold(User::new(USER.0, password), |user, (name, value)| user.claim(name, value)))
}

/// A client that authenticates with assertions signed with ES256 and has DPoP-bound tokens.
fn es256(directory: &Path) -> Result<Registration, DemoError> {
    let path = directory.join("demo-es256.pem");
    if !path.exists() {
        let generated = Zeroizing::new(pem("PRIVATE KEY", &SigningKey::generate(Algorithm::ES256)?));
        write_private(&path, generated.as_bytes()).map_err(DemoError::file(&path))?;
    }
    let der = private_key_der(&path).map_err(|reason| KeyError::Unreadable(path.clone(), reason))?;
    let unfit = |_| KeyError::Unreadable(path.clone(), "expected a key of the curve P-256".into());
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_pkcs8_der()).map_err(unfit)?;
    let point = pair.public_key().as_ref();
    let (x, y) = point.strip_prefix(&[4]).and_then(|point| point.split_at_checked(32)).ok_or(KeyError::Unfit("ES256"))?;
    let encode = |octets: &[u8]| BASE64URL_NOPAD.encode(octets);
    let public = format!(
        r#""kty":"EC","crv":"P-256","x":"{}","y":"{}","kid":"demo-es256","use":"sig","alg":"ES256""#,
        encode(x),
        encode(y)
    );
    let secret: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().map_err(|_| KeyError::Backend)?;
    let private = Zeroizing::new(format!("{{{public},\"d\":\"{}\"}}\n", encode(secret.as_ref())));
    replace(&directory.join("demo-es256.jwk.json"), private.as_bytes())?;

    let mut metadata = metadata("demo-es256", "Demo client (private_key_jwt, DPoP)", AuthenticationMethod::PrivateKeyJwt);
    metadata.jwks = Json::parse(format!(r#"{{"keys":[{{{public}}}]}}"#).as_bytes()).ok();
    metadata.dpop_bound_access_tokens = true;
    Ok(metadata.into())
}

/// A client that authenticates with a certificate of the demo authority; its tokens are bound to the certificate.
fn mtls(directory: &Path, authority: &Authority) -> Result<Registration, DemoError> {
    let issued = authority.client("demo-mtls")?;
    replace(&directory.join("demo-mtls.pem"), issued.certificate.as_bytes())?;
    replace(&directory.join("demo-mtls.key"), issued.key.as_bytes())?;
    let mut metadata = metadata("demo-mtls", "Demo client (certificate)", AuthenticationMethod::TlsClientAuth);
    metadata.tls_client_auth_subject_dn = Some("CN=demo-mtls".into());
    metadata.tls_client_certificate_bound_access_tokens = true;
    Ok(metadata.into())
}

fn metadata(id: &str, name: &str, method: AuthenticationMethod) -> ClientMetadata {
    let mut metadata = ClientMetadata::new(id, method);
    metadata.client_name = Some(name.into());
    metadata.redirect_uris = REDIRECT_URIS.map(Into::into).to_vec();
    metadata.grant_types = ["authorization_code", "refresh_token", "client_credentials"].map(Into::into).to_vec();
    metadata
}

/// Writes a file, even if it exists.
fn replace(path: &Path, content: &[u8]) -> Result<(), DemoError> {
    if path.exists() {
        fs::remove_file(path).map_err(DemoError::file(path))?;
    }
    write_private(path, content).map_err(DemoError::file(path))
}
