//! The text in an element.

use ego_tree::iter::Edge;

use super::super::document::Node;
use super::Element;

/// Elements that begin a new line, so that the texts before and after them do not become one word.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

/// The text as a user reads it: images by their `alt`, without hidden elements, white space collapsed.
pub(super) fn visible(node: Element) -> String {
    let mut visible = String::new();
    let mut hidden = 0_usize;
    for edge in node.traverse() {
        let (Edge::Open(inner) | Edge::Close(inner)) = edge;
        let element = inner.value();
        let opens = matches!(edge, Edge::Open(_));
        if matches!(element.name(), "script" | "style" | "title") || (is_concealed(element) && inner.id() != node.id()) {
            hidden = if opens { hidden + 1 } else { hidden - 1 };
        }
        if hidden > 0 {
            continue;
        }
        if BLOCKS.contains(&element.name()) {
            visible.push(' ');
        }
        if opens {
            visible.push_str(element.text().unwrap_or_default());
            visible.push_str(element.attribute("alt").filter(|_| element.name() == "img").unwrap_or_default());
        }
    }
    collapsed(&visible)
}

/// The text of an option, which is also its value if it has no other.
pub(super) fn of_option(option: Element) -> String {
    let mut text = String::new();
    let mut scripts = 0_usize;
    for edge in option.traverse() {
        match edge {
            Edge::Open(node) if node.value().name() == "script" => scripts += 1,
            Edge::Close(node) if node.value().name() == "script" => scripts -= 1,
            Edge::Open(node) if scripts == 0 => text.push_str(node.value().text().unwrap_or_default()),
            _ => {}
        }
    }
    text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns true if an element or one around it is hidden.
pub(super) fn is_hidden(node: Element) -> bool {
    is_concealed(node.value()) || node.ancestors().any(|outer| is_concealed(outer.value()))
}

/// Returns true for an element that is hidden by an attribute of its own.
fn is_concealed(element: &Node) -> bool {
    let style = element.attribute("style").unwrap_or_default().to_ascii_lowercase().replace(is_space, "");
    element.has("hidden") || style.contains("display:none") || style.contains("visibility:hidden")
}

/// The beginning of a text, of at most so many characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    let start: String = text.chars().take(most).collect();
    if start.len() == text.len() { start } else { format!("{}…", start.trim_end()) }
}

/// The text with every run of white space as one space.
pub(super) fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// ASCII white space, as HTML defines it. It does not include the non-breaking space.
pub(super) fn is_space(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\x0C' | '\r' | ' ')
}
