//! `redirect_uri`: a URI that a client registers.

use super::Otherwise;
use super::group::{member, text};
use super::world::World;
use fapi::jose::Object;
use fapi::redirect_uri::{RedirectKind, RedirectUri};

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let world = World::without_client(group)?;
    let uri = text(test, "input")?;
    let mut metadata = world.client.clone();
    metadata.redirect_uris = vec![uri.into()];
    world.register(metadata)?;
    let kind = match RedirectUri::parse(uri).map_err(|error| Otherwise::refused(error.basis()))?.kind() {
        RedirectKind::Https => "https",
        RedirectKind::Loopback => "loopback",
        RedirectKind::PrivateUse => "private-use",
    };
    Otherwise::unless_same(&member(test, "output")?.as_str(), &Some(kind))
}
