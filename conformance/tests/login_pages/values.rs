//! The values that controls have as the page gives them.

use fapi_conformance::browser::page::Page;

use super::holds;

#[test]
fn an_option_without_a_value_has_its_text() {
    let html = "<form><select name=lang><option>  Deutsch\n (Schweiz) <option value=en>English</select></form>";
    holds(html, &[("lang", "Deutsch (Schweiz)")]); // not: empty
    holds("<form><select name=a><option value=''>Choose</select></form>", &[("a", "")]);
    holds("<form><select name=a><option>A&nbsp; B</select></form>", &[("a", "A\u{a0} B")]);
}

#[test]
fn a_select_shows_its_first_option_unless_one_is_selected() {
    holds("<form><select name=a><option>1<option selected>2<option>3</select></form>", &[("a", "2")]);
    holds("<form><select name=a><option>1<option selected>2<option selected>3</select></form>", &[("a", "3")]);
    holds("<form><select name=a><option disabled>1<option>2<option>3</select></form>", &[("a", "2")]);
}

#[test]
fn a_disabled_option_is_not_sent() {
    // Not: a later option takes the place of the selected one.
    let html = "<form><select name=a><option selected disabled>Choose<option>1</select></form>";
    assert!(Page::read(html).forms[0].controls.iter().all(|control| control.optional));
    holds(
        "<form><select name=a><optgroup disabled><option>1</optgroup><optgroup><option>2</optgroup></select></form>",
        &[("a", "2")],
    );
}

#[test]
fn a_select_of_several_sends_each_that_is_selected() {
    let html =
        "<form><select name=a multiple><option selected>1<option>2<option selected>3<option selected disabled>4</select></form>";
    holds(html, &[("a", "1"), ("a", "3")]); // not: one of them
}

#[test]
fn a_list_of_options_without_a_selection_sends_nothing() {
    for list in ["multiple", "size=2"] {
        let page = Page::read(&format!("<form><select name=a {list}><option>1<option>2</select></form>"));
        assert!(page.forms[0].controls[0].optional, "{list}: the first option was sent");
    }
    holds("<form><select name=a size=1><option>1<option>2</select></form>", &[("a", "1")]);
}

#[test]
fn a_textarea_has_its_text() {
    // Not: empty, or with the line break that follows the tag.
    holds("<form><textarea name=a>\nFirst <b>line</b> &lt;\r\nsecond</textarea></form>", &[("a", "First <b>line</b> <\nsecond")]);
    holds("<form><textarea name=a>\n\n  x </textarea></form>", &[("a", "\n  x ")]);
    holds("<form><textarea name=a value=b></textarea></form>", &[("a", "")]);
}

#[test]
fn character_references_are_replaced() {
    let html = "<form><input name=a value='&eacute;&euro;&hellip;&#233;&#xe9;&#128;&amp;amp;'><input name=b value='?x=1&copy=2&lang;'>\
        <input name=c value='&notit;&unknown;'></form>";
    // Not: names beyond `&amp;` left as they are. In an attribute `&copy=` is no reference, and `&#128;` is the euro sign.
    holds(html, &[("a", "é€…éé€&amp;"), ("b", "?x=1&copy=2⟨"), ("c", "&notit;&unknown;")]);
    let page = Page::read("<form action='/a?b=1&amp;c=2'><button>Log&nbsp;in&hellip;</button></form>");
    assert_eq!(page.forms[0].action, "/a?b=1&c=2");
    assert_eq!(page.forms[0].controls[0].text, "Log in…");
}

#[test]
fn attributes_are_read_as_written() {
    holds(
        "<form><INPUT NAME=Ab VALUE=Cd name=x><input name='a=b' value=a/b><input/name=c value=d/></form>",
        &[("Ab", "Cd"), ("a=b", "a/b"), ("c", "d/")],
    );
}

#[test]
fn boxes_are_sent_if_they_are_ticked() {
    let html = "<form><input type=checkbox name=a checked><input type=checkbox name=b value=1 checked><input type=CHECKBOX name=c></form>";
    let page = Page::read(html);
    let boxes: Vec<_> = page.forms[0].controls.iter().map(|control| (control.value.as_str(), control.optional)).collect();
    assert_eq!(boxes, [("on", false), ("1", false), ("on", true)]);
}

#[test]
fn one_radio_button_of_a_name_is_sent() {
    // Not: the first one, whichever is checked. A later checked button unchecks an earlier one.
    holds("<form><input type=radio name=a value=1><input type=radio name=a value=2 checked></form>", &[("a", "2")]);
    holds("<form><input type=radio name=a value=1 checked><input type=radio name=a value=2 checked></form>", &[("a", "2")]);
    // The user has to choose, and chooses the first that can be chosen.
    holds(
        "<form><input type=radio name=a value=1 disabled><input type=radio name=a value=2><input type=radio name=a value=3></form>",
        &[("a", "2")],
    );
    // One that is checked and disabled is still the one that is checked.
    holds("<form><input type=radio name=a value=1 checked disabled><input type=radio name=a value=2></form>", &[]);
    let html = "<form><input type=radio name=a value=1><input name=b><input type=radio name=a value=2 checked><input type=radio name=c></form>";
    holds(html, &[("b", ""), ("a", "2"), ("c", "on")]);
}

#[test]
fn radio_buttons_of_two_forms_do_not_uncheck_each_other() {
    let html =
        "<form id=x><input type=radio name=a value=1 checked></form><form><input type=radio name=a value=2 checked></form>";
    let page = Page::read(html);
    assert_eq!(page.forms.iter().map(|form| form.controls.len()).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn the_values_of_texts_have_no_line_breaks() {
    let html = "<form><input name=a value='x\ny'><input name=b type=email value=' a@b\n '><input name=c type=hidden value='x\ny'></form>";
    holds(html, &[("a", "xy"), ("b", "a@b"), ("c", "x\ny")]);
}

#[test]
fn an_unknown_type_is_a_text() {
    let page = Page::read("<form><input name=a type=otp value=1><input name=b type=Password><input name=c></form>");
    let kinds: Vec<_> = page.forms[0].controls.iter().map(|control| control.kind.as_str()).collect();
    assert_eq!(kinds, ["text", "password", "text"]);
}

#[test]
fn suggestions_are_no_controls() {
    holds("<form><input name=a list=l><datalist id=l><select name=b><option>x</select></datalist></form>", &[("a", "")]);
}
