//! Types that are kept in records, and their encoding.

use super::{Kind, Owner, Record, RecordKey, Write};
use crate::time::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::marker::PhantomData;

/// A type that is kept in records of one kind.
pub(crate) trait Stored: Sized + Send + Sync + 'static + Serialize + DeserializeOwned {
    const KIND: Kind;
    /// The version of the format. It increases with every change that would prevent the previous library from reading a record.
    const VERSION: u32 = 1;

    /// The parties this record is listed under.
    fn owners(&self) -> Vec<Owner> {
        vec![]
    }

    /// Reads a record of a version before [`VERSION`](Self::VERSION); `None` if there was no such version.
    fn upgrade(_version: u32, _json: &[u8]) -> Option<Self> {
        None
    }
}

/// A key together with the type that is kept under it.
pub(crate) struct Key<T>(pub(crate) RecordKey, PhantomData<fn() -> T>);

impl<T: Stored> Key<T> {
    pub(crate) fn new(issuer: &str, id: impl Into<String>) -> Self {
        Self(RecordKey { issuer: issuer.into(), kind: T::KIND, id: id.into() }, PhantomData)
    }

    /// A write under a fresh random handle; records that were read are written through `Held` and `Entry`.
    pub(crate) fn insert(self, value: &T, expires: Timestamp) -> Write {
        Write::Insert { key: self.0, record: encode(value), expires, owners: value.owners() }
    }
}

/// The reason why a record cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// A newer version of this library wrote it: nodes of that version can read it, and this one must leave it alone.
    Newer,
    /// No version of this library wrote it.
    Malformed,
}

/// A struct of strings, numbers and lists cannot fail to serialize. If one ever did, its record would be malformed, which is a
/// fault when it is read.
pub(crate) fn encode<T: Stored>(value: &T) -> Record {
    let mut bytes = T::VERSION.to_string().into_bytes();
    bytes.extend(serde_json::to_vec(value).unwrap_or_default());
    Record::from_bytes(bytes)
}

pub(crate) fn decode<T: Stored>(record: &Record) -> Result<T, Unreadable> {
    let bytes = record.as_bytes();
    let digits = bytes.iter().take_while(|octet| octet.is_ascii_digit()).count();
    let (version, json) = bytes.split_at(digits);
    let version: u32 = std::str::from_utf8(version).ok().and_then(|text| text.parse().ok()).ok_or(Unreadable::Malformed)?;
    match version.cmp(&T::VERSION) {
        Ordering::Greater => Err(Unreadable::Newer),
        Ordering::Equal => parse(json).ok_or(Unreadable::Malformed),
        Ordering::Less => T::upgrade(version, json).ok_or(Unreadable::Malformed),
    }
}

/// Reads a JSON object. Stored types deny members they do not know: those come from a library that failed to raise the version, and
/// would be lost with the next write.
pub(crate) fn parse<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    serde_json::from_slice(json).ok()
}

/// Reads a JSON object of an older version after a change to its members, for which they may be wrong.
pub(crate) fn parse_changed<T: DeserializeOwned>(
    json: &[u8],
    change: impl FnOnce(&mut Map<String, Value>) -> Option<()>,
) -> Option<T> {
    let mut members = parse(json)?;
    change(&mut members)?;
    serde_json::from_value(Value::Object(members)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Named {
        names: Vec<Name>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Name {
        name: String,
    }

    /// Version 1 had one name, and version 2 a list of texts.
    impl Stored for Named {
        const KIND: Kind = Kind::Session;
        const VERSION: u32 = 3;

        fn owners(&self) -> Vec<Owner> {
            self.names.iter().map(|name| Owner::Subject(name.name.clone())).collect()
        }

        fn upgrade(version: u32, json: &[u8]) -> Option<Self> {
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            struct Second {
                names: Vec<String>,
            }
            let names = match version {
                1 => vec![parse(json)?],
                2 => parse::<Second>(json)?.names.into_iter().map(|name| Name { name }).collect(),
                _ => return None,
            };
            Some(Self { names })
        }
    }

    fn read(text: &str) -> Result<Named, Unreadable> {
        decode(&Record::from_bytes(text.as_bytes().to_vec()))
    }

    fn alice() -> Named {
        Named { names: vec![Name { name: "alice".into() }] }
    }

    #[test]
    fn a_record_begins_with_the_version_of_its_format() {
        let written = encode(&alice());
        assert_eq!(written.as_bytes(), br#"3{"names":[{"name":"alice"}]}"#);
        assert_eq!(decode(&written), Ok(alice()));
    }

    #[test]
    fn records_of_older_versions_are_upgraded() {
        assert_eq!(read(r#"1{"name":"alice"}"#), Ok(alice()));
        assert_eq!(read(r#"2{"names":["alice"]}"#), Ok(alice()));
    }

    #[test]
    fn records_of_newer_versions_are_not_malformed() {
        for text in [r#"4{"names":[]}"#, "10", "4294967295x"] {
            assert_eq!(read(text), Err(Unreadable::Newer), "{text}");
        }
    }

    #[test]
    fn everything_else_is_malformed() {
        let texts = [
            "",
            "3",
            r#"{"names":[]}"#,
            r#"0{"names":[]}"#,
            r#"1{"names":[]}"#,
            r#"3{"names":[]"#,
            r#"3{"names":[]}{}"#,
            r#"3{"names":[],"other":1}"#,
            r#"3{"names":[{"name":"alice","other":{}}]}"#,
            r#"2{"names":[],"other":1}"#,
            r#"3{"names":[],"names":[]}"#,
            r#"+3{"names":[]}"#,
            r#"4294967296{"names":[]}"#,
        ];
        for text in texts {
            assert_eq!(read(text), Err(Unreadable::Malformed), "{text}");
        }
    }

    #[test]
    fn an_insert_carries_the_owners_of_its_value() {
        let write = Key::new("https://as.example", "a").insert(&alice(), Timestamp::NEVER);
        let Write::Insert { key, owners, .. } = write else { panic!("an insert") };
        assert_eq!(key.to_string(), "https://as.example session a");
        assert_eq!(owners, [Owner::Subject("alice".into())]);
    }
}
