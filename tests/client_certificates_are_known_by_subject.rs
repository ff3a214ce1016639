//! A client's certificate must lead to a trusted authority and carry the one name that was registered.

use fapi::jose::{Jwk, Object};
use fapi::primitives::aws_lc;
use fapi::sender::certificate::{
    Certificate, CertificateError, ChainError, SubjectMember, TrustAnchors, thumbprint, verify_chain,
};
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, SanType, date_time_ymd,
};

const NOW: i64 = 1_790_000_000;

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    CertifiedIssuer::self_signed(authority_params("authority"), KeyPair::generate().unwrap()).unwrap()
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn client(change: impl FnOnce(&mut CertificateParams), authority: &CertifiedIssuer<'static, KeyPair>) -> Vec<u8> {
    let mut params = CertificateParams::default();
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    change(&mut params);
    params.signed_by(&KeyPair::generate().unwrap(), authority).unwrap().der().to_vec()
}

#[test]
fn a_chain_leads_to_an_anchor() {
    let root = authority();
    let anchors = TrustAnchors::from_der(vec![root.der().to_vec()]).unwrap();
    let verify = |chain: &[&[u8]], now| verify_chain(chain, &anchors, now, aws_lc());
    let direct = client(|_| {}, &root);
    assert_eq!(verify(&[&direct], NOW), Ok(()));
    let intermediate = CertifiedIssuer::signed_by(authority_params("intermediate"), KeyPair::generate().unwrap(), &root).unwrap();
    let indirect = client(|_| {}, &intermediate);
    assert_eq!(verify(&[&indirect, intermediate.der()], NOW), Ok(()));
    assert_eq!(verify(&[&indirect], NOW), Err(ChainError::Incomplete), "the intermediate is missing");
}

#[test]
fn broken_chains_are_refused() {
    let root = authority();
    let anchors = TrustAnchors::from_der(vec![root.der().to_vec()]).unwrap();
    let verify = |chain: &[&[u8]]| verify_chain(chain, &anchors, NOW, aws_lc());
    let expired = client(|params| params.not_after = date_time_ymd(2026, 1, 1), &root);
    let early = client(|params| params.not_before = date_time_ymd(2027, 1, 1), &root);
    let server = client(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth], &root);
    let backwards = client(|params| params.not_after = date_time_ymd(1975, 1, 1) - std::time::Duration::from_secs(1), &root);
    let other = client(|_| {}, &authority());
    let good = client(|_| {}, &root);
    let mut spoilt = good.clone();
    *spoilt.last_mut().unwrap() ^= 1;
    assert_eq!(verify(&[]), Err(ChainError::Empty));
    assert_eq!(verify(&[&expired]), Err(ChainError::Expired));
    assert_eq!(verify(&[&early]), Err(ChainError::NotYetValid));
    assert_eq!(verify(&[&backwards]), Err(ChainError::Malformed), "a validity that ends before it begins");
    assert_eq!(verify(&[&server]), Err(ChainError::Purpose));
    assert_eq!(verify(&[root.der()]), Err(ChainError::Purpose));
    assert_eq!(verify(&[&other]), Err(ChainError::Untrusted));
    assert_eq!(verify(&[&spoilt]), Err(ChainError::Untrusted));
    assert_eq!(verify(&[b"certificate"]), Err(ChainError::Malformed));
    assert_eq!(verify(&[good.as_slice(); 9]), Ok(()), "eight other certificates are allowed");
    assert_eq!(verify(&[good.as_slice(); 10]), Err(ChainError::TooLong));
    assert_eq!(verify_chain(&[&good], &TrustAnchors::default(), NOW, aws_lc()), Err(ChainError::Incomplete));
    assert_eq!(verify_chain(&[&good], &anchors, -1, aws_lc()), Err(ChainError::NotYetValid));
    assert!(TrustAnchors::from_der(vec![b"anchor".to_vec()]).is_err());
}

#[test]
fn each_kind_of_name_is_compared_by_its_own_rule() {
    let der = client(
        |params| {
            params.distinguished_name.push(DnType::CommonName, "Client");
            params.subject_alt_names = vec![
                SanType::DnsName("client.example.com".try_into().unwrap()),
                SanType::URI("https://client.example.com/Id".try_into().unwrap()),
                SanType::IpAddress("2001:db8::1".parse().unwrap()),
                SanType::IpAddress("192.0.2.1".parse().unwrap()),
                SanType::Rfc822Name("Ops@client.example.com".try_into().unwrap()),
                SanType::Rfc822Name("postmaster".try_into().unwrap()),
            ];
        },
        &authority(),
    );
    let certificate = Certificate::parse(&der).unwrap();
    let [dn, dns, uri, ip, email] = SubjectMember::MEMBERS;
    for (member, value, matches) in [
        (dn, "CN=client", true),
        (dn, "cn = CLIENT", true),
        (dn, "CN=client,O=x", false),
        (dn, "O=client", false),
        (dns, "client.example.com", true),
        (dns, "CLIENT.example.com", true),
        (dns, "*.example.com", false),
        (dns, "example.com", false),
        (dns, "https://client.example.com/Id", false),
        (uri, "https://client.example.com/Id", true),
        (uri, "https://client.example.com/id", false),
        (ip, "2001:db8::1", true),
        (ip, "2001:0DB8:0:0::0001", true),
        (ip, "192.0.2.1", true),
        (ip, "::ffff:192.0.2.1", false),
        (email, "Ops@client.example.com", true),
        (email, "Ops@CLIENT.example.com", true),
        (email, "ops@client.example.com", false),
        (email, "postmaster", true),
        (email, "Postmaster", false),
    ] {
        let subject = SubjectMember::parse(member, value).unwrap();
        assert_eq!(subject.matches(&certificate), matches, "{member} {value}");
    }
}

#[test]
fn an_empty_or_malformed_name_cannot_be_registered() {
    for member in SubjectMember::MEMBERS {
        assert!(SubjectMember::parse(member, "").is_err(), "{member}");
    }
    assert_eq!(SubjectMember::parse("tls_client_auth_san_ip", "192.0.2.1/32"), Err(CertificateError::Member));
    assert_eq!(SubjectMember::parse("tls_client_auth_san_ip", "[::1]"), Err(CertificateError::Member));
    assert_eq!(SubjectMember::parse("client_id", "x"), Err(CertificateError::Member));
}

#[test]
fn a_certificate_without_subject_matches_no_name() {
    let nobody = |params: &mut CertificateParams| params.distinguished_name = rcgen::DistinguishedName::new();
    let certificate = Certificate::parse(&client(nobody, &authority())).unwrap();
    assert!(certificate.subject().is_empty());
    assert!(
        !SubjectMember::SubjectDn(certificate.subject().clone()).matches(&certificate),
        "an empty name must not match even itself"
    );
}

#[test]
fn a_certificate_holds_its_own_key_only() {
    let der = |pair: &KeyPair| CertificateParams::default().self_signed(pair).unwrap().der().to_vec();
    let key = |pair: &KeyPair| {
        let members = crate::support::jwk::p256_members(pair.public_key_raw());
        Jwk::parse(&Object::parse(format!("{{{members}}}").as_bytes()).unwrap(), aws_lc()).unwrap()
    };
    let (own, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let certificate = Certificate::parse(&der(&own)).unwrap();
    assert!(certificate.holds(key(&own).key()));
    assert!(!certificate.holds(key(&other).key()));
}

#[test]
fn a_certificate_has_a_maximum_size() {
    let pair = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let padded = |octets: usize| {
        let mut params = CertificateParams::default();
        params.custom_extensions = vec![rcgen::CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 32473], vec![0; octets])];
        params.serial_number = Some(vec![1].into());
        params.self_signed(&pair).unwrap().der().to_vec()
    };
    let around = padded(60_000).len() - 60_000;
    let (longest, longer) = (padded(65_536 - around), padded(65_537 - around));
    assert_eq!((longest.len(), longer.len()), (65_536, 65_537));
    assert!(Certificate::parse(&longest).is_ok());
    assert_eq!(Certificate::parse(&longer).err(), Some(CertificateError::Malformed));
}

#[test]
fn trust_anchors_are_empty_by_default() {
    assert!(TrustAnchors::default().is_empty());
    assert!(!TrustAnchors::from_der(vec![authority().der().to_vec()]).unwrap().is_empty());
}

#[test]
fn the_thumbprint_is_over_the_octets_received() {
    let der = client(|_| {}, &authority());
    let certificate = Certificate::parse(&der).unwrap();
    assert_eq!(certificate.thumbprint(aws_lc()), thumbprint(&der, aws_lc()));
    assert_eq!(certificate.thumbprint(aws_lc()).len(), 43);
    assert_eq!(certificate.der(), der);
}

proptest! {
    #[test]
    fn any_octets_are_read_or_refused(octets: Vec<u8>, spoil: Vec<(prop::sample::Index, u8)>) {
        prop_assert!(Certificate::parse(&octets).is_err());
        static GOOD: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| client(|_| {}, &authority()));
        let mut spoilt = GOOD.clone();
        for (at, by) in spoil {
            let at = at.index(spoilt.len());
            spoilt[at] ^= by;
        }
        let _ = Certificate::parse(&spoilt);
        let _ = verify_chain(&[&spoilt], &TrustAnchors::default(), NOW, aws_lc());
        spoilt.push(0);
        prop_assert!(Certificate::parse(&spoilt).is_err(), "trailing octets");
    }
}
