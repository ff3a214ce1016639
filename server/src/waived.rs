//! For mutants only, under a `--cfg` that no cargo feature can switch on: a request can name requirements that are not checked for it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use fapi::requirement;
use http::Request;

/// The header field with the ids of the requirements, separated by spaces.
const FIELD: &str = "fapi-waive";

/// The lists that requests named. They live as long as the program, and each is made once.
static NAMED: Mutex<BTreeSet<&'static [&'static str]>> = Mutex::new(BTreeSet::new());

/// The requirements that the server never checks, with those that the request names.
pub(crate) fn with_named(always: &'static [&'static str], request: &Request<Bytes>) -> &'static [&'static str] {
    let Some(field) = request.headers().get(FIELD).and_then(|field| field.to_str().ok()) else { return always };
    let named = field.split(' ').filter_map(requirement::find).map(|row| row.id);
    let all: Vec<&'static str> = always.iter().copied().chain(named).collect();
    let mut known = NAMED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(list) = known.get(&all[..]) {
        return list;
    }
    let list: &'static [&'static str] = Box::leak(all.into_boxed_slice());
    known.insert(list);
    list
}
