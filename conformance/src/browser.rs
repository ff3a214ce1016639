//! The user agent: it follows redirects and links and sends forms, with cookies, until it arrives at the client's redirect URI
//! or at a page that leads nowhere.
//!
//! No script runs and no `<meta http-equiv="refresh">` is followed. A page that needs one of them leads nowhere.

mod cookies;
pub mod page;
mod strangers;

use std::sync::Arc;

use cookie::time::OffsetDateTime;
use url::Url;

use cookies::Jar;
use page::{Content, Control, Form, Page};

use crate::finding::{Finding, Tried, fail};
use crate::http::{Http, Reply, Request};
use crate::target::{FormStrategy, UserStrategy};
use fapi::requirement::oauth2_rt;

const MOST_STEPS: usize = 25;

/// A browser and its user. A clone has a copy of the cookies and shares nothing with the original.
#[derive(Clone)]
pub struct Browser {
    http: Http,
    user: Arc<UserStrategy>,
    jar: Jar,
}

/// The user's intention. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intention {
    /// Log in and allow.
    Approve,
    /// Refuse on the first page that has a button or link for it.
    Deny,
    /// Stop at the first page that asks for something.
    Look,
    /// Log in, and stop at the first page that asks for something else.
    LogIn,
}

/// The end of a visit. Exhaustive.
#[derive(Debug, Clone)]
pub enum Landing {
    /// The client's redirect URI.
    Callback(Callback),
    /// A page that leads nowhere, such as an error page.
    Page(Option<Reply>),
    /// A page that waits for the user.
    Waiting(Reply),
}

/// The authorization response as it reaches the client.
#[derive(Debug, Clone)]
pub struct Callback {
    /// The whole URL.
    pub url: Url,
    /// The exchange whose response led there.
    pub exchange: Option<u64>,
    /// The status codes of the redirects that answered a form.
    pub after_forms: Vec<u16>,
}

impl Browser {
    /// Creates a browser without cookies.
    pub fn new(http: Http, user: Arc<UserStrategy>) -> Self {
        Self { http, user, jar: Jar::default() }
    }

    /// Opens a URL and acts as the user intends, until the redirect URI or a page that leads nowhere.
    pub async fn visit(&mut self, url: Url, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
        match (self.user.clone().as_ref(), intention) {
            (UserStrategy::Form(form), _) => self.fill_in(form, Step::open(url), redirect_uri, intention).await,
            (_, Intention::Look | Intention::LogIn) => {
                self.fill_in(&FormStrategy::default(), Step::open(url), redirect_uri, intention).await
            }
            (UserStrategy::Command(command), _) => strangers::command(command, &url, redirect_uri, intention).await,
            (UserStrategy::Manual, _) => strangers::manual(&url, redirect_uri, intention).await,
        }
    }

    /// Continues from a page that waits for the user. This browser need not be the one that loaded the page.
    pub async fn go_on(&mut self, from: &Reply, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
        let UserStrategy::Form(form) = self.user.clone().as_ref().clone() else {
            return crate::finding::skip("the pages are not driven by forms");
        };
        match act(&form, &read(from).await, from, intention) {
            Some(step) => self.fill_in(&form, step, redirect_uri, intention).await,
            None => Ok(Landing::Page(Some(from.clone()))),
        }
    }

    /// Returns a copy of this browser without cookies.
    #[must_use]
    pub fn without_cookies(&self) -> Self {
        Self { jar: Jar::default(), ..self.clone() }
    }

    async fn fill_in(&mut self, form: &FormStrategy, first: Step, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
        let mut step = first;
        let mut after_forms = Vec::new();
        for _ in 0..MOST_STEPS {
            let submitted = step.posted.is_some();
            let here = step.url.clone();
            let reply = self.send(step).await?;
            if (300..400).contains(&reply.status()) {
                let Some(next) = reply.header("location").and_then(|location| here.join(location).ok()) else {
                    return fail("a redirect with a Location", format!("status {} without one", reply.status()));
                };
                if submitted {
                    after_forms.push(reply.status());
                }
                if arrived(&next, redirect_uri) {
                    return Ok(Landing::Callback(Callback { url: next, exchange: Some(reply.number()), after_forms }));
                }
                step = Step::open(next);
                continue;
            }
            if !reply.is_success() {
                return Ok(Landing::Page(Some(reply)));
            }
            let page = read(&reply).await;
            if intention == Intention::Look || (intention == Intention::LogIn && !page.asks_for_password()) {
                return Ok(if page.asks() { Landing::Waiting(reply) } else { Landing::Page(Some(reply)) });
            }
            match act(form, &page, &reply, intention) {
                None => return Ok(Landing::Page(Some(reply))),
                Some(next) if next.posted.is_some() && arrived(&next.url, redirect_uri) => {
                    let finding = Finding::new("the response in the redirect URI's query", "a form for it (form_post)");
                    return Err(finding.shown_by(reply.number()).against(&oauth2_rt::DEFAULT_RESPONSE_MODE).into());
                }
                Some(next) if arrived(&next.url, redirect_uri) => {
                    return Ok(Landing::Callback(Callback { url: next.url, exchange: Some(reply.number()), after_forms }));
                }
                Some(next) => step = next,
            }
        }
        let expected = format!("the redirect URI or a page that leads nowhere, after at most {MOST_STEPS} steps");
        Err(Finding::new(expected, "still more pages (are the `[user]` fields of the target file right?)").on_the_way().into())
    }

    async fn send(&mut self, step: Step) -> Tried<Reply> {
        let method = if step.posted.is_some() { "POST" } else { "GET" };
        let mut request = Request::new("user agent", method, step.url.clone()).header("accept", "text/html, */*;q=0.5");
        if let Some(cookies) = self.jar.header(&step.url, OffsetDateTime::now_utc()) {
            request = request.header("cookie", cookies);
        }
        if let Some(Posted { content, origin }) = step.posted {
            request = request.header("origin", origin).carrying(&content.media_type, content.body);
        }
        let reply = self.http.send(request).await?;
        for cookie in reply.headers("set-cookie") {
            self.jar.store(&step.url, cookie, OffsetDateTime::now_utc());
        }
        Ok(reply)
    }
}

impl Landing {
    /// Describes the end of the visit for a finding.
    pub fn describe(&self) -> String {
        match self {
            Self::Callback(callback) => match callback.parameter("error") {
                Some(error) => format!("the redirect URI with error {error}"),
                None if callback.parameter("code").is_some() => "the redirect URI with a code".into(),
                None => "the redirect URI with neither code nor error".into(),
            },
            Self::Page(Some(reply)) => format!("a page with status {}", reply.status()),
            Self::Page(None) => "a page".into(),
            Self::Waiting(_) => "a page that waits for the user".into(),
        }
    }

    /// The exchange that led to the end of the visit.
    pub fn exchange(&self) -> Option<u64> {
        match self {
            Self::Callback(callback) => callback.exchange,
            Self::Page(reply) => reply.as_ref().map(Reply::number),
            Self::Waiting(reply) => Some(reply.number()),
        }
    }
}

impl Callback {
    /// Returns the query parameters, in order.
    pub fn parameters(&self) -> Vec<(String, String)> {
        self.url.query_pairs().into_owned().collect()
    }

    /// Returns the value of the first parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value)
    }
}

const DENIALS: &[&str] = &["deny", "denied", "cancel", "reject", "refuse", "decline", "abort", "disagree", "no"];

/// Returns true if a page asks for something.
pub fn asks(reply: &Reply) -> bool {
    Page::read(&reply.text()).asks()
}

/// Returns true if a URL is the client's redirect URI, whatever its query and fragment are.
pub fn arrived(url: &Url, redirect_uri: &str) -> bool {
    let place = |url: &Url| url[..url::Position::AfterPath].to_owned();
    Url::parse(redirect_uri).is_ok_and(|own| place(url) == place(&own))
}

/// A request that a browser makes by navigating.
struct Step {
    url: Url,
    posted: Option<Posted>,
}

/// A form that is posted, and the origin of its page.
struct Posted {
    content: Content,
    origin: String,
}

impl Step {
    fn open(url: Url) -> Self {
        Self { url, posted: None }
    }
}

fn act(strategy: &FormStrategy, page: &Page, reply: &Reply, intention: Intention) -> Option<Step> {
    let here = &reply.exchange().url;
    let submit = |form: &Form, pressed: Option<&Control>| {
        let submission = page.submit(here, form, pressed, &strategy.fields)?;
        let posted = submission.content.map(|content| Posted { content, origin: here.origin().ascii_serialization() });
        Some(Step { url: submission.url, posted })
    };
    let named = |names: &[String], control: &Control| names.iter().any(|name| control.is(name));
    if intention == Intention::Deny {
        let denies = |control: &Control| match &strategy.deny[..] {
            [] => control.says_any(DENIALS),
            names => named(names, control),
        };
        if let Some((form, control)) = page.control(denies) {
            return submit(form, Some(control));
        }
        let mut links = page.links.iter().filter(|link| denies(link));
        if let Some(url) = links.find_map(|link| page.resolve(here, &link.value)) {
            return Some(Step::open(url));
        }
    }
    let approves = |control: &Control| match &strategy.approve[..] {
        [] => !control.says_any(DENIALS),
        names => named(names, control),
    };
    if let Some((form, control)) = page.control(approves) {
        return submit(form, Some(control));
    }
    let form = page.forms.iter().find(|form| !form.controls.is_empty())?;
    let only_denials = form.controls.iter().any(Control::submits);
    if only_denials { None } else { submit(form, None) }
}

/// Parses a page on its own thread, so that a large page does not hold up other scenarios.
async fn read(reply: &Reply) -> Page {
    let text = reply.text().into_owned();
    tokio::task::spawn_blocking(move || Page::read(&text)).await.unwrap_or_default()
}
