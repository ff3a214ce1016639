//! The modules of a crate and which of them refer to which, read from the text: `mod` declarations, `use` declarations, and paths
//! that begin with `crate`, `self` or `super`. Items under `#[cfg(test)]` are not read.
//!
//! There is one graph for the top-level modules, and one for the direct children of every other module. A module refers to
//! another if anything in it names anything in the other, also through a re-export. A parent and its child are never in one graph.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

/// The cycles of the crate whose `lib.rs` is in this folder, each with the references that it consists of.
pub(crate) fn cycles_in(folder: &Path) -> Vec<String> {
    cycles(&|file| fs::read_to_string(folder.join(file)).ok())
}

/// The same for sources from anywhere: `source` has the text of a file, by its path from the folder of `lib.rs`.
pub(crate) fn cycles(source: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let mut tree = Tree::default();
    let text = source("lib.rs").expect("a crate has a lib.rs");
    tree.read(vec![], &tokens(&text), &Place::default(), source);
    let found = tree.graphs().into_iter().flat_map(|(parent, graph)| {
        let place = if parent.is_empty() { String::new() } else { format!("in {}: ", parent.join("::")) };
        cycles_of(&graph).into_iter().map(move |cycle| format!("{place}{cycle}"))
    });
    found.collect()
}

/// The path of a module, or of an item in one; empty for the crate itself.
type Names = Vec<String>;

/// For every two siblings, a sentence on a reference from the first to the second.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

/// Where the files of a module's children are; folders end with a slash.
#[derive(Clone, Default)]
struct Place {
    /// The folder of the module's own file, from which `#[path]` counts.
    folder: String,
    children: String,
}

impl Place {
    fn of(file: &str) -> Self {
        let (folder, name) = file.rsplit_once('/').map_or(("", file), |(folder, name)| (&file[..=folder.len()], name));
        let children = if name == "mod.rs" { folder.to_owned() } else { format!("{folder}{}/", name.trim_end_matches(".rs")) };
        Self { folder: folder.to_owned(), children }
    }
}

#[derive(Default)]
struct Tree {
    modules: BTreeSet<Names>,
    /// The paths in `use` declarations, by the path of the name that they declare.
    uses: BTreeMap<Names, Names>,
    /// The module that contains a path, and the path.
    references: Vec<(Names, Names)>,
}

impl Tree {
    /// Reads the tokens of a module, and the files of the modules that it declares.
    fn read(&mut self, module: Names, tokens: &[&str], place: &Place, source: &dyn Fn(&str) -> Option<String>) {
        self.modules.insert(module.clone());
        let (mut at, mut path_of_next) = (0, None);
        while at < tokens.len() {
            match tokens[at..] {
                ["#", "[", "cfg", "(", "test", ")", "]", ..] => at = end_of_item(tokens, at + 7),
                ["#", "[", "cfg", "(", "all", "(", "test", ..] => {
                    let attribute = tokens[at..].iter().position(|token| *token == "]").unwrap_or_default();
                    at = end_of_item(tokens, at + attribute + 1);
                }
                ["#", "[", "path", "=", path, "]", ..] => {
                    path_of_next = Some(path.trim_matches('"'));
                    at += 6;
                }
                ["mod", name, ";", ..] => {
                    let child = [module.clone(), vec![name.to_owned()]].concat();
                    let files = match path_of_next.take() {
                        Some(path) => vec![format!("{}{path}", place.folder)],
                        None => vec![format!("{}{name}.rs", place.children), format!("{}{name}/mod.rs", place.children)],
                    };
                    let found = files.iter().find_map(|file| Some((file, source(file)?)));
                    let (file, text) = found.unwrap_or_else(|| panic!("there is no file for the module {}", child.join("::")));
                    self.read(child, &self::tokens(&text), &Place::of(file), source);
                    at += 3;
                }
                ["mod", name, "{", ..] => {
                    let end = end_of_item(tokens, at);
                    let inner = Place { children: format!("{}{name}/", place.children), ..place.clone() };
                    self.read([module.clone(), vec![name.to_owned()]].concat(), &tokens[at + 3..end - 1], &inner, source);
                    at = end;
                }
                // `use<'a>` is a bound.
                ["use", next, ..] if next != "<" => {
                    let end = end_of_item(tokens, at);
                    for (path, name) in paths_of_use(&tokens[at + 1..end]) {
                        // Any other path is that of a child or of another crate.
                        let path = absolute(&module, &path).unwrap_or_else(|| [&*module, &*owned(&path)].concat());
                        self.references.push((module.clone(), path.clone()));
                        self.uses.insert([module.clone(), vec![name.to_owned()]].concat(), path);
                    }
                    at = end;
                }
                [_, ..] => {
                    let path = path_at(&tokens[at..]);
                    at += 1.max(2 * path.len().saturating_sub(1));
                    self.references.extend(absolute(&module, &path).map(|path| (module.clone(), path)));
                }
                [] => unreachable!("there is a token left"),
            }
        }
    }

    /// The graph of every module's children, by the path of the module.
    fn graphs(&self) -> BTreeMap<Names, Graph> {
        let mut graphs: BTreeMap<Names, Graph> = BTreeMap::new();
        for (from, path) in &self.references {
            let to = self.module_of(path, 0);
            let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
            if let (Some(one), Some(other)) = (from.get(shared), to.get(shared)) {
                let graph = graphs.entry(from[..shared].to_vec()).or_default();
                let sentence = format!("{} uses {}", from.join("::"), path.join("::"));
                graph.entry(one.clone()).or_default().entry(other.clone()).or_insert(sentence);
            }
        }
        graphs
    }

    /// The module that a path leads to or into.
    fn module_of(&self, path: &[String], followed: usize) -> Names {
        let mut module = vec![];
        for (index, name) in path.iter().enumerate() {
            let next = [module.clone(), vec![name.clone()]].concat();
            match self.uses.get(&next) {
                _ if self.modules.contains(&next) => module = next,
                // Names that declare each other would otherwise be followed endlessly.
                Some(target) if followed < 16 => {
                    return self.module_of(&[&**target, &path[index + 1..]].concat(), followed + 1);
                }
                _ => break,
            }
        }
        module
    }
}

/// A shortest cycle through every node that is on one, unless an earlier cycle has shown the node already.
fn cycles_of(graph: &Graph) -> Vec<String> {
    let (mut sentences, mut shown) = (vec![], BTreeSet::new());
    for start in graph.keys() {
        if shown.contains(start) {
            continue;
        }
        let mut before: BTreeMap<&String, &String> = BTreeMap::new();
        let mut open = VecDeque::from([start]);
        while let (Some(node), false) = (open.pop_front(), before.contains_key(start)) {
            for next in graph.get(node).into_iter().flat_map(BTreeMap::keys) {
                if !before.contains_key(next) {
                    before.insert(next, node);
                    open.push_back(next);
                }
            }
        }
        let Some(last) = before.get(start) else { continue };
        let mut cycle = vec![start, *last];
        while cycle[cycle.len() - 1] != start {
            cycle.push(before[cycle[cycle.len() - 1]]);
        }
        cycle.reverse();
        let uses = cycle.windows(2).map(|pair| format!("\n  {}", graph[pair[0]][pair[1]])).collect::<String>();
        let names = cycle.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" -> ");
        sentences.push(names + &uses);
        shown.extend(cycle.into_iter().cloned());
    }
    sentences
}

/// The path from the crate's root; `None` for any other path.
fn absolute(module: &[String], path: &[&str]) -> Option<Names> {
    let ups = path.iter().take_while(|name| **name == "super").count();
    let (base, rest) = match path {
        ["crate", rest @ ..] => (&[][..], rest),
        ["self", "super", ..] => return absolute(module, &path[1..]),
        ["self", rest @ ..] => (module, rest),
        _ if ups > 0 => (&module[..module.len().saturating_sub(ups)], &path[ups..]),
        _ => return None,
    };
    Some([base, &owned(rest)].concat())
}

fn owned(names: &[&str]) -> Names {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The names before and between `::` from here on.
fn path_at<'t>(tokens: &[&'t str]) -> Vec<&'t str> {
    let mut path = vec![];
    let mut rest = tokens;
    while let [name, "::", after @ ..] = rest {
        if !is_name(name) {
            return path;
        }
        path.push(*name);
        rest = after;
    }
    // Without `::`, it is an ordinary word.
    path.extend(rest.first().filter(|name| is_name(name) && !path.is_empty()));
    path
}

/// A path, and the name that a `use` declares for it.
type Declared<'t> = (Vec<&'t str>, &'t str);

/// Every path of a `use` declaration, with the name that it declares.
fn paths_of_use<'t>(tokens: &[&'t str]) -> Vec<Declared<'t>> {
    let (mut found, mut prefix, mut open) = (Vec::<Declared<'_>>::new(), Vec::<&str>::new(), Vec::<usize>::new());
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at..] {
            ["{", ..] => open.push(prefix.len()),
            [",", ..] => prefix.truncate(open.last().copied().unwrap_or_default()),
            ["}", ..] => prefix.truncate(open.pop().unwrap_or_default()),
            ["as", name, ..] => {
                found.last_mut().expect("a path is before its other name").1 = name;
                at += 1;
            }
            [name, "::", ..] => {
                prefix.push(name);
                at += 1;
            }
            ["*", ..] => found.push((prefix.clone(), "*")),
            ["self", ..] if !prefix.is_empty() => found.push((prefix.clone(), prefix[prefix.len() - 1])),
            [name, ..] if is_name(name) => found.push(([&*prefix, &[name]].concat(), name)),
            _ => {}
        }
        at += 1;
    }
    found
}

/// The index behind the item that begins here: behind its block, behind its semicolon, or, for a field or an expression, at the end of
/// the block around it.
fn end_of_item(tokens: &[&str], from: usize) -> usize {
    let (mut depth, mut group) = (0_usize, false);
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match *token {
            "use" if depth == 0 => group = true,
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" if depth == 0 => return at,
            "}" | ")" | "]" => {
                depth -= 1;
                if depth == 0 && *token == "}" && !group {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first == '_' || first.is_alphabetic())
}

/// Words, strings, `::`, and other characters one by one; without comments, character literals and the quotes of lifetimes.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = vec![];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(is_no_letter).unwrap_or(rest.len());
        let quote = rest[word..].chars().next();
        let raw_name = rest.strip_prefix("r#").is_some_and(is_name);
        let length = if raw_name {
            let length = rest[2..].find(is_no_letter).map_or(rest.len(), |length| 2 + length);
            tokens.push(&rest[..length]);
            length
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            length_of_comment(rest)
        } else if word <= 2
            && (quote == Some('"') || (quote == Some('#') && rest[..word].ends_with('r')))
            && is_prefix(&rest[..word])
        {
            let length = length_of_string(rest, word);
            tokens.push(&rest[..length]);
            length
        } else if first == '\'' {
            length_of_quote(rest)
        } else if word > 0 {
            tokens.push(&rest[..word]);
            word
        } else if rest.starts_with("::") {
            tokens.push("::");
            2
        } else {
            let length = first.len_utf8();
            if !first.is_whitespace() {
                tokens.push(&rest[..length]);
            }
            length
        };
        rest = &rest[length..];
    }
    tokens
}

fn is_no_letter(letter: char) -> bool {
    letter != '_' && !letter.is_alphanumeric()
}

/// Returns true if a string literal may begin like this.
fn is_prefix(word: &str) -> bool {
    ["", "b", "c", "r", "br", "cr"].contains(&word)
}

fn length_of_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        let (step, change) = match &text.as_bytes()[at..] {
            [b'/', b'*', ..] => (2, 1),
            [b'*', b'/', ..] => (2, -1),
            _ => (1, 0),
        };
        at += step;
        depth = depth.saturating_add_signed(change);
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of a string whose prefix has the given length.
fn length_of_string(text: &str, prefix: usize) -> usize {
    let hashes = text[prefix..].chars().take_while(|letter| *letter == '#').count();
    let begin = prefix + hashes + 1;
    if text[..prefix].ends_with('r') {
        let end = format!("\"{}", "#".repeat(hashes));
        return text[begin..].find(&end).map_or(text.len(), |at| begin + at + end.len());
    }
    let mut escaped = false;
    for (at, letter) in text[begin..].char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return begin + at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal, or of the quote of a lifetime.
fn length_of_quote(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some((at, escaped))) => {
            let behind = at + escaped.len_utf8();
            text[behind..].find('\'').map_or(text.len(), |end| behind + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}
