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
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
    /// # use setup::*;
    /// # use fapi::{Administered, drive};
    /// # let (server, host) = granted()?;
    /// let outcome = drive(&host, server.client("shop", context()));
    /// let Administered::Done(Some(client)) = outcome.reply else { panic!("{:?}", outcome.event) };
    /// assert_eq!((client.metadata.client_id.as_str(), client.has_secret), ("shop", false));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn client(self: &Arc<Self>, client_id: &str, context: Context) -> Step<Administered<Option<RegisteredClient>>> {
        let about = Administration::ReadClient { client_id: client_id.to_owned() };
        begin(self.administrators(about), context, || ClientReading::parse(self, client_id))
    }

    /// Lists the registered clients.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
    /// # use setup::*;
    /// use fapi::{Administered, PageRequest, drive};
    ///
    /// # let (server, host) = granted()?;
    /// let (mut ids, mut request) = (vec![], PageRequest::first(100));
    /// loop {
    ///     let Administered::Done(page) = drive(&host, server.clients(request, context())).reply else { panic!("an outage") };
    ///     ids.extend(page.entries.into_iter().map(|client| client.metadata.client_id));
    ///     match page.next {
    ///         Some(next) => request = PageRequest::after(next, 100),
    ///         None => break,
    ///     }
    /// }
    /// assert_eq!(ids, ["shop"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn clients(self: &Arc<Self>, page: PageRequest, context: Context) -> Step<Administered<Page<RegisteredClient>>> {
        begin(self.administrators(Administration::ListClients), context, || ClientListing::parse(self, page))
    }

    /// Removes clients, with everything that was issued to them and allowed to them; the answer is their number. All of them are
    /// removed, or none.
    ///
    /// A client that is registered under the same identifier afterwards begins with nothing.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
    /// # use setup::*;
    /// # use fapi::{Administered, drive};
    /// # let (server, host) = granted()?;
    /// let outcome = drive(&host, server.remove_clients(vec!["shop".into()], context()));
    /// assert!(matches!(outcome.reply, Administered::Done(1)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn remove_clients(self: &Arc<Self>, client_ids: Vec<String>, context: Context) -> Step<Administered<usize>> {
        let about = Administration::RemoveClients { client_ids: client_ids.clone() };
        begin(self.administrators(about), context, || ClientRemoval::parse(self, client_ids))
    }

    /// Lists the grants of a client or a user, revoked and withdrawn ones too.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
    /// # use setup::*;
    /// use fapi::{Administered, PageRequest, drive, record::Owner};
    ///
    /// # let (server, host) = granted()?;
    /// let alice = Owner::Subject("alice".into());
    /// let outcome = drive(&host, server.grants(alice, PageRequest::first(100), context()));
    /// let Administered::Done(page) = outcome.reply else { panic!("an outage") };
    /// assert_eq!((page.entries[0].client_id.as_str(), page.entries[0].revoked), ("shop", false));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn grants(self: &Arc<Self>, owner: Owner, page: PageRequest, context: Context) -> Step<Administered<Page<IssuedGrant>>> {
        let about = Administration::ListGrants { owner: owner.clone() };
        begin(self.administrators(about), context, || GrantListing::parse(self, owner, page))
    }

    /// Revokes one grant and all its tokens, by its [`id`](IssuedGrant::id); the answer is true if there was one to revoke.
    ///
    /// A grant of a client's own is the root of all tokens that the client gets for itself at that API. Once it is revoked, the client
    /// gets none there, until it is [removed](Self::remove_clients) and registered again.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
    /// # use setup::*;
    /// # use fapi::{Administered, PageRequest, drive, record::Owner};
    /// # let (server, host) = granted()?;
    /// # let outcome = drive(&host, server.grants(Owner::Client("shop".into()), PageRequest::first(100), context()));
    /// # let Administered::Done(page) = outcome.reply else { panic!("an outage") };
    /// let id = &page.entries[0].id;
    /// let outcome = drive(&host, server.revoke_grant(id, context()));
    /// assert!(matches!(outcome.reply, Administered::Done(true)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn revoke_grant(self: &Arc<Self>, id: &str, context: Context) -> Step<Administered<bool>> {
        let about = Administration::RevokeGrant { id: id.to_owned() };
        begin(self.administrators(about), context, || GrantRevocation::parse(self, id))
    }

    /// Lists the remembered consents of a user, or to a client.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
    /// # use setup::*;
    /// # use fapi::{Administered, PageRequest, drive, record::Owner};
    /// # let (server, host) = granted()?;
    /// let alice = Owner::Subject("alice".into());
    /// let outcome = drive(&host, server.consents(alice, PageRequest::first(100), context()));
    /// let Administered::Done(page) = outcome.reply else { panic!("an outage") };
    /// assert_eq!(page.entries[0].permissions.scope.to_string(), "read");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
    /// # use setup::*;
    /// # use fapi::{Administered, drive};
    /// # let (server, host) = granted()?;
    /// let outcome = drive(&host, server.withdraw("alice", "shop", context()));
    /// let Administered::Done(withdrawn) = outcome.reply else { panic!("an outage") };
    /// assert_eq!((withdrawn.grants, withdrawn.consents), (1, 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn withdraw(self: &Arc<Self>, subject: &str, client_id: &str, context: Context) -> Step<Administered<Withdrawn>> {
        let about = Administration::Withdraw { subject: subject.to_owned(), client_id: client_id.to_owned() };
        begin(self.administrators(about), context, || Withdrawal::parse(self, subject, client_id))
    }

    /// Lists the login sessions of a user.
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
    /// # use setup::*;
    /// # use fapi::{Administered, PageRequest, drive};
    /// # let (server, host) = granted()?;
    /// let outcome = drive(&host, server.sessions("alice", PageRequest::first(100), context()));
    /// let Administered::Done(page) = outcome.reply else { panic!("an outage") };
    /// assert_eq!(page.entries.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
    ///
    /// ```
    /// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/support/authorization_server.rs")); }
    /// # use setup::*;
    /// # use fapi::{Administered, drive};
    /// # let (server, host) = granted()?;
    /// let outcome = drive(&host, server.end_sessions("alice", None, context()));
    /// assert!(matches!(outcome.reply, Administered::Done(1)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn end_sessions(self: &Arc<Self>, subject: &str, id: Option<&str>, context: Context) -> Step<Administered<usize>> {
        let about = Administration::EndSessions { subject: subject.to_owned(), id: id.map(str::to_owned) };
        begin(self.administrators(about), context, || SessionEnd::parse(self, subject, id))
    }

    fn administrators(&self, about: Administration) -> Entrance {
        self.administration(Endpoint::Administration, Some(about))
    }
}
