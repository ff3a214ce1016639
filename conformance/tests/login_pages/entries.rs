//! The names and values that a form sends.

use super::{pressed, sent};

fn posted(html: &str, button: &str) -> String {
    pressed(html, button).content.map(|content| content.body).unwrap_or_default()
}

#[test]
fn only_the_button_that_is_pressed_is_sent() {
    let html = "<form method=post><button name=do value=no>No</button><input name=a value=1><button name=do value=yes>Yes</button></form>";
    assert_eq!(posted(html, "Yes"), "a=1&do=yes");
    assert_eq!(posted(html, "No"), "do=no&a=1");
    assert_eq!(sent(html, &[]), "a=1");
}

#[test]
fn a_control_without_a_name_is_not_sent() {
    assert_eq!(posted("<form method=post><input value=1><input name='' value=2><button value=3>Go</button></form>", "Go"), "");
}

#[test]
fn a_button_without_a_value_sends_an_empty_one() {
    assert_eq!(posted("<form method=post><button name=go>Go</button></form>", "Go"), "go=");
    assert_eq!(posted("<form method=post><input type=submit name=go></form>", "Submit"), "go=");
}

#[test]
fn an_image_sends_the_place_that_was_clicked() {
    // Not: its name and value.
    assert_eq!(posted("<form method=post><input type=image name=go value=1 alt=Go></form>", "Go"), "go.x=0&go.y=0");
    assert_eq!(posted("<form method=post><input type=image alt=Go></form>", "Go"), "x=0&y=0");
}

#[test]
fn the_fields_of_the_target_file_replace_values() {
    let html = "<form method=post><input name=user value=x><input name=password type=password><input type=hidden name=csrf value=t></form>";
    assert_eq!(sent(html, &[("user", "alice"), ("password", "a b&c")]), "user=alice&password=a+b%26c&csrf=t");
}

#[test]
fn a_choice_that_the_target_file_names_is_sent_once() {
    let boxes =
        "<form method=post><input type=checkbox name=scope value=a checked><input type=checkbox name=scope value=b></form>";
    assert_eq!(sent(boxes, &[]), "scope=a");
    assert_eq!(sent(boxes, &[("scope", "b")]), "scope=b"); // not: `scope=b` for each box
    let list = "<form method=post><select name=account multiple><option>1<option>2</select></form>";
    assert_eq!(sent(list, &[]), "");
    assert_eq!(sent(list, &[("account", "2")]), "account=2");
}

#[test]
fn required_boxes_are_ticked_and_others_left() {
    let html = "<form method=post><input type=checkbox name=terms required><input type=checkbox name=news></form>";
    assert_eq!(sent(html, &[]), "terms=on");
    assert_eq!(sent(html, &[("news", "on")]), "terms=on&news=on");
}

#[test]
fn names_and_values_are_sent_with_the_line_breaks_of_the_network() {
    assert_eq!(sent("<form method=post><textarea name=a>x\ny\n</textarea></form>", &[]), "a=x%0D%0Ay%0D%0A");
}

#[test]
fn a_field_for_the_encoding_names_it() {
    assert_eq!(sent("<form method=post><input type=hidden name=_charset_></form>", &[]), "_charset_=UTF-8");
    assert_eq!(sent("<form method=post><input name=_charset_ value=x></form>", &[]), "_charset_=x");
}

#[test]
fn a_field_for_a_file_sends_none() {
    assert_eq!(sent("<form method=post><input type=file name=photo value=/etc/passwd></form>", &[]), "photo=");
}
