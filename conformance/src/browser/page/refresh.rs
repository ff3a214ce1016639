//! Pages that lead on by themselves, by `<meta http-equiv="refresh">` or the `Refresh` header.

use super::document::Node;

/// The seconds up to which a page leads on before its user has read it.
const SOON: u64 = 5;

/// A page's instruction to open another one after some time.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Refresh {
    /// The time until then, in whole seconds.
    pub seconds: u64,
    /// The reference to the other page. Empty means the page itself.
    pub to: String,
    /// True if the instruction is for browsers without scripts.
    pub is_fallback: bool,
}

impl Refresh {
    /// Reads the value of the header or of `content`. Returns `None` if it is not one that browsers follow.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let after = text.trim_start_matches(|character: char| character.is_ascii_digit());
        let digits = &text[..text.len() - after.len()];
        let seconds = if digits.is_empty() && after.starts_with('.') { 0 } else { digits.parse().ok()? };
        let after = after.trim_start_matches(|character: char| character.is_ascii_digit() || character == '.');
        let rest = after.trim_start();
        let rest = match rest.strip_prefix([';', ',']) {
            Some(rest) => rest.trim_start(),
            None if rest.len() == after.len() && !rest.is_empty() => return None,
            None => rest,
        };
        Some(Self { seconds, to: target(rest).into(), is_fallback: false })
    }

    /// Reads a `<meta>`, inside `<noscript>` or not.
    pub(super) fn of(meta: &Node, is_fallback: bool) -> Option<Self> {
        if !meta.attribute("http-equiv")?.eq_ignore_ascii_case("refresh") {
            return None;
        }
        Some(Self { is_fallback, ..Self::read(meta.attribute("content")?)? })
    }

    /// Returns true if the page leads on at once in every browser.
    pub fn is_soon(&self) -> bool {
        self.seconds <= SOON && !self.is_fallback
    }
}

/// The reference after an optional `url=`, in quotation marks or without.
fn target(text: &str) -> &str {
    let named =
        text.get(..3).filter(|word| word.eq_ignore_ascii_case("url")).and_then(|_| text[3..].trim_start().strip_prefix('='));
    let reference = named.map_or(text, str::trim_start);
    match reference.chars().next() {
        Some(mark @ ('"' | '\'')) => reference[1..].split(mark).next().unwrap_or_default(),
        _ => reference,
    }
}
