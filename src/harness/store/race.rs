//! Several callers write at once, and "once" still means once.

use super::bench::{Bench, NOW, insert, key, record, replace, unchanged};
use super::{Checking, FEW, JOBS};
use crate::drive::Task;
use crate::exchange::{Commit, Committed};
use crate::harness::report::{Found, expect};
use crate::record::{RecordKey, Version, Versioned, Write};
use crate::store::Store;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

pub(super) type Shared = Arc<dyn Store>;
/// Runs jobs at the same time, until all have ended.
pub(super) type AtOnce<'a> = &'a (dyn Fn(Vec<Task>) -> Pin<Box<dyn Future<Output = ()> + 'a>> + 'a);
/// Checks of what several callers can see.
pub(super) type Races = &'static [(&'static str, for<'a> fn(Shared, AtOnce<'a>) -> Checking<'a>)];

/// A list of races, each under its own name.
macro_rules! races {
    ($($check:ident,)*) => { &[$((stringify!($check), |store, at_once| Box::pin($check(store, at_once))),)*] };
}
pub(super) use races;

pub(super) const CHECKS: Races = races![
    of_many_inserts_one_wins,
    of_many_that_use_up_a_record_one_does_and_the_others_see_that,
    no_update_is_lost,
    commits_that_each_insert_what_the_other_found_absent_exclude_each_other,
    commits_that_each_replace_what_the_other_found_unchanged_exclude_each_other,
    a_load_sees_a_commit_whole,
];

pub(super) const ROUNDS: usize = 16;
/// Far more than contention among [`FEW`] can explain.
const ATTEMPTS: usize = 10_000;

/// A `jti`, a code: the first caller has it, and the others are shown its record.
async fn of_many_inserts_one_wins(store: Shared, at_once: AtOnce<'_>) -> Found {
    for round in 0..ROUNDS {
        let key = key(format!("reserved {round}"));
        let answers = gather(at_once, FEW, |job| commit(&store, vec![insert(&key, job.to_string())])).await;
        let winners: Vec<_> = applied(&answers);
        let [winner] = winners[..] else { return Err(format!("{} of {FEW} inserts were applied", winners.len())) };
        let held = Bench(&*store).held(&key).await?;
        expect(held.record == record(winner.to_string()), || "the record is not the winner's".into())?;
        for (_, answer) in &answers {
            let Some(Committed::Conflict(shown)) = answer else { continue };
            let right = shown.iter().any(|(named, found)| *named == key && found.as_ref() == Some(&held));
            expect(right, || format!("a loser is shown {shown:?}"))?;
        }
    }
    Ok(())
}

/// A code, a refresh token: the first caller uses it up together with a record of its own. Every other one is shown that it is used
/// up, and none finds the store unavailable because there are many.
async fn of_many_that_use_up_a_record_one_does_and_the_others_see_that(store: Shared, at_once: AtOnce<'_>) -> Found {
    let mut racers = 2;
    while racers <= JOBS {
        let (code, own) = (key(format!("code {racers}")), |job: usize| key(format!("tokens {racers} {job}")));
        // All of them have read the record before any of them writes.
        let held = Bench(&*store).insert(&code, "granted").await?;
        let ended = gather(at_once, racers, |job| use_up(store.clone(), (code.clone(), held.clone()), own(job))).await;
        let mut winners = vec![];
        for (job, ended) in ended {
            winners.extend(ended?.then_some(job));
        }
        expect(winners.len() == 1, || format!("{} of {racers} used it up", winners.len()))?;
        for job in 0..racers {
            let stored = Bench(&*store).find(&own(job)).await?.is_some();
            expect(stored == winners.contains(&job), || format!("the record of job {job} is stored: {stored}"))?;
        }
        racers *= 2;
    }
    Ok(())
}

/// Uses a record up and returns true, or returns false if another job did.
async fn use_up(store: Shared, (code, mut held): (RecordKey, Versioned), own: RecordKey) -> Found<bool> {
    // Each conflict is the success of another job.
    for _ in 0..JOBS {
        if held.record == record("used") {
            return Ok(false);
        }
        let writes = vec![replace(&code, held.version, "used"), insert(&own, "x")];
        held = match commit(&store, writes).await.ok_or("a racer finds the store unavailable")? {
            Committed::Applied => return Ok(true),
            Committed::Unknown => return Err("a racer is not told what happened".to_owned()),
            Committed::Conflict(shown) => {
                let shown = shown.into_iter().find_map(|(named, found)| found.filter(|_| named == code));
                shown.ok_or("a conflict does not show the record")?
            }
        };
    }
    Err(format!("{JOBS} conflicts, and nobody used it up"))
}

async fn no_update_is_lost(store: Shared, at_once: AtOnce<'_>) -> Found {
    let key = key("counter");
    Bench(&*store).applies(vec![insert(&key, "0")]).await?;
    let updates = gather(at_once, FEW, |_| updates(store.clone(), key.clone())).await;
    let done: usize = updates.into_iter().map(|(_, done)| done).sum();
    let counter = count(Bench(&*store).held(&key).await?.record.as_bytes());
    expect(done == FEW * ROUNDS, || format!("{done} of {} updates went through", FEW * ROUNDS))?;
    expect(counter == done, || format!("{done} updates were applied, {counter} are left"))
}

/// Increments until every round has been applied, and returns the number of applied rounds.
async fn updates(store: Shared, key: RecordKey) -> usize {
    let mut done = 0;
    for _ in 0..ATTEMPTS {
        if done == ROUNDS {
            break;
        }
        let Ok(held) = Bench(&*store).held(&key).await else { continue };
        let next = (count(held.record.as_bytes()) + 1).to_string();
        if commit(&store, vec![replace(&key, held.version, next)]).await == Some(Committed::Applied) {
            done += 1;
        }
    }
    done
}

/// Write skew over rows that are not there, which no lock on rows prevents.
async fn commits_that_each_insert_what_the_other_found_absent_exclude_each_other(store: Shared, at_once: AtOnce<'_>) -> Found {
    for round in 0..ROUNDS {
        let keys = ["left", "right"].map(|side| key(format!("{side} {round}")));
        let answers =
            gather(at_once, keys.len(), |own| commit(&store, vec![insert(&keys[own], "x"), unchanged(&keys[1 - own], None)]));
        one_at_most(&answers.await)?;
    }
    Ok(())
}

/// Write skew over rows that are there, which snapshots do not prevent.
async fn commits_that_each_replace_what_the_other_found_unchanged_exclude_each_other(
    store: Shared,
    at_once: AtOnce<'_>,
) -> Found {
    let keys = ["left", "right"].map(key);
    Bench(&*store).applies(keys.iter().map(|key| insert(key, "0")).collect()).await?;
    for _ in 0..ROUNDS {
        let mut on = [Version(0); 2];
        for (key, on) in keys.iter().zip(&mut on) {
            *on = Bench(&*store).held(key).await?.version;
        }
        let answers = gather(at_once, keys.len(), |own| {
            let other = 1 - own;
            commit(&store, vec![replace(&keys[own], on[own], "x"), unchanged(&keys[other], Some(on[other]))])
        });
        one_at_most(&answers.await)?;
    }
    Ok(())
}

/// Both may be unavailable, but they conflict only with what was applied.
fn one_at_most(answers: &[(usize, Option<Committed>)]) -> Found {
    let winners = applied(answers).len();
    expect(winners <= 1, || format!("{winners} commits were applied, each of which excludes the other"))?;
    expect(winners == 1 || answers.iter().any(|(_, answer)| answer.is_none()), || "both conflict, and neither was applied".into())
}

/// Half of the jobs keep two records equal, the other half look.
async fn a_load_sees_a_commit_whole(store: Shared, at_once: AtOnce<'_>) -> Found {
    let keys = ["left", "right"].map(key);
    Bench(&*store).applies(keys.iter().map(|key| insert(key, "0")).collect()).await?;
    let torn = gather(at_once, FEW, |job| torn(store.clone(), keys.clone(), job % 2 == 0)).await;
    torn.into_iter().find_map(|(_, torn)| torn).map_or(Ok(()), |torn| Err(format!("a load found {torn}")))
}

async fn torn(store: Shared, keys: [RecordKey; 2], writes: bool) -> Option<String> {
    for _ in 0..ROUNDS * 4 {
        let found = Bench(&*store).load(&keys).await.ok()?;
        let [Some(left), Some(right)] = &found[..] else { return Some("nothing".to_owned()) };
        if left.record != right.record {
            return Some(format!("{} and {}", count(left.record.as_bytes()), count(right.record.as_bytes())));
        }
        if writes {
            let next = (count(left.record.as_bytes()) + 1).to_string();
            commit(&store, vec![replace(&keys[0], left.version, &next), replace(&keys[1], right.version, &next)]).await;
        }
    }
    None
}

pub(super) fn count(record: &[u8]) -> usize {
    std::str::from_utf8(record).ok().and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// The answer to a commit; `None` where the store was unavailable, which under contention it may be.
pub(super) fn commit(store: &Shared, mut writes: Vec<Write>) -> impl Future<Output = Option<Committed>> + Send + use<> {
    writes.sort_by(|a, b| a.key().cmp(b.key()));
    let store = store.clone();
    async move { store.commit(&Commit::new(NOW, writes)).await.ok() }
}

/// The answer of each job, with its number.
pub(super) async fn gather<T, F>(at_once: AtOnce<'_>, jobs: usize, job: impl Fn(usize) -> F) -> Vec<(usize, T)>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let answers = Arc::new(Mutex::new(vec![]));
    let task = |number| -> Task {
        let (job, answers) = (job(number), answers.clone());
        Box::pin(async move {
            let answer = job.await;
            answers.lock().unwrap_or_else(PoisonError::into_inner).push((number, answer));
        })
    };
    at_once((0..jobs).map(task).collect()).await;
    std::mem::take(&mut *answers.lock().unwrap_or_else(PoisonError::into_inner))
}

fn applied(answers: &[(usize, Option<Committed>)]) -> Vec<usize> {
    answers.iter().filter(|(_, answer)| *answer == Some(Committed::Applied)).map(|(job, _)| *job).collect()
}
