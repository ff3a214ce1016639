//! The registry: ids are unique, related rows name each other, and texts are allowed on the wire.

use fapi::requirement::{self, Requirement};
use std::collections::BTreeSet;

fn listed(ids: &[&'static str]) -> Vec<&'static Requirement> {
    ids.iter().map(|id| requirement::find(id).unwrap_or_else(|| panic!("{id} is not a row"))).collect()
}

#[test]
fn ids_are_unique_and_found() {
    let mut seen = BTreeSet::new();
    for row in requirement::all() {
        assert!(seen.insert(row.id), "{} twice", row.id);
        assert!(std::ptr::eq(requirement::find(row.id).unwrap(), row));
    }
    assert!(seen.len() > 850 && requirement::find("RFC0-1").is_none());
    assert_eq!(seen.len(), requirement::specifications().iter().map(|document| document.requirements.len()).sum::<usize>());
}

#[test]
fn rows_that_restate_or_oppose_each_other_name_each_other() {
    let mut one_sided = vec![];
    for row in requirement::all() {
        for other in listed(row.restated_by) {
            assert_ne!(row, other);
            if !other.restated_by.contains(&row.id) {
                one_sided.push(format!("{} restates {}", row.id, other.id));
            }
        }
        for other in listed(row.opposed_by) {
            assert_ne!(row, other);
            if !other.opposed_by.contains(&row.id) {
                one_sided.push(format!("{} opposes {}", row.id, other.id));
            }
            assert!(!row.restated_by.contains(&other.id), "{} both restates and opposes {}", row.id, other.id);
        }
    }
    assert_eq!(one_sided, [""; 0]);
}

#[test]
fn texts_on_the_wire_have_the_characters_of_rfc_6749() {
    let allowed = |text: &str| text.bytes().all(|octet| matches!(octet, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e));
    for row in requirement::all() {
        assert!(allowed(row.id) && allowed(row.document) && allowed(row.clause), "{}", row.id);
        assert!(!row.id.contains([',', '(', ')', ' ']), "{}", row.id);
        assert!(!row.summary.is_empty() && row.summary.ends_with('.'), "{}", row.id);
        assert!(row.url.starts_with("https://") || row.document == "This library", "{}", row.id);
    }
}
