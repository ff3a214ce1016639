//! The suite reads the pages of other servers, and sends their forms, as the HTML standard defines it.
//!
//! Each test has a construct of a real page. Its comment or message names the misreading that it rules out.

mod buttons;
mod disabled;
mod entries;
mod kinds;
mod owners;
#[cfg(feature = "browser")]
mod scripted;
mod sign_in;
mod submissions;
mod values;

use std::collections::BTreeMap;

use fapi_conformance::browser::page::{Control, Form, Page, Submission};
use url::Url;

/// The URL that the pages of these tests are loaded from.
const HERE: &str = "https://as.example/auth/login?step=1";

fn here() -> Url {
    HERE.parse().unwrap_or_else(|error| panic!("{HERE}: {error}"))
}

/// The names and values of a form's controls, except its buttons.
fn held(form: &Form) -> Vec<(&str, &str)> {
    let held = form.controls.iter().filter(|control| !control.submits());
    held.map(|control| (control.name.as_str(), control.value.as_str())).collect()
}

/// The same for the only form of a page.
fn holds(html: &str, expected: &[(&str, &str)]) {
    let page = Page::read(html);
    assert_eq!(page.forms.len(), 1, "{html}");
    assert_eq!(held(&page.forms[0]), expected, "{html}");
}

fn button<'a>(page: &'a Page, wanted: &str) -> (&'a Form, &'a Control) {
    page.control(|control| control.is(wanted)).unwrap_or_else(|| panic!("no button {wanted}: {page:?}"))
}

/// Sends the form of a button.
fn pressed(html: &str, wanted: &str) -> Submission {
    let page = Page::read(html);
    let (form, button) = button(&page, wanted);
    page.submit(&here(), form, Some(button), &BTreeMap::new()).unwrap_or_else(|| panic!("it leads nowhere: {html}"))
}

/// Sends the only form of a page without a button, with these fields from the target file.
fn sent(html: &str, fields: &[(&str, &str)]) -> String {
    let page = Page::read(html);
    assert_eq!(page.forms.len(), 1, "{html}");
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let submission = page.submit(&here(), &page.forms[0], None, &fields);
    let submission = submission.unwrap_or_else(|| panic!("it leads nowhere: {html}"));
    submission.content.map_or_else(|| submission.url.query().unwrap_or_default().to_owned(), |content| content.body)
}
