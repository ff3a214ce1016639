//! Lists in sentences.

use std::fmt::Display;

/// Items as a list: `a, b or c` with the conjunction `or`; `none` if there are none.
pub fn list<T: Display>(items: &[T], conjunction: &str) -> String {
    let texts: Vec<_> = items.iter().map(ToString::to_string).collect();
    match texts.split_last() {
        None => "none".into(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} {conjunction} {last}", rest.join(", ")),
    }
}

/// Names as a list, each in backquotes.
pub fn names<T: AsRef<str>>(names: &[T], conjunction: &str) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    list(&quoted, conjunction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        assert_eq!(list(&[400, 401, 403], "or"), "400, 401 or 403");
        assert_eq!(list(&[400], "or"), "400");
        assert_eq!(list::<u16>(&[], "or"), "none");
        assert_eq!(names(&["a", "b"], "and"), "`a` and `b`");
    }
}
