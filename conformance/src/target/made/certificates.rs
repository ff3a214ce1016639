//! Client certificates: the clients' own, and those of impostors.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use data_encoding::BASE64;
use fapi::ClientMetadata;
use fapi::policy::AuthenticationMethod;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose, PublicKeyData, SanType};
use rustls_pki_types::CertificateDer;
use serde_json::{Map, Value, json};

use crate::http::Identity;
use crate::nearly;
use crate::target::Impostors;
use crate::target::written::pem;
use crate::variant::{Protocol, Variant};

/// An authority that issues client certificates with any subject.
pub(in crate::target) struct Issuer {
    issuer: rcgen::Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    /// The certificate in PEM, if clients present it behind their own.
    presented: String,
}

/// A client's certificate, its registration, and the certificates that others might present in its place.
pub(super) struct Certificates {
    pub(super) identity: Arc<Identity>,
    pub(super) impostors: Impostors,
    registered: Registered,
}

/// The registration of a certificate: one subject member, or the certificate itself as a key.
enum Registered {
    Subject(Member),
    Key(Map<String, Value>),
}

/// The five subject members of RFC 8705 2.1.2, with their values.
enum Member {
    Dn(String),
    Dns(String),
    Uri(String),
    Ip(String),
    Email(String),
}

impl Issuer {
    /// A new one.
    pub(in crate::target) fn new(name: &str) -> Result<Self, String> {
        let key = KeyPair::generate().map_err(text)?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key).map_err(text)?.der().clone();
        Ok(Self { issuer: rcgen::Issuer::new(params, key), certificate, presented: String::new() })
    }

    /// The same, whose clients present the whole chain. Some servers demand it.
    pub(in crate::target) fn with_chain(self) -> Self {
        Self { presented: pem("CERTIFICATE", &self.certificate), ..self }
    }

    /// Its own certificate.
    pub(in crate::target) fn certificate(&self) -> CertificateDer<'static> {
        self.certificate.clone()
    }

    /// Certificates for subjects that resemble this one, as far as such certificates exist.
    fn resembling(&self, id: &str, member: &Member) -> Vec<Arc<Identity>> {
        let (right, stranger) = (member.value(), format!("not-{id}"));
        let wrong = nearly::wrong(right, nearly::SUBJECT).into_iter().map(|(_, value)| value);
        let mut all: Vec<_> = wrong
            .filter_map(|value| {
                let subject = if member.is_dn() { value.clone() } else { stranger.clone() };
                self.certify(&value, &subject, None, Some(&member.with(value.clone()))).ok()
            })
            .collect();
        let elsewhere = if member.is_dn() {
            let name = Member::Dns(right.to_owned());
            self.certify(&format!("{right} as an alternative name"), &stranger, None, Some(&name))
        } else {
            self.certify(&format!("{right} as the subject"), right, None, Some(&member.of_another()))
        };
        all.extend(elsewhere.ok());
        if member.is_dn() {
            all.extend(self.certify(&format!("{right} with one more name"), right, Some("another"), None).ok());
        }
        all
    }

    fn certify(
        &self,
        name: &str,
        cn: &str,
        organization: Option<&str>,
        member: Option<&Member>,
    ) -> Result<Arc<Identity>, String> {
        let mut params = params(cn);
        organization.into_iter().for_each(|name| params.distinguished_name.push(DnType::OrganizationName, name));
        params.subject_alt_names = member.map(Member::alternative_name).transpose()?.flatten().into_iter().collect();
        let key = KeyPair::generate().map_err(text)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(text)?;
        identity(&format!("a certificate for {name}"), &(certificate.pem() + "\n" + &self.presented), &key)
    }

    fn issue(&self, name: &str, subject: &str, member: Option<&Member>) -> Result<Arc<Identity>, String> {
        let mut params = params(subject);
        params.subject_alt_names = member.map(Member::alternative_name).transpose()?.flatten().into_iter().collect();
        let key = KeyPair::generate().map_err(text)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(text)?;
        identity(name, &(certificate.pem() + "\n" + &self.presented), &key)
    }
}

impl Certificates {
    /// One that the authority issued; its distinguished name is registered.
    pub(super) fn named(id: &str, issuer: &Issuer) -> Result<Self, String> {
        Self::issued_as(id, Member::Dn(format!("CN={id}")), issuer)
    }

    /// One that the authority issued; each mTLS variant registers another member of its subject.
    pub(super) fn issued(id: &str, variant: Variant, issuer: &Issuer) -> Result<Self, String> {
        let host = format!("{id}.client.example").replace('_', "-");
        let member = match (variant.protocol(), variant.dpop()) {
            (Some(Protocol::OpenId), true) => Member::Dn(format!("CN={id}")),
            (Some(Protocol::OpenId), false) => Member::Dns(host),
            (Some(Protocol::OAuth), true) => Member::Uri(format!("https://{host}/certificate")),
            (Some(Protocol::OAuth), false) => Member::Ip(Ipv4Addr::new(192, 0, 2, 17).to_string()),
            (None, true) => Member::Email(format!("certificate@{host}")),
            (None, false) => Member::Dn(format!("CN={id}")),
        };
        Self::issued_as(id, member, issuer)
    }

    fn issued_as(id: &str, member: Member, issuer: &Issuer) -> Result<Self, String> {
        let other = member.of_another();
        let stranger = Issuer::new("an unknown authority")?;
        let impostors = Impostors {
            of_another: issuer.issue(&format!("a certificate for another than {id}"), &format!("not-{id}"), Some(&other))?,
            counterfeit: Some(stranger.issue(&format!("{id} by an unknown authority"), id, Some(&member))?),
            nearly: issuer.resembling(id, &member),
        };
        let identity = issuer.issue(id, id, Some(&member))?;
        Ok(Self { identity, impostors, registered: Registered::Subject(member) })
    }

    /// One that the client signed itself.
    pub(super) fn self_signed(id: &str) -> Result<Self, String> {
        let make = |name: &str| {
            let key = KeyPair::generate().map_err(text)?;
            let certificate = params(id).self_signed(&key).map_err(text)?;
            Ok::<_, String>((identity(name, &certificate.pem(), &key)?, key))
        };
        let (own, key) = make(id)?;
        let (of_another, _) = make(&format!("{id}, signed by another key"))?;
        let point = key.der_bytes();
        let coordinate = |octets: &[u8]| Value::from(data_encoding::BASE64URL_NOPAD.encode(octets));
        let (Some(x), Some(y)) = (point.get(1..33), point.get(33..65)) else { return Err("not a P-256 key".into()) };
        let x5c: Vec<Value> = own.chain.iter().take(1).map(|leaf| BASE64.encode(leaf).into()).collect();
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": coordinate(x), "y": coordinate(y), "x5c": x5c });
        let registered = Registered::Key(jwk.as_object().cloned().unwrap_or_default());
        Ok(Self { identity: own, impostors: Impostors { of_another, counterfeit: None, nearly: vec![] }, registered })
    }

    /// Adds the registration to a client's metadata.
    pub(super) fn register(&self, metadata: &mut ClientMetadata) -> Result<(), String> {
        match &self.registered {
            Registered::Key(jwk) => {
                metadata.token_endpoint_auth_method = AuthenticationMethod::SelfSignedTlsClientAuth;
                metadata.jwks = Some(jwks(jwk)?);
            }
            Registered::Subject(member) => {
                metadata.token_endpoint_auth_method = AuthenticationMethod::TlsClientAuth;
                let (place, value) = match member {
                    Member::Dn(value) => (&mut metadata.tls_client_auth_subject_dn, value),
                    Member::Dns(value) => (&mut metadata.tls_client_auth_san_dns, value),
                    Member::Uri(value) => (&mut metadata.tls_client_auth_san_uri, value),
                    Member::Ip(value) => (&mut metadata.tls_client_auth_san_ip, value),
                    Member::Email(value) => (&mut metadata.tls_client_auth_san_email, value),
                };
                *place = Some(value.clone());
            }
        }
        Ok(())
    }
}

impl Member {
    fn alternative_name(&self) -> Result<Option<SanType>, String> {
        let text = |value: &str| value.try_into().map_err(|error| format!("{value}: {error}"));
        Ok(match self {
            Self::Dn(_) => None,
            Self::Dns(value) => Some(SanType::DnsName(text(value)?)),
            Self::Uri(value) => Some(SanType::URI(text(value)?)),
            Self::Email(value) => Some(SanType::Rfc822Name(text(value)?)),
            Self::Ip(value) => Some(SanType::IpAddress(value.parse::<IpAddr>().map_err(|error| error.to_string())?)),
        })
    }

    fn is_dn(&self) -> bool {
        matches!(self, Self::Dn(_))
    }

    /// The name; of a distinguished name, the common name.
    fn value(&self) -> &str {
        match self {
            Self::Dn(value) => value.strip_prefix("CN=").unwrap_or(value),
            Self::Dns(value) | Self::Uri(value) | Self::Email(value) | Self::Ip(value) => value,
        }
    }

    /// Another name of the same kind.
    fn with(&self, value: String) -> Self {
        match self {
            Self::Dn(_) => Self::Dn(format!("CN={value}")),
            Self::Dns(_) => Self::Dns(value),
            Self::Uri(_) => Self::Uri(value),
            Self::Email(_) => Self::Email(value),
            Self::Ip(_) => Self::Ip(value),
        }
    }

    /// A name of the same kind, for another subject.
    fn of_another(&self) -> Self {
        match self {
            Self::Dn(value) => Self::Dn(format!("{value}-not")),
            Self::Dns(value) => Self::Dns(format!("not-{value}")),
            Self::Uri(value) => Self::Uri(format!("{value}/not")),
            Self::Email(value) => Self::Email(format!("not-{value}")),
            Self::Ip(_) => Self::Ip(Ipv4Addr::new(192, 0, 2, 18).to_string()),
        }
    }
}

/// A JWK Set of one key, as clients register it.
pub(super) fn jwks(jwk: &Map<String, Value>) -> Result<fapi::jose::Json, String> {
    let text = json!({ "keys": [jwk] }).to_string();
    fapi::jose::Json::parse(text.as_bytes()).map_err(|error| error.to_string())
}

fn params(subject: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, subject);
    params
}

fn identity(name: &str, certificates: &str, key: &KeyPair) -> Result<Arc<Identity>, String> {
    Identity::from_pem(name, certificates, &key.serialize_pem()).map(Arc::new).map_err(|error| error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn text(error: rcgen::Error) -> String {
    error.to_string()
}
