//! Reads from the file, each as of one moment: that of the last durable transaction.

use super::encoding::{decode_due, decode_key, decode_record, encode_key, encode_prefix, expiry};
use super::index::group;
use super::kept::{KeptApi, KeptApis};
use super::schema::{APIS, DUE, NOTICES, OWNED, RECORDS, SUBJECTS};
use fapi::record::{Record, RecordKey, Versioned};
use fapi::{List, Listed, Loaded, Timestamp};
use redb::{Database, ReadableDatabase, ReadableTable};
use std::collections::BTreeSet;
use std::ops::Bound;

pub(super) fn load(database: &Database, keys: &[RecordKey]) -> Result<Loaded, redb::Error> {
    let begun = database.begin_read()?;
    let records = begun.open_table(RECORDS)?;
    keys.iter().map(|key| Ok(records.get(encode_key(key).as_slice())?.and_then(|found| decode_record(found.value())))).collect()
}

pub(super) fn list(database: &Database, list: &List) -> Result<Listed, redb::Error> {
    let begun = database.begin_read()?;
    let records = begun.open_table(RECORDS)?;
    let prefix = encode_prefix(&list.issuer, list.kind);
    let after = list.after.as_deref().map(str::as_bytes);
    // One more than the page can hold, to find out whether there is a next page.
    let limit = list.limit.saturating_add(1);
    let mut found: Vec<(Vec<u8>, Versioned)> = vec![];
    match &list.owner {
        None => {
            let after = after.map(|after| [&prefix, after].concat());
            let start = after.as_deref().map_or(Bound::Included(prefix.as_slice()), Bound::Excluded);
            for entry in records.range::<&[u8]>((start, Bound::Unbounded))? {
                let (key, value) = entry?;
                let Some(id) = key.value().strip_prefix(prefix.as_slice()).filter(|_| found.len() < limit) else { break };
                found.extend(decode_record(value.value()).map(|record| (id.to_vec(), record)));
            }
        }
        Some(owner) => {
            let group = group(&prefix, &owner.to_string());
            let start =
                after.map_or(Bound::Included((group.as_slice(), &b""[..])), |after| Bound::Excluded((group.as_slice(), after)));
            for entry in begun.open_table(OWNED)?.range::<(&[u8], &[u8])>((start, Bound::Unbounded))? {
                let (entry, _) = entry?;
                let (of, id) = entry.value();
                if of != group || found.len() == limit {
                    break;
                }
                let record = records.get([&prefix, id].concat().as_slice())?;
                found.extend(record.and_then(|record| decode_record(record.value())).map(|record| (id.to_vec(), record)));
            }
        }
    }
    Ok(page(list, found))
}

fn page(list: &List, mut found: Vec<(Vec<u8>, Versioned)>) -> Listed {
    let more = found.len() > list.limit;
    found.truncate(list.limit);
    let key = |id: Vec<u8>| {
        let id = String::from_utf8(id).ok()?;
        Some(RecordKey { issuer: list.issuer.clone(), kind: list.kind, id })
    };
    let records: Vec<_> = found.into_iter().filter_map(|(id, record)| Some((key(id)?, record))).collect();
    let next = records.last().filter(|_| more).map(|(key, _)| key.id.clone());
    Listed { records, next }
}

/// A notice of a kind that this version does not know is left to a version that does.
pub(super) fn due(database: &Database, now: Timestamp, limit: usize) -> Result<Vec<(RecordKey, Record)>, redb::Error> {
    let begun = database.begin_read()?;
    let (notices, by_time) = (begun.open_table(NOTICES)?, begun.open_table(DUE)?);
    let mut due = vec![];
    for entry in by_time.iter()? {
        let (entry, _) = entry?;
        let (at, key) = entry.value();
        if at > now.seconds() || due.len() == limit {
            break;
        }
        let notice = notices.get(key)?;
        due.extend(
            decode_key(key).zip(notice.and_then(|notice| decode_due(notice.value()))).map(|(key, (_, record))| (key, record)),
        );
    }
    Ok(due)
}

/// The subjects that were kept for this issuer.
pub(super) fn subjects(database: &Database, issuer: &str) -> Result<BTreeSet<String>, redb::Error> {
    let mut subjects = BTreeSet::new();
    for entry in database.begin_read()?.open_table(SUBJECTS)?.range((issuer, "")..)? {
        let (entry, _) = entry?;
        match entry.value() {
            (of, subject) if of == issuer => subjects.insert(subject.to_owned()),
            _ => break,
        };
    }
    Ok(subjects)
}

/// The APIs that were kept for this issuer.
pub(super) fn apis(database: &Database, issuer: &str) -> Result<KeptApis, redb::Error> {
    let mut apis = KeptApis::new();
    for entry in database.begin_read()?.open_table(APIS)?.range((issuer, "")..)? {
        let (entry, kept) = entry?;
        let (of, identifier) = entry.value();
        if of != issuer {
            break;
        }
        let (algorithm, named) = kept.value();
        apis.insert(identifier.to_owned(), KeptApi { algorithm: algorithm.to_owned(), named });
    }
    Ok(apis)
}

/// The keys of the records that have expired.
pub(super) fn expired(database: &Database, now: Timestamp) -> Result<Vec<Vec<u8>>, redb::Error> {
    let mut expired = vec![];
    for entry in database.begin_read()?.open_table(RECORDS)?.iter()? {
        let (key, value) = entry?;
        if expiry(value.value()).is_some_and(|expires| expires <= now) {
            expired.push(key.value().to_vec());
        }
    }
    Ok(expired)
}
