//! Choices among several elements: radio buttons of one name, options of a select.

use ego_tree::iter::Edge;

use super::{Element, text};

/// The radio buttons of one name in one form, by their indices among its controls.
#[derive(Default)]
pub(super) struct Radios {
    /// The first that is not disabled.
    first: Option<usize>,
    /// The last that is checked, which unchecks those before it; without an index if it is disabled.
    checked: Option<Option<usize>>,
}

impl Radios {
    /// Adds the next radio button, without an index if it is disabled.
    pub(super) fn add(&mut self, index: Option<usize>, is_checked: bool) {
        self.first = self.first.or(index);
        if is_checked {
            self.checked = Some(index);
        }
    }

    /// The index of the one that is sent. If the page checks none, the user chooses the first.
    pub(super) fn sent(&self) -> Option<usize> {
        self.checked.unwrap_or(self.first)
    }
}

/// The values that a select sends.
pub(super) fn select(node: Element) -> Vec<String> {
    let select = node.value();
    let options = options(node);
    // A required choice is made: the user chooses the first value that is not empty.
    let able = |option: &&Choice| !option.is_disabled && !option.value.is_empty();
    let needed = || options.iter().find(able).filter(|_| select.has("required")).map(|option| option.value.clone());
    let mut selected = options.iter().filter(|option| option.is_selected);
    if select.has("multiple") {
        let chosen: Vec<_> = selected.filter(|option| !option.is_disabled).map(|option| option.value.clone()).collect();
        return if chosen.is_empty() { needed().into_iter().collect() } else { chosen };
    }
    let size = select.attribute("size").and_then(|size| size.trim_matches(text::is_space).parse().ok()).unwrap_or(1);
    // A select that shows a single option selects one by itself, and a later selection replaces an earlier one.
    let shown = || options.iter().find(|option| !option.is_disabled).filter(|_| size <= 1_u32);
    let chosen = selected.next_back().or_else(shown).filter(|option| !option.is_disabled);
    let chosen = chosen.map(|option| option.value.clone()).filter(|value| !value.is_empty() || !select.has("required"));
    chosen.or_else(needed).into_iter().collect()
}

struct Choice {
    value: String,
    is_selected: bool,
    is_disabled: bool,
}

fn options(select: Element) -> Vec<Choice> {
    let mut options = Vec::new();
    let mut disabled_groups = 0_usize;
    for edge in select.traverse() {
        let (Edge::Open(node) | Edge::Close(node)) = edge;
        let element = node.value();
        let opens = matches!(edge, Edge::Open(_));
        match element.name() {
            "optgroup" if element.has("disabled") && opens => disabled_groups += 1,
            "optgroup" if element.has("disabled") => disabled_groups -= 1,
            "option" if opens => options.push(Choice {
                value: element.attribute("value").map_or_else(|| text::of_option(node), str::to_owned),
                is_selected: element.has("selected"),
                is_disabled: disabled_groups > 0 || element.has("disabled"),
            }),
            _ => {}
        }
    }
    options
}
