//! The browser strategy: the form strategy's choices, made on pages whose scripts run in Chromium.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;
use tokio::time::{Instant, interval};
use url::Url;

use super::forms::MOST_STEPS;
use super::page::{Control, Form, Page};
use super::plan::{self, Next};
use super::typed::Typed;
use super::{Browser, Callback, Intention, Landing, arrived, obstacle, place};
use crate::chromium::{Document, Tab};
use crate::finding::{Finding, Tried};
use crate::http::{Http, Reply, Request};
use crate::target::{BrowserStrategy, FormStrategy, Login};
use fapi::requirement::oauth2_rt;

/// The pause between two looks at a page.
const PACE: Duration = Duration::from_millis(100);
/// The number of looks in a row that show the same page before anything is done on it.
const CALM: u32 = 4;
/// The time that a page has to become one on which something can be done.
const LIMIT: Duration = Duration::from_secs(15);

/// The state of a page: `html` has the values and marks that the tree of the page does not have. The elements stay in `window`.
const STATE: &str = include_str!("state.js");

/// Opens a URL in a new context of Chromium with the cookies of this browser, and acts as the user intends.
pub(super) async fn visit(
    browser: &mut Browser,
    strategy: &BrowserStrategy,
    url: Url,
    redirect_uri: &str,
    intention: Intention,
) -> Tried<Landing> {
    let fails = |error: String| obstacle::no_browser(&error);
    let chromium = strategy.chromium.get().await.map_err(fails)?;
    let stop = Url::parse(redirect_uri).map_or_else(|_| redirect_uri.to_owned(), |url| place(&url));
    // Chromium cannot be given an authority, so that it does not check certificates where the target file names one.
    let checks_certificates = browser.http.connector().authority().is_none();
    let tab = chromium.tab(&browser.cookies, &stop, checks_certificates).await.map_err(fails)?;
    let (typed, steps) = (Typed::default(), BTreeMap::new());
    let form = &strategy.form;
    let mut visit =
        Visit { tab: &tab, http: &browser.http, form, redirect_uri, intention, typed, steps, acted: None, login: None };
    let landed = visit.run(url).await;
    browser.cookies = chromium.close(tab).await.map_err(fails)?;
    landed
}

struct Visit<'v> {
    tab: &'v Tab,
    http: &'v Http,
    form: &'v FormStrategy,
    redirect_uri: &'v str,
    intention: Intention,
    typed: Typed,
    /// The number of acts on each page, by its URL without query.
    steps: BTreeMap<String, usize>,
    /// The page as it was before the last act.
    acted: Option<Look>,
    /// The login, from the moment at which the password is typed.
    login: Option<Login>,
}

/// A page at one moment.
struct Look {
    html: String,
    url: Url,
    is_complete: bool,
    /// The time at which the document was made, which no two documents of a visit share.
    made: String,
    page: Page,
}

impl Visit<'_> {
    async fn run(&mut self, url: Url) -> Tried<Landing> {
        self.tab.open(url.as_str()).await.map_err(|error| obstacle::no_browser(&error))?;
        for _ in 0..MOST_STEPS {
            if let Some(landing) = self.step().await? {
                return Ok(landing);
            }
        }
        let most = self.steps.iter().max_by_key(|(_, times)| **times);
        Err(obstacle::endless(MOST_STEPS, most.map(|(page, times)| (page.as_str(), *times))).into())
    }

    /// Waits until something can be done, and does it. Returns the end of the visit, if it is there.
    async fn step(&mut self) -> Tried<Option<Landing>> {
        let (deadline, mut pace) = (Instant::now() + LIMIT, interval(PACE));
        let (mut last, mut calm) = (String::new(), 0);
        loop {
            pace.tick().await;
            if let Some((method, url)) = self.tab.stopped() {
                return self.called_back(&method, &url).map(Some);
            }
            let documents = self.tab.documents();
            if let Some(reason) = self.tab.failed() {
                let url = documents.last().map_or("", |document| document.url.as_str());
                return Err(obstacle::not_loaded(url, &reason).into());
            }
            let is_late = Instant::now() > deadline;
            let Some(look) = self.look().await else {
                if is_late {
                    let url = documents.last().map_or("", |document| document.url.as_str());
                    return Err(obstacle::not_loaded(url, "there is no page after 15 s").into());
                }
                continue;
            };
            calm = if look.html == last { calm + 1 } else { 0 };
            last.clone_from(&look.html);
            if (look.is_complete && calm >= CALM) || is_late {
                let status = documents.iter().rev().find(|document| document.status != 0).map_or(200, |document| document.status);
                if let Some(done) = self.decide(look, status, is_late).await? {
                    return Ok(done);
                }
            }
        }
    }

    /// Decides what to do on a page. Returns nothing if the page may still change, and otherwise the end of the visit or, after an
    /// act, none.
    async fn decide(&mut self, look: Look, status: u16, is_late: bool) -> Tried<Option<Option<Landing>>> {
        let page = &look.page;
        let typing = plan::login(page, self.form).map(|form| plan::typed(form, self.form)).unwrap_or_default();
        let is_error = status >= 400 && !self.typed.is_login(status, &typing, &look.url);
        let may_change = page.has_script && !is_late && !is_error;
        let is_same = self.acted.as_ref().is_some_and(|before| before.made == look.made && before.outline() == look.outline());
        if is_same && may_change {
            return Ok(None);
        }
        if is_error
            && matches!(status, 429 | 503)
            && let Some(reply) = self.recorded(&look).filter(|reply| self.http.is_limited(reply))
        {
            return Err(obstacle::limited(&reply).into());
        }
        if is_error || (is_same && !self.typed.is_repeated(&typing, &look.url)) {
            return Ok(Some(Some(Landing::Page(self.recorded(&look)))));
        }
        let looks_on = match self.intention {
            Intention::Look => true,
            Intention::LogIn => plan::login(page, self.form).is_none(),
            Intention::Approve | Intention::Deny => false,
        };
        let next = plan::next(page, &look.url, self.form, self.intention);
        if (looks_on && !page.asks()) || matches!(next, Next::Nothing(_)) {
            return Ok(if may_change { None } else { Some(Some(Landing::Page(self.recorded(&look)))) });
        }
        if looks_on {
            let reply = self.recorded(&look);
            return Ok(Some(Some(self.led_on(reply.map_or(Landing::Page(None), Landing::Waiting)))));
        }
        if let Next::Send(form, _) = next {
            let typing = plan::typed(form, self.form);
            if self.typed.is_repeated(&typing, &look.url) {
                // Without another document, the form may still be there because the answer is not.
                let before = self.acted.as_ref().filter(|before| before.made == look.made);
                if may_change && before.is_some_and(|before| before.page.error == page.error) {
                    return Ok(None);
                }
                if let Some(login) = self.login.take() {
                    login.refused();
                }
                return Err(self.shown(self.typed.obstacle(&look.url, page, self.form), &look).into());
            }
            if self.login.is_none() && typing.iter().any(|(_, is_password)| *is_password) {
                let Some(login) = self.form.logins.begin().await else {
                    return Err(self.shown(obstacle::refused_before(), &look).into());
                };
                self.login = Some(login);
            }
            self.typed.note(&typing, &look.url);
        }
        if let Next::Refuse(_, button) = next
            && plan::continues(page, &look.url, self.form, button)
        {
            return Err(self.shown(obstacle::refusal_continues(&look.url, button), &look).into());
        }
        *self.steps.entry(place(&look.url)).or_default() += 1;
        self.act(&next).await.map_err(|error| obstacle::no_browser(&error))?;
        self.acted = Some(look);
        Ok(Some(None))
    }

    async fn act(&mut self, next: &Next<'_>) -> Result<(), String> {
        match next {
            Next::Nothing(_) => Ok(()),
            Next::Open(url) => {
                self.typed.goes_on();
                self.tab.open(url.as_str()).await
            }
            Next::Refuse(_, button) => {
                self.run_on(button, "element.click()").await;
                Ok(())
            }
            Next::Send(form, button) => {
                self.fill_in(form).await?;
                // A button may appear, or be enabled, only when the fields are filled in.
                let filled = self.look().await;
                let now = filled.as_ref().map(|look| plan::next(&look.page, &look.url, self.form, self.intention));
                let now = match now {
                    Some(Next::Send(_, button)) => button,
                    _ => *button,
                };
                let pressed = now.map(|button| (button, "element.click()"));
                let entered =
                    || Some((form.controls.iter().find(|control| control.is_typed())?, "element.form?.requestSubmit()"));
                if let Some((control, expression)) = pressed.or_else(entered) {
                    self.run_on(control, expression).await;
                }
                Ok(())
            }
        }
    }

    async fn fill_in(&self, form: &Form) -> Result<(), String> {
        for control in &form.controls {
            let value = control.field(&self.form.fields).map(|(_, value)| value);
            if control.is_typed()
                && let Some(value) = value
            {
                if self.run_on(control, "element.readOnly || (element.focus(), element.select?.(), false)").await == json!(false)
                {
                    self.tab.types(value).await?;
                }
            } else if control.chooses()
                && let Some(value) = value.or(Some(control.value.as_str()).filter(|_| !control.optional))
            {
                self.run_on(control, &format!("choose(element, {})", json!(value))).await;
            }
        }
        // Leaving the last field tells the page that its value has changed.
        self.tab.value("document.activeElement?.blur()").await;
        Ok(())
    }

    /// Runs an expression about the `element` of a control.
    async fn run_on(&self, control: &Control, expression: &str) -> serde_json::Value {
        let Some(mark) = control.mark else { return serde_json::Value::Null };
        let expression = format!(
            "((element, choose) => {expression})(window.conformanceElements[{mark}], (element, value) => {{
                if (element.localName === 'select') {{
                    if (element.value === value) return;
                    element.value = value;
                    for (const type of ['input', 'change']) element.dispatchEvent(new Event(type, {{ bubbles: true }}));
                }} else if (element.type === 'radio' && element.value !== value) {{
                    const same = [...(element.form ?? document).querySelectorAll('input[type=radio]')];
                    same.find(other => other.name === element.name && other.value === value)?.click();
                }} else if (!element.checked) {{
                    element.click();
                }}
            }})"
        );
        self.tab.value(&expression).await.unwrap_or_default()
    }

    async fn look(&self) -> Option<Look> {
        let state = self.tab.value(STATE).await?;
        let text = |name: &str| state.get(name)?.as_str().map(str::to_owned);
        let (html, url, made) = (text("html")?, Url::parse(&text("url")?).ok()?, text("made")?);
        let is_complete = state.get("complete")?.as_bool()? && url.scheme().starts_with("http");
        let read = html.clone();
        let mut page = tokio::task::spawn_blocking(move || Page::of_scripts(&read)).await.ok()?;
        if self.intention == Intention::Approve {
            plan::tick(&mut page, self.form);
        }
        Some(Look { html, url, is_complete, made, page })
    }

    fn called_back(&mut self, method: &str, url: &str) -> Tried<Landing> {
        let documents = self.tab.documents();
        let exchange = self.documents_recorded(&documents, None).map(|reply| reply.number());
        if method == "POST" {
            let finding = Finding::new("the response in the redirect URI's query", "a form for it (form_post)");
            return Err(Finding { exchange, ..finding.against(&oauth2_rt::DEFAULT_RESPONSE_MODE) }.into());
        }
        let url = Url::parse(url).ok().filter(|url| arrived(url, self.redirect_uri));
        let is_answer = |document: &&Document| document.method == "POST" && (300..400).contains(&document.status);
        let after_forms = documents.iter().filter(is_answer).map(|document| document.status).collect();
        let landing = url.map(|url| Landing::Callback(Callback { url, exchange, after_forms }));
        Ok(self.led_on(landing.unwrap_or(Landing::Page(None))))
    }

    fn led_on(&mut self, landing: Landing) -> Landing {
        if let Some(login) = self.login.take() {
            login.succeeded();
        }
        landing
    }

    fn shown(&self, obstacle: crate::finding::Obstacle, look: &Look) -> crate::finding::Obstacle {
        match self.recorded(look) {
            Some(reply) => obstacle.shown_by(reply.number()),
            None => obstacle,
        }
    }

    /// Records the documents of the visit, the last one with the page as it is now.
    fn recorded(&self, look: &Look) -> Option<Reply> {
        self.documents_recorded(&self.tab.documents(), Some(&look.html))
    }

    fn documents_recorded(&self, documents: &[Document], html: Option<&str>) -> Option<Reply> {
        let answered: Vec<_> = documents.iter().filter(|document| document.status != 0).collect();
        let replies = answered.iter().enumerate().filter_map(|(index, document)| {
            let request = Request::new("user agent (Chromium)", &document.method, Url::parse(&document.url).ok()?);
            let body = html.filter(|_| index + 1 == answered.len()).map(|html| Bytes::copy_from_slice(html.as_bytes()));
            Some(self.http.record(request, document.status, document.headers.clone(), body.unwrap_or_default()))
        });
        // Each is recorded, not only the last one.
        replies.fold(None, |_, reply| Some(reply))
    }
}

impl Look {
    /// The controls and the error of the page. An act on the page changes them, or leads to another page.
    fn outline(&self) -> Vec<(&str, &str, &str)> {
        let controls = self.page.forms.iter().flat_map(|form| &form.controls);
        let controls = controls.map(|control| (control.kind.as_str(), control.name.as_str(), control.text.as_str()));
        controls.chain(self.page.error.as_deref().map(|error| ("error", "", error))).collect()
    }
}
