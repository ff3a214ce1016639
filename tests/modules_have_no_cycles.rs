//! The modules of the library have no cyclic references, at any level of the tree.

#[path = "support/module_graph.rs"]
mod module_graph;

use std::path::Path;

#[test]
fn the_modules_of_the_library_have_no_cycles() {
    let found = module_graph::cycles_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
