//! A distinguished name equals itself in any spelling and equals no other name, however similar the text.

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

/// Reads a name as from a certificate, which needs no signature for that.
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
fn all_spellings_of_a_name_are_equal() {
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
fn names_of_different_structure_differ() {
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
    assert_ne!(subject(&name(&[&[(CN, TELETEX, "É".as_bytes())]])), parse("CN=É"), "the character set beyond ASCII is unknown");
    assert_eq!(subject(&name(&[&[(CN, 4, b"Client")]])), parse("CN=#0406436C69656E74"));
    assert_ne!(subject(&name(&[&[(CN, 4, b"Client")]])), parse("CN=Client"));
    let unknown = subject(&name(&[&[(&[0x2a, 3], UTF8, b"Client")]]));
    assert_eq!(unknown, parse("1.2.3=Client"));
    assert_eq!(unknown, parse("1.2.3=#0C06436C69656E74"));
    assert_ne!(unknown, parse("1.2.3=client"), "an unknown attribute has no matching rule");
    assert_ne!(parse("1.2.3=Client"), parse("1.2.3=client"), "this also holds between two texts");
    assert_eq!(unknown.to_string(), "1.2.3=#0C06436C69656E74");
}

#[test]
fn only_characters_with_a_special_meaning_are_escaped() {
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
fn a_name_has_a_maximum_length() {
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

/// An attribute: identifier, kind of string, text.
#[derive(Debug, Clone, PartialEq)]
struct Named(&'static [u8], u8, String);

const IA5: u8 = 0x16;
const DC: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25];

impl Named {
    fn octets(&self) -> Vec<u8> {
        match self.1 {
            BMP => self.2.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            UNIVERSAL => self.2.chars().flat_map(|character| u32::from(character).to_be_bytes()).collect(),
            _ => self.2.as_bytes().to_vec(),
        }
    }
}

type Relative = Vec<Named>;

fn encoded(names: &[Relative]) -> Vec<u8> {
    let octets: Vec<Vec<Vec<u8>>> = names.iter().map(|all| all.iter().map(Named::octets).collect()).collect();
    let attributes: Vec<Vec<Attribute<'_>>> = names
        .iter()
        .zip(&octets)
        .map(|(all, octets)| all.iter().zip(octets).map(|(named, octets)| (named.0, named.1, &octets[..])).collect())
        .collect();
    name(&attributes.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Converts a text to DER as x509-cert reads it.
fn written_by_x509_cert(text: &str) -> Option<Vec<u8>> {
    use x509_cert::der::Encode;
    text.parse::<x509_cert::name::Name>().ok()?.to_der().ok()
}

/// Reads a name with x509-cert and normalizes it by the rule of the attributes (RFC 4519: case and insignificant spaces are
/// ignored). Returns `None` if it contains a type of string that x509-cert does not read.
fn by_x509_cert(der: &[u8]) -> Option<Vec<Vec<(String, String)>>> {
    use x509_cert::der::asn1::{Ia5StringRef, PrintableStringRef, TeletexStringRef, Utf8StringRef};
    let sequence = x509_cert::name::RdnSequence::from(x509_cert::name::Name::from_der(der).ok()?);
    let relative = |relative: &x509_cert::name::RelativeDistinguishedName| {
        let attribute = |attribute: &x509_cert::attr::AttributeTypeAndValue| {
            let value = &attribute.value;
            let text = None
                .or_else(|| value.decode_as::<Utf8StringRef<'_>>().ok().map(|text| text.as_str().to_owned()))
                .or_else(|| value.decode_as::<PrintableStringRef<'_>>().ok().map(|text| text.as_str().to_owned()))
                .or_else(|| value.decode_as::<Ia5StringRef<'_>>().ok().map(|text| text.as_str().to_owned()))
                .or_else(|| value.decode_as::<TeletexStringRef<'_>>().ok().map(|text| text.as_str().to_owned()))?;
            let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
            Some((attribute.oid.to_string(), words.join(" ").to_lowercase()))
        };
        let mut attributes = relative.iter().map(attribute).collect::<Option<Vec<_>>>()?;
        attributes.sort();
        Some(attributes)
    };
    sequence.iter().map(relative).collect()
}

fn named() -> impl Strategy<Value = Named> {
    let kind = prop::sample::select(vec![CN, C, O, OU, DC]);
    let value = prop_oneof![
        (Just(UTF8), r##"[a-cA-C ,+"\\<>;=#é0-9]{1,6}"##),
        (Just(PRINTABLE), "[a-cA-C 0-9'()+,./:=?-]{1,6}"),
        (Just(IA5), r##"[a-cA-C ,+"\\<>;=#0-9]{1,6}"##),
        (Just(TELETEX), "[a-cA-C 0-9]{1,6}"),
        (Just(BMP), "[a-cA-C é#]{1,6}"),
        (Just(UNIVERSAL), "[a-cA-C é\u{1f600}]{1,6}"),
    ];
    (kind, value).prop_map(|(kind, (tag, text))| Named(kind, tag, text))
}

fn names() -> impl Strategy<Value = Vec<Relative>> {
    prop::collection::vec(prop::collection::vec(named(), 1..3), 1..4)
}

/// Returns the same name in another spelling, or a slightly different name.
fn changed(mut names: Vec<Relative>, how: u8, at: usize) -> Vec<Relative> {
    let count = names.len();
    let relative = &mut names[at % count];
    match how {
        0 => relative.reverse(),
        1 => relative.iter_mut().for_each(|named| named.2 = named.2.to_uppercase()),
        2 => relative.iter_mut().for_each(|named| named.2 = format!(" {} ", named.2.replace(' ', "  "))),
        3 => relative.iter_mut().for_each(|named| named.1 = UTF8),
        4 => relative[0].2.push('x'),
        5 => relative[0].0 = if relative[0].0 == CN { OU } else { CN },
        6 => names.reverse(),
        7 => names.rotate_left(1),
        8 => drop(names.pop()),
        9 if relative.len() > 1 => {
            let last = relative.pop().unwrap();
            names.push(vec![last]);
        }
        _ => {}
    }
    names
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
    fn names_are_equal_exactly_if_x509_cert_agrees(one in names(), how in 0u8..11, at: usize) {
        let other = encoded(&changed(one.clone(), how, at));
        let one = encoded(&one);
        if let (Some(theirs), Some(also)) = (by_x509_cert(&one), by_x509_cert(&other)) {
            prop_assert_eq!(subject(&one) == subject(&other), theirs == also, "{} and {}", subject(&one), subject(&other));
        }
        prop_assert_eq!(subject(&one) == subject(&other), subject(&other) == subject(&one));
    }

    #[test]
    fn both_read_alike_what_either_writes(names in names()) {
        let der = encoded(&names);
        let ours = subject(&der);
        prop_assert_eq!(&parse(&ours.to_string()), &ours);
        // x509-cert refuses even a set of attributes in which one occurs twice.
        let Ok(theirs) = x509_cert::name::Name::from_der(&der) else { return Ok(()) };
        let theirs = theirs.to_string();
        prop_assert_eq!(&parse(&theirs), &ours, "{}", theirs);
        // x509-cert reads the text that we write; the certificate that it then writes contains the same name. But it takes an escaped
        // separator behind an escaped backslash for a separator.
        let text = ours.to_string();
        let misread = [r"\\\+", r"\\\,", r"\\\;"].iter().any(|escapes| text.contains(escapes));
        if let (false, Some(again)) = (misread, written_by_x509_cert(&text)) {
            prop_assert_eq!(&subject(&again), &ours, "{}", ours);
        }
    }

    #[test]
    fn texts_that_both_read_are_the_same_name(text in r##"(CN|OU|O|2\.5\.4\.3)=([a-c]|\\[ ,+"#;<>=\\]|\\2[cC]|\\c3\\a9){1,5}([,+](O|CN|DC)=([a-c]|\\,|\\20){1,4}){0,2}"##) {
        let der = written_by_x509_cert(&text);
        if let (Ok(ours), Some(der)) = (DistinguishedName::parse(&text), &der) {
            prop_assert_eq!(&ours, &subject(der), "{}", text);
        }
        // We read all of these texts. x509-cert takes a `\\,` after an escaped backslash for a separator, and agrees on the
        // others.
        prop_assert!(DistinguishedName::parse(&text).is_ok(), "{}", text);
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
