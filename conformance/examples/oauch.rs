//! Prints `docs/oauch.md`: `cargo xtask oauch >docs/oauch.md`.

use std::io::Write;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(fapi_conformance::oauch::page().as_bytes())
}
