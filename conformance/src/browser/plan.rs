//! The next act on a page: the form and the button that a user would choose, or the reason why there is none.

use std::cmp::Reverse;

use url::Url;

use super::page::{Control, Form, Page};
use super::{Intention, words};
use crate::target::FormStrategy;

/// The next act on a page.
pub(super) enum Next<'p> {
    /// Send a form, with a button or without.
    Send(&'p Form, Option<&'p Control>),
    /// Send a form with a button that refuses, untouched otherwise.
    Refuse(&'p Form, &'p Control),
    /// Open another page.
    Open(Url),
    /// Nothing can be done.
    Nothing(Trouble),
}

/// A reason why a page cannot be driven by forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The page has nothing to press.
    NothingToPress,
    /// None of these buttons and links continues.
    Buttons(Vec<String>),
    /// The page demands these fields.
    Unfilled(Vec<String>),
    /// The login form has no address: a script sends it.
    SentByScript,
}

/// Decides what the user does on a page that was loaded from `here`.
pub(super) fn next<'p>(page: &'p Page, here: &Url, strategy: &FormStrategy, intention: Intention) -> Next<'p> {
    if intention == Intention::Deny
        && let Some(refusal) = refusal(page, here, strategy)
    {
        return refusal;
    }
    if let Some(by_itself) = by_itself(page, here) {
        return by_itself;
    }
    let login = login(page, strategy);
    let named = |control: &&Control| strategy.approve.iter().any(|name| control.is(name));
    let chosen = login.and_then(|form| Some((form, form.buttons().find(named)?)));
    if let Some((form, button)) = chosen.or_else(|| page.control(|control| named(&control))) {
        return send(page, form, Some(button), strategy);
    }
    if let Some(form) = login {
        return match sending(form) {
            None if form.buttons().next().is_some() => Next::Nothing(Trouble::Buttons(labels(page))),
            button => send(page, form, button, strategy),
        };
    }
    let mut links = page.links.iter().filter(named);
    if let Some(url) = links.find_map(|link| page.resolve(here, &link.value)) {
        return Next::Open(url);
    }
    if strategy.approve.is_empty()
        && let Some((form, button)) = guess(page)
    {
        return send(page, form, Some(button), strategy);
    }
    let buttonless = |form: &&Form| !is_aside(form) && form.buttons().next().is_none() && !form.controls.is_empty();
    if let Some(form) =
        page.forms.iter().filter(buttonless).find(|form| !is_hidden(form) || (page.has_script && !page.runs_scripts))
    {
        return send(page, form, None, strategy);
    }
    let later = page.refresh.as_ref().filter(|_| !page.runs_scripts).and_then(|refresh| target(page, here, &refresh.to));
    match later {
        Some(url) => Next::Open(url),
        None if labels(page).is_empty() => Next::Nothing(Trouble::NothingToPress),
        None => Next::Nothing(Trouble::Buttons(labels(page))),
    }
}

/// Returns true if a button that refuses is the one that the user would press to continue.
pub(super) fn continues(page: &Page, here: &Url, strategy: &FormStrategy, refusal: &Control) -> bool {
    matches!(next(page, here, strategy, Intention::Approve), Next::Send(_, Some(button)) if std::ptr::eq(button, refusal))
}

/// Ticks the check boxes of the forms into which nothing is typed, as a user does who consents to everything, except those that only
/// remember. A form of which the target file names a check box stays as it is.
pub(super) fn tick(page: &mut Page, strategy: &FormStrategy) {
    let is_left =
        |control: &Control| control.is_typed() || (control.kind == "checkbox" && control.field(&strategy.fields).is_some());
    for form in page.forms.iter_mut().filter(|form| !form.controls.iter().any(is_left)) {
        let boxes = form.controls.iter_mut().filter(|control| control.kind == "checkbox" && !remembers(control));
        boxes.for_each(|control| control.optional = false);
    }
}

/// Returns true for a check box with which a user wants to be remembered.
pub(crate) fn remembers(control: &Control) -> bool {
    [&control.name, &control.id].iter().any(|text| text.to_ascii_lowercase().contains("remember"))
}

/// The act of a page that leads on without its user: a refresh, or a form that a script sends.
pub(super) fn by_itself<'p>(page: &'p Page, here: &Url) -> Option<Next<'p>> {
    if page.runs_scripts {
        return None;
    }
    if let Some(refresh) = page.refresh.as_ref().filter(|refresh| refresh.is_soon()) {
        return target(page, here, &refresh.to).map(Next::Open);
    }
    match &page.forms[..] {
        [form] if page.is_sent_by_script && is_hidden(form) => Some(Next::Send(form, form.buttons().next())),
        _ => None,
    }
}

/// The form into which the user types: the one with the most fields that the target file names and the fewest that it does not.
pub(super) fn login<'p>(page: &'p Page, strategy: &FormStrategy) -> Option<&'p Form> {
    let named = |form: &Form| form.controls.iter().filter(|control| is_named(control, strategy)).count();
    let fits = |form: &&Form| named(form) > 0 || form.asks_for_password();
    page.forms.iter().filter(fits).min_by_key(|form| Reverse((named(form), Reverse(unfilled(form, strategy).len()))))
}

/// The button that sends a login form: the first of the form's own, or else the first for a script behind the last field.
fn sending(form: &Form) -> Option<&Control> {
    let may_continue = |button: &&Control| button.may_continue();
    let own = form.buttons().filter(|button| button.kind != "button").find(may_continue);
    let last = form.controls.iter().rposition(Control::is_typed).unwrap_or_default();
    let behind = || form.controls[last..].iter().filter(|control| control.submits()).find(may_continue);
    own.or_else(behind).or_else(|| form.buttons().find(may_continue))
}

/// The fields of a form that the user types, by their entries in the target file, each with true if it is a password.
pub(super) fn typed<'f>(form: &Form, strategy: &'f FormStrategy) -> Vec<(&'f str, bool)> {
    let typed = form.controls.iter().filter(|control| control.is_typed());
    typed.filter_map(|control| Some((control.field(&strategy.fields)?.0, control.kind == "password"))).collect()
}

fn is_named(control: &Control, strategy: &FormStrategy) -> bool {
    control.is_typed() && control.field(&strategy.fields).is_some()
}

pub(super) fn refusal<'p>(page: &'p Page, here: &Url, strategy: &FormStrategy) -> Option<Next<'p>> {
    let refuses = |control: &Control| match &strategy.deny[..] {
        [] => control.refuses(),
        names => names.iter().any(|name| control.is(name)),
    };
    if let Some((form, control)) = page.control(refuses) {
        return Some(Next::Refuse(form, control));
    }
    let mut links = page.links.iter().filter(|link| refuses(link));
    links.find_map(|link| page.resolve(here, &link.value)).map(Next::Open)
}

/// The button that continues, as far as the page tells: one beside a refusal, else one of a form that is posted, else the first.
fn guess(page: &Page) -> Option<(&Form, &Control)> {
    let goes_on = |form| Form::buttons(form).find(|button| button.may_continue());
    let candidates = page.forms.iter().filter(|form| !is_aside(form)).filter_map(|form| Some((form, goes_on(form)?)));
    candidates.min_by_key(|(form, _)| Reverse((form.buttons().any(Control::refuses), form.method == "POST")))
}

fn send<'p>(page: &Page, form: &'p Form, button: Option<&'p Control>, strategy: &FormStrategy) -> Next<'p> {
    let unfilled = unfilled(form, strategy);
    if !unfilled.is_empty() {
        return Next::Nothing(Trouble::Unfilled(unfilled));
    }
    let has_address = |button: &Control| button.action.is_some() || button.method.is_some();
    let is_plain = form.action.is_empty() && form.method == "GET" && !button.is_some_and(has_address);
    if is_plain && !page.runs_scripts && (form.asks_for_password() || (button.is_none() && !typed(form, strategy).is_empty())) {
        return Next::Nothing(Trouble::SentByScript);
    }
    Next::Send(form, button)
}

/// The fields without which a form cannot be sent: those that it requires, the password, and a user name beside it.
fn unfilled(form: &Form, strategy: &FormStrategy) -> Vec<String> {
    let is_empty = |control: &Control| control.value.is_empty() && control.field(&strategy.fields).is_none();
    let fields = || form.controls.iter().filter(|control| control.is_typed());
    let has_other = fields().any(|control| control.kind != "password" && !is_empty(control));
    let is_needed = |control: &Control| match control.kind.as_str() {
        "password" => true,
        _ => control.required || (form.asks_for_password() && !has_other),
    };
    let unfilled = fields().filter(|control| is_empty(control) && is_needed(control));
    unfilled.map(|control| if control.name.is_empty() { control.id.clone() } else { control.name.clone() }).collect()
}

/// Returns true if a form shows nothing to its user but buttons.
fn is_hidden(form: &Form) -> bool {
    form.controls.iter().all(|control| control.kind == "hidden" || control.submits())
}

/// Returns true for a search, a choice of the language, or the end of the session.
fn is_aside(form: &Form) -> bool {
    words::is_elsewhere(&form.action) || form.controls.iter().any(Control::is_aside)
}

fn target(page: &Page, here: &Url, reference: &str) -> Option<Url> {
    if reference.is_empty() { Some(here.clone()) } else { page.resolve(here, reference) }
}

/// The texts of all buttons, or of all links if there are none.
fn labels(page: &Page) -> Vec<String> {
    let buttons = page.forms.iter().flat_map(Form::buttons).map(|button| button.label().to_owned());
    let links = || page.links.iter().map(|link| link.text.clone()).filter(|text| !text.is_empty()).take(10);
    let buttons: Vec<_> = buttons.filter(|label| !label.is_empty()).collect();
    if buttons.is_empty() { links().collect() } else { buttons }
}
