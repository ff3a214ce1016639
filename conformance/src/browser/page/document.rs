//! The tree that html5ever builds of a page, and the form that the parser gives each control to.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::collections::BTreeMap;

use ego_tree::{NodeId, NodeMut, NodeRef, Tree};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ParseOpts, QualName, local_name, ns, parse_document};

/// The depth of nesting up to which a page is read. The parser's work grows with the square of it; browsers have the same limit.
const DEEPEST: usize = 512;
/// The parser gets a page in pieces of this many bytes, and none after the piece that is nested too deeply.
const PIECE: usize = 4096;

/// A page as a tree.
pub(super) struct Document {
    tree: Tree<Node>,
    /// The forms of the controls that were read while a form was open, nested in it or not.
    owners: BTreeMap<NodeId, NodeId>,
}

/// An element, a text, or a placeholder for any other node.
pub(super) struct Node {
    /// The name of an element.
    name: QualName,
    attributes: Vec<Attribute>,
    text: Option<String>,
    /// The content of a `<template>`. It is a separate tree, not a part of the page.
    content: Option<NodeId>,
    depth: usize,
}

impl Document {
    /// Parses a page as a browser does, with scripts or without.
    pub(super) fn parse(html: &str, scripting_enabled: bool) -> Self {
        let tree_builder = TreeBuilderOpts { scripting_enabled, ..TreeBuilderOpts::default() };
        let mut parser = parse_document(Sink::default(), ParseOpts { tree_builder, ..ParseOpts::default() });
        let mut rest = html;
        while !rest.is_empty() && parser.tokenizer.sink.sink.deepest.get() <= DEEPEST {
            let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
            parser.process(piece.into());
            rest = after;
        }
        parser.finish()
    }

    /// The node above all others.
    pub(super) fn root(&self) -> NodeRef<'_, Node> {
        self.tree.root()
    }

    /// The form that the parser gave a control to.
    pub(super) fn parsed_owner(&self, control: NodeId) -> Option<NodeId> {
        self.owners.get(&control).copied()
    }
}

impl Node {
    /// The name of an HTML element; empty for any other node.
    pub(super) fn name(&self) -> &str {
        if self.name.ns == ns!(html) { &self.name.local } else { "" }
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let attribute = self.attributes.iter().find(|attribute| attribute.name.ns == ns!() && &*attribute.name.local == name)?;
        Some(&attribute.value)
    }

    /// Returns true if an attribute is there, with any value or none.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }

    /// The text of a text node.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    fn other() -> Self {
        let name = QualName::new(None, ns!(), local_name!(""));
        Self { name, attributes: Vec::new(), text: None, content: None, depth: 0 }
    }
}

/// Receives the nodes that the parser builds.
struct Sink {
    tree: RefCell<Tree<Node>>,
    owners: RefCell<BTreeMap<NodeId, NodeId>>,
    deepest: Cell<usize>,
}

impl Default for Sink {
    fn default() -> Self {
        Self { tree: RefCell::new(Tree::new(Node::other())), owners: RefCell::default(), deepest: Cell::default() }
    }
}

impl Sink {
    fn add(&self, node: Node) -> NodeId {
        self.tree.borrow_mut().orphan(node).id()
    }

    fn note_depth(&self, node: &mut NodeMut<'_, Node>, depth: usize) {
        node.value().depth = depth;
        self.deepest.set(self.deepest.get().max(depth));
    }

    fn has_parent(&self, node: NodeId) -> bool {
        self.tree.borrow().get(node).is_some_and(|node| node.parent().is_some())
    }
}

/// Every handle belongs to this tree, so no look-up below fails.
impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Document;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Document {
        Document { tree: self.tree.into_inner(), owners: self.owners.into_inner() }
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn get_document(&self) -> NodeId {
        self.tree.borrow().root().id()
    }

    fn same_node(&self, one: &NodeId, two: &NodeId) -> bool {
        one == two
    }

    fn elem_name<'a>(&'a self, element: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.tree.borrow(), |tree| &tree.get(*element).unwrap_or_else(|| tree.root()).value().name)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let content = flags.template.then(|| self.add(Node::other()));
        self.add(Node { name, attributes, content, ..Node::other() })
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.add(Node::other())
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.add(Node::other())
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, template: &NodeId) -> NodeId {
        self.tree.borrow().get(*template).and_then(|template| template.value().content).unwrap_or(*template)
    }

    fn add_attrs_if_missing(&self, element: &NodeId, attributes: Vec<Attribute>) {
        if let Some(mut element) = self.tree.borrow_mut().get_mut(*element) {
            let known = &mut element.value().attributes;
            let missing = attributes.into_iter().filter(|new| known.iter().all(|old| old.name != new.name));
            let missing: Vec<_> = missing.collect();
            known.extend(missing);
        }
    }

    fn associate_with_form(&self, control: &NodeId, form: &NodeId, _: (&NodeId, Option<&NodeId>)) {
        self.owners.borrow_mut().insert(*control, *form);
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let mut tree = self.tree.borrow_mut();
        let Some(mut parent) = tree.get_mut(*parent) else { return };
        match child {
            NodeOrText::AppendNode(node) => {
                let depth = parent.value().depth + 1;
                self.note_depth(&mut parent.append_id(node), depth);
            }
            NodeOrText::AppendText(more) => {
                let last = parent.last_child();
                if let Some(text) = last.and_then(|mut last| last.value().text.as_mut().map(|text| text.push_str(&more))) {
                    return text;
                }
                parent.append(Node { text: Some(more.to_string()), ..Node::other() });
            }
        }
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        if !self.has_parent(*sibling) {
            return;
        }
        let mut tree = self.tree.borrow_mut();
        let Some(mut sibling) = tree.get_mut(*sibling) else { return };
        match child {
            NodeOrText::AppendNode(node) => {
                let depth = sibling.value().depth;
                self.note_depth(&mut sibling.insert_id_before(node), depth);
            }
            NodeOrText::AppendText(more) => {
                let previous = sibling.prev_sibling();
                if let Some(text) = previous.and_then(|mut node| node.value().text.as_mut().map(|text| text.push_str(&more))) {
                    return text;
                }
                sibling.insert_before(Node { text: Some(more.to_string()), ..Node::other() });
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        if self.has_parent(*element) {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn remove_from_parent(&self, node: &NodeId) {
        if let Some(mut node) = self.tree.borrow_mut().get_mut(*node) {
            node.detach();
        }
    }

    fn reparent_children(&self, from: &NodeId, to: &NodeId) {
        if let Some(mut to) = self.tree.borrow_mut().get_mut(*to) {
            to.reparent_from_id_append(*from);
        }
    }
}
