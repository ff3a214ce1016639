//! The encoding of keys and records in the file.

use fapi::Timestamp;
use fapi::record::{Kind, Record, RecordKey, Version, Versioned};

/// The key's display form is unique.
pub(super) fn encode_key(key: &RecordKey) -> Vec<u8> {
    key.to_string().into_bytes()
}

/// The key that was encoded, unless its kind is one of another version of the library.
pub(super) fn decode_key(key: &[u8]) -> Option<RecordKey> {
    let mut parts = std::str::from_utf8(key).ok()?.splitn(3, ' ');
    let (issuer, kind, id) = (parts.next()?, parts.next()?, parts.next()?);
    Some(RecordKey { issuer: issuer.to_owned(), kind: Kind::parse(kind)?, id: id.to_owned() })
}

/// The beginning of the keys of all records of a kind.
pub(super) fn encode_prefix(issuer: &str, kind: Kind) -> Vec<u8> {
    encode_key(&RecordKey { issuer: issuer.to_owned(), kind, id: String::new() })
}

/// The prefix of a key, and its id.
pub(super) fn split_key(key: &[u8]) -> (&[u8], &[u8]) {
    let mut spaces = key.iter().enumerate().filter(|(_, octet)| **octet == b' ');
    key.split_at(spaces.nth(1).map_or(key.len(), |(at, _)| at + 1))
}

/// `version || expires || record`, integers big-endian.
pub(super) fn encode_record(version: u64, expires: Timestamp, record: &Record) -> Vec<u8> {
    [&version.to_be_bytes(), &expires.seconds().to_be_bytes(), record.as_bytes()].concat()
}

pub(super) fn decode_record(value: &[u8]) -> Option<Versioned> {
    let (version, rest) = value.split_first_chunk()?;
    let (expires, record) = decode_due(rest)?;
    Some(Versioned { version: Version(u64::from_be_bytes(*version)), expires, record })
}

/// The time at which the record expires, without reading the rest of it.
pub(super) fn expiry(value: &[u8]) -> Option<Timestamp> {
    let (expires, _) = value.get(8..)?.split_first_chunk()?;
    Some(Timestamp::from_seconds(i64::from_be_bytes(*expires)))
}

/// `due || record`: a notice.
pub(super) fn encode_due(due: Timestamp, record: &Record) -> Vec<u8> {
    [&due.seconds().to_be_bytes(), record.as_bytes()].concat()
}

pub(super) fn decode_due(value: &[u8]) -> Option<(Timestamp, Record)> {
    let (due, record) = value.split_first_chunk()?;
    Some((Timestamp::from_seconds(i64::from_be_bytes(*due)), Record::from_bytes(record.to_vec())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        let record = Record::from_bytes(b"{}".to_vec());
        for expires in [Timestamp::from_seconds(-1), Timestamp::from_seconds(1_700_000_000), Timestamp::NEVER] {
            let value = encode_record(7, expires, &record);
            let versioned = Versioned { version: Version(7), expires, record: record.clone() };
            assert_eq!(decode_record(&value), Some(versioned));
            assert_eq!(expiry(&value), Some(expires));
        }
        assert_eq!(decode_record(&[0; 15]), None);
    }

    #[test]
    fn keys_of_every_kind_are_read_back() {
        for kind in Kind::ALL {
            let key = RecordKey { issuer: "https://as.example".into(), kind: *kind, id: "a b".into() };
            let encoded = encode_key(&key);
            let prefix = encode_prefix(&key.issuer, *kind);
            assert_eq!(split_key(&encoded), (prefix.as_slice(), b"a b".as_slice()));
            assert_eq!(decode_key(&encoded), Some(key));
        }
        assert_eq!(decode_key(b"https://as.example unknown a b"), None);
    }
}
