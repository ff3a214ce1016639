//! The form that a control belongs to.

use fapi_conformance::browser::page::Page;

use super::{button, held, holds};

#[test]
fn a_template_is_no_part_of_the_page() {
    let html = "<template><form action=/row><input name=row></form></template><form action=/login><input name=user></form>";
    let page = Page::read(html);
    assert_eq!(page.forms.len(), 1, "the form in the template counted as the first form of the page");
    assert_eq!(page.forms[0].action, "/login");
    holds("<form><input name=a><template><input name=b></template><input name=c></form>", &[("a", ""), ("c", "")]);
}

#[test]
fn a_control_names_its_form() {
    let html = r#"<form id=login action=/login><input name=user></form>
        <input name=password type=password form=login><button form=login>Log in</button>"#;
    let page = Page::read(html);
    assert_eq!(held(&page.forms[0]), [("user", ""), ("password", "")], "the control outside its form was left out");
    assert!(page.asks_for_password());
    assert_eq!(button(&page, "log in").0.action, "/login", "the button outside its form was left out");
}

#[test]
fn a_control_in_one_form_may_name_another_or_none() {
    let html = r#"<form action=/one><input name=a><input name=b form=two><input name=c form=""><input name=d form=gone>
        <input name=e form=notaform></form><form id=two action=/two></form><p id=notaform>"#;
    let page = Page::read(html);
    assert_eq!(held(&page.forms[0]), [("a", "")], "a control counted for the form around it though it names another or none");
    assert_eq!(held(&page.forms[1]), [("b", "")]);
}

#[test]
fn the_first_element_of_an_id_is_meant() {
    let page = Page::read("<p id=x></p><form id=x><input name=a></form><input name=b form=x>");
    assert_eq!(held(&page.forms[0]), [("a", "")], "the form was found although another element has its id first");
}

#[test]
fn a_form_that_begins_in_a_table_owns_the_controls_of_the_rows() {
    let html = r"<table><form action=/login method=post><tr><td><input name=user></td></tr>
        <tr><td><input name=password type=password></td></tr><tr><td><input type=submit value=Go></td></tr></form></table>";
    holds(html, &[("user", ""), ("password", "")]); // not: an empty form, because its element is empty in the tree
    assert!(Page::read(html).control(|control| control.is("Go")).is_some());
}

#[test]
fn a_form_that_ends_in_an_open_element_keeps_the_controls_that_follow_in_that_element() {
    // Not: the control after `</form>` belongs to no form. It is still in the form's element.
    holds("<form action=/a><div><input name=a></form><input name=b></div><input name=c>", &[("a", ""), ("b", "")]);
}

#[test]
fn a_form_in_a_form_is_dropped_and_its_controls_are_the_outer_ones() {
    // Not: two forms.
    holds("<form action=/a><input name=a><form action=/b><input name=b></form></form>", &[("a", ""), ("b", "")]);
}

#[test]
fn a_form_that_nothing_ends_goes_on() {
    holds("<form action=/a><p><b><input name=a><p></b><input name=b>", &[("a", ""), ("b", "")]);
    holds(
        "<form><input name=a></p></b></span></td><input name=b></body></html><input name=c>",
        &[("a", ""), ("b", ""), ("c", "")],
    );
}

#[test]
fn what_scripts_comments_and_texts_hold_is_no_form() {
    let html = r#"<!-- <form action="/comment"> --><script>document.write("<form action='/script'>")</script>
        <style>/* <form> */</style><textarea><form action=/text></textarea><title><form></title>
        <![CDATA[ <form action=/data> ]]><form action=/login><input name=a></form>"#;
    // The parser ends `<![CDATA[` outside of SVG at the first `>`, as browsers do.
    let page = Page::read(html);
    let actions: Vec<_> = page.forms.iter().map(|form| form.action.as_str()).collect();
    assert_eq!(actions, ["/login"]);
}

#[test]
fn what_is_shown_where_scripts_do_not_run_is_read() {
    let html =
        "<form action=/next method=post><input type=hidden name=state value=x><noscript><button>Go on</button></noscript></form>";
    assert!(Page::read(html).control(|control| control.is("go on")).is_some(), "the button in <noscript> was read as text");
}

#[test]
fn elements_of_svg_are_no_controls() {
    holds("<form><svg><input name=x /><a href=/x></a></svg><input name=a></form>", &[("a", "")]);
    assert!(Page::read("<svg><a href=/x>no</a></svg>").links.is_empty());
}

#[test]
fn a_form_of_a_dialog_sends_nothing() {
    let html = "<dialog open><form method=dialog><input name=x><button>OK</button></form></dialog><form action=/login><button>Log in</button></form>";
    let page = Page::read(html);
    let (form, _) = page.control(|_| true).unwrap_or_else(|| panic!("no button"));
    assert_eq!(form.action, "/login", "the button that closes the dialog was taken for one that sends a form");
    assert!(!Page::read("<form method=dialog><input name=x><button>OK</button></form>").asks());
}

#[test]
fn a_page_cut_off_anywhere_is_read_as_far_as_it_goes() {
    let html = "<!doctype html><form action='/a?b=1&amp;c'><input name=\"é\" value='&eacute;'><select><option selected>x</select>\
        <textarea name=t>\n&lt;</textarea><table><tr><td><button name=b value=1>A<b>B</button></table></form><a href=&#x2f;>a</a>";
    for end in (0..=html.len()).filter(|end| html.is_char_boundary(*end)) {
        let _ = Page::read(&html[..end]);
    }
    assert_eq!(held(&Page::read("<form><input name='x'").forms[0]), [], "a tag without an end was read");
}

#[test]
fn large_pages_are_read_to_their_end() {
    let inputs: String = (0..20_000).map(|number| format!("<input name=n{number}>")).collect();
    let page = Page::read(&format!("<form><style>{}</style>{inputs}", "x".repeat(300_000)));
    assert_eq!(page.forms[0].controls.len(), 20_000, "the page was cut off before its form");
}

#[test]
fn a_page_is_the_same_wherever_the_parser_gets_its_next_piece() {
    let html =
        "<form action='/a?b=1&amp;c=2'><textarea name=t>\r\n&eacute;\u{20ac}</textarea><input name=\u{e9} value=&lt;></form>";
    let expected = Page::read(html);
    for padding in 3950..4097 {
        assert_eq!(Page::read(&format!("{}{html}", " ".repeat(padding))), expected, "after {padding} spaces");
    }
}

#[test]
fn a_page_that_is_nested_too_deeply_is_read_up_to_there() {
    let nested = |depth: usize| format!("<form><input name=a>{}<input name=b></form>", "<div>".repeat(depth));
    assert_eq!(Page::read(&nested(400)).forms[0].controls.len(), 2);
    // Each of these takes minutes without a limit: the parser looks through all open elements at each tag.
    for html in [
        nested(200_000),
        "<form><input name=a>".to_owned() + &numbered("<p><b ", 100_000),
        "<form><input name=a>".to_owned() + &numbered("<object><a href=", 50_000),
    ] {
        assert_eq!(Page::read(&html).forms[0].controls.len(), 1);
    }
}

fn numbered(tag: &str, count: usize) -> String {
    (0..count).map(|number| format!("{tag}{number}>")).collect()
}
