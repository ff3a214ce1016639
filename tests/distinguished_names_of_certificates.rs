//! The names of attributes that certificates have, in every spelling that OpenSSL writes, are read and compared by their rules.

use fapi::sender::certificate::{Certificate, SubjectMember};
use fapi::sender::distinguished_name::{DistinguishedName, DistinguishedNameError};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

/// Certificates of open-finance ecosystems and one with further attributes; `make.sh` beside them made them.
const CERTIFICATES: [(&str, &[u8]); 4] = [
    ("brazil", include_bytes!("certificates/brazil.pem")),
    ("united_kingdom", include_bytes!("certificates/united_kingdom.pem")),
    ("berlin_group", include_bytes!("certificates/berlin_group.pem")),
    ("attributes", include_bytes!("certificates/attributes.pem")),
];

fn certificate(name: &str) -> Certificate {
    let (_, pem) = CERTIFICATES.into_iter().find(|(known, _)| *known == name).unwrap();
    Certificate::parse(&CertificateDer::from_pem_slice(pem).unwrap()).unwrap()
}

fn parse(text: &str) -> DistinguishedName {
    DistinguishedName::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn registered(text: &str) -> SubjectMember {
    SubjectMember::parse("tls_client_auth_subject_dn", text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[test]
fn subjects_as_openssl_writes_them_match_if_the_order_is_that_of_rfc_4514() {
    let mut tried = 0;
    let mut current = None;
    for line in include_str!("certificates/names.txt").lines() {
        if let Some(name) = line.strip_prefix("== ") {
            current = Some(certificate(name));
            continue;
        }
        let (format, text) = line.split_once(": ").unwrap();
        let certificate = current.as_ref().unwrap();
        let in_order = format == "in order";
        assert_eq!(registered(text).matches(certificate), !in_order, "{line}");
        assert_eq!(parse(&parse(text).to_string()), parse(text), "{line}");
        tried += 1;
    }
    assert_eq!(tried, 4 * 6);
}

/// The text of a client that registered at a participant of Open Finance Brasil, and the forms that its profile allows.
#[test]
fn a_subject_of_open_finance_brasil_matches_by_names_and_by_identifiers() {
    let certificate = certificate("brazil");
    let rest = "UID=00000000-0000-4000-8000-000000000000,CN=api.bank.example,serialNumber=00000000000191,\
                OU=00000000-0000-4000-8000-000000000001,L=Goiânia,ST=GO,O=BANCO EXEMPLO S/A,C=BR";
    for start in [
        "jurisdictionCountryName=BR,businessCategory=Private Organization",
        "jurisdictionC=BR,BUSINESSCATEGORY=private organization",
        "jurisdictionOfIncorporationCountryName=BR,businessCategory=Private Organization",
        "1.3.6.1.4.1.311.60.2.1.3=#13024252,2.5.4.15=#0c1450726976617465204f7267616e697a6174696f6e",
        "1.3.6.1.4.1.311.60.2.1.3=#0c024252,2.5.4.15=#131450726976617465204f7267616e697a6174696f6e",
        "OID.1.3.6.1.4.1.311.60.2.1.3=BR,oid.2.5.4.15=Private Organization",
    ] {
        assert!(registered(&format!("{start},{rest}")).matches(&certificate), "{start}");
    }
    for start in [
        "jurisdictionCountryName=PT,businessCategory=Private Organization",
        "countryName=BR,businessCategory=Private Organization",
        "jurisdictionCountryName=BR,businessCategory=Government Entity",
        "businessCategory=Private Organization,jurisdictionCountryName=BR",
        "jurisdictionCountryName=BR+businessCategory=Private Organization",
        "businessCategory=Private Organization",
    ] {
        assert!(!registered(&format!("{start},{rest}")).matches(&certificate), "{start}");
    }
}

/// RFC 4514 §4.
#[test]
fn the_examples_of_rfc_4514_are_read() {
    for (text, same, other) in [
        ("UID=jsmith,DC=example,DC=net", "userId=JSmith,domainComponent=example,dc=NET", "UID=jsmith,DC=net,DC=example"),
        (
            "OU=Sales+CN=J.  Smith,DC=example,DC=net",
            "CN=J. Smith+OU=sales,DC=example,DC=net",
            "CN=J. Smith,OU=Sales,DC=example,DC=net",
        ),
        (
            r#"CN=James \"Jim\" Smith\, III,DC=example,DC=net"#,
            r"CN=James \22Jim\22 Smith\2C III,DC=example,DC=net",
            r"CN=James Jim Smith\, III,DC=example,DC=net",
        ),
        (r"CN=Before\0dAfter,DC=example,DC=net", r"CN=Before\0DAfter,DC=example,DC=net", "CN=BeforeAfter,DC=example,DC=net"),
        ("1.3.6.1.4.1.1466.0=#04024869", "1.3.6.1.4.1.1466.0 = #04024869", "1.3.6.1.4.1.1466.0=#04024868"),
        (r"CN=Lu\C4\8Di\C4\87", "CN=Lučić", "CN=Lucic"),
    ] {
        assert_eq!(parse(text), parse(same), "{text}");
        assert_ne!(parse(text), parse(other), "{text}");
        assert_eq!(parse(&parse(text).to_string()), parse(text), "{text}");
    }
}

/// RFC 4519 §2, every attribute.
#[test]
fn every_name_of_rfc_4519_is_its_identifier() {
    let texts = "businessCategory 2.5.4.15 c 2.5.4.6 cn 2.5.4.3 dc 0.9.2342.19200300.100.1.25 description 2.5.4.13 \
        destinationIndicator 2.5.4.27 dnQualifier 2.5.4.46 generationQualifier 2.5.4.44 givenName 2.5.4.42 \
        houseIdentifier 2.5.4.51 initials 2.5.4.43 internationalISDNNumber 2.5.4.25 l 2.5.4.7 name 2.5.4.41 o 2.5.4.10 \
        ou 2.5.4.11 physicalDeliveryOfficeName 2.5.4.19 postalAddress 2.5.4.16 postalCode 2.5.4.17 postOfficeBox 2.5.4.18 \
        registeredAddress 2.5.4.26 serialNumber 2.5.4.5 sn 2.5.4.4 st 2.5.4.8 street 2.5.4.9 telephoneNumber 2.5.4.20 \
        title 2.5.4.12 uid 0.9.2342.19200300.100.1.1 x121Address 2.5.4.24";
    let octets = "distinguishedName 2.5.4.49 enhancedSearchGuide 2.5.4.47 facsimileTelephoneNumber 2.5.4.23 member 2.5.4.31 \
        owner 2.5.4.32 preferredDeliveryMethod 2.5.4.28 roleOccupant 2.5.4.33 searchGuide 2.5.4.14 seeAlso 2.5.4.34 \
        teletexTerminalIdentifier 2.5.4.22 telexNumber 2.5.4.21 uniqueMember 2.5.4.50 userPassword 2.5.4.35 \
        x500UniqueIdentifier 2.5.4.45";
    let pairs = |list: &'static str| list.split_whitespace().collect::<Vec<_>>();
    for pair in pairs(texts).chunks(2) {
        for name in [pair[0].to_owned(), pair[0].to_uppercase(), pair[1].to_owned()] {
            assert_eq!(parse(&format!("{name}=1 2")), parse(&format!("{}=#0c03312032", pair[1])), "{name}");
        }
    }
    for pair in pairs(octets).chunks(2) {
        for name in [pair[0], pair[1]] {
            assert_eq!(parse(&format!("{name}=#04024869")), parse(&format!("{}=#04024869", pair[1])), "{name}");
            let refused = DistinguishedName::parse(&format!("{name}=Hi"));
            assert_eq!(refused, Err(DistinguishedNameError::Encoding(name.to_owned())));
        }
    }
}

/// RFC 4517 §4.2.
#[test]
fn values_are_compared_by_the_rule_of_their_attribute() {
    for (one, other, same) in [
        ("x121Address=1234 5678", "x121Address=12345678", true),
        ("x121Address=1234 5678", "x121Address=1234 5679", false),
        ("x121Address=1234-5678", "x121Address=12345678", false),
        ("telephoneNumber=\\+49 69 1234-567", "telephoneNumber=\\+49691234567", true),
        ("telephoneNumber=\\+49 69 1234-567", "telephoneNumber=\\+49 69 1234-568", false),
        ("serialNumber=HRB 12345", "serialNumber=hrb  12345", true),
        ("serialNumber=HRB 12345", "serialNumber=HRB12345", false),
        ("organizationIdentifier=PSDDE-BAFIN-1", "organizationIdentifier=psdde-bafin-1", true),
        ("organizationIdentifier=PSDDE-BAFIN-1", "organizationIdentifier=PSDDEBAFIN1", false),
        // SEQUENCE { UTF8String "Street $1", PrintableString "Town" }
        ("postalAddress=#30110C095374726565742024311304546F776E", "postalAddress=street \\5C241$TOWN", true),
        ("postalAddress=#30110C095374726565742024311304546F776E", "postalAddress=street $1$TOWN", false),
        ("postalAddress=Street 1$Town", "postalAddress=street  1 $ town", true),
        ("postalAddress=Street 1$Town", "postalAddress=Town$Street 1", false),
        ("DC=example", "DC=#16076578616D706C65", true),
        ("CN=a", "CN=#040161", false),
    ] {
        assert_eq!(parse(one) == parse(other), same, "{one} and {other}");
    }
}
