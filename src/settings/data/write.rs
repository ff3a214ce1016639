//! Settings written as data.

use super::super::{ServerKey, Settings};
use super::{OwnProfileData, ProfileData, ServerKeyData, ServerPolicyData, SettingsData};
use crate::policy::{PRESETS, Policy, PolicyData, ProfileId, Profiles};
use data_encoding::BASE64;

impl From<&Settings> for SettingsData {
    fn from(settings: &Settings) -> Self {
        Self {
            issuer: settings.issuer.clone(),
            endpoints: settings.endpoints.clone(),
            mtls_endpoints: settings.mtls_endpoints.clone(),
            policy: server_policy(&settings.policy, &settings.profiles),
            profiles: settings.profiles.iter().map(|(id, policy)| profile(id, policy)).collect(),
            keys: settings.keys.iter().map(key).collect(),
            apis: settings.apis.clone(),
            default_audience: settings.default_audience.clone(),
            switches: settings.switches,
            organizations: settings.organizations.clone(),
            connections: settings.connections.clone(),
            scopes: settings.scopes.clone(),
            claims: settings.claims.clone(),
            acr_values: settings.acr_values.clone(),
            lifetimes: settings.lifetimes,
            limits: settings.limits,
            client_certificates: settings.client_certificates,
            trust_anchors: settings.trust_anchors.certificates().map(|der| BASE64.encode(der)).collect(),
        }
    }
}

/// The profiles that the policy consists of, as few as possible, and the rest of its rules.
fn server_policy(policy: &Policy, profiles: &Profiles) -> ServerPolicyData {
    let known = with_presets(profiles);
    let part = |id: &&ProfileId| known.get(id).is_some_and(|part| !part.is_open() && part.without(policy).is_open());
    let mut named: Vec<ProfileId> = known.ids().filter(part).cloned().collect();
    for id in named.clone() {
        let others: Vec<_> = named.iter().filter(|other| **other != id).cloned().collect();
        let rest = known.join(&others).ok().and_then(|others| Some(known.get(&id)?.without(&others)));
        if rest.is_some_and(|rest| rest.is_open()) {
            named = others;
        }
    }
    // Parts of a policy that contradicts itself may not fit together.
    let joined = known.join(&named).unwrap_or_else(|_| {
        named.clear();
        Policy::default()
    });
    ServerPolicyData { profiles: named, rules: PolicyData::from(&policy.without(&joined)) }
}

/// The profiles, and the presets that are not among them.
pub(super) fn with_presets(profiles: &Profiles) -> Profiles {
    PRESETS.iter().fold(profiles.clone(), |all, preset| if all.get(&preset.id()).is_some() { all } else { all.with(preset) })
}

fn profile(id: &ProfileId, policy: &Policy) -> ProfileData {
    let preset = PRESETS.iter().find(|preset| preset.id() == *id);
    match preset {
        Some(preset) if preset.policy() == *policy => ProfileData::Preset(id.clone()),
        _ => ProfileData::Own(OwnProfileData { id: id.clone(), rules: policy.into() }),
    }
}

fn key(key: &ServerKey) -> ServerKeyData {
    let default = ServerKey::new(key.jwk.clone()).algorithms;
    ServerKeyData {
        jwk: key.jwk.to_json(),
        algorithms: (key.algorithms != default).then_some(key.algorithms),
        published_from: key.published_from,
        signs_from: key.signs_from,
        retired_at: key.retired_at,
    }
}
