//! A DER writer for the certificates of the vectors. They need names that `rcgen` does not write: with several values, empty, or
//! with unusual types of strings.

use data_encoding::{BASE64, BASE64URL_NOPAD};

use super::keys::Keys;

/// An attribute of a name: its type in dotted form, the tag of its value, and the value.
pub(super) type Attribute<'a> = (&'a str, u8, &'a [u8]);

pub(super) const UTF8: u8 = 0x0c;
pub(super) const NUMERIC: u8 = 0x12;
pub(super) const PRINTABLE: u8 = 0x13;
pub(super) const T61: u8 = 0x14;
pub(super) const IA5: u8 = 0x16;
pub(super) const UNIVERSAL: u8 = 0x1c;
pub(super) const BMP: u8 = 0x1e;
pub(super) const OCTETS: u8 = 0x04;

/// Makes an attribute of a name.
pub(super) fn attribute<'a>(kind: &'a str, tag: u8, contents: &'a [u8]) -> Attribute<'a> {
    (kind, tag, contents)
}

/// A certificate for the client's P-256 key with this subject, signed with the server's Ed25519 key, in base64.
pub(super) fn certificate(keys: &Keys, subject: &[Vec<Attribute<'_>>]) -> String {
    let ed25519 = value(0x30, &oid("1.3.101.112"));
    let issuer = name(&[vec![attribute("2.5.4.3", UTF8, b"Issuer of the vectors")]]);
    let validity = value(0x30, &[value(0x18, b"20200101000000Z"), value(0x18, b"20991231235959Z")].concat());
    let key = keys.public("client-es256");
    let coordinate = |name: &str| BASE64URL_NOPAD.decode(key[name].as_str().unwrap_or_default().as_bytes()).unwrap_or_default();
    let point = [&[0, 4][..], &coordinate("x"), &coordinate("y")].concat();
    let kind = value(0x30, &[oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7")].concat());
    let public = value(0x30, &[kind, value(0x03, &point)].concat());
    let version = value(0xa0, &value(0x02, &[2]));
    let signed = value(0x30, &[version, value(0x02, &[1]), ed25519.clone(), issuer, validity, name(subject), public].concat());
    let signature = value(0x03, &[&[0][..], &keys.sign("server-eddsa", "EdDSA", &signed)].concat());
    BASE64.encode(&value(0x30, &[signed, ed25519, signature].concat()))
}

fn name(relative_names: &[Vec<Attribute<'_>>]) -> Vec<u8> {
    let attribute = |(kind, tag, contents): &Attribute<'_>| value(0x30, &[oid(kind), value(*tag, contents)].concat());
    let relative = |attributes: &Vec<Attribute<'_>>| {
        let mut encoded: Vec<_> = attributes.iter().map(attribute).collect();
        encoded.sort();
        value(0x31, &encoded.concat())
    };
    value(0x30, &relative_names.iter().map(relative).collect::<Vec<_>>().concat())
}

fn oid(dotted: &str) -> Vec<u8> {
    let numbers: Vec<u64> = dotted.split('.').filter_map(|number| number.parse().ok()).collect();
    let [first, second, rest @ ..] = &numbers[..] else { return Vec::new() };
    let mut octets = Vec::new();
    for number in std::iter::once(&(first * 40 + second)).chain(rest) {
        let groups = (1..10).find(|groups| number >> (7 * groups) == 0).unwrap_or(10);
        octets.extend((0..groups).rev().map(|at| (number >> (7 * at)) as u8 & 0x7f | if at > 0 { 0x80 } else { 0 }));
    }
    value(0x06, &octets)
}

/// Encodes a value with its tag and length.
pub(super) fn value(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = contents.len();
    let [.., high, low] = length.to_be_bytes();
    let head: &[u8] = match length {
        0..=0x7f => &[tag, low],
        0x80..=0xff => &[tag, 0x81, low],
        _ => &[tag, 0x82, high, low],
    };
    [head, contents].concat()
}
