//! As much of HTML as a login page needs: forms, their controls, links, visible text.

mod markup;

use std::collections::HashSet;

use markup::Tag;

/// Login pages are shorter, in bytes.
const LONGEST: usize = 256 << 10;

/// What a user can act on.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its forms.
    pub forms: Vec<Form>,
    /// Its links: the value is the `href`.
    pub links: Vec<Control>,
}

/// A form.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where it goes; empty for the page itself.
    pub action: String,
    /// `GET` or `POST`.
    pub method: String,
    /// What it sends, in order.
    pub controls: Vec<Control>,
}

/// An input, a button, a choice or a link.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its type, in lower case: `text`, `submit`, `hidden`, …
    pub kind: String,
    /// Its name, or nothing.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What a user reads on it.
    pub text: String,
    /// Where it sends the form, if not where the form says.
    pub action: Option<String>,
    /// A box that is neither ticked nor required, and stays so unless the target file names it.
    pub optional: bool,
}

impl Page {
    /// Reads a page, as much of it as a page should have; never fails, as browsers never do.
    pub fn read(html: &str) -> Self {
        let html = &html[..html.floor_char_boundary(LONGEST)];
        let mut reader = Reader::default();
        for (text, tag) in markup::tags(html) {
            reader.read_text(&text);
            reader.read_tag(&tag);
        }
        reader.close_form();
        reader.page
    }

    /// Whether it has a form with anything in it.
    pub fn asks(&self) -> bool {
        self.forms.iter().any(|form| !form.controls.is_empty())
    }

    /// Whether it asks for a password.
    pub fn asks_for_password(&self) -> bool {
        self.forms.iter().flat_map(|form| &form.controls).any(|control| control.kind == "password")
    }

    /// The first submit button that fits, with its form.
    pub fn control(&self, fits: impl Fn(&Control) -> bool) -> Option<(&Form, &Control)> {
        self.forms.iter().find_map(|form| Some((form, form.controls.iter().find(|control| control.submits() && fits(control))?)))
    }
}

impl Control {
    /// Whether pressing it sends the form.
    pub fn submits(&self) -> bool {
        matches!(self.kind.as_str(), "submit" | "image")
    }

    /// Whether this is its name, value, visible text, or `name=value`.
    pub fn is(&self, wanted: &str) -> bool {
        [&self.name, &self.value, &self.text].into_iter().any(|text| text.eq_ignore_ascii_case(wanted.trim()))
            || format!("{}={}", self.name, self.value) == wanted
    }

    /// Whether its name, value or visible text contains one of these words.
    pub fn says_any(&self, words: &[&str]) -> bool {
        let said = format!("{} {} {}", self.name, self.value, self.text).to_ascii_lowercase();
        said.split(|character: char| !character.is_ascii_alphabetic()).any(|word| words.contains(&word))
    }
}

#[derive(Default)]
struct Reader {
    page: Page,
    form: Option<Form>,
    /// The names of the form's radio buttons so far.
    radios: HashSet<String>,
    inside: Option<Control>,
}

impl Reader {
    fn read_text(&mut self, text: &str) {
        if let Some(control) = &mut self.inside {
            control.text.push_str(text);
        }
    }

    fn read_tag(&mut self, tag: &Tag) {
        let enabled = tag.attribute("disabled").is_none();
        match tag.name.as_str() {
            "form" => {
                self.close_form();
                let method = tag.attribute("method").unwrap_or_default().to_ascii_uppercase();
                let method = if method == "POST" { method } else { "GET".into() };
                let action = tag.attribute("action").unwrap_or_default().to_owned();
                self.form = Some(Form { action, method, controls: Vec::new() });
            }
            "/form" => self.close_form(),
            "input" if enabled => self.input(tag),
            "button" if enabled => self.inside = Some(control(tag, tag.attribute("type").unwrap_or("submit"), "")),
            "textarea" if enabled => self.inside = Some(control(tag, "textarea", "")),
            "select" if enabled => self.inside = Some(control(tag, "select", "")),
            "option" => {
                let selected = tag.attribute("selected").is_some();
                if let Some(select) = self.inside.as_mut().filter(|select| selected || select.value.is_empty()) {
                    select.value = tag.attribute("value").unwrap_or_default().to_owned();
                }
            }
            "a" => {
                let value = tag.attribute("href").unwrap_or_default().to_owned();
                self.inside = Some(Control { kind: "link".into(), value, ..Control::default() });
            }
            "/button" | "/select" | "/textarea" | "/a" => self.close_control(),
            _ => {}
        }
    }

    fn input(&mut self, tag: &Tag) {
        let kind = tag.attribute("type").unwrap_or("text").to_ascii_lowercase();
        let checkable = matches!(kind.as_str(), "checkbox" | "radio");
        let mut input = control(tag, &kind, if checkable { "on" } else { "" });
        input.optional = kind == "checkbox" && tag.attribute("checked").or(tag.attribute("required")).is_none();
        if input.submits() {
            input.text = input.value.clone();
        }
        let Some(form) = &mut self.form else { return };
        if kind != "radio" || self.radios.insert(input.name.clone()) {
            form.controls.push(input);
        }
    }

    fn close_control(&mut self) {
        let Some(mut control) = self.inside.take() else { return };
        control.text = control.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match (control.kind.as_str(), &mut self.form) {
            ("link", _) => self.page.links.push(control),
            (_, Some(form)) => form.controls.push(control),
            _ => {}
        }
    }

    fn close_form(&mut self) {
        self.close_control();
        self.radios.clear();
        self.page.forms.extend(self.form.take());
    }
}

fn control(tag: &Tag, kind: &str, value: &str) -> Control {
    Control {
        kind: kind.to_ascii_lowercase(),
        name: tag.attribute("name").unwrap_or_default().to_owned(),
        value: tag.attribute("value").unwrap_or(value).to_owned(),
        text: String::new(),
        action: tag.attribute("formaction").map(str::to_owned),
        optional: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: &str = r#"<!doctype html><!-- <form action="/no"> --><script>if (1 < 2) { "<form>" }</script>
        <form method=post action='/login?a=1&amp;b=2'><input name="csrf" type="hidden" value="&quot;x&#62;">
        <label>User <input name=user></label><input type=checkbox name=stay checked>
        <select name=lang><option value=de>Deutsch<option value=en selected>English</select>
        <button name="do" value="login">Sign <b>in</b></button><button type="button">Show</button>
        <input type="submit" name="do" value="Cancel" disabled></form>
        <form><button formaction="/deny" name=deny>No, thanks</button></form><a href="/abort">[ Abort ]</a>"#;

    #[test]
    fn reads_what_a_user_can_act_on() {
        let page = Page::read(LOGIN);
        assert_eq!(page.forms.len(), 2);
        let form = &page.forms[0];
        assert_eq!((form.method.as_str(), form.action.as_str()), ("POST", "/login?a=1&b=2"));
        let sent: Vec<_> = form.controls.iter().map(|control| (control.name.as_str(), control.value.as_str())).collect();
        assert_eq!(sent, [("csrf", "\"x>"), ("user", ""), ("stay", "on"), ("lang", "en"), ("do", "login"), ("", "")]);
        assert_eq!(page.links[0].text, "[ Abort ]");
    }

    #[test]
    fn finds_buttons_by_name_value_and_text() {
        let page = Page::read(LOGIN);
        for wanted in ["do", "login", "sign in", "do=login"] {
            assert!(page.control(|control| control.is(wanted)).is_some(), "{wanted}");
        }
        let (_, denial) = page.control(|control| control.says_any(&["no"])).unwrap_or_else(|| panic!("no denial"));
        assert_eq!(denial.action.as_deref(), Some("/deny"));
        assert!(page.control(|control| control.is("Show")).is_none());
    }

    #[test]
    fn broken_pages_are_read_as_far_as_they_go() {
        for html in [
            "<",
            "<form",
            "<form><input name='x",
            "<a href=\"&#xZZ;&amp",
            "<button>é&é;<",
            "</form></a>",
            "<form ===><input = name=a>",
        ] {
            let _ = Page::read(html);
        }
    }

    #[test]
    fn long_pages_are_read_to_their_end() {
        for piece in ["&", "<script>x</script>", "<form>", "<input type=radio name=", "<a href='&", "<!--", "<b ", "<x a="] {
            let page: String = (0..100_000).map(|number| format!("{piece}{number}")).collect();
            let _ = Page::read(&page);
        }
        let page: String = (0..20_000).map(|number| format!("<input type=radio name=n{number}>")).collect();
        assert!(Page::read(&format!("<form>{page}")).forms[0].controls.len() > 5_000);
    }
}
