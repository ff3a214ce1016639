//! A choice of scenarios by their ids.

use std::fmt;

/// A choice of scenarios: those whose ids match one of its globs (all, if there is none), except those that match an exclusion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    globs: Vec<String>,
    exclusions: Vec<String>,
}

impl Selection {
    /// Returns true if a scenario of this id is chosen.
    pub fn fits(&self, id: &str) -> bool {
        let any = |globs: &[String]| globs.iter().any(|glob| fits(glob, id));
        (self.globs.is_empty() || any(&self.globs)) && !any(&self.exclusions)
    }

    /// Returns true if every scenario is chosen.
    pub fn is_everything(&self) -> bool {
        self.exclusions.is_empty() && (self.globs.is_empty() || self.globs.iter().any(|glob| glob == "*"))
    }

    /// Its globs and exclusions that match none of these ids.
    pub fn unmatched(&self, ids: &[&str]) -> Vec<String> {
        let exclusions = self.exclusions.iter().map(|glob| (format!("!{glob}"), glob));
        let all = self.globs.iter().map(|glob| (glob.clone(), glob)).chain(exclusions);
        all.filter(|(_, glob)| !ids.iter().any(|id| fits(glob, id))).map(|(shown, _)| shown).collect()
    }
}

/// Globs that are separated by commas; an exclusion begins with `!`.
impl From<&str> for Selection {
    fn from(text: &str) -> Self {
        let mut selection = Self::default();
        for glob in text.split(',').map(str::trim) {
            match glob.strip_prefix('!') {
                Some(exclusion) => selection.exclusions.push(exclusion.to_owned()),
                None => selection.globs.push(glob.to_owned()),
            }
        }
        selection
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exclusions = self.exclusions.iter().map(|glob| format!("!{glob}"));
        let all: Vec<_> = self.globs.iter().cloned().chain(exclusions).collect();
        formatter.write_str(&if all.is_empty() { "*".to_owned() } else { all.join(",") })
    }
}

/// Returns true if a glob (`*` for anything, `?` for one character) matches an id.
pub fn fits(glob: &str, id: &str) -> bool {
    match (glob.chars().next(), id.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => fits(&glob[1..], id) || id.chars().next().is_some_and(|first| fits(glob, &id[first.len_utf8()..])),
        (Some('?'), Some(here)) => fits(&glob[1..], &id[here.len_utf8()..]),
        (Some(wanted), Some(here)) if wanted == here => fits(&glob[wanted.len_utf8()..], &id[here.len_utf8()..]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (glob, id) in [("*", ""), ("*", "a-b"), ("push-*", "push-x"), ("*-x", "push-x"), ("p?sh*x", "push-x"), ("**", "é")] {
            assert!(fits(glob, id), "{glob} {id}");
        }
        for (glob, id) in [("", "a"), ("push", "push-x"), ("?", ""), ("*y", "push-x")] {
            assert!(!fits(glob, id), "{glob} {id}");
        }
    }

    #[test]
    fn several_globs_and_exclusions() {
        let chosen = |text: &str| ["flow", "push-a", "push-b", "token"].map(|id| Selection::from(text).fits(id));
        assert_eq!(chosen("*"), [true; 4]);
        assert_eq!(chosen("flow,push-*"), [true, true, true, false]);
        assert_eq!(chosen("!push-*"), [true, false, false, true]);
        assert_eq!(chosen("push-*, !push-b,flow"), [true, true, false, false]);
        assert_eq!(chosen(""), [false; 4]);
        assert_eq!(Selection::from("flow,pusch-*,!x").unmatched(&["flow", "push-a"]), ["pusch-*", "!x"]);
        for (text, everything) in [("*", true), ("flow,*", true), ("*,!flow", false), ("flow", false)] {
            assert_eq!((Selection::from(text).is_everything(), Selection::from(text).to_string()), (everything, text.to_owned()));
        }
        assert!(Selection::default().is_everything() && Selection::default().to_string() == "*");
    }
}
