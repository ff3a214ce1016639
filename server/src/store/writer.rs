//! The one thread that writes: commits that arrive together share a transaction, and each succeeds or conflicts on its own.

use super::error::unavailable;
use super::file::File;
use super::kept::KeptApis;
use super::schema::{APIS, SUBJECTS};
use super::tables::Tables;
use fapi::{Commit, Committed, Timestamp, Unavailable};
use redb::{Database, WriteTransaction};
use std::collections::BTreeSet;
use std::sync::mpsc::Receiver;
use tokio::sync::oneshot::Sender;

/// Commits in one transaction.
const BATCH: usize = 256;

pub(super) enum Message {
    Commit(Commit, Sender<Result<Committed, Unavailable>>),
    /// Removes the expired ones among these records.
    Forget(Timestamp, Vec<Vec<u8>>, Sender<Result<usize, Unavailable>>),
    /// Keeps these subjects for an issuer, in place of the earlier ones.
    Keep(String, BTreeSet<String>, Sender<Result<(), Unavailable>>),
    /// Keeps these APIs for an issuer, in place of the earlier ones.
    KeepApis(String, KeptApis, Sender<Result<(), Unavailable>>),
    /// Opens the file again if the database no longer accepts transactions.
    Mend,
}

/// Runs until no sender is left; everything sent before that is still executed.
pub(super) fn write_all(file: &File, inbox: &Receiver<Message>) {
    while let Ok(first) = inbox.recv() {
        let mut commits = vec![];
        for message in std::iter::once(first).chain(inbox.try_iter().take(BATCH - 1)) {
            match message {
                Message::Commit(commit, answer) => commits.push((commit, answer)),
                Message::Forget(now, keys, answer) => {
                    let forgotten = file.with(|database| forget(database, now, &keys));
                    let _ = answer.send(forgotten.inspect_err(|_| file.mend()));
                }
                Message::Keep(issuer, subjects, answer) => {
                    let kept = file.with(|database| keep(database, &issuer, &subjects));
                    let _ = answer.send(kept.inspect_err(|_| file.mend()));
                }
                Message::KeepApis(issuer, apis, answer) => {
                    let kept = file.with(|database| keep_apis(database, &issuer, &apis));
                    let _ = answer.send(kept.inspect_err(|_| file.mend()));
                }
                Message::Mend => file.mend(),
            }
        }
        let (commits, answers): (Vec<_>, Vec<_>) = commits.into_iter().unzip();
        for (answer, committed) in answers.into_iter().zip(write_batch(file, &commits)) {
            let _ = answer.send(committed);
        }
    }
}

/// One answer per commit. No answer is given before the transaction is durable, not even a conflict, because it may depend on an
/// earlier write in the same transaction.
fn write_batch(file: &File, commits: &[Commit]) -> Vec<Result<Committed, Unavailable>> {
    let decide = || file.with(|database| decide_batch(database, commits));
    // A failure before the end of the transaction has written nothing, so the transaction may be repeated.
    let decided = decide().or_else(|_| {
        file.mend();
        decide()
    });
    let Ok((begun, answers)) = decided else { return vec![Err(Unavailable); commits.len()] };
    let ended = if answers.contains(&Committed::Applied) { begun.commit().map_err(redb::Error::from) } else { Ok(()) };
    let durable = ended
        .inspect_err(|error| {
            unavailable(error);
            file.mend();
        })
        .is_ok();
    let answer = |answer| match answer {
        answer if durable => Ok(answer),
        Committed::Applied | Committed::Unknown => Ok(Committed::Unknown),
        Committed::Conflict(_) => Err(Unavailable),
    };
    answers.into_iter().map(answer).collect()
}

fn decide_batch(database: &Database, commits: &[Commit]) -> Result<(WriteTransaction, Vec<Committed>), redb::Error> {
    let begun = database.begin_write()?;
    let mut tables = Tables::open(&begun)?;
    let answers = commits.iter().map(|commit| tables.commit(commit)).collect::<Result<_, _>>()?;
    drop(tables);
    Ok((begun, answers))
}

fn forget(database: &Database, now: Timestamp, keys: &[Vec<u8>]) -> Result<usize, redb::Error> {
    let begun = database.begin_write()?;
    let forgotten = Tables::open(&begun)?.forget(now, keys)?;
    begun.commit()?;
    Ok(forgotten)
}

fn keep_apis(database: &Database, issuer: &str, apis: &KeptApis) -> Result<(), redb::Error> {
    let begun = database.begin_write()?;
    {
        let mut kept = begun.open_table(APIS)?;
        kept.retain(|(of, identifier), _| of != issuer || apis.contains_key(identifier))?;
        for (identifier, api) in apis {
            kept.insert((issuer, identifier.as_str()), (api.algorithm.as_str(), api.named))?;
        }
    }
    begun.commit()?;
    Ok(())
}

fn keep(database: &Database, issuer: &str, subjects: &BTreeSet<String>) -> Result<(), redb::Error> {
    let begun = database.begin_write()?;
    {
        let mut kept = begun.open_table(SUBJECTS)?;
        kept.retain(|(of, subject), ()| of != issuer || subjects.contains(subject))?;
        for subject in subjects {
            kept.insert((issuer, subject.as_str()), ())?;
        }
    }
    begun.commit()?;
    Ok(())
}
