//! The address, method and encoding of a form that is sent.

use std::collections::BTreeMap;

use fapi_conformance::browser::page::{Page, Submission};

use super::{here, pressed, sent};

fn to(submission: &Submission) -> (&str, bool) {
    (submission.url.as_str(), submission.content.is_some())
}

#[test]
fn an_action_is_relative_to_the_page() {
    let action = |action: &str| pressed(&format!("<form method=post action=\"{action}\"><button>Go</button></form>"), "Go").url;
    assert_eq!(action("/login").as_str(), "https://as.example/login");
    assert_eq!(action("next?a=1").as_str(), "https://as.example/auth/next?a=1");
    assert_eq!(action("//other.example/x").as_str(), "https://other.example/x");
    assert_eq!(action(" /login\n").as_str(), "https://as.example/login");
    assert_eq!(action("").as_str(), here().as_str());
}

#[test]
fn a_base_moves_actions_and_links() {
    let html = "<base target=_top><base href=/realms/x/><base href=/other/><form method=post action=login><button>Go</button></form><a href=abort>";
    // Not: https://as.example/auth/login.
    assert_eq!(pressed(html, "Go").url.as_str(), "https://as.example/realms/x/login");
    let page = Page::read(html);
    let link = page.resolve(&here(), &page.links[0].value);
    assert_eq!(link.map(String::from).as_deref(), Some("https://as.example/realms/x/abort"));
}

#[test]
fn a_base_does_not_move_a_form_without_an_action() {
    for form in ["<form method=post>", "<form method=post action=''>", "<form method=post action=/x>"] {
        let button = if form.contains("/x") { "<button formaction=''>Go</button>" } else { "<button>Go</button>" };
        let html = format!("<base href=https://other.example/>{form}{button}</form>");
        assert_eq!(pressed(&html, "Go").url, here(), "{html}");
    }
}

#[test]
fn a_base_that_is_no_place_is_ignored() {
    for base in ["javascript:x", "data:text/html,x", "http://["] {
        let html = format!("<base href='{base}'><form method=post action=login><button>Go</button></form>");
        assert_eq!(pressed(&html, "Go").url.as_str(), "https://as.example/auth/login", "{base}");
    }
}

#[test]
fn a_script_leads_nowhere() {
    let page = Page::read("<form action='javascript:go()'><button>Go</button></form>");
    assert_eq!(page.submit(&here(), &page.forms[0], None, &BTreeMap::new()), None);
    assert_eq!(page.resolve(&here(), "javascript:history.back()"), None);
}

#[test]
fn a_button_sends_the_form_elsewhere_and_otherwise() {
    let html = "<form method=post action=/login><input name=a value=1><button>Log in</button>\
        <button formaction=/cancel>Cancel</button><button formmethod=get>Search</button><button formmethod=other>Other</button>\
        <button formmethod=dialog>Close</button><button formenctype=text/plain>Plain</button></form>";
    assert_eq!(to(&pressed(html, "Log in")), ("https://as.example/login", true));
    assert_eq!(to(&pressed(html, "Cancel")), ("https://as.example/cancel", true));
    assert_eq!(to(&pressed(html, "Search")), ("https://as.example/login?a=1", false)); // not: posted as the form is
    assert_eq!(to(&pressed(html, "Other")), ("https://as.example/login?a=1", false));
    assert_eq!(pressed(html, "Plain").content.map(|content| content.media_type).as_deref(), Some("text/plain"));
    assert!(Page::read(html).control(|control| control.is("Close")).is_none(), "the button that closes was found");
    let html = "<form action=/x><button formmethod=POST>Go</button></form>";
    assert_eq!(to(&pressed(html, "Go")), ("https://as.example/x", true));
}

#[test]
fn a_form_that_is_not_posted_replaces_the_query() {
    let html = "<form action='/next?old=1#part'><input name=a value='x y'><button name=b value=2>Go</button></form>";
    assert_eq!(to(&pressed(html, "Go")), ("https://as.example/next?a=x+y&b=2#part", false));
    for method in ["put", "", "get"] {
        let html = format!("<form method='{method}'><button name=b>Go</button></form>");
        assert_eq!(to(&pressed(&html, "Go")), ("https://as.example/auth/login?b=", false), "{method}");
    }
}

#[test]
fn a_form_of_several_parts() {
    let html = "<form method=post enctype=Multipart/Form-Data><input name='a\"b' value=é><textarea name=t>x\ny</textarea>\
        <input type=file name=f></form>";
    let page = Page::read(html);
    let content = page.submit(&here(), &page.forms[0], None, &BTreeMap::new()).and_then(|sent| sent.content);
    let content = content.unwrap_or_else(|| panic!("not posted"));
    assert_eq!(content.media_type, "multipart/form-data; boundary=form-boundary");
    assert_eq!(
        content.body.lines().collect::<Vec<_>>(),
        [
            "--form-boundary",
            "Content-Disposition: form-data; name=\"a%22b\"",
            "",
            "é",
            "--form-boundary",
            "Content-Disposition: form-data; name=\"t\"",
            "",
            "x",
            "y",
            "--form-boundary",
            "Content-Disposition: form-data; name=\"f\"; filename=\"\"",
            "Content-Type: application/octet-stream",
            "",
            "",
            "--form-boundary--",
        ]
    );
    assert_eq!(content.body.matches('\n').count(), content.body.matches("\r\n").count());
}

#[test]
fn no_part_contains_the_boundary() {
    let html = "<form method=post enctype=multipart/form-data><input name=a value=--form-boundary--></form>";
    let body = sent(html, &[]);
    let (boundary, _) = body.split_once("\r\n").unwrap_or_default();
    assert_eq!(body.matches(boundary).count(), 2, "{body}");
}

#[test]
fn a_form_as_plain_text() {
    assert_eq!(
        sent("<form method=post enctype=text/plain><input name=a value='x y'><input name=b></form>", &[]),
        "a=x y\r\nb=\r\n"
    );
}
