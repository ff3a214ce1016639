//! The entry points for administrators: list clients, grants, consents and sessions, and withdraw them.

use crate::administration::{
    Administered, ClientListing, ClientReading, ClientRemoval, ConsentListing, GrantListing, GrantRevocation, IssuedGrant,
    OpenSession, Page, PageRequest, RegisteredClient, RememberedConsent, SessionEnd, SessionListing, Withdrawal, Withdrawn,
};
use crate::context::Context;
use crate::event::{Administration, Endpoint};
use crate::exchange::{Entrance, Step, begin};
use crate::record::Owner;
use crate::server::AuthorizationServer;
use std::sync::Arc;

impl AuthorizationServer {
    /// Reads a client; `None` if it is not registered.
    pub fn client(self: &Arc<Self>, client_id: &str, context: Context) -> Step<Administered<Option<RegisteredClient>>> {
        let about = Administration::ReadClient { client_id: client_id.to_owned() };
        begin(self.administrators(about), context, || ClientReading::parse(self, client_id))
    }

    /// Lists the registered clients.
    pub fn clients(self: &Arc<Self>, page: PageRequest, context: Context) -> Step<Administered<Page<RegisteredClient>>> {
        begin(self.administrators(Administration::ListClients), context, || ClientListing::parse(self, page))
    }

    /// Removes clients, with everything that was issued to them and allowed to them; the answer is their number. All of them are
    /// removed, or none.
    ///
    /// A client that is registered under the same identifier afterwards begins with nothing.
    pub fn remove_clients(self: &Arc<Self>, client_ids: Vec<String>, context: Context) -> Step<Administered<usize>> {
        let about = Administration::RemoveClients { client_ids: client_ids.clone() };
        begin(self.administrators(about), context, || ClientRemoval::parse(self, client_ids))
    }

    /// Lists the grants of a client or a user, revoked and withdrawn ones too.
    pub fn grants(self: &Arc<Self>, owner: Owner, page: PageRequest, context: Context) -> Step<Administered<Page<IssuedGrant>>> {
        let about = Administration::ListGrants { owner: owner.clone() };
        begin(self.administrators(about), context, || GrantListing::parse(self, owner, page))
    }

    /// Revokes one grant and all its tokens, by its [`id`](IssuedGrant::id); the answer is true if there was one to revoke.
    ///
    /// A grant of a client's own is the root of all tokens that the client gets for itself at that API. Once it is revoked, the client
    /// gets none there, until it is [removed](Self::remove_clients) and registered again.
    pub fn revoke_grant(self: &Arc<Self>, id: &str, context: Context) -> Step<Administered<bool>> {
        let about = Administration::RevokeGrant { id: id.to_owned() };
        begin(self.administrators(about), context, || GrantRevocation::parse(self, id))
    }

    /// Lists the remembered consents of a user, or to a client.
    pub fn consents(
        self: &Arc<Self>,
        owner: Owner,
        page: PageRequest,
        context: Context,
    ) -> Step<Administered<Page<RememberedConsent>>> {
        let about = Administration::ListConsents { owner: owner.clone() };
        begin(self.administrators(about), context, || ConsentListing::parse(self, owner, page))
    }

    /// Withdraws everything that a user allowed a client: grants with their tokens, codes, and remembered consent.
    ///
    /// This is one write, however much the client has. The user may allow the client something new at once.
    pub fn withdraw(self: &Arc<Self>, subject: &str, client_id: &str, context: Context) -> Step<Administered<Withdrawn>> {
        let about = Administration::Withdraw { subject: subject.to_owned(), client_id: client_id.to_owned() };
        begin(self.administrators(about), context, || Withdrawal::parse(self, subject, client_id))
    }

    /// Lists the login sessions of a user.
    pub fn sessions(
        self: &Arc<Self>,
        subject: &str,
        page: PageRequest,
        context: Context,
    ) -> Step<Administered<Page<OpenSession>>> {
        let about = Administration::ListSessions { subject: subject.to_owned() };
        begin(self.administrators(about), context, || SessionListing::parse(self, subject, page))
    }

    /// Ends one login session of a user by its [`id`](OpenSession::id), or all of them; the answer is their number, of which at
    /// most 5,000 are counted. Interactions that a session logged in ask for a login again; codes and grants stay.
    pub fn end_sessions(self: &Arc<Self>, subject: &str, id: Option<&str>, context: Context) -> Step<Administered<usize>> {
        let about = Administration::EndSessions { subject: subject.to_owned(), id: id.map(str::to_owned) };
        begin(self.administrators(about), context, || SessionEnd::parse(self, subject, id))
    }

    fn administrators(&self, about: Administration) -> Entrance {
        self.administration(Endpoint::Administration, Some(about))
    }
}
