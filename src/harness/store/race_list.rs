//! Lists while other callers write.

use super::FEW;
use super::bench::{Bench, client, ids_of, insert, key, listing, owned, remove, replace};
use super::page::Walk;
use super::race::{AtOnce, ROUNDS, Races, Shared, commit, count, gather, races};
use crate::harness::report::{Found, expect};

pub(super) const CHECKS: Races =
    races![a_page_sees_a_commit_whole, a_record_that_stays_is_listed_once_beside_those_that_come_and_go,];

/// Half of the jobs keep two records equal and owned by one party, the other half look.
async fn a_page_sees_a_commit_whole(store: Shared, at_once: AtOnce<'_>) -> Found {
    let (owner, keys) = (client("a"), ["left", "right"].map(key));
    Bench(&*store).applies(keys.iter().map(|key| owned(insert(key, "0"), &[&owner])).collect()).await?;
    let torn = gather(at_once, FEW, |job| torn(store.clone(), job % 2 == 0)).await;
    torn.into_iter().find_map(|(_, torn)| torn).map_or(Ok(()), |torn| Err(format!("a page has {torn}")))
}

async fn torn(store: Shared, writes: bool) -> Option<String> {
    let owner = client("a");
    for _ in 0..ROUNDS * 4 {
        let page = Bench(&*store).page(&listing(Some(&owner), 10)).await.ok()?;
        let [(left_key, left), (right_key, right)] = &page.records[..] else {
            return Some(format!("{:?} in place of both", ids_of(&page.records)));
        };
        if left.record != right.record {
            return Some(format!("{} and {}", count(left.record.as_bytes()), count(right.record.as_bytes())));
        }
        if writes {
            let next = (count(left.record.as_bytes()) + 1).to_string();
            let both = [replace(left_key, left.version, &next), replace(right_key, right.version, &next)];
            commit(&store, both.into_iter().map(|write| owned(write, &[&owner])).collect()).await;
        }
    }
    None
}

const STAYING: [&str; 5] = ["b", "d", "f", "h", "k"];

/// Each job reads page by page, and between two pages inserts and removes its own records around those that stay, and replaces one
/// of these.
async fn a_record_that_stays_is_listed_once_beside_those_that_come_and_go(store: Shared, at_once: AtOnce<'_>) -> Found {
    let owner = client("a");
    Bench(&*store).applies(STAYING.iter().map(|id| owned(insert(&key(*id), id), &[&owner])).collect()).await?;
    for (_, walked) in gather(at_once, FEW, |job| walk(store.clone(), job)).await {
        walked?;
    }
    Ok(())
}

async fn walk(store: Shared, job: usize) -> Found {
    let owner = client("a");
    let passing = ["a", "c", "i"].map(|before| key(format!("{before} {job}")));
    let bench = Bench(&*store);
    for round in 0..ROUNDS {
        let mut walk = Walk::from(listing(Some(&owner), 2));
        while let Some(list) = &walk.next {
            // Under contention the store may be unavailable.
            let Ok(page) = store.list(list).await else { return Ok(()) };
            walk.take(&page)?;
            for passing in &passing {
                let write = match bench.find(passing).await {
                    Ok(Some(held)) => remove(passing, held.version),
                    _ => owned(insert(passing, "passing"), &[&owner]),
                };
                commit(&store, vec![write]).await;
            }
            let staying = key(STAYING[(round + job) % STAYING.len()]);
            if let Ok(Some(held)) = bench.find(&staying).await {
                commit(&store, vec![owned(replace(&staying, held.version, "again"), &[&owner])]).await;
            }
        }
        let stayed: Vec<_> = walk.ids.iter().filter(|id| STAYING.contains(&id.as_str())).collect();
        expect(stayed == STAYING, || format!("of {STAYING:?}, the pages list {stayed:?}"))?;
    }
    Ok(())
}
