//! Client certificates: the clients' own, and those of impostors.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use data_encoding::BASE64;
use fapi::ClientMetadata;
use fapi::policy::AuthenticationMethod;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose, PublicKeyData, SanType,
};
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
    /// The common name and perhaps an organization.
    Dn(String, Option<&'static str>),
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
                let subject = if member.is_dn() { &value } else { &stranger };
                self.certify(&value, member.subject(subject), Some(&member.with(value.clone()))).ok()
            })
            .collect();
        let Member::Dn(_, organization) = member else {
            let name = format!("{right} as the subject");
            all.extend(self.certify(&name, member.subject(right), Some(&member.of_another())).ok());
            return all;
        };
        let mut others =
            vec![("with one more name", [member.subject(right), vec![(DnType::OrganizationalUnitName, "another")]].concat())];
        if organization.is_some() {
            others.push(("with its names in another order", member.subject(right).into_iter().rev().collect()));
            others.push(("without its organization", vec![(DnType::CommonName, right)]));
            let organization = (DnType::OrganizationName, "Another");
            others.push(("with another organization", vec![organization, (DnType::CommonName, right)]));
        }
        all.extend(
            others.into_iter().filter_map(|(shown, subject)| self.certify(&format!("{right} {shown}"), subject, None).ok()),
        );
        let name = Member::Dns(right.to_owned());
        all.extend(self.certify(&format!("{right} as an alternative name"), member.subject(&stranger), Some(&name)).ok());
        all
    }

    fn certify(&self, name: &str, subject: Subject<'_>, member: Option<&Member>) -> Result<Arc<Identity>, String> {
        self.issue(&format!("a certificate for {name}"), subject, member)
    }

    fn issue(&self, name: &str, subject: Subject<'_>, member: Option<&Member>) -> Result<Arc<Identity>, String> {
        let mut params = params(subject);
        params.subject_alt_names = member.map(Member::alternative_name).transpose()?.flatten().into_iter().collect();
        let key = KeyPair::generate().map_err(text)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(text)?;
        identity(name, &(certificate.pem() + "\n" + &self.presented), &key)
    }
}

/// The names of a subject, in the order of the certificate.
type Subject<'a> = Vec<(DnType, &'a str)>;

impl Certificates {
    /// One that the authority issued; its distinguished name is registered.
    pub(super) fn named(id: &str, issuer: &Issuer) -> Result<Self, String> {
        Self::issued_as(id, Member::Dn(id.to_owned(), None), issuer)
    }

    /// One that the authority issued; each mTLS variant registers another member of its subject.
    pub(super) fn issued(id: &str, variant: Variant, issuer: &Issuer) -> Result<Self, String> {
        let host = format!("{id}.client.example").replace('_', "-");
        let member = match (variant.protocol(), variant.dpop()) {
            (Some(Protocol::OpenId), true) => Member::Dn(id.to_owned(), None),
            (Some(Protocol::OpenId), false) => Member::Dns(host),
            (Some(Protocol::OAuth), true) => Member::Uri(format!("https://{host}/certificate")),
            (Some(Protocol::OAuth), false) => Member::Ip(Ipv4Addr::new(192, 0, 2, 17).to_string()),
            (None, true) => Member::Email(format!("certificate@{host}")),
            (None, false) => Member::Dn(id.to_owned(), Some("Example")),
        };
        Self::issued_as(id, member, issuer)
    }

    fn issued_as(id: &str, member: Member, issuer: &Issuer) -> Result<Self, String> {
        let other = member.of_another();
        let stranger = Issuer::new("an unknown authority")?;
        let impostors = Impostors {
            of_another: issuer.certify(&format!("another than {id}"), member.subject(&format!("not-{id}")), Some(&other))?,
            counterfeit: Some(stranger.issue(&format!("{id} by an unknown authority"), member.subject(id), Some(&member))?),
            nearly: issuer.resembling(id, &member),
        };
        let identity = issuer.issue(id, member.subject(id), Some(&member))?;
        Ok(Self { identity, impostors, registered: Registered::Subject(member) })
    }

    /// One that the client signed itself.
    pub(super) fn self_signed(id: &str) -> Result<Self, String> {
        let make = |name: &str| {
            let key = KeyPair::generate().map_err(text)?;
            let certificate = params(vec![(DnType::CommonName, id)]).self_signed(&key).map_err(text)?;
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
                // RFC 4514 writes the names of a certificate in reverse order.
                let dn = |names: Subject<'_>| {
                    names
                        .iter()
                        .rev()
                        .map(|(kind, value)| match kind {
                            DnType::OrganizationName => format!("O={value}"),
                            _ => format!("CN={value}"),
                        })
                        .collect::<Vec<_>>()
                        .join(",")
                };
                let value = if member.is_dn() { dn(member.subject(member.value())) } else { member.value().to_owned() };
                let place = match member {
                    Member::Dn(..) => &mut metadata.tls_client_auth_subject_dn,
                    Member::Dns(_) => &mut metadata.tls_client_auth_san_dns,
                    Member::Uri(_) => &mut metadata.tls_client_auth_san_uri,
                    Member::Ip(_) => &mut metadata.tls_client_auth_san_ip,
                    Member::Email(_) => &mut metadata.tls_client_auth_san_email,
                };
                *place = Some(value);
            }
        }
        Ok(())
    }
}

impl Member {
    fn alternative_name(&self) -> Result<Option<SanType>, String> {
        let text = |value: &str| value.try_into().map_err(|error| format!("{value}: {error}"));
        Ok(match self {
            Self::Dn(..) => None,
            Self::Dns(value) => Some(SanType::DnsName(text(value)?)),
            Self::Uri(value) => Some(SanType::URI(text(value)?)),
            Self::Email(value) => Some(SanType::Rfc822Name(text(value)?)),
            Self::Ip(value) => Some(SanType::IpAddress(value.parse::<IpAddr>().map_err(|error| error.to_string())?)),
        })
    }

    fn is_dn(&self) -> bool {
        matches!(self, Self::Dn(..))
    }

    /// The name; of a distinguished name, the common name.
    fn value(&self) -> &str {
        match self {
            Self::Dn(value, _) | Self::Dns(value) | Self::Uri(value) | Self::Email(value) | Self::Ip(value) => value,
        }
    }

    /// The subject of a certificate with this common name.
    fn subject<'a>(&'a self, common: &'a str) -> Subject<'a> {
        let organization = if let Self::Dn(_, organization) = self { *organization } else { None };
        organization.map(|name| (DnType::OrganizationName, name)).into_iter().chain([(DnType::CommonName, common)]).collect()
    }

    /// Another name of the same kind.
    fn with(&self, value: String) -> Self {
        match self {
            Self::Dn(_, organization) => Self::Dn(value, *organization),
            Self::Dns(_) => Self::Dns(value),
            Self::Uri(_) => Self::Uri(value),
            Self::Email(_) => Self::Email(value),
            Self::Ip(_) => Self::Ip(value),
        }
    }

    /// A name of the same kind, for another subject.
    fn of_another(&self) -> Self {
        match self {
            Self::Dn(value, organization) => Self::Dn(format!("{value}-not"), *organization),
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

fn params(subject: Subject<'_>) -> CertificateParams {
    // The default already has a common name, in the first place.
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    subject.into_iter().for_each(|(kind, value)| params.distinguished_name.push(kind, value));
    params
}

fn identity(name: &str, certificates: &str, key: &KeyPair) -> Result<Arc<Identity>, String> {
    Identity::from_pem(name, certificates, &key.serialize_pem()).map(Arc::new).map_err(|error| error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn text(error: rcgen::Error) -> String {
    error.to_string()
}
