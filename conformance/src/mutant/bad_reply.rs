//! Servers with bad replies: one per member, header or status.

mod access_token;
mod beside;
mod claims;
mod document;
mod draft;
mod errors;
mod id_token;
mod introspection;
mod keys;
mod lies;
mod metadata;
mod page;
mod pedantic;
mod push;
mod refresh;
mod registered;
mod resource;
mod response;
mod revocation;
mod token;
mod userinfo;
mod weak;

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use fapi::requirement::Requirement;

use super::{Family, Mutant};
use crate::http::{Answer, Middleware, Request};
use crate::target::in_process::{Alteration, Fixture};
use draft::Draft;

/// One mutant per row of the tables.
pub(super) fn all() -> Vec<Mutant> {
    let slips = TABLES.iter().flat_map(|(prefix, slips)| slips.iter().map(|slip| mutant(prefix, slip)));
    slips.chain(weak::all()).collect()
}

static TABLES: &[(&str, &[Slip])] = &[
    ("metadata", metadata::SLIPS),
    ("document", document::SLIPS),
    ("keys", keys::SLIPS),
    ("push", push::SLIPS),
    ("page", page::SLIPS),
    ("response", response::SLIPS),
    ("token", token::SLIPS),
    ("id-token", id_token::SLIPS),
    ("id-token", claims::SLIPS),
    ("access-token", access_token::SLIPS),
    ("refresh", refresh::SLIPS),
    ("userinfo", userinfo::SLIPS),
    ("introspection", introspection::SLIPS),
    ("revocation", revocation::SLIPS),
    ("resource", resource::SLIPS),
    ("error", errors::SLIPS),
    ("pedantic", pedantic::SLIPS),
    ("registered", registered::SLIPS),
    ("beside", beside::SLIPS),
    ("lies", lies::SLIPS),
];

/// One way to make replies bad.
struct Slip {
    name: &'static str,
    summary: &'static str,
    requirement: &'static Requirement,
    place: Place,
    spoil: fn(&mut Draft<'_>),
}

const fn slip(
    name: &'static str,
    summary: &'static str,
    requirement: &'static Requirement,
    place: Place,
    spoil: fn(&mut Draft<'_>),
) -> Slip {
    Slip { name, summary, requirement, place, spoil }
}

/// The responses that it applies to: by prefixes of the URL's path, and by status.
#[derive(Clone)]
struct Place {
    paths: &'static [&'static str],
    statuses: RangeInclusive<u16>,
}

impl Place {
    const fn served(paths: &'static [&'static str]) -> Self {
        Self { paths, statuses: 200..=299 }
    }

    const fn redirected(paths: &'static [&'static str]) -> Self {
        Self { paths, statuses: 300..=399 }
    }

    const fn refused(paths: &'static [&'static str]) -> Self {
        Self { paths, statuses: 400..=499 }
    }

    const fn any(paths: &'static [&'static str]) -> Self {
        Self { paths, statuses: 100..=599 }
    }

    fn fits(&self, request: &Request, status: u16) -> bool {
        let path = request.url.path();
        self.statuses.contains(&status) && self.paths.iter().any(|start| path.starts_with(start))
    }
}

/// The front channel: the paths that browsers use.
const FRONT: &[&str] = &["/authorize", "/interaction/"];

fn mutant(prefix: &str, slip: &'static Slip) -> Mutant {
    let name = format!("{prefix}/{}", slip.name);
    Mutant::new(Family::BadReply, &name, slip.summary, slip.requirement, move |fixture| {
        let middleware = BadReply { slip, fixture: fixture.clone(), memory: Mutex::default() };
        Alteration { middleware: Some(Arc::new(middleware)), ..Alteration::default() }
    })
}

/// Stands between the suite and a correct server, and makes its replies bad.
struct BadReply {
    slip: &'static Slip,
    fixture: Fixture,
    memory: Mutex<BTreeMap<String, String>>,
}

impl Middleware for BadReply {
    fn answer(&self, request: &Request, answer: Answer) -> Answer {
        match answer {
            Answer::Response { status, headers, body } if self.slip.place.fits(request, status) => {
                let memory = &mut self.memory.lock().unwrap_or_else(PoisonError::into_inner);
                let mut draft = Draft { status, headers, body, request, fixture: &self.fixture, memory };
                (self.slip.spoil)(&mut draft);
                draft.sent()
            }
            other => other,
        }
    }
}
