//! `distinguished_name`: the subject that a client registered, and the certificate that it presents.

use super::Otherwise;
use super::group::text;
use super::world::{World, post};
use fapi::jose::Object;
use fapi::policy::AuthenticationMethod;
use fapi::{ClientCertificates, ClientMetadata, Inbound};
use rustls_pki_types::CertificateDer;

pub(super) fn judge(group: &Object, test: &Object) -> Result<(), Otherwise> {
    let world = World::without_client(group)?;
    let mut client = ClientMetadata::new("client-1", AuthenticationMethod::TlsClientAuth);
    client.redirect_uris = vec![super::world::REDIRECT.into()];
    client.tls_client_auth_subject_dn = Some(text(test, "input")?.to_owned());
    world.register(client)?;
    let certificate = CertificateDer::from(super::group::base64(text(group, "certificate")?)?);
    let request = post(&[("client_id", "client-1"), ("token", "unknown")]);
    // A proxy has validated the chain, so only the name is checked.
    let inbound = Inbound::new(&request).certificates(ClientCertificates::VerifiedBy { leaf: &certificate });
    world.drive(world.server.introspection_request(inbound, world.context())).map(drop)
}
