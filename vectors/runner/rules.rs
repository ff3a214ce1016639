//! The policy of a group: OAuth with the rules of its presets.
//!
//! A group may be judged `without` requirements: the rules that enforce one of them are removed. No file uses that; the tests of
//! the files do, to check that an input breaks that rule and no other.

use super::Otherwise;
use super::group::array;
use fapi::jose::{Json, Object};
use fapi::policy::{OAUTH, Policy, Profiles, Rule};

/// The policy of a group.
pub(super) fn policy(group: &Object) -> Result<Policy, Otherwise> {
    let names = if group.contains("policy") { array(group, "policy")? } else { &[] };
    let ids = names.iter().map(|name| name.as_str().map(Into::into)).collect::<Option<Vec<_>>>();
    let ids = ids.ok_or_else(|| Otherwise::Unjudged("the name of a preset is no text".into()))?;
    let named = Profiles::default().join(&ids).map_err(Otherwise::unjudged)?;
    let mut policy = OAUTH.policy().tighten(&named).map_err(Otherwise::unjudged)?;
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
