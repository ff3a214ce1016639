//! The kinds of login pages: each row has the pages of a server, and the end of a visit to it.

mod driven;
mod obstacles;
mod refused;
mod words;

use std::sync::{Arc, LazyLock, Mutex};

use fapi_conformance::browser::{Browser, Intention, Landing};
use fapi_conformance::finding::{Hindrance, Stop};
use fapi_conformance::http::{Answer, Connector, Http, Lost, Middleware, Request, Trust};
use fapi_conformance::target::{FormStrategy, UserStrategy};
use url::Url;

/// Where every visit begins.
const START: &str = "https://as.example/authorize?client_id=one";
const CALLBACK: &str = "https://client.example/cb";

/// The authorities of this machine, which are read once.
static TRUST: LazyLock<Trust> = LazyLock::new(Trust::system);

/// A kind of login page.
struct Kind {
    name: &'static str,
    /// The pages of the server. Any other request is answered with status 400.
    pages: &'static [Served],
    /// Entries of `fields` other than `user` and `password`.
    fields: &'static [(&'static str, &'static str)],
    approve: &'static [&'static str],
    /// The URL where the visit ends, the sentence of the obstacle, or the description of the page.
    end: &'static str,
}

/// A request (method, URL on `https://as.example` and body) with its response: status, header fields, body.
type Served = (&'static str, u16, &'static [(&'static str, &'static str)], &'static str);

const ALICE: &[(&str, &str)] = &[("user", "alice"), ("password", "secret")];

impl Kind {
    const fn new(name: &'static str, pages: &'static [Served], end: &'static str) -> Self {
        Self { name, pages, fields: ALICE, approve: &[], end }
    }

    const fn with(self, fields: &'static [(&'static str, &'static str)]) -> Self {
        Self { fields, ..self }
    }

    const fn approving(self, approve: &'static [&'static str]) -> Self {
        Self { approve, ..self }
    }
}

/// A server that consists of a kind's pages. It writes down what it is asked.
struct Server {
    pages: &'static [Served],
    asked: Mutex<Vec<String>>,
}

impl Middleware for Server {
    fn request(&self, request: Request) -> Request {
        // No connection is tried: a URL of this scheme has no port.
        Request { url: Url::parse("none://host/").unwrap_or(request.url), ..request }
    }

    fn answer(&self, request: &Request, _: Answer) -> Answer {
        let cookie = request.headers.iter().find(|(name, _)| name == "cookie").map(|(_, value)| format!(" [{value}]"));
        let url = request.url.as_str().replace("https://as.example/", "/");
        let (body, cookie) = (String::from_utf8_lossy(&request.body), cookie.unwrap_or_default());
        let asked = format!("{} {url} {body}", request.method).trim_end().to_owned() + &cookie;
        self.asked.lock().unwrap_or_else(|error| panic!("{error}")).push(asked.clone());
        if request.url.host_str() == Some("gone.example") {
            return Answer::Nothing(Lost::Refused, "connection refused".into());
        }
        let found = self.pages.iter().find(|(served, ..)| *served == asked);
        let (_, status, headers, body) = found.copied().unwrap_or(("", 400, &[], "no such page"));
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Answer::Response { status, headers, body: body.into() }
    }
}

struct Visited {
    end: String,
    hindrance: Option<Hindrance>,
    asked: Vec<String>,
}

async fn visit(kind: &Kind, intention: Intention) -> Visited {
    let server = Arc::new(Server { pages: kind.pages, asked: Mutex::default() });
    let http = Http::new(Connector::new(TRUST.clone()).through(server.clone()));
    let fields = kind.fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let approve = kind.approve.iter().map(|name| (*name).to_owned()).collect();
    let user = Arc::new(UserStrategy::Form(FormStrategy { fields, approve, ..FormStrategy::default() }));
    let start = Url::parse(START).unwrap_or_else(|error| panic!("{error}"));
    let landed = Browser::new(http, user.clone()).visit(start, CALLBACK, intention).await;
    let (end, hindrance) = match landed {
        Ok(Landing::Callback(callback)) => (callback.url.into(), None),
        Ok(landing) => match landing.obstacle(&user) {
            Some(obstacle) => (obstacle.text, Some(obstacle.hindrance)),
            None => (landing.describe(), None),
        },
        Err(Stop::Obstacle(obstacle)) => (obstacle.text, Some(obstacle.hindrance)),
        Err(stop) => panic!("{}: {stop:?}", kind.name),
    };
    let asked = server.asked.lock().unwrap_or_else(|error| panic!("{error}")).clone();
    Visited { end, hindrance, asked }
}

/// Visits each kind, and returns the ends that differ from the expected ones.
async fn differing(kinds: &[Kind], hindrance: Option<Hindrance>) -> Vec<String> {
    let mut differing = Vec::new();
    for kind in kinds {
        let visited = visit(kind, Intention::Approve).await;
        if visited.end != kind.end || visited.hindrance != hindrance {
            let Visited { end, hindrance, asked } = visited;
            differing.push(format!("{}: {end} ({hindrance:?}), not {}\n  {}", kind.name, kind.end, asked.join("\n  ")));
        }
    }
    differing
}
