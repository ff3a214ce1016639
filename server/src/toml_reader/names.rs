//! Names in messages: the choices that there are, and the one that was probably meant.

use strsim::normalized_damerau_levenshtein;

/// Names that are less alike than this are not suggested; 1 is equal.
const ALIKE: f64 = 0.6;

/// Some names as text: `"a", "b" or "c"`.
pub fn choices<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("{:?}", name.as_ref())).collect();
    match &names[..] {
        [others @ .., last] if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => names.concat(),
    }
}

/// The known name that is most like a name; `None` if none is alike.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let likeness = |known: &&str| normalized_damerau_levenshtein(name, known);
    let nearest = known.into_iter().max_by(|one, other| likeness(one).total_cmp(&likeness(other)))?;
    (likeness(&nearest) >= ALIKE).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_names_have_a_nearest_one_and_others_do_not() {
        let known = ["certificate", "client_authorities", "key", "requests_per_second"];
        for (name, expected) in [
            ("kee", Some("key")),
            ("certifcate", Some("certificate")),
            ("client_authority", Some("client_authorities")),
            ("request_per_seconds", Some("requests_per_second")),
            ("password", None),
            ("k", None),
        ] {
            assert_eq!(nearest(name, known), expected, "{name}");
        }
        assert_eq!(nearest("key", []), None);
    }

    #[test]
    fn choices_are_listed_as_a_sentence_lists_them() {
        assert_eq!(choices(["a"]), r#""a""#);
        assert_eq!(choices(["a", "b"]), r#""a" or "b""#);
        assert_eq!(choices(["a", "b", "c"]), r#""a", "b" or "c""#);
    }
}
