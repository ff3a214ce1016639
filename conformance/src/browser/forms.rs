//! The form strategy: redirects are followed, forms are filled in and sent, and nothing is typed twice.

use std::collections::BTreeMap;

use cookie::time::OffsetDateTime;
use url::Url;

use super::page::{Content, Form, Page, Refresh};
use super::plan::{self, Next};
use super::typed::Typed;
use super::{Browser, Callback, Intention, Landing, arrived, obstacle, place};
use crate::finding::{Finding, Tried};
use crate::http::{Reply, Request};
use crate::target::{FormStrategy, Login};
use fapi::requirement::oauth2_rt;

pub(super) const MOST_STEPS: usize = 25;

/// One visit: its settings, and everything that it did so far.
pub(super) struct Visit<'v> {
    strategy: &'v FormStrategy,
    redirect_uri: &'v str,
    intention: Intention,
    typed: Typed,
    /// True if the first page was loaded in an earlier visit, so that it may be out of date.
    is_late: bool,
    /// The number of times that each page was loaded, by its URL without query.
    loaded: BTreeMap<String, usize>,
    after_forms: Vec<u16>,
    /// The login, from the moment at which the password is sent.
    login: Option<Login>,
}

/// The next request of a visit, or its end.
enum Turn {
    Go(Step),
    End(Landing),
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

impl<'v> Visit<'v> {
    pub(super) fn new(strategy: &'v FormStrategy, redirect_uri: &'v str, intention: Intention) -> Self {
        let (typed, loaded, after_forms) = (Typed::default(), BTreeMap::new(), Vec::new());
        Self { strategy, redirect_uri, intention, typed, is_late: false, loaded, after_forms, login: None }
    }

    /// Begins with a URL.
    pub(super) async fn open(mut self, browser: &mut Browser, url: Url) -> Tried<Landing> {
        self.follow(browser, Step { url, posted: None }).await
    }

    /// Begins with an act on a page that was loaded before.
    pub(super) async fn go_on(mut self, browser: &mut Browser, from: &Reply) -> Tried<Landing> {
        self.is_late = true;
        let page = self.read(from).await;
        let next = plan::next(&page, &from.exchange().url, self.strategy, self.intention);
        match self.act(&page, from, next).await? {
            Turn::Go(step) => self.follow(browser, step).await,
            Turn::End(landing) => Ok(landing),
        }
    }

    async fn read(&self, reply: &Reply) -> Page {
        let mut page = read(reply).await;
        if self.intention == Intention::Approve {
            plan::tick(&mut page, self.strategy);
        }
        page
    }

    async fn follow(&mut self, browser: &mut Browser, mut step: Step) -> Tried<Landing> {
        let first = step.url.clone();
        for _ in 0..MOST_STEPS {
            let reply = match browser.send(&step).await {
                Ok(reply) => reply,
                Err(unanswered) => {
                    let obstacle = obstacle::unanswered(&unanswered.0, &first);
                    return Err(obstacle.map_or_else(|| unanswered.into(), Into::into));
                }
            };
            if browser.http.is_limited(&reply) {
                return Err(obstacle::limited(&reply).into());
            }
            *self.loaded.entry(place(&step.url)).or_default() += 1;
            let turn = match reply.status() {
                300..400 => self.redirected(step, reply),
                _ => self.shown(reply).await?,
            };
            match turn {
                Turn::Go(next) => step = next,
                Turn::End(landing) => return Ok(landing),
            }
        }
        let most = self.loaded.iter().max_by_key(|(_, times)| **times);
        Err(obstacle::endless(MOST_STEPS, most.map(|(page, times)| (page.as_str(), *times))).into())
    }

    fn redirected(&mut self, step: Step, reply: Reply) -> Turn {
        let Some(mut next) = reply.header("location").and_then(|location| step.url.join(location).ok()) else {
            return Turn::End(Landing::Page(Some(reply)));
        };
        if next.fragment().is_none() {
            next.set_fragment(step.url.fragment());
        }
        if step.posted.is_some() {
            self.after_forms.push(reply.status());
        }
        if arrived(&next, self.redirect_uri) {
            return self.called_back(next, &reply);
        }
        // These two statuses have the browser repeat the request, and the others have it fetch the page.
        let repeats = |status: u16| matches!(status, 307 | 308);
        let again = self.after_forms.iter().rev().nth(1).is_some_and(|before| repeats(*before));
        if step.posted.is_some() && repeats(reply.status()) && (again || place(&next) == place(&step.url)) {
            // The form, and a password in it, would be sent again and again.
            return Turn::End(Landing::Page(Some(reply)));
        }
        let repeated = step.posted.filter(|_| repeats(reply.status()));
        let is_foreign = next.origin() != step.url.origin();
        let posted = repeated.map(|posted| if is_foreign { Posted { origin: "null".into(), ..posted } } else { posted });
        Turn::Go(Step { url: next, posted })
    }

    async fn shown(&mut self, reply: Reply) -> Tried<Turn> {
        let page = self.read(&reply).await;
        if !reply.is_success() {
            let typing = plan::login(&page, self.strategy).map(|form| plan::typed(form, self.strategy)).unwrap_or_default();
            if !self.typed.is_login(reply.status(), &typing, &reply.exchange().url) {
                return Ok(Turn::End(Landing::Page(Some(reply))));
            }
        }
        let here = &reply.exchange().url;
        if let Some(next) = plan::by_itself(&page, here) {
            return self.act(&page, &reply, next).await;
        }
        let looks_on = match self.intention {
            Intention::Look => true,
            Intention::LogIn => plan::login(&page, self.strategy).is_none(),
            Intention::Approve | Intention::Deny => false,
        };
        if looks_on {
            return Ok(Turn::End(if page.asks() { self.led_on(Landing::Waiting(reply)) } else { Landing::Page(Some(reply)) }));
        }
        self.act(&page, &reply, plan::next(&page, here, self.strategy, self.intention)).await
    }

    async fn act(&mut self, page: &Page, reply: &Reply, next: Next<'_>) -> Tried<Turn> {
        let here = &reply.exchange().url;
        let untouched = BTreeMap::new();
        let (form, pressed, fields) = match next {
            Next::Nothing(_) => return Ok(Turn::End(Landing::Page(Some(reply.clone())))),
            Next::Open(url) if arrived(&url, self.redirect_uri) => return Ok(self.called_back(url, reply)),
            Next::Open(url) => {
                self.typed.goes_on();
                return Ok(Turn::Go(Step { url, posted: None }));
            }
            Next::Refuse(form, button) => {
                if plan::continues(page, here, self.strategy, button) {
                    return Err(obstacle::refusal_continues(here, button).shown_by(reply.number()).into());
                }
                (form, Some(button), &untouched)
            }
            Next::Send(form, button) => {
                if let Some(landing) = self.types(form, page, reply).await? {
                    return Ok(Turn::End(landing));
                }
                (form, button, &self.strategy.fields)
            }
        };
        let Some(submission) = page.submit(here, form, pressed, fields) else {
            return Ok(Turn::End(Landing::Page(Some(reply.clone()))));
        };
        if !arrived(&submission.url, self.redirect_uri) {
            let posted = submission.content.map(|content| Posted { content, origin: here.origin().ascii_serialization() });
            return Ok(Turn::Go(Step { url: submission.url, posted }));
        }
        if submission.content.is_some() {
            let finding = Finding::new("the response in the redirect URI's query", "a form for it (form_post)");
            return Err(finding.shown_by(reply.number()).against(&oauth2_rt::DEFAULT_RESPONSE_MODE).into());
        }
        Ok(self.called_back(submission.url, reply))
    }

    /// Notes the fields that are about to be typed. If they were typed before, the login was refused: the visit ends.
    async fn types(&mut self, form: &Form, page: &Page, reply: &Reply) -> Tried<Option<Landing>> {
        let typing = plan::typed(form, self.strategy);
        let here = &reply.exchange().url;
        if self.typed.is_repeated(&typing, here) {
            if self.is_late && self.typed.is_first() {
                // The form that was sent belonged to an old page, so that a new login page tells nothing about the password.
                return Ok(Some(Landing::Waiting(reply.clone())));
            }
            let obstacle = self.typed.obstacle(here, page, self.strategy);
            if let Some(login) = self.login.take() {
                login.refused();
            }
            return Err(obstacle.shown_by(reply.number()).into());
        }
        let has_password = typing.iter().any(|(_, is_password)| *is_password);
        // A login may have several passwords, on several pages.
        if has_password && self.login.is_none() {
            let Some(login) = self.strategy.logins.begin().await else {
                return Err(obstacle::refused_before().shown_by(reply.number()).into());
            };
            self.login = Some(login);
        }
        self.typed.note(&typing, here);
        Ok(None)
    }

    fn called_back(&mut self, url: Url, reply: &Reply) -> Turn {
        let after_forms = std::mem::take(&mut self.after_forms);
        Turn::End(self.led_on(Landing::Callback(Callback { url, exchange: Some(reply.number()), after_forms })))
    }

    /// Notes that the login, if there was one, led on to this end.
    fn led_on(&mut self, landing: Landing) -> Landing {
        if let Some(login) = self.login.take() {
            login.succeeded();
        }
        landing
    }
}

impl Browser {
    async fn send(&mut self, step: &Step) -> Result<Reply, crate::http::Unanswered> {
        let method = if step.posted.is_some() { "POST" } else { "GET" };
        let mut request =
            Request::new(crate::http::USER_AGENT, method, step.url.clone()).header("accept", "text/html, */*;q=0.5");
        if let Some(cookies) = self.jar.header(&step.url, OffsetDateTime::now_utc()) {
            request = request.header("cookie", cookies);
        }
        if let Some(Posted { content, origin }) = &step.posted {
            request = request.header("origin", origin).carrying(&content.media_type, content.body.clone());
        }
        let reply = self.http.send(request).await?;
        for cookie in reply.headers("set-cookie") {
            self.jar.store(&step.url, cookie, OffsetDateTime::now_utc());
        }
        Ok(reply)
    }
}

/// Parses a page on its own thread, so that a large page does not hold up other scenarios.
async fn read(reply: &Reply) -> Page {
    let (text, refresh) = (reply.text().into_owned(), reply.header("refresh").and_then(Refresh::read));
    let page = tokio::task::spawn_blocking(move || Page::read(&text)).await.unwrap_or_default();
    // A browser follows the header even if the page has an instruction of its own.
    Page { refresh: refresh.or(page.refresh.clone()), ..page }
}
