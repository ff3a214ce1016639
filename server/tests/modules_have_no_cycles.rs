//! The modules of the server have no cyclic references, and the check finds cycles where there are some.

#[path = "../../tests/support/module_graph.rs"]
mod module_graph;

use module_graph::{cycles, cycles_in};
use std::path::Path;

#[test]
fn the_modules_of_the_server_have_no_cycles() {
    let found = cycles_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The cycles of a crate that is made of these files.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    cycles(&|wanted| files.iter().find(|(name, _)| *name == wanted).map(|(_, text)| (*text).to_owned()))
}

#[test]
fn a_cycle_of_top_level_modules_is_found_with_its_references() {
    let found = found(&[
        ("lib.rs", "mod a; mod b; mod c; mod d;"),
        ("a.rs", "use crate::b::{self, deep::{Thing as Other, *}};"),
        ("b.rs", "pub mod deep;"),
        ("b/deep.rs", "pub fn thing() -> crate::c::Thing { crate::c::Thing }"),
        ("c/mod.rs", "fn f() { let x = super::a::X; }"),
        ("d.rs", "use crate::a;"),
    ]);
    assert_eq!(found, ["a -> b -> c -> a\n  a uses b\n  b::deep uses c::Thing\n  c uses a::X"]);
}

#[test]
fn a_cycle_of_children_is_found_and_a_parent_is_in_none() {
    let found = found(&[
        ("lib.rs", "mod a;"),
        ("a.rs", "mod one; mod two; use one::One; use self::two::Two; pub struct Shared;"),
        ("a/one.rs", "use super::{Shared, two::Two}; pub struct One;"),
        ("a/two.rs", "use super::{Shared, One}; pub struct Two;"),
    ]);
    assert_eq!(found, ["in a: one -> two -> one\n  a::one uses a::two::Two\n  a::two uses a::One"]);
}

#[test]
fn a_cycle_through_a_re_export_is_found() {
    let found = found(&[
        ("lib.rs", "pub mod a; mod b; pub use a::{Inner, inner as renamed};"),
        ("a.rs", "mod deep { pub fn inner() {} pub struct Inner; } pub use deep::{Inner, inner}; use crate::b::B;"),
        ("b.rs", "pub struct B; fn f() { crate::renamed::<u8>() }"),
    ]);
    assert_eq!(found, ["a -> b -> a\n  a uses b::B\n  b uses renamed"]);
}

#[test]
fn files_are_found_where_the_compiler_finds_them() {
    let found = found(&[
        ("lib.rs", "mod a; #[path = \"../else/b.rs\"] mod b; mod inline { mod below; }"),
        ("a/mod.rs", "#[path = \"near.rs\"] mod far;"),
        ("a/near.rs", "use crate::b::B;"),
        ("../else/b.rs", "mod below;"),
        ("../else/b/below.rs", "use crate::inline::X;"),
        ("inline/below.rs", "use crate::a::A;"),
    ]);
    assert_eq!(found, ["a -> b -> inline -> a\n  a::far uses b::B\n  b::below uses inline::X\n  inline::below uses a::A"]);
}

#[test]
fn comments_literals_and_tests_refer_to_nothing() {
    let found = found(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B;"),
        (
            "b.rs",
            r##"
            //! See crate::a.
            /* crate::a /* crate::a */ crate::a */
            const TEXT: &str = "crate::a \" crate::a";
            const RAW: &str = r#"crate::a " crate::a"#;
            const QUOTES: [char; 3] = ['"', '\'', '\u{22}'];
            pub(crate) struct B<'a>(&'a str);
            #[cfg(test)]
            use crate::a::One;
            #[cfg(test)]
            #[allow(dead_code)]
            mod tests { use crate::a::Two; fn f() { let x = crate::a::Three { y: 1 }; } }
            "##,
        ),
    ]);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn code_behind_what_is_skipped_is_read() {
    let behind = [
        "const QUOTES: [char; 3] = ['\"', '\\'', '\\u{22}']; use crate::a::A;",
        "fn f<'a>(x: &'a str) { x.r#use(r#mod); crate::a::f() }",
        "fn f<'a>() -> impl A + use<'a> { crate::a::f() }",
        "#[cfg(test)] use crate::a::{B, C}; use crate::a::A;",
        "#[cfg(test)] mod tests { fn f() { \"}\"; } } use crate::a::A;",
        "/* /* */ */ use crate::a::A;",
        "fn f() { b\"\\\\\"; crate::a::f() }",
        "macro_rules! m { () => { $crate::a::A }; }",
    ];
    for text in behind {
        let found = found(&[("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::b::B;"), ("b.rs", text)]);
        assert_eq!(found.len(), 1, "{text}");
    }
}
