//! The effects of every exchange: one line per step.

use crate::config::Hook;
use crate::fetcher::Fetcher;
use crate::keys::Keyring;
use crate::store::RedbStore;
use crate::users::Users;
use fapi::{
    AsyncHost, ClaimsRequest, CustomizeRequest, Customized, DocumentRequest, FetchedDocument, KeyUse, PermissionsRequest, Store,
    SubjectRequest, SubjectStatus, Unavailable, UserClaims, UserPermissions,
};
use std::sync::Arc;

/// The host of the library.
pub(crate) struct ServerHost {
    pub(crate) store: Arc<dyn Store>,
    /// The file of the store, unless it is in memory: it keeps the subjects of the users as well.
    pub(crate) file: Option<Arc<RedbStore>>,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) fetcher: Fetcher,
    pub(crate) users: Arc<Users>,
    pub(crate) hooks: Vec<Hook>,
}

impl AsyncHost for ServerHost {
    fn store(&self) -> &dyn Store {
        &*self.store
    }

    async fn use_key(&self, key_use: &KeyUse) -> Result<Vec<u8>, Unavailable> {
        self.keyring.use_key(key_use)
    }

    async fn fetch(&self, request: &DocumentRequest) -> Result<FetchedDocument, Unavailable> {
        self.fetcher.fetch(request).await
    }

    async fn claims(&self, request: &ClaimsRequest) -> Result<UserClaims, Unavailable> {
        Ok(self.users.claims(request))
    }

    async fn subject(&self, request: &SubjectRequest) -> Result<SubjectStatus, Unavailable> {
        Ok(if self.users.exists(&request.subject) { SubjectStatus::Active } else { SubjectStatus::Inactive })
    }

    async fn permissions(&self, request: &PermissionsRequest) -> Result<UserPermissions, Unavailable> {
        Ok(self.users.permissions(request))
    }

    async fn customize(&self, request: &CustomizeRequest) -> Result<Customized, Unavailable> {
        let user = request.subject.as_deref().and_then(|subject| self.users.name_of(subject));
        let hook = self.hooks.iter().find(|hook| hook.is_for(request, user.as_deref()));
        Ok(hook.map_or_else(Customized::default, |hook| Customized::scope(hook.scope.clone())))
    }
}
