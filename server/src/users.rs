//! The users: names, password hashes, claims and permissions.

use crate::password::PasswordHash;
use fapi::jose::Json;
use fapi::scope::Scope;
use fapi::{ClaimsRequest, PermissionsRequest, UserClaims, UserPermissions};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// A user who may log in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct User {
    /// The identifier that clients see as `sub`; it never changes.
    pub subject: String,
    /// The user name for the login page.
    pub name: String,
    /// The hash of the password.
    pub password: PasswordHash,
    /// The claims that clients may see of this user, by name.
    pub claims: Vec<(String, Json)>,
    /// The permissions that the user has, by the identifier of the API.
    pub permissions: BTreeMap<String, Scope>,
    /// The connection that the user comes from, at a server with connections.
    pub connection: Option<String>,
}

impl User {
    /// A user whose subject is the name, without claims.
    pub fn new(name: impl Into<String>, password: PasswordHash) -> Self {
        let name = name.into();
        Self { subject: name.clone(), name, password, claims: vec![], permissions: BTreeMap::new(), connection: None }
    }

    /// Adds a claim.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: Json) -> Self {
        self.claims.push((name.into(), value));
        self
    }

    /// Sets the permissions at an API.
    #[must_use]
    pub fn permissions(mut self, api: impl Into<String>, permissions: Scope) -> Self {
        self.permissions.insert(api.into(), permissions);
        self
    }
}

/// All users of a server.
#[derive(Debug)]
pub(crate) struct Users {
    users: RwLock<Arc<[User]>>,
    /// The number of passwords that are verified at a time: each needs a processor, and much memory, as intended by the hash.
    verifications: Semaphore,
}

impl Users {
    pub(crate) fn new(users: Vec<User>) -> Self {
        warn_of_outdated(&users);
        let verifications = Semaphore::new(available_parallelism().map_or(1, usize::from));
        Self { users: RwLock::new(users.into()), verifications }
    }

    /// Replaces all users.
    pub(crate) fn replace(&self, users: Vec<User>) {
        warn_of_outdated(&users);
        *self.users.write().unwrap_or_else(PoisonError::into_inner) = users.into();
    }

    /// The users as they are now.
    fn now(&self) -> Arc<[User]> {
        self.users.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The subject of the first user.
    pub(crate) fn first(&self) -> Option<String> {
        self.now().first().map(|user| user.subject.clone())
    }

    /// The subject of the user with this name and password. The hash is computed on a thread that may block.
    pub(crate) async fn authenticate(self: &Arc<Self>, name: &str, password: &str) -> Option<String> {
        let _permit = self.verifications.acquire().await.ok()?;
        let (users, name, password) = (self.now(), name.to_owned(), password.to_owned());
        let verified = spawn_blocking(move || {
            let (hash, user) = hash_for(&users, &name)?;
            let matches = hash.verify(&password);
            user.filter(|_| matches).cloned()
        });
        let user = verified.await.ok().flatten()?;
        // A reload in the meantime may have removed the user or changed the password.
        let same = |now: &User| now.name == user.name && now.subject == user.subject && now.password == user.password;
        self.now().iter().any(same).then_some(user.subject)
    }

    /// Returns true if a user has this subject.
    pub(crate) fn exists(&self, subject: &str) -> bool {
        self.now().iter().any(|user| user.subject == subject)
    }

    /// The subject of the user with this name.
    pub(crate) fn subject_of(&self, name: &str) -> Option<String> {
        self.now().iter().find(|user| user.name == name).map(|user| user.subject.clone())
    }

    /// The connection that a user comes from.
    pub(crate) fn connection_of(&self, subject: &str) -> Option<String> {
        self.now().iter().find(|user| user.subject == subject)?.connection.clone()
    }

    /// The user name for a subject.
    pub(crate) fn name_of(&self, subject: &str) -> Option<String> {
        self.now().iter().find(|user| user.subject == subject).map(|user| user.name.clone())
    }

    /// The permissions of a user at an API.
    pub(crate) fn permissions(&self, request: &PermissionsRequest) -> UserPermissions {
        let users = self.now();
        let user = users.iter().find(|user| user.subject == request.subject);
        user.and_then(|user| user.permissions.get(&request.audience)).cloned().unwrap_or_default()
    }

    pub(crate) fn claims(&self, request: &ClaimsRequest) -> UserClaims {
        let users = self.now();
        let Some(user) = users.iter().find(|user| user.subject == request.subject) else { return vec![] };
        user.claims.iter().filter(|(name, _)| request.names.contains(name)).cloned().collect()
    }
}

fn warn_of_outdated(users: &[User]) {
    for user in users.iter().filter(|user| user.password.is_outdated()) {
        tracing::warn!(user = user.name, "outdated password hash; replace it by one that `fapi-server --hash-password` prints");
    }
}

/// The hash to verify a password with, and the user if the name is known. An unknown name has the hash of some user, always
/// the same one, so that the time of an answer does not depend on whether a name is known.
fn hash_for<'u>(users: &'u [User], name: &str) -> Option<(&'u PasswordHash, Option<&'u User>)> {
    if let Some(user) = users.iter().find(|user| user.name == name) {
        return Some((&user.password, Some(user)));
    }
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    let count = u64::try_from(users.len()).ok()?;
    let index = usize::try_from(hasher.finish().checked_rem(count)?).ok()?;
    Some((&users.get(index)?.password, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::PasswordCost;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn users(names: &[&str]) -> Arc<Users> {
        let user = |name: &&str| User::new(*name, PasswordHash::new(&format!("{name}'s"), PasswordCost::MINIMAL).unwrap());
        Arc::new(Users::new(names.iter().map(user).collect()))
    }

    #[tokio::test]
    async fn only_the_right_name_and_password_log_in() {
        let users = users(&["alice", "bob"]);
        assert_eq!(users.authenticate("alice", "alice's").await.as_deref(), Some("alice"));
        assert_eq!(users.authenticate("bob", "bob's").await.as_deref(), Some("bob"));
        for (name, password) in [("alice", "bob's"), ("alice", ""), ("carol", "alice's"), ("carol", "bob's"), ("", "")] {
            assert_eq!(users.authenticate(name, password).await, None, "{name} {password}");
        }
        assert_eq!(Arc::new(Users::new(vec![])).authenticate("alice", "alice's").await, None);
    }

    #[tokio::test]
    async fn a_user_who_is_replaced_during_the_verification_does_not_log_in() {
        let hash = |password| PasswordHash::new(password, PasswordCost::RECOMMENDED).unwrap();
        let alice = User::new("alice", hash("alice's"));
        let other = User { password: hash("another"), ..alice.clone() };
        for (replaced, expected) in [(vec![alice.clone()], Some("alice")), (vec![other], None), (vec![], None)] {
            let users = Arc::new(Users::new(vec![alice.clone()]));
            let mut waiting = pin!(users.authenticate("alice", "alice's"));
            assert_eq!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
            users.replace(replaced);
            assert_eq!(waiting.await.as_deref(), expected);
        }
    }

    #[test]
    fn an_unknown_name_costs_as_much_as_a_known_one() {
        let known = users(&["alice", "bob"]).now();
        let of_a_user = |hash: &PasswordHash| known.iter().any(|user| user.password == *hash);
        let mut used = vec![];
        for number in 0..32 {
            let name = format!("stranger{number}");
            let (hash, user) = hash_for(&known, &name).unwrap();
            assert!(user.is_none() && of_a_user(hash));
            assert_eq!(hash, hash_for(&known, &name).unwrap().0, "one name, one hash");
            used.push(hash.to_string());
        }
        used.sort();
        used.dedup();
        assert_eq!(used.len(), 2, "unknown names look like any of the users");
    }

    #[tokio::test]
    async fn only_so_many_passwords_are_verified_at_once() {
        let users = users(&["alice"]);
        let all =
            users.verifications.acquire_many(u32::try_from(users.verifications.available_permits()).unwrap()).await.unwrap();
        let mut waiting = pin!(users.authenticate("alice", "alice's"));
        assert_eq!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
        drop(all);
        assert_eq!(waiting.await.as_deref(), Some("alice"));
    }
}
