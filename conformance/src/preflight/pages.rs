//! Pages on which a visit ended: the reason why, and the setting to look at.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::browser;
use crate::browser::page::{Control, Page};
use crate::finding::Obstacle;
use crate::http::{Answer, HttpExchange};
use crate::target::{FormStrategy, UserStrategy};
use crate::words;

/// The path of a setting, and a sentence.
pub(super) type Cause = (String, String);

/// Names in pages that ask for a proof of being human.
const CAPTCHAS: &[&str] = &["captcha", "cf-turnstile", "challenges.cloudflare.com"];

/// The cause of a visit that ended on the last of these pages.
pub(super) fn cause(seen: &[Arc<HttpExchange>], form: &FormStrategy, told: Option<&Obstacle>) -> Cause {
    let pages: Vec<_> = seen.iter().filter_map(|exchange| Seen::read(exchange)).collect();
    let by_others = |text: &str| told.map_or_else(|| text.to_owned(), |told| told.text.clone());
    let is_redirect = |exchange: &Arc<HttpExchange>| matches!(exchange.answer, Answer::Response { status: 300..400, .. });
    if let (Some(told), true) = (told, seen.last().is_some_and(is_redirect)) {
        return ("user".into(), told.text.clone());
    }
    let Some(last) = pages.last() else { return ("user".into(), by_others("the visit ended without a page")) };
    let title = last.title();
    if CAPTCHAS.iter().any(|word| last.html.contains(word)) {
        let text = format!(
            "the page{title} has a CAPTCHA, which only a person can pass: turn it off for the user, or use `strategy = \"manual\"`"
        );
        return ("user".into(), text);
    }
    let unknown = unused(form, pages.iter().flat_map(Seen::controls));
    let empty: Vec<_> = last.inputs().filter(|input| is_empty(input, form)).map(name).collect();
    if let (Some(name), false) = (unknown.first(), empty.is_empty()) {
        let text = format!(
            "no form has an input of this name; the form of the page{title} has {}, which no field fills",
            words::names(&empty, "and")
        );
        return (format!("user.fields.{name}"), text);
    }
    if !empty.is_empty() {
        let kind = last.kind(&empty);
        let text = format!(
            "the form of the page{title} has {}, which no field of the target file fills{kind}",
            words::names(&empty, "and")
        );
        return ("user.fields".into(), text);
    }
    let came_back = pages.iter().rev().skip(1).any(Seen::asks_for_password) && last.asks_for_password();
    if came_back {
        let entry = |is_password: bool| {
            let input = last.inputs().find(|input| (input.kind == "password") == is_password)?;
            Some(input.field(&form.fields).map_or(name(input), |(field, _)| field).to_owned())
        };
        let password = entry(true).unwrap_or_default();
        let user = entry(false).map(|user| format!("`{user}` or ")).unwrap_or_default();
        // The page may repeat what was typed.
        let harmless = |said: &&String| !form.fields.values().any(|value| value.len() > 3 && said.contains(value.as_str()));
        let says = last.page.error.as_ref().filter(harmless).map(|said| format!(" (it says: {said})")).unwrap_or_default();
        let text = format!(
            "the login form{title} came back after it was sent once{says}: {user}`{password}` is wrong, or the account is locked"
        );
        return (format!("user.fields.{password}"), text);
    }
    if let Some(cause) = buttons(last, form, &title, told) {
        return cause;
    }
    if (502..=504).contains(&last.status) {
        return (
            "issuer".into(),
            format!("a gateway answers{title} that the server behind it cannot be reached (status {})", last.status),
        );
    }
    let before = pages.iter().rev().skip(1).find(|page| page.page.asks());
    if let Some(before) = before.filter(|_| last.status >= 400) {
        let empty: Vec<_> = before.inputs().filter(|input| is_empty(input, form)).map(name).collect();
        if !empty.is_empty() {
            let (title, kind) = (before.title(), before.kind(&empty));
            let text = format!(
                "the form of the page{title} has {}, which no field of the target file fills{kind}; without it, the form led to an error \
                 page with status {}",
                words::names(&empty, "and"),
                last.status
            );
            return ("user.fields".into(), text);
        }
    }
    let has_sent = seen.iter().any(|exchange| exchange.method == "POST");
    if last.status >= 400 && last.is_about_cookies(has_sent) && !seen.iter().any(|exchange| sets_cookie(exchange)) {
        let text = format!(
            "the visit ended on the error page{title} with status {}, and no response before it set a cookie: either a proxy before the \
             server drops `Set-Cookie`, or the server is broken",
            last.status
        );
        return ("issuer".into(), text);
    }
    if last.status >= 400 {
        let text = format!("the visit ended on an error page{title} with status {}", last.status);
        return ("client".into(), format!("{text}: either the client's registration does not fit, or the server is broken"));
    }
    if !last.page.asks() {
        let text = format!(
            "the page{title} has no form that can be filled in without a script: use `strategy = \"browser\"` or `strategy = \"command\"`"
        );
        return ("user".into(), text);
    }
    ("user".into(), by_others(&format!("the visit ended on the page{title}, which leads nowhere")))
}

/// The cause, if the buttons to press were not on the last page.
fn buttons(last: &Seen, form: &FormStrategy, title: &str, told: Option<&Obstacle>) -> Option<Cause> {
    let buttons: Vec<_> = last.controls().filter(|control| control.submits()).collect();
    let names: Vec<_> = buttons.iter().map(|button| label(button)).collect();
    if buttons.is_empty() {
        return None;
    }
    let is_named = |button: &&Control| form.approve.iter().any(|name| button.is(name));
    if !form.approve.is_empty() && !buttons.iter().any(is_named) {
        let text = format!("no button of the page{title} has one of these names; it has {}", words::names(&names, "and"));
        return Some(("user.approve".into(), text));
    }
    let path = if form.approve.is_empty() { "user" } else { "user.approve" };
    let text = told.map_or_else(
        || format!("no button of the page{title} was pressed; it has {}", words::names(&names, "and")),
        |told| told.text.clone(),
    );
    Some((path.into(), text))
}

/// A mistake that a visit survived, but that shows itself in the run.
pub(super) fn survived(seen: &[Arc<HttpExchange>], strategy: &UserStrategy) -> Option<Cause> {
    let UserStrategy::Form(form) = strategy else { return None };
    let pages: Vec<_> = seen.iter().filter_map(|exchange| Seen::read(exchange)).collect();
    unused_field(&pages, form).or_else(|| approving_denial(seen, form)).or_else(|| without_denial(&pages, form))
}

/// A field that no form has, while a form has an input that no field fills.
fn unused_field(pages: &[Seen], form: &FormStrategy) -> Option<Cause> {
    let field = *unused(form, pages.iter().flat_map(Seen::controls)).first()?;
    let empty: BTreeSet<_> = pages.iter().flat_map(Seen::inputs).filter(|input| is_empty(input, form)).map(name).collect();
    let empty: Vec<_> = empty.into_iter().collect();
    (!empty.is_empty()).then(|| {
        let text =
            format!("no form has an input of this name; the forms have {}, which no field fills", words::names(&empty, "and"));
        (format!("user.fields.{field}"), text)
    })
}

/// A button that was pressed to continue, and that the target file names for refusing.
fn approving_denial(seen: &[Arc<HttpExchange>], form: &FormStrategy) -> Option<Cause> {
    let pressed =
        (1..=seen.len()).filter_map(|end| pressed(&seen[..end])).find(|button| form.deny.iter().any(|name| button.is(name)))?;
    let text = format!("this names the button `{}`, which was pressed to continue: name the one that refuses", label(&pressed));
    Some(("user.deny".into(), text))
}

/// The buttons that the target file names for refusing, if a page asked for consent and none of them was on any page.
fn without_denial(pages: &[Seen], form: &FormStrategy) -> Option<Cause> {
    let controls = || {
        let buttons = pages.iter().flat_map(Seen::controls);
        buttons.filter(|control| control.submits()).chain(pages.iter().flat_map(|page| &page.page.links))
    };
    let consent = pages.iter().any(|page| page.page.asks() && !page.asks_for_password() && page.inputs().next().is_none());
    if form.deny.is_empty() || !consent || controls().any(|control| form.deny.iter().any(|name| control.is(name))) {
        return None;
    }
    let names: Vec<_> = controls().map(label).collect::<BTreeSet<_>>().into_iter().collect();
    Some((
        "user.deny".into(),
        format!("no button or link of the pages has one of these names; they have {}", words::names(&names, "and")),
    ))
}

/// Returns true if no field of the target file fills an input.
fn is_empty(input: &Control, form: &FormStrategy) -> bool {
    input.value.is_empty() && input.field(&form.fields).is_none()
}

/// The name of an input, or its id.
fn name(input: &Control) -> &str {
    if input.name.is_empty() { &input.id } else { &input.name }
}

/// The fields of the target file that fill none of some controls.
fn unused<'f, 'c>(form: &'f FormStrategy, controls: impl Iterator<Item = &'c Control>) -> Vec<&'f str> {
    let used: BTreeSet<_> = controls.filter_map(|control| Some(control.field(&form.fields)?.0)).collect();
    form.fields.keys().map(String::as_str).filter(|field| !used.contains(field)).collect()
}

/// The button that sent the last form, in words.
pub(super) fn last_button(seen: &[Arc<HttpExchange>]) -> Option<String> {
    let posted = seen.iter().rposition(|exchange| exchange.method == "POST")?;
    pressed(&seen[..=posted]).map(|button| format!("`{}`", label(&button)))
}

/// The button that sent the form of the last of these exchanges, if it did.
fn pressed(seen: &[Arc<HttpExchange>]) -> Option<Control> {
    let (last, before) = seen.split_last()?;
    if last.method != "POST" {
        return None;
    }
    let body: Vec<(String, String)> = form_urlencoded::parse(&last.body).into_owned().collect();
    let page = before.iter().rev().find_map(|exchange| Seen::read(exchange))?;
    let mut controls = page.controls().filter(|control| control.submits());
    controls.find(|control| body.iter().any(|(name, value)| *name == control.name && *value == control.value)).cloned()
}

/// The check boxes of the form that was sent last and that were not ticked, in a sentence.
pub(super) fn unticked(seen: &[Arc<HttpExchange>]) -> Option<String> {
    let posted = seen.iter().rposition(|exchange| exchange.method == "POST")?;
    let sent: Vec<(String, String)> = form_urlencoded::parse(&seen[posted].body).into_owned().collect();
    let page = seen[..posted].iter().rev().find_map(|exchange| Seen::read(exchange))?;
    let boxes = page.controls().filter(|control| control.kind == "checkbox" && !browser::remembers(control));
    let left: BTreeSet<_> = boxes.filter(|one| !sent.iter().any(|(name, _)| *name == one.name)).map(name).collect();
    let left: Vec<_> = left.into_iter().collect();
    (!left.is_empty())
        .then(|| format!("the page{} has check boxes {} that nothing ticks", page.title(), words::names(&left, "and")))
}

fn sets_cookie(exchange: &HttpExchange) -> bool {
    matches!(&exchange.answer, Answer::Response { headers, .. } if headers.iter().any(|(name, _)| name == "set-cookie"))
}

/// The text of a button, or what else names it.
fn label(control: &Control) -> String {
    let label = control.label();
    if label.is_empty() { "a button without a name".into() } else { label.to_owned() }
}

/// A page that was seen.
struct Seen {
    page: Page,
    html: String,
    status: u16,
}

impl Seen {
    fn read(exchange: &HttpExchange) -> Option<Self> {
        let Answer::Response { status, body, .. } = &exchange.answer else { return None };
        if (300..400).contains(status) || body.is_empty() {
            return None;
        }
        let html = String::from_utf8_lossy(body).into_owned();
        Some(Self { page: Page::read(&html), html, status: *status })
    }

    fn controls(&self) -> impl Iterator<Item = &Control> {
        self.page.forms.iter().flat_map(|form| &form.controls)
    }

    /// The inputs for texts of the user: those of the login form, if there is one, and none for searching.
    fn inputs(&self) -> impl Iterator<Item = &Control> {
        let has_login = self.page.asks_for_password();
        let forms = self.page.forms.iter().filter(move |form| !has_login || form.asks_for_password());
        let searches = |control: &Control| control.kind == "search" || ["q", "query", "search"].contains(&control.name.as_str());
        forms.flat_map(|form| &form.controls).filter(move |control| control.is_typed() && !searches(control))
    }

    /// Returns true if the page has a word by which servers tell that the cookie of a visit is missing. After a form was sent, some speak
    /// of the session or the browser only.
    fn is_about_cookies(&self, has_sent: bool) -> bool {
        let html = self.html.to_ascii_lowercase();
        html.contains("cookie") || (has_sent && ["browser", "session"].iter().any(|word| html.contains(word)))
    }

    fn asks_for_password(&self) -> bool {
        self.page.asks_for_password()
    }

    /// The kind of proof that inputs which nothing fills ask for, with advice.
    fn kind(&self, empty: &[&str]) -> &'static str {
        if empty.iter().any(|name| CAPTCHAS.iter().any(|word| name.to_ascii_lowercase().contains(word))) {
            ", as a CAPTCHA does: turn it off for the user, or use `strategy = \"manual\"`"
        } else if self.is_second_factor(empty) {
            ", as a second factor does: turn it off for the user, or use `strategy = \"command\"`"
        } else {
            ""
        }
    }

    fn is_second_factor(&self, empty: &[&str]) -> bool {
        let words = ["otp", "totp", "code", "token", "mfa", "2fa", "pin", "factor"];
        !self.asks_for_password() && empty.iter().any(|name| words.iter().any(|word| name.to_ascii_lowercase().contains(word)))
    }

    /// The title in quotes, with a space before it; empty if there is none.
    fn title(&self) -> String {
        let start = self.html.find("<title").and_then(|at| Some(at + self.html[at..].find('>')? + 1));
        let title = start.and_then(|start| Some(&self.html[start..start + self.html[start..].find("</title")?]));
        let title = title.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
        let title: String = title.chars().take(80).collect();
        if title.is_empty() { title } else { format!(" \"{title}\"") }
    }
}
