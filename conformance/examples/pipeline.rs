//! Prints `docs/pipeline.md`: `cargo xtask pipeline >docs/pipeline.md`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(fapi_conformance::pipeline::page().as_bytes())
}
