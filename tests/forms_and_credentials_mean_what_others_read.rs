//! Forms and Basic credentials compared with other parsers: whatever we accept means the same to all of them, and whatever we
//! refuse has a defect that they can see as well.

use fapi::basic::{BasicCredentials, BasicError};
use fapi::form::{Form, FormError, FormLimits};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Small enough that generated texts reach the limits.
const LIMITS: FormLimits = FormLimits { parameters: 5, name: 8, value: 12 };

fn lenient(text: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(text).into_owned().collect()
}

/// Returns true if a `%` is followed by anything but two hexadecimal digits.
fn bad_escape(text: &[u8]) -> bool {
    let rest = text.iter().enumerate().filter(|(_, octet)| **octet == b'%').map(|(at, _)| &text[at + 1..]);
    // The escape belongs to one name or value and does not extend beyond its end.
    let digits = |rest: &[u8]| rest.iter().take(2).filter(|octet| octet.is_ascii_hexdigit()).count();
    rest.into_iter().any(|rest| digits(rest) < 2)
}

fn unescaped(text: &[u8]) -> bool {
    text.iter().any(|octet| !(0x21..=0x7e).contains(octet))
}

/// Returns true if the lenient parser had to insert replacement characters, or if the text itself encodes one.
fn not_utf8(text: &[u8]) -> bool {
    let decoded = |part: &[u8]| {
        let mut octets = vec![];
        let mut rest = part.iter();
        while let Some(octet) = rest.next() {
            let pair = rest.as_slice().get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
            match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| *octet == b'%') {
                Some(value) => {
                    octets.push(value);
                    rest.nth(1);
                }
                None => octets.push(*octet),
            }
        }
        octets
    };
    text.split(|octet| matches!(octet, b'&' | b'=')).any(|part| String::from_utf8(decoded(part)).is_err())
}

/// Returns every defect of the text that can be seen without our parser.
fn defects(text: &[u8]) -> BTreeSet<&'static str> {
    let read = lenient(text);
    let names = |wanted: &str| read.iter().filter(|(name, _)| name == wanted).count();
    let mut defects = BTreeSet::new();
    let mut note = |name: &'static str, holds: bool| {
        if holds {
            defects.insert(name);
        }
    };
    note("escape", bad_escape(text));
    note("character", unescaped(text));
    note("encoding", not_utf8(text));
    note("nul", read.iter().any(|(name, value)| name.contains('\0') || value.contains('\0')));
    note("repeated", read.iter().any(|(name, _)| name != "resource" && names(name) > 1));
    note("too many", read.len() > LIMITS.parameters);
    note("name", read.iter().any(|(name, _)| name.len() > LIMITS.name));
    note("value", read.iter().any(|(_, value)| value.len() > LIMITS.value));
    defects
}

fn defect(error: &FormError) -> &'static str {
    match error {
        FormError::Escape(_) => "escape",
        FormError::Character { .. } => "character",
        FormError::Encoding(_) => "encoding",
        FormError::Nul(_) => "nul",
        FormError::Repeated(_) => "repeated",
        FormError::TooMany => "too many",
        FormError::NameTooLong(_) => "name",
        FormError::ValueTooLong(_) => "value",
        other => panic!("an unlisted defect: {other}"),
    }
}

fn compare(text: &[u8]) -> Result<(), TestCaseError> {
    let defects = defects(text);
    match Form::parse(text, LIMITS) {
        Ok(form) => {
            prop_assert!(defects.is_empty(), "{:?} accepted in {:?}", defects, String::from_utf8_lossy(text));
            let ours: Vec<_> = form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let theirs: Vec<_> = lenient(text).into_iter().filter(|(_, value)| !value.is_empty()).collect();
            prop_assert_eq!(ours, theirs);
        }
        Err(error) => prop_assert!(defects.contains(defect(&error)), "{} in {:?}", error, String::from_utf8_lossy(text)),
    }
    Ok(())
}

/// Pairs as browsers write them, and with their separators in the wrong places.
fn form() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[a-c]{1,3}",
        2 => Just("resource".to_owned()),
        2 => "%[2-7][0-9a-fA-F]",
        1 => "%[0-9a-fA-F]{0,2}",
        1 => Just("%C3%A9".to_owned()),
        1 => Just("%ef%bf%bd".to_owned()),
        1 => Just("%00".to_owned()),
        1 => "[+;/?:@!$'()*,~^`|\\\\-]",
        1 => "[ é\t\u{fffd}]",
    ];
    let separator = prop_oneof![4 => Just("&"), 4 => Just("="), 1 => Just("")];
    proptest::collection::vec((piece, separator), 0..12)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, separator)| piece + separator).collect())
}

/// Decodes base64 bit by bit. Returns the octets if they are complete and no bits are left over.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let padding = text.iter().rev().take_while(|octet| **octet == b'=').count();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bits = String::new();
    for octet in &text[..text.len() - padding] {
        bits += &format!("{:06b}", ALPHABET.iter().position(|letter| letter == octet)?);
    }
    let (whole, rest) = bits.split_at(bits.len() / 8 * 8);
    let octets = whole.as_bytes().chunks(8).map(|bits| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap());
    (rest.len() == 2 * padding && !rest.contains('1')).then(|| octets.collect())
}

/// Reads the pair with the lenient parser, as the value of a form.
fn pair(field: &[u8]) -> Result<(String, String), BasicError> {
    let rest = match field {
        [scheme @ .., _] if scheme.len() < 5 => return Err(BasicError::Scheme),
        [a, b, c, d, e, b' ', rest @ ..] if [*a, *b, *c, *d, *e].eq_ignore_ascii_case(b"basic") => rest,
        _ => return Err(BasicError::Scheme),
    };
    let spaces = rest.iter().take_while(|octet| **octet == b' ').count();
    let decoded = base64(&rest[spaces..]).ok_or(BasicError::Base64)?;
    let colon = decoded.iter().position(|octet| *octet == b':').ok_or(BasicError::Colon)?;
    let half = |half: &[u8]| {
        if bad_escape(half) || unescaped(half) || not_utf8(half) {
            return Err(BasicError::Form);
        }
        let half: String = half.iter().map(|octet| char::from(*octet)).collect();
        let half = half.replace('&', "%26").replace('=', "%3d");
        let value = lenient(format!("half={half}").as_bytes()).remove(0).1;
        if value.contains('\0') { Err(BasicError::Form) } else { Ok(value) }
    };
    let (client_id, secret) = (half(&decoded[..colon])?, half(&decoded[colon + 1..])?);
    if client_id.is_empty() { Err(BasicError::ClientId) } else { Ok((client_id, secret)) }
}

fn compare_basic(field: &[u8]) -> Result<(), TestCaseError> {
    let ours = BasicCredentials::parse(field)
        .map(|known| (known.client_id.clone(), String::from_utf8(known.secret.as_bytes().to_vec()).unwrap()));
    prop_assert_eq!(ours, pair(field), "{:?}", String::from_utf8_lossy(field));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases * 8, ..ProptestConfig::default() })]

    #[test]
    fn forms_of_likely_pieces(text in form()) {
        compare(text.as_bytes())?;
    }

    #[test]
    fn forms_of_any_octets(text: Vec<u8>) {
        compare(&text)?;
    }

    #[test]
    fn credentials_of_likely_pieces(scheme in "Basic |bAsIc |Basic  |Bearer |Basic", pair in "[a-c:%0-9A-F+&=é ]{0,12}") {
        compare_basic(format!("{scheme}{}", data_encoding::BASE64.encode(pair.as_bytes())).as_bytes())?;
    }

    #[test]
    fn credentials_of_any_base64(field in "Basic [A-Za-d0-1+/=_ -]{0,12}", any: Vec<u8>) {
        compare_basic(field.as_bytes())?;
        compare_basic(&any)?;
        compare_basic(&[b"Basic ", &any[..]].concat())?;
    }
}
