//! Controls that are disabled, and fieldsets that disable their contents.

use fapi_conformance::browser::page::Page;

use super::holds;

#[test]
fn a_disabled_control_is_neither_sent_nor_pressed() {
    let html = r#"<form><input name=a disabled><input name=b disabled=false><select name=c disabled><option>x</select>
        <textarea name=d disabled></textarea><input name=e readonly value=1><button disabled>Go</button></form>"#;
    holds(html, &[("e", "1")]); // not: `disabled=false` enables, or `readonly` disables
    assert!(Page::read(html).control(|_| true).is_none());
}

#[test]
fn a_disabled_fieldset_disables_its_controls() {
    let html = r#"<form><fieldset disabled><input name=a><div><select name=b><option>x</select></div><button>Go</button></fieldset>
        <input name=c></form>"#;
    holds(html, &[("c", "")]); // not: `a` and `b` are sent
    assert!(Page::read(html).control(|_| true).is_none(), "a button that is disabled was found");
}

#[test]
fn the_first_legend_of_a_disabled_fieldset_is_not_disabled() {
    let html = r"<form><fieldset disabled><legend><input name=a><span><input name=b></span></legend>
        <legend><input name=c></legend><div><legend><input name=d></legend></div><input name=e></fieldset></form>";
    holds(html, &[("a", ""), ("b", "")]); // not: every legend, or none
}

#[test]
fn a_legend_does_not_undo_another_fieldset() {
    let html = r"<form><fieldset disabled><fieldset disabled><legend><input name=a></legend></fieldset>
        <fieldset><legend><input name=b></legend><input name=c></fieldset></fieldset>
        <fieldset disabled><legend><fieldset><legend><input name=d></legend><input name=e></fieldset>
        <fieldset disabled><input name=f></fieldset></legend></fieldset></form>";
    holds(html, &[("d", ""), ("e", "")]); // not: `a` and `b`, whose outer fieldset is disabled
}

#[test]
fn a_fieldset_disables_the_controls_in_it_even_if_they_belong_to_another_form() {
    holds("<form id=f></form><fieldset disabled><input name=a form=f></fieldset><input name=b form=f>", &[("b", "")]);
}
