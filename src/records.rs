//! Every kind of record with the type that is kept in it.

use crate::access_token::AccessToken;
use crate::client::Client;
use crate::cutoff::{ClientCutoff, ConsentCutoff, SubjectCutoff};
use crate::grant::{Grant, Refresh};
use crate::life_cycle::{AuthorizationCode, Consent, OpenInteraction, Pushed, Session};
use crate::notice::Notice;
use crate::record::{Kind, Owner, Record, Stored, Unreadable, decode};
use crate::sender::UseMarker;

macro_rules! records {
    ($($kind:ident is $type:ty,)*) => {
        /// Reads the owners of a record from its bytes, for a store that builds its index anew or for the first time. A record that
        /// this version of the library cannot read has none.
        pub fn read_owners(kind: Kind, record: &Record) -> Vec<Owner> {
            match kind {
                $(Kind::$kind => owners(decode::<$type>(record)),)*
            }
        }

        #[cfg(test)]
        mod formats {
            use super::*;

            pub(super) fn version(kind: Kind) -> u32 {
                match kind {
                    $(Kind::$kind => <$type>::VERSION,)*
                }
            }

            /// The record as this version writes it.
            pub(super) fn rewritten(kind: Kind, record: &Record) -> Result<Record, Unreadable> {
                match kind {
                    $(Kind::$kind => decode::<$type>(record).map(|value| crate::record::encode(&value)),)*
                }
            }
        }
    };
}

records! {
    Client is Client,
    Pushed is Pushed,
    Interaction is OpenInteraction,
    Session is Session,
    Consent is Consent,
    Code is AuthorizationCode,
    Grant is Grant,
    Refresh is Refresh,
    Access is AccessToken,
    UseMarker is UseMarker,
    SubjectCutoff is SubjectCutoff,
    ClientCutoff is ClientCutoff,
    ConsentCutoff is ConsentCutoff,
    Notice is Notice,
}

fn owners<T: Stored>(decoded: Result<T, Unreadable>) -> Vec<Owner> {
    decoded.map(|value| value.owners()).unwrap_or_default()
}

/// `tests/records/<kind>/v<version>-<name>.json` holds a record that this version wrote, or that an older one did.
#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{read_dir, read_to_string};
    use std::path::Path;

    /// The fixtures of a kind: the name of each, the version it is of, and the record.
    fn fixtures(kind: Kind) -> Vec<(String, u32, Record)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/records").join(kind.name());
        let files = read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let fixture = |path: &Path| {
            let name = format!("{}/{}", kind.name(), path.file_name().expect("a name").display());
            let version = path.file_stem()?.to_str()?.strip_prefix('v')?.split_once('-')?.0.parse().ok()?;
            let text = read_to_string(path).ok()?;
            Some((name, version, Record::from_bytes(text.strip_suffix('\n')?.as_bytes().to_vec())))
        };
        files
            .map(|file| file.expect("a file").path())
            .map(|path| fixture(&path).unwrap_or_else(|| panic!("{}", path.display())))
            .collect()
    }

    #[test]
    fn of_each_version_of_each_kind_are_read() {
        for kind in Kind::ALL {
            let fixtures = fixtures(*kind);
            for version in 1..=formats::version(*kind) {
                assert!(fixtures.iter().any(|(_, of, _)| *of == version), "no record of version {version} of {}", kind.name());
            }
            for (name, _, record) in fixtures {
                formats::rewritten(*kind, &record).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            }
        }
    }

    /// Any change of these bytes is a change of the format: increase the version, and keep the record as one of the previous
    /// version.
    #[test]
    fn of_this_version_are_written_as_they_were() {
        for kind in Kind::ALL {
            for (name, version, record) in fixtures(*kind) {
                let written = formats::rewritten(*kind, &record).unwrap_or_else(|error| panic!("{name}: {error:?}"));
                if version == formats::version(*kind) {
                    assert_eq!(text(&written), text(&record), "{name}");
                }
            }
        }
    }

    /// Not in a client's metadata, which may hold members that this library does not know, nor in access tokens, which are read as
    /// the payloads of JWTs are.
    #[test]
    fn with_members_that_nobody_writes_are_refused_at_every_depth() {
        for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Access) {
            for (name, _, record) in fixtures(*kind) {
                let record = text(&record);
                let ends = record.match_indices('}').map(|(at, _)| at);
                let ends = ends.filter(|at| *kind != Kind::Client || at + 1 == record.len());
                for at in ends {
                    let comma = if record[..at].ends_with('{') { "" } else { "," };
                    let more = format!(r#"{}{comma}"other":null{}"#, &record[..at], &record[at..]);
                    let more = Record::from_bytes(more.into_bytes());
                    assert_eq!(formats::rewritten(*kind, &more), Err(Unreadable::Malformed), "{name}: {more:?}");
                    assert_eq!(read_owners(*kind, &more), [], "{name}");
                }
            }
        }
    }

    fn text(record: &Record) -> String {
        String::from_utf8_lossy(record.as_bytes()).into_owned()
    }
}
