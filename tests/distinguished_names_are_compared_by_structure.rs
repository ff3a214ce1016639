//! A distinguished name is the same in any spelling and no other name is, whatever its text looks like.

use fapi::sender::certificate::Certificate;
use fapi::sender::distinguished_name::{DistinguishedName, DistinguishedNameError};
use proptest::prelude::*;
use x509_cert::der::Decode;

const UTF8: u8 = 0x0c;
const PRINTABLE: u8 = 0x13;
const TELETEX: u8 = 0x14;
const UNIVERSAL: u8 = 0x1c;
const BMP: u8 = 0x1e;
const CN: &[u8] = &[0x55, 4, 3];
const C: &[u8] = &[0x55, 4, 6];
const O: &[u8] = &[0x55, 4, 10];
const OU: &[u8] = &[0x55, 4, 11];

type Attribute<'a> = (&'a [u8], u8, &'a [u8]);

fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let contents = parts.concat();
    let [.., high, low] = contents.len().to_be_bytes();
    [&[tag, 0x82, high, low][if contents.len() < 256 { 4 } else { 0 }..], &short(tag, &contents), &contents].concat()
}

fn short(tag: u8, contents: &[u8]) -> Vec<u8> {
    match contents.len() {
        length @ 0..=127 => vec![tag, length as u8],
        length @ 128..=255 => vec![tag, 0x81, length as u8],
        _ => vec![],
    }
}

fn name(relative_names: &[&[Attribute<'_>]]) -> Vec<u8> {
    let relative_names = relative_names.iter().map(|attributes| {
        let mut attributes: Vec<_> =
            attributes.iter().map(|(kind, tag, value)| der(0x30, &[&der(6, &[kind]), &der(*tag, &[value])])).collect();
        attributes.sort();
        der(0x31, &attributes.iter().map(Vec::as_slice).collect::<Vec<_>>())
    });
    der(0x30, &relative_names.collect::<Vec<_>>().iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// The name as it is read from a certificate, which needs no signature for that.
fn subject(name: &[u8]) -> DistinguishedName {
    let algorithm = der(0x30, &[&der(6, &[&[0x2b, 0x65, 0x70]])]);
    let validity = der(0x30, &[&der(0x17, &[b"250101000000Z"]), &der(0x17, &[b"350101000000Z"])]);
    let key = der(0x30, &[&algorithm, &der(3, &[&[0; 33]])]);
    let (version, serial, issuer) = (der(0xa0, &[&der(2, &[&[2]])]), der(2, &[&[1]]), der(0x30, &[]));
    let tbs = der(0x30, &[&version, &serial, &algorithm, &issuer, &validity, name, &key]);
    let certificate = der(0x30, &[&tbs, &algorithm, &der(3, &[&[0; 65]])]);
    Certificate::parse(&certificate).unwrap().subject().clone()
}

fn parse(text: &str) -> DistinguishedName {
    DistinguishedName::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[test]
fn every_spelling_of_a_name_is_the_same() {
    let certificate = subject(&name(&[
        &[(C, PRINTABLE, b"GB")],
        &[(O, UTF8, b"Example, Inc.")],
        &[(CN, UTF8, b"Client"), (OU, PRINTABLE, b"A  b")],
    ]));
    for text in [
        r"CN=Client+OU=A b,O=Example\, Inc.,C=GB",
        r"OU=A b+CN=Client,O=Example\2c Inc.,C=GB",
        r"cn=client+ou=a b,o=EXAMPLE\, INC.,c=gb",
        r" CN = Client + OU = A b , O = Example\, Inc. , C = GB ",
        r"2.5.4.3=Client+2.5.4.11=A b,2.5.4.10=Example\, Inc.,2.5.4.6=GB",
        r"CN=\43lient+OU=\ A\20\20b\ ,O=Example\, Inc.,C=GB",
        r"CN=#0C06436C69656E74+OU=#130441202062,O=Example\, Inc.,C=GB",
        r"commonName=Client+organizationalUnitName=A b,organizationName=Example\, Inc.,countryName=GB",
    ] {
        assert_eq!(parse(text), certificate, "{text}");
    }
    assert_eq!(parse(&certificate.to_string()), certificate);
}

#[test]
fn another_structure_is_another_name() {
    let certificate = subject(&name(&[&[(C, PRINTABLE, b"GB")], &[(O, UTF8, b"Example")], &[(CN, UTF8, b"Client")]]));
    assert_eq!(certificate, parse("CN=Client,O=Example,C=GB"));
    for text in [
        "C=GB,O=Example,CN=Client",
        "CN=Client,C=GB,O=Example",
        "CN=Client,O=Example",
        "O=Example,C=GB",
        "CN=Client,O=Example,C=GB,DC=x",
        "CN=Client+O=Example,C=GB",
        r"CN=Client\,O\=Example,C=GB",
        "OU=Client,O=Example,C=GB",
        "CN=Clients,O=Example,C=GB",
        "CN=Cli ent,O=Example,C=GB",
        "CN=Client+CN=Client,O=Example,C=GB",
        "CN=Cli\u{200b}ent,O=Example,C=GB",
    ] {
        assert_ne!(parse(text), certificate, "{text}");
        assert_ne!(certificate, parse(text), "{text}");
    }
}

#[test]
fn strings_of_every_kind_are_text_and_the_rest_is_octets() {
    assert_eq!(subject(&name(&[&[(CN, BMP, &[0, b'C', 0, 0xe9])]])), parse("CN=CÉ"));
    assert_eq!(subject(&name(&[&[(CN, UTF8, "ÉTÉ".as_bytes())]])), parse(r"CN=\C3\A9t\c3\a9"));
    let universal = [0, 0, 0, b'C', 0, 1, 0xf6, 0];
    assert_eq!(subject(&name(&[&[(CN, UNIVERSAL, &universal)]])), parse("CN=C\u{1f600}"));
    assert_eq!(subject(&name(&[&[(CN, TELETEX, b"Client")]])), parse("CN=Client"));
    assert_ne!(subject(&name(&[&[(CN, TELETEX, "É".as_bytes())]])), parse("CN=É"), "its set beyond ASCII is not known");
    assert_eq!(subject(&name(&[&[(CN, 4, b"Client")]])), parse("CN=#0406436C69656E74"));
    assert_ne!(subject(&name(&[&[(CN, 4, b"Client")]])), parse("CN=Client"));
    let unknown = subject(&name(&[&[(&[0x2a, 3], UTF8, b"Client")]]));
    assert_eq!(unknown, parse("1.2.3=Client"));
    assert_eq!(unknown, parse("1.2.3=#0C06436C69656E74"));
    assert_ne!(unknown, parse("1.2.3=client"), "the rule of an unknown attribute is not known");
    assert_ne!(parse("1.2.3=Client"), parse("1.2.3=client"), "nor between two texts");
    assert_eq!(unknown.to_string(), "1.2.3=#0C06436C69656E74");
}

#[test]
fn what_would_be_read_otherwise_is_escaped_and_nothing_else() {
    for (text, written) in [
        (r"CN=\ a b\ ", r"CN=\ a b\ "),
        (r"CN=\#a#b", r"CN=\#a#b"),
        (r"CN=a\#", "CN=a#"),
        (r"CN=\20", r"CN=\ "),
        (r"CN=a\22\2b\2c\3b\3c\3e\5c", r#"CN=a\"\+\,\;\<\>\\"#),
        (r"CN=a\0Ab\7F", r"CN=a\0Ab\7F"),
        (r"CN=\C3\A9", "CN=é"),
        ("CN=a=b", "CN=a=b"),
    ] {
        assert_eq!(parse(text).to_string(), written, "{text}");
    }
}

#[test]
fn a_name_has_a_greatest_length() {
    let name = |octets: usize| format!("CN={}", "a".repeat(octets - 3));
    assert!(DistinguishedName::parse(&name(2048)).is_ok());
    assert_eq!(DistinguishedName::parse(&name(2049)), Err(DistinguishedNameError::Length));
}

#[test]
fn malformed_texts_are_refused() {
    use DistinguishedNameError::{Attribute, Length, Syntax};
    for (text, error) in [
        ("", Length),
        ("  ", Length),
        ("Client", Syntax),
        ("=Client", Syntax),
        ("CN=Client,", Syntax),
        (",CN=Client", Syntax),
        ("CN=Client,,C=GB", Syntax),
        ("CN=Client+", Syntax),
        ("CN=Client;C=GB", Syntax),
        ("CN=\"Client\"", Syntax),
        ("CN=<Client>", Syntax),
        ("CN=Client\\", Syntax),
        ("CN=Client\\zz", Syntax),
        ("CN=\\ff", Syntax),
        ("CN=#0", Syntax),
        ("CN=#zz", Syntax),
        ("CN=#0C05436C69656E74", Syntax),
        ("CN=#", Syntax),
        ("1.02=x", Syntax),
        ("1..2=x", Syntax),
        ("C N=x", Syntax),
        ("XX=x", Attribute("XX".to_owned())),
        (&format!("CN={}", "a".repeat(3000)), Length),
    ] {
        assert_eq!(DistinguishedName::parse(text), Err(error), "{text}");
    }
}

proptest! {
    #[test]
    fn x509_cert_writes_what_we_read(
        values in prop::collection::vec((prop::sample::select(vec![CN, C, O, OU]), r##"[a-zA-Z ,+"\\<>;=#é0-9]{1,8}"##), 1..5),
    ) {
        let attributes: Vec<_> = values.iter().map(|(kind, value)| [(*kind, UTF8, value.as_bytes())]).collect();
        let der = name(&attributes.iter().map(|attribute| attribute.as_slice()).collect::<Vec<_>>());
        let ours = subject(&der);
        prop_assert_eq!(&parse(&ours.to_string()), &ours);
        let oracle = x509_cert::name::Name::from_der(&der).unwrap().to_string();
        prop_assert_eq!(&parse(&oracle), &ours, "{}", oracle);
    }

    #[test]
    fn any_text_is_read_or_refused(text: String, likely in r##"[CNO=,+\\#0-9a ;"]{0,24}"##) {
        for text in [text, likely] {
            if let Ok(name) = DistinguishedName::parse(&text) {
                prop_assert_eq!(parse(&name.to_string()), name);
            }
        }
    }
}
