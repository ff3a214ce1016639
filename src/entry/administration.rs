//! The entry points for administrators: list clients, grants, consents and sessions, and withdraw them.

use crate::administration::{
    Administered, ClientListing, ClientReading, ClientRemoval, ConsentListing, GrantListing, GrantRevocation, IssuedGrant,
    OpenSession, Page, PageRequest, RegisteredClient, RememberedConsent, SessionEnd, SessionListing, Withdrawal, Withdrawn,
};
use crate::context::Context;
use crate::event::Endpoint;
use crate::exchange::{Entrance, Step, begin};
use crate::record::Owner;
use crate::server::AuthorizationServer;
use std::sync::Arc;

impl AuthorizationServer {
    /// Reads a client; `None` if it is not registered.
    pub fn client(self: &Arc<Self>, client_id: &str, context: Context) -> Step<Administered<Option<RegisteredClient>>> {
        begin(self.administrators(), context, || ClientReading::parse(self, client_id))
    }

    /// Lists the registered clients.
    pub fn clients(self: &Arc<Self>, page: PageRequest, context: Context) -> Step<Administered<Page<RegisteredClient>>> {
        begin(self.administrators(), context, || ClientListing::parse(self, page))
    }

    /// Removes clients, with everything that was issued to them up to the end of this second; the answer is their number. All of
    /// them are removed, or none.
    pub fn remove_clients(self: &Arc<Self>, client_ids: Vec<String>, context: Context) -> Step<Administered<usize>> {
        begin(self.administrators(), context, || ClientRemoval::parse(self, client_ids))
    }

    /// Lists the grants of a client or a user, revoked ones too.
    pub fn grants(self: &Arc<Self>, owner: Owner, page: PageRequest, context: Context) -> Step<Administered<Page<IssuedGrant>>> {
        begin(self.administrators(), context, || GrantListing::parse(self, owner, page))
    }

    /// Revokes one grant and all its tokens, by its [`id`](IssuedGrant::id); the answer is true if there was one to revoke.
    pub fn revoke_grant(self: &Arc<Self>, id: &str, context: Context) -> Step<Administered<bool>> {
        begin(self.administrators(), context, || GrantRevocation::parse(self, id))
    }

    /// Lists the remembered consents of a user, or to a client.
    pub fn consents(
        self: &Arc<Self>,
        owner: Owner,
        page: PageRequest,
        context: Context,
    ) -> Step<Administered<Page<RememberedConsent>>> {
        begin(self.administrators(), context, || ConsentListing::parse(self, owner, page))
    }

    /// Withdraws everything that a user allowed a client: grants with their tokens, codes, and remembered consent.
    pub fn withdraw(self: &Arc<Self>, subject: &str, client_id: &str, context: Context) -> Step<Administered<Withdrawn>> {
        begin(self.administrators(), context, || Withdrawal::parse(self, subject, client_id))
    }

    /// Lists the login sessions of a user.
    pub fn sessions(
        self: &Arc<Self>,
        subject: &str,
        page: PageRequest,
        context: Context,
    ) -> Step<Administered<Page<OpenSession>>> {
        begin(self.administrators(), context, || SessionListing::parse(self, subject, page))
    }

    /// Ends one login session of a user by its [`id`](OpenSession::id), or all of them; the answer is their number.
    pub fn end_sessions(self: &Arc<Self>, subject: &str, id: Option<&str>, context: Context) -> Step<Administered<usize>> {
        begin(self.administrators(), context, || SessionEnd::parse(self, subject, id))
    }

    fn administrators(&self) -> Entrance {
        self.administration(Endpoint::Administration)
    }
}
