//! The rules of a group: those of its presets, under those of OAuth.
//!
//! A group may be judged `without` some: of each rule that rests on one of these requirements, nothing is left. No file says that;
//! the tests of the files do, to see that an input breaks that rule and no other.

use super::Otherwise;
use super::group::array;
use fapi::jose::{Json, Object};
use fapi::policy::{self, OAUTH, PRESETS, Policy, Rule};

/// The policy of a group.
pub(super) fn policy(group: &Object) -> Result<Policy, Otherwise> {
    let names = if group.contains("policy") { array(group, "policy")? } else { &[] };
    let mut policy = names.iter().try_fold(OAUTH.policy(), |policy, name| {
        let stored = |preset: &policy::ProfileName| serde_json::to_string(preset).unwrap_or_default();
        let preset = PRESETS.iter().find(|(preset, _)| stored(preset) == name.to_string());
        let (_, profile) = preset.ok_or_else(|| Otherwise::Unjudged(format!("no preset {name}")))?;
        policy.tighten(&profile.policy()).map_err(|clash| Otherwise::Unjudged(format!("{clash:?}")))
    })?;
    if group.contains("without") {
        drop_rules(&mut policy, array(group, "without")?);
    }
    Ok(policy)
}

macro_rules! each_rule {
    ($policy:ident, $without:ident: $($rule:ident)*) => {
        $(if $policy.$rule.conjuncts().iter().any(|conjunct| $without.contains(&Json::from(conjunct.basis.id))) {
            $policy.$rule = Rule::default();
        })*
    };
}

fn drop_rules(policy: &mut Policy, without: &[Json]) {
    each_rule!(policy, without:
        pushed_request response_type code_challenge redirect_uri_sent redirect_uri client_authentication assertion_audience
        assertion_algorithm proof_algorithm issued_algorithm sender_constraint refresh_rotation code_lifetime
        request_uri_lifetime future_tolerance);
}
