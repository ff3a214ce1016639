//! A certificate authority for demonstrations and tests, generated when it is needed.

use crate::identity::Identity;
use crate::private_file::{private_directory, private_key_der, write_private};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const NAME: &str = "fapi-server authority";
const YEARS: i16 = 10;
/// Browsers refuse server certificates that are valid for longer than 398 days.
const DAYS: i64 = 397;

/// A certificate authority with its private key.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

/// An issued certificate and its private key, both in PEM.
pub struct Issued {
    /// The certificate.
    pub certificate: String,
    /// Its private key (PKCS #8, P-256).
    pub key: Zeroizing<String>,
}

/// Reasons for which an authority or a certificate cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// A certificate cannot be generated.
    #[error("cannot generate a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A file cannot be read or written.
    #[error("{}: cannot be used: {}", .0.display(), .1)]
    File(PathBuf, String),
}

impl Authority {
    /// Generates an authority in memory.
    pub fn generate() -> Result<Self, AuthorityError> {
        Self::of(KeyPair::generate()?)
    }

    /// Opens the authority in a directory, `ca.pem` and `ca.key`; generates it if they do not exist.
    pub fn open(directory: &Path) -> Result<Self, AuthorityError> {
        let (certificate_path, key_path) = (directory.join("ca.pem"), directory.join("ca.key"));
        let file = |path: &Path| {
            let path = path.to_owned();
            move |error: &dyn fmt::Display| AuthorityError::File(path, error.to_string())
        };
        for (path, other) in [(&certificate_path, &key_path), (&key_path, &certificate_path)] {
            if path.exists() && !other.exists() {
                let alone = format!("{} is missing; restore it, or delete this file to get a new authority", other.display());
                return Err(file(path)(&alone));
            }
        }
        if certificate_path.exists() {
            let key = private_key_der(&key_path).map_err(|error| file(&key_path)(&error))?;
            let key = KeyPair::try_from(&key).map_err(|_| file(&key_path)(&"expected a key of the curve P-256"))?;
            let certificate = CertificateDer::from_pem_file(&certificate_path)
                .map_err(|_| file(&certificate_path)(&"holds no certificate in PEM"))?;
            let read = x509_parser::parse_x509_certificate(&certificate);
            if !read.is_ok_and(|(_, read)| *read.public_key().subject_public_key.data == *key.public_key_raw()) {
                return Err(file(&certificate_path)(&"is not the certificate of ca.key"));
            }
            let issuer = Issuer::new(authority_params()?, key);
            return Ok(Self { issuer, certificate });
        }
        private_directory(directory).map_err(|error| file(directory)(&error))?;
        let authority = Self::generate()?;
        write_private(&key_path, authority.issuer.key().serialize_pem().as_bytes()).map_err(|error| file(&key_path)(&error))?;
        fs::write(&certificate_path, authority.certificate_pem()).map_err(|error| file(&certificate_path)(&error))?;
        Ok(authority)
    }

    fn of(key: KeyPair) -> Result<Self, AuthorityError> {
        let params = authority_params()?;
        let certificate = params.self_signed(&key)?.der().clone();
        Ok(Self { issuer: Issuer::new(params, key), certificate })
    }

    /// The certificate of the authority itself.
    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The certificate of the authority itself in PEM.
    pub fn certificate_pem(&self) -> String {
        crate::private_file::pem("CERTIFICATE", &self.certificate)
    }

    /// Issues a server certificate for these host names and addresses.
    pub fn server(&self, names: &[String]) -> Result<Identity, AuthorityError> {
        let mut params = CertificateParams::new(names)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let (certificate, key) = self.issue(params, "fapi-server")?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        Ok(Identity { chain: vec![certificate.der().clone()], key })
    }

    /// Issues a client certificate with the subject `CN=name`.
    pub fn client(&self, name: &str) -> Result<Issued, AuthorityError> {
        let mut params = CertificateParams::default();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let (certificate, key) = self.issue(params, name)?;
        Ok(Issued { certificate: certificate.pem(), key: Zeroizing::new(key.serialize_pem()) })
    }

    fn issue(&self, mut params: CertificateParams, name: &str) -> Result<(Certificate, KeyPair), AuthorityError> {
        params.distinguished_name.remove(DnType::CommonName);
        params.distinguished_name.push(DnType::CommonName, name);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        let today = today();
        set_validity(&mut params, today.saturating_sub(1.day()), today.saturating_add(DAYS.days()));
        let key = KeyPair::generate()?;
        Ok((params.signed_by(&key, &self.issuer)?, key))
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority(..)")
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Issued(..)")
    }
}

/// The parameters of an authority. They are the same whenever its certificate was generated.
fn authority_params() -> Result<CertificateParams, AuthorityError> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, NAME);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let today = today();
    set_validity(&mut params, today.saturating_sub(1.day()), today.saturating_add(YEARS.years()));
    Ok(params)
}

fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// Sets the validity from the beginning of one day to that of another; months and days of a `Date` are positive and small.
fn set_validity(params: &mut CertificateParams, from: Date, until: Date) {
    let moment = |date: Date| date_time_ymd(i32::from(date.year()), date.month().unsigned_abs(), date.day().unsigned_abs());
    params.not_before = moment(from);
    params.not_after = moment(until);
}
