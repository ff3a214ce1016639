//! `api`: an API that the operator registers, as in a configuration.

use super::Otherwise;
use super::group::member;
use super::world::{World, api};
use fapi::AuthorizationServer;
use fapi::jose::{Json, Object};

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let mut settings = World::settings(group)?;
    let registered = api(member(test, "input")?)?;
    let described = serde_json::to_vec(&registered).map_err(Otherwise::unjudged)?;
    settings.apis.push(registered);
    let warnings = settings.warnings().into_iter().map(|warning| Json::from(warning.basis.id)).collect::<Vec<_>>();
    AuthorizationServer::new(settings).map_err(|error| Otherwise::Refused {
        error: None,
        requirements: error.mistakes.iter().map(|mistake| mistake.basis).collect(),
        detail: None,
    })?;
    let told = Object::new().with("api", Json::parse(&described).map_err(Otherwise::unjudged)?).with("warnings", warnings);
    Otherwise::unless_same(member(test, "output")?, &Json::Object(told))
}
