//! Buttons: which of them send a form, and what a user reads on them.

use fapi_conformance::browser::page::Page;

use super::button;

/// The texts of the buttons that send a form.
fn texts(html: &str) -> Vec<String> {
    let page = Page::read(&format!("<form>{html}</form>"));
    page.forms[0].controls.iter().filter(|control| control.submits()).map(|control| control.text.clone()).collect()
}

#[test]
fn a_button_submits_unless_it_says_otherwise() {
    let html = "<button>1</button><button type=submit>2</button><button type=SUBMIT>3</button><button type=other>4</button>\
        <button type=button>5</button><button type=reset>6</button><button command=show-modal commandfor=d>7</button>";
    assert_eq!(texts(html), ["1", "2", "3", "4"]);
}

#[test]
fn inputs_that_submit() {
    let html = "<input type=submit value=' Log  in '><input type=submit><input type=image alt=Go src=x><input type=button value=Show>\
        <input type=reset>";
    assert_eq!(texts(html), ["Log in", "Submit", "Go"]);
}

#[test]
fn buttons_that_send_nothing_hold_no_values_either() {
    super::holds(
        "<form><button type=button name=a value=1>x</button><input type=reset name=b><input type=button name=c></form>",
        &[],
    );
}

#[test]
fn white_space_in_the_text_of_a_button_is_collapsed() {
    let html = "<button>\n   Log\n\t in&nbsp;\n</button><button> </button>";
    assert_eq!(texts(html), ["Log in", ""]);
}

#[test]
fn the_text_of_a_button_is_what_a_user_reads() {
    let html = "<button><svg><path/></svg><span>Sign</span> <b>i</b>n</button><button><div>Log</div><div>in</div></button>\
        <button>Not<br>now</button><button><img alt=Deny src=x></button>\
        <button>Allow <span hidden>please wait</span><script>x</script><style>y</style></button>";
    assert_eq!(texts(html), ["Sign in", "Log in", "Not now", "Deny", "Allow"]); // not: `Login`, `Notnow`
}

#[test]
fn a_button_ends_where_the_next_begins() {
    assert_eq!(texts("<button>One<button>Two<b>!</button>"), ["One", "Two!"]);
}

#[test]
fn buttons_are_found_by_name_value_and_text() {
    let page = Page::read(
        "<form><button name=do value=login>Sign <b>in</b></button></form><form action=/no><button>No, thanks</button></form>",
    );
    for wanted in ["do", "login", "sign in", "do=login"] {
        assert_eq!(button(&page, wanted).1.name, "do", "{wanted}");
    }
    let denial = page.control(|control| control.text.starts_with("No"));
    assert_eq!(denial.map(|(form, _)| form.action.as_str()), Some("/no"));
}

#[test]
fn links_have_a_target_and_a_text() {
    let page = Page::read("<a name=top>Top</a><a href=/abort>[ <i>Abort</i> ]</a><a href='/x'>unclosed<p><a href=''>empty</a>");
    let links: Vec<_> = page.links.iter().map(|link| (link.value.as_str(), link.text.as_str())).collect();
    assert_eq!(links[0], ("/abort", "[ Abort ]"), "an anchor without a target was taken for a link");
    assert!(links.contains(&("/x", "unclosed")));
    assert!(links.contains(&("", "empty")));
}
