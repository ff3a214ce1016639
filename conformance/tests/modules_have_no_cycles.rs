//! The modules of the suite have no cyclic references. The tests of the server check that cycles are found.

#[path = "../../tests/support/module_graph.rs"]
mod module_graph;

use std::path::Path;

use module_graph::cycles_in;

#[test]
fn the_modules_of_the_suite_have_no_cycles() {
    let found = cycles_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
