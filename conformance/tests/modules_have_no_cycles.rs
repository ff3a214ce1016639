//! No two modules of the suite refer to each other in a circle. The tests of the server check that circles are found.

#[path = "../../tests/support/module_graph.rs"]
mod module_graph;

use std::path::Path;

use module_graph::cycles_in;

#[test]
fn the_modules_of_the_suite_have_no_cycles() {
    let found = cycles_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}
