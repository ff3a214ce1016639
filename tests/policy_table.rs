//! The table of profiles and rules, printed from the constants.

use fapi::policy::PRESETS;

fn table() -> String {
    let mut lines = vec![];
    for profile in PRESETS {
        lines.push(format!("{}:", profile.name));
        for (rule, bound, basis) in profile.rows() {
            lines.push(format!("  {rule}: {bound} ({})", basis.id));
        }
    }
    lines.join("\n")
}

#[test]
fn each_profile_holds_what_its_document_adds() {
    insta::assert_snapshot!(table());
}
