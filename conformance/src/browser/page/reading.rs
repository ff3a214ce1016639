//! Reads the forms from the tree. The HTML standard defines which form owns a control, and which value it has.

use std::collections::BTreeMap;

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};

use super::document::{Document, Node};
use super::{Control, Page, Refresh};

mod choice;
mod draft;
mod text;

use draft::Draft;

/// The most characters of a page's text that are kept to be told to the user.
const MOST_TOLD: usize = 120;

type Element<'a> = NodeRef<'a, Node>;

/// Reads the page from its tree.
pub(super) fn page(document: &Document, runs_scripts: bool) -> Page {
    let page = Page { runs_scripts, ..Page::default() };
    let (by_node, by_id) = (BTreeMap::new(), BTreeMap::new());
    let mut reader = Reader { document, forms: Vec::new(), loose: Draft::without_element(), by_node, by_id, page };
    reader.collect_forms();
    reader.read_controls();
    reader.page.text = text::shortened(&text::visible(document.root()), MOST_TOLD);
    reader.page.forms = reader.forms.into_iter().map(Draft::finish).collect();
    let loose = reader.loose.finish();
    if !loose.controls.is_empty() {
        reader.page.forms.push(loose);
    }
    reader.page
}

struct Reader<'a> {
    document: &'a Document,
    forms: Vec<Draft>,
    /// The controls outside of forms, which only scripts read.
    loose: Draft,
    /// The index of each form in `forms`.
    by_node: BTreeMap<NodeId, usize>,
    /// The first element of each id: the index of a form, or nothing for any other element.
    by_id: BTreeMap<&'a str, Option<usize>>,
    page: Page,
}

/// The properties that an element has from those around it.
#[derive(Clone, Copy, Default)]
struct Context {
    /// The nearest form around it.
    form: Option<usize>,
    /// True inside a disabled fieldset.
    is_disabled: bool,
    /// True inside `<noscript>`, for browsers without scripts.
    is_fallback: bool,
    /// True inside a datalist, whose controls are suggestions and are never sent.
    is_suggestion: bool,
    /// The `is_disabled` from outside of a fieldset, set until its first legend. The legend uses it, since a fieldset does not
    /// disable the controls of its first legend.
    first_legend: Option<bool>,
}

impl<'a> Reader<'a> {
    fn collect_forms(&mut self) {
        for node in self.document.root().descendants() {
            let element = node.value();
            let form = (element.name() == "form").then(|| {
                self.by_node.insert(node.id(), self.forms.len());
                self.forms.push(Draft::new(element));
                self.forms.len() - 1
            });
            if let Some(id) = element.attribute("id").filter(|id| !id.is_empty()) {
                self.by_id.entry(id).or_insert(form);
            }
        }
    }

    fn read_controls(&mut self) {
        let mut around = vec![Context::default()];
        for edge in self.document.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let within = around.last_mut().map(|outer| self.within(node, outer)).unwrap_or_default();
                    self.read(node, &within);
                    around.push(within);
                }
                Edge::Close(_) => drop(around.pop()),
            }
        }
    }

    fn within(&self, node: Element<'a>, outer: &mut Context) -> Context {
        let mut inner = Context { first_legend: None, ..*outer };
        match node.value().name() {
            "form" => inner.form = self.by_node.get(&node.id()).copied(),
            "datalist" => inner.is_suggestion = true,
            "noscript" => inner.is_fallback = true,
            "fieldset" => {
                inner.first_legend = Some(outer.is_disabled);
                inner.is_disabled |= node.value().has("disabled");
            }
            "legend" => inner.is_disabled = outer.first_legend.take().unwrap_or(outer.is_disabled),
            _ => {}
        }
        inner
    }

    fn read(&mut self, node: Element<'a>, context: &Context) {
        let element = node.value();
        match element.name() {
            name if self.page.runs_scripts && runs_a_script(name, element) => {
                let owner = self.owner(node, context).and_then(|index| self.forms.get_mut(index));
                owner.unwrap_or(&mut self.loose).script_button(node);
            }
            "a" => {
                if let Some(href) = element.attribute("href") {
                    let (kind, value) = ("link".into(), href.into());
                    self.page.links.push(Control { kind, value, text: text::visible(node), ..Control::default() });
                }
            }
            "meta" => {
                if element.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("referrer")) {
                    self.page.referrer = element.attribute("content").map(str::to_owned).or(self.page.referrer.take());
                }
                let refresh = Refresh::of(element, context.is_fallback);
                self.page.refresh = self.page.refresh.take().or(refresh);
            }
            "script" => {
                self.page.has_script = true;
                let sends = node.children().filter_map(|child| child.value().text()).any(sends_a_form);
                self.page.is_sent_by_script |= sends;
            }
            "iframe" | "frame" => self.page.frames.extend(element.attribute("src").map(str::to_owned)),
            "base" => self.page.base = self.page.base.take().or_else(|| element.attribute("href").map(str::to_owned)),
            "input" | "button" | "select" | "textarea" if !context.is_suggestion => {
                let owner = self.owner(node, context).and_then(|index| self.forms.get_mut(index));
                if let Some(owner) = owner.or_else(|| self.page.runs_scripts.then_some(&mut self.loose)) {
                    owner.read(node, context.is_disabled || element.has("disabled"));
                }
            }
            _ => {}
        }
        for handler in ["onload", "onpageshow"] {
            let handles = element.attribute(handler);
            self.page.has_script |= handles.is_some();
            self.page.is_sent_by_script |= handles.is_some_and(sends_a_form);
        }
        if self.page.error.is_none() && tells_an_error(element) {
            let text = text::visible(node);
            self.page.error = (!text.is_empty() && !text::is_hidden(node)).then(|| text::shortened(&text, MOST_TOLD));
        }
    }

    /// The form owner: named by `form`, else the form that was open when the control was parsed, else the nearest enclosing one.
    fn owner(&self, node: Element<'a>, context: &Context) -> Option<usize> {
        if let Some(id) = node.value().attribute("form") {
            return self.by_id.get(id).copied().flatten();
        }
        let parsed = self.document.parsed_owner(node.id());
        parsed.and_then(|form| self.by_node.get(&form).copied()).or(context.form)
    }
}

/// Returns true for a button that no form is sent with: a button of another type, a link without a place, an element in that role.
fn runs_a_script(name: &str, element: &Node) -> bool {
    let is = |attribute: &str, value: &str| element.attribute(attribute).is_some_and(|found| found.eq_ignore_ascii_case(value));
    let leads = |href: &str| !href.starts_with('#') && !href.to_ascii_lowercase().starts_with("javascript:");
    let is_button = match name {
        "a" => !element.attribute("href").is_some_and(leads),
        "button" | "input" => is("type", "button"),
        "select" | "textarea" => false,
        _ => is("role", "button"),
    };
    is_button && !element.has("disabled") && !is("aria-disabled", "true")
}

/// Returns true for a script that sends a form.
fn sends_a_form(script: &str) -> bool {
    ["submit(", "requestSubmit("].into_iter().any(|call| script.contains(call))
}

/// Returns true for an element that tells an error to the user.
fn tells_an_error(element: &Node) -> bool {
    let classes = element.attribute("class").unwrap_or_default().to_ascii_lowercase();
    let mut words = classes.split(|character: char| !character.is_ascii_alphanumeric());
    element.attribute("role") == Some("alert")
        || words.any(|word| ["error", "errors", "alert", "danger", "invalid"].contains(&word))
}
