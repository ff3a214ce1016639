//! The user agent: cookies, redirects, forms, until the client's redirect URI or a page without a way on.

mod cookies;
pub mod page;
mod strangers;

use std::sync::Arc;

use url::Url;

use cookies::Jar;
use page::{Control, Form, Page};

use crate::finding::{Finding, Tried, fail};
use crate::http::{Http, Reply, Request};
use crate::target::{FormStrategy, UserStrategy};
use fapi::requirement::oauth2_rt;

const MOST_STEPS: usize = 25;

/// A browser with a user in front of it. Clones share nothing.
#[derive(Clone)]
pub struct Browser {
    http: Http,
    user: Arc<UserStrategy>,
    jar: Jar,
}

/// What the user means to do. Exhaustive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intention {
    /// Log in and allow.
    Approve,
    /// Refuse, as soon as there is a way to.
    Deny,
    /// Stop at the first page that asks for something.
    Look,
    /// Log in, and stop at the first page that asks for something else.
    LogIn,
}

/// Where a visit ended. Exhaustive.
#[derive(Debug, Clone)]
pub enum Landing {
    /// At the client's redirect URI.
    Callback(Callback),
    /// At a page that leads nowhere, as errors do.
    Page(Option<Reply>),
    /// At a page that waits for the user.
    Waiting(Reply),
}

/// What reached the client.
#[derive(Debug, Clone)]
pub struct Callback {
    /// The whole URL.
    pub url: Url,
    /// The exchange whose answer led there.
    pub exchange: Option<u64>,
    /// The status codes of redirects that answered a form.
    pub after_forms: Vec<u16>,
}

impl Browser {
    /// A browser without cookies.
    pub fn new(http: Http, user: Arc<UserStrategy>) -> Self {
        Self { http, user, jar: Jar::default() }
    }

    /// Opens a URL and acts until the redirect URI or a page without a way on.
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

    /// Goes on from a page that waited: another browser's page, if this one never saw it.
    pub async fn go_on(&mut self, from: &Reply, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
        let UserStrategy::Form(form) = self.user.clone().as_ref().clone() else {
            return crate::finding::skip("the pages are not driven by forms");
        };
        match act(&form, &read(from).await, from, intention) {
            Some(step) => self.fill_in(&form, step, redirect_uri, intention).await,
            None => Ok(Landing::Page(Some(from.clone()))),
        }
    }

    /// The same browser after its user cleared the cookies.
    #[must_use]
    pub fn without_cookies(&self) -> Self {
        Self { jar: Jar::default(), ..self.clone() }
    }

    async fn fill_in(&mut self, form: &FormStrategy, first: Step, redirect_uri: &str, intention: Intention) -> Tried<Landing> {
        let mut step = first;
        let mut after_forms = Vec::new();
        for _ in 0..MOST_STEPS {
            let submitted = step.method == "POST";
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
                Some(next) if next.method == "POST" && arrived(&next.url, redirect_uri) => {
                    let finding = Finding::new("the response in the redirect URI's query", "a form for it (form_post)");
                    return Err(finding.shown_by(reply.number()).against(&oauth2_rt::DEFAULT_RESPONSE_MODE).into());
                }
                Some(next) if arrived(&next.url, redirect_uri) => {
                    return Ok(Landing::Callback(Callback { url: next.url, exchange: Some(reply.number()), after_forms }));
                }
                Some(next) => step = next,
            }
        }
        let expected = format!("the redirect URI or a page without a way on, after at most {MOST_STEPS} steps");
        Err(Finding::new(expected, "still more pages (are the `[user]` fields of the target file right?)").on_the_way().into())
    }

    async fn send(&mut self, step: Step) -> Tried<Reply> {
        let mut request = Request::new("user agent", &step.method, step.url.clone()).header("accept", "text/html, */*;q=0.5");
        if let Some(cookies) = self.jar.header(&step.url) {
            request = request.header("cookie", cookies);
        }
        if step.method == "POST" {
            let origin = step.url[..url::Position::BeforePath].to_owned();
            request = request.header("origin", origin).carrying("application/x-www-form-urlencoded", step.body);
        }
        let reply = self.http.send(request).await?;
        for cookie in reply.headers("set-cookie") {
            self.jar.store(&step.url, cookie);
        }
        Ok(reply)
    }
}

impl Landing {
    /// In a few words, for findings.
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

    /// The exchange that led here.
    pub fn exchange(&self) -> Option<u64> {
        match self {
            Self::Callback(callback) => callback.exchange,
            Self::Page(reply) => reply.as_ref().map(Reply::number),
            Self::Waiting(reply) => Some(reply.number()),
        }
    }
}

impl Callback {
    /// The query parameters, in order.
    pub fn parameters(&self) -> Vec<(String, String)> {
        self.url.query_pairs().into_owned().collect()
    }

    /// The first parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(parameter, _)| parameter == name).map(|(_, value)| value)
    }
}

const DENIALS: &[&str] = &["deny", "denied", "cancel", "reject", "refuse", "decline", "abort", "disagree", "no"];

/// Whether a page asks for something.
pub fn asks(reply: &Reply) -> bool {
    Page::read(&reply.text()).asks()
}

/// Whether a URL is the client's redirect URI with a response in it: the same place. Whether its own query is kept is judged later.
pub fn arrived(url: &Url, redirect_uri: &str) -> bool {
    let place = |url: &Url| url[..url::Position::AfterPath].to_owned();
    Url::parse(redirect_uri).is_ok_and(|own| place(url) == place(&own))
}

struct Step {
    method: String,
    url: Url,
    body: String,
}

impl Step {
    fn open(url: Url) -> Self {
        Self { method: "GET".into(), url, body: String::new() }
    }
}

fn act(strategy: &FormStrategy, page: &Page, reply: &Reply, intention: Intention) -> Option<Step> {
    let here = &reply.exchange().url;
    let wanted = |names: &[String], words: &[&str], control: &Control| match names {
        [] => control.says_any(words),
        names => names.iter().any(|name| control.is(name)),
    };
    if intention == Intention::Deny {
        let denies = |control: &Control| wanted(&strategy.deny, DENIALS, control);
        if let Some((form, control)) = page.control(denies) {
            return submit(here, form, Some(control), strategy);
        }
        if let Some(link) = page.links.iter().find(|link| denies(link)) {
            return Some(Step::open(here.join(&link.value).ok()?));
        }
    }
    let approves = |control: &Control| match &strategy.approve[..] {
        [] => !control.says_any(DENIALS),
        names => names.iter().any(|name| control.is(name)),
    };
    if let Some((form, control)) = page.control(approves) {
        return submit(here, form, Some(control), strategy);
    }
    let form = page.forms.iter().find(|form| !form.controls.is_empty())?;
    let only_denials = form.controls.iter().any(Control::submits);
    if only_denials { None } else { submit(here, form, None, strategy) }
}

/// Reading somebody else's HTML must not hold up other scenarios.
async fn read(reply: &Reply) -> Page {
    let text = reply.text().into_owned();
    tokio::task::spawn_blocking(move || Page::read(&text)).await.unwrap_or_default()
}

fn submit(here: &Url, form: &Form, pressed: Option<&Control>, strategy: &FormStrategy) -> Option<Step> {
    let action = pressed.and_then(|control| control.action.as_deref()).unwrap_or(&form.action);
    let mut url = if action.is_empty() { here.clone() } else { here.join(action).ok()? };
    let mut fields = form_urlencoded::Serializer::new(String::new());
    for control in &form.controls {
        if control.submits() {
            if pressed.is_some_and(|pressed| std::ptr::eq(pressed, control)) && !control.name.is_empty() {
                fields.append_pair(&control.name, &control.value);
            }
        } else if !control.name.is_empty() && (!control.optional || strategy.fields.contains_key(&control.name)) {
            fields.append_pair(&control.name, strategy.fields.get(&control.name).unwrap_or(&control.value));
        }
    }
    let body = fields.finish();
    if form.method == "POST" {
        return Some(Step { method: "POST".into(), url, body });
    }
    url.set_query(Some(&body));
    Some(Step::open(url))
}
