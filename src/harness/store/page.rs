//! Pages follow each other without gaps or repetitions, whatever is written between them.

use super::Checks;
use super::bench::{Bench, client, ids_of, insert, key, listing, owned, remove, replace};
use crate::exchange::{List, Listed};
use crate::harness::report::{Found, expect};
use crate::record::Owner;

pub(super) const CHECKS: Checks = checks![
    a_page_has_at_most_as_many_records_as_asked_for,
    pages_follow_each_other,
    a_removal_between_pages_hides_no_other_record,
    a_replacement_between_pages_repeats_no_record,
];

/// More pages than any check needs.
const PAGES: usize = 200;

/// A walk over the pages of a list.
pub(super) struct Walk {
    /// The page to read next, if there is one.
    pub(super) next: Option<List>,
    pages: usize,
    pub(super) ids: Vec<String>,
}

impl Walk {
    pub(super) fn from(first: List) -> Self {
        Self { next: Some(first), pages: 0, ids: vec![] }
    }

    /// Reads the next page, and returns true if there was one.
    async fn read(&mut self, store: &Bench<'_>) -> Found<bool> {
        let Some(list) = &self.next else { return Ok(false) };
        let page = store.page(list).await?;
        self.take(&page)?;
        Ok(true)
    }

    /// Continues with the page that this one names.
    pub(super) fn take(&mut self, page: &Listed) -> Found {
        self.pages += 1;
        expect(self.pages <= PAGES, || format!("after {PAGES} pages there is still another one"))?;
        for id in ids_of(&page.records) {
            let last = self.ids.last().map_or("", String::as_str);
            expect(self.ids.is_empty() || last < id, || format!("{id:?} is listed after {last:?}"))?;
            self.ids.push(id.to_owned());
        }
        let list = self.next.take();
        self.next = list.zip(page.next.clone()).map(|(list, next)| List { after: Some(next), ..list });
        Ok(())
    }

    fn has_listed(&self, ids: &[&str]) -> Found {
        expect(self.ids == ids, || format!("the pages list {:?}, not {ids:?}", self.ids))
    }
}

const IDS: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

async fn fill(store: &Bench<'_>) -> Found<Owner> {
    let owner = client("a");
    store.applies(IDS.iter().map(|id| owned(insert(&key(*id), id), &[&owner])).collect()).await?;
    Ok(owner)
}

async fn a_page_has_at_most_as_many_records_as_asked_for(store: &Bench<'_>) -> Found {
    let owner = fill(store).await?;
    for owner in [None, Some(&owner)] {
        for limit in 1..=IDS.len() {
            let page = store.page(&listing(owner, limit)).await?;
            let listed = page.records.len();
            expect(listed <= limit, || format!("{listed} records are on a page of at most {limit}"))?;
        }
    }
    Ok(())
}

async fn pages_follow_each_other(store: &Bench<'_>) -> Found {
    let owner = fill(store).await?;
    for owner in [None, Some(&owner)] {
        for limit in 1..=IDS.len() + 1 {
            let mut walk = Walk::from(listing(owner, limit));
            while walk.read(store).await? {}
            walk.has_listed(&IDS).map_err(|found| format!("at most {limit} a page: {found}"))?;
        }
    }
    Ok(())
}

/// The record that a page ended with is removed before the next page is read.
async fn a_removal_between_pages_hides_no_other_record(store: &Bench<'_>) -> Found {
    let owner = fill(store).await?;
    let mut walk = Walk::from(listing(Some(&owner), 2));
    while walk.read(store).await? {
        if let Some(last) = walk.ids.last().map(key)
            && let Some(held) = store.find(&last).await?
        {
            store.applies(vec![remove(&last, held.version)]).await?;
        }
    }
    walk.has_listed(&IDS)
}

/// The record that a page began with is replaced before the next page is read.
async fn a_replacement_between_pages_repeats_no_record(store: &Bench<'_>) -> Found {
    let owner = fill(store).await?;
    let mut walk = Walk::from(listing(Some(&owner), 2));
    let mut seen = 0;
    while walk.read(store).await? {
        if let Some(first) = walk.ids.get(seen).map(key) {
            let held = store.held(&first).await?;
            store.applies(vec![owned(replace(&first, held.version, "again"), &[&owner])]).await?;
        }
        seen = walk.ids.len();
    }
    walk.has_listed(&IDS)
}
