//! An exchange that was handed to a runtime ends, and is logged, even if its caller stops waiting.

use crate::support::keys::Key;
use fapi::policy::OAUTH;
use fapi::record::{Kind, Record, RecordKey};
use fapi::*;
use std::future::{Future, poll_fn, ready};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{self, Poll, Wake};

/// A host whose store delays commits: it first waits, then writes, then waits again.
#[derive(Default)]
struct Slow {
    memory: Mutex<Memory>,
    goes_on: AtomicBool,
}

impl Slow {
    /// Ends when the store may continue, which it may do once.
    async fn pause(&self) {
        poll_fn(|_| if self.goes_on.swap(false, Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }).await;
    }

    fn clients(&self) -> usize {
        self.memory.lock().unwrap().list(&List::first("https://as.example", Kind::Client, None, 10)).records.len()
    }
}

impl Store for Slow {
    fn load<'a>(&'a self, load: &'a Load) -> Pending<'a, Loaded> {
        Store::load(&self.memory, load)
    }

    fn commit<'a>(&'a self, commit: &'a Commit) -> Pending<'a, Committed> {
        Box::pin(async {
            self.pause().await;
            let committed = Store::commit(&self.memory, commit).await;
            self.pause().await;
            committed
        })
    }

    fn list<'a>(&'a self, list: &'a List) -> Pending<'a, Listed> {
        Store::list(&self.memory, list)
    }

    fn due(&self, now: Timestamp, limit: usize) -> Pending<'_, Vec<(RecordKey, Record)>> {
        Store::due(&self.memory, now, limit)
    }

    fn sweep(&self, now: Timestamp) -> Pending<'_, usize> {
        Store::sweep(&self.memory, now)
    }
}

impl AsyncHost for Slow {
    fn store(&self) -> &dyn Store {
        self
    }

    fn use_key(&self, _: &KeyUse) -> impl Future<Output = Result<Vec<u8>, Unavailable>> + Send {
        ready(Err(Unavailable))
    }
}

/// Counts its wake-ups.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// An exchange that was begun, as the runtime and the caller have it.
struct Begun<F> {
    host: Arc<Slow>,
    logged: Arc<AtomicBool>,
    task: Task,
    caller: Pin<Box<F>>,
    woken: Arc<Woken>,
}

/// Registers a client, up to its commit.
fn begun() -> Begun<impl Future<Output = Option<Outcome<Registered>>>> {
    let settings = Settings::new("https://as.example", OAUTH.policy(), vec![Key::es256("as-1", 1).public()]);
    let mut shop = ClientMetadata::new("shop", policy::AuthenticationMethod::None);
    shop.redirect_uris = vec!["https://shop.example/cb".into()];
    let context = Context::new(Timestamp::from_seconds(1_800_000_000), Entropy::new([1; 32]));
    let step = AuthorizationServer::new(settings).unwrap().register(vec![Registration::of(shop)], context);
    let (host, logged) = (Arc::new(Slow::default()), Arc::new(AtomicBool::new(false)));
    let exchange = {
        let (host, logged) = (host.clone(), logged.clone());
        async move {
            let outcome = drive_async(&*host, step).await;
            logged.store(true, Ordering::SeqCst);
            outcome
        }
    };
    let mut spawned = None;
    let caller = Box::pin(run_to_end(exchange, |task| spawned = Some(task)));
    let task = spawned.expect("the task is handed over at once");
    let mut begun = Begun { host, logged, task, caller, woken: Arc::default() };
    assert!(begun.runs().is_pending());
    begun
}

impl<F: Future<Output = Option<Outcome<Registered>>>> Begun<F> {
    /// The runtime polls the task.
    fn runs(&mut self) -> Poll<()> {
        self.task.as_mut().poll(&mut task::Context::from_waker(task::Waker::noop()))
    }

    /// The store continues, and the runtime polls the task.
    fn goes_on(&mut self) -> Poll<()> {
        self.host.goes_on.store(true, Ordering::SeqCst);
        self.runs()
    }

    /// The caller waits.
    fn waits(&mut self) -> Poll<Option<Outcome<Registered>>> {
        self.caller.as_mut().poll(&mut task::Context::from_waker(&self.woken.clone().into()))
    }

    fn woken(&self) -> usize {
        self.woken.0.load(Ordering::SeqCst)
    }
}

#[test]
fn a_caller_that_waits_is_woken_at_the_end() {
    let mut begun = begun();
    assert!(begun.waits().is_pending());
    assert!(begun.goes_on().is_pending());
    assert_eq!((begun.waits().is_pending(), begun.woken()), (true, 0));
    assert!(begun.goes_on().is_ready());
    assert_eq!(begun.woken(), 1);
    let Poll::Ready(Some(outcome)) = begun.waits() else { panic!("it has ended") };
    assert!(matches!(outcome.reply, Registered::Stored), "{:?}", outcome.event);
}

#[test]
fn a_caller_that_comes_late_has_the_outcome_at_once() {
    let mut begun = begun();
    assert!(begun.goes_on().is_pending() && begun.goes_on().is_ready());
    assert!(matches!(begun.waits(), Poll::Ready(Some(_))));
}

#[test]
fn without_its_caller_an_exchange_ends_and_is_logged() {
    let Begun { host, logged, mut task, caller, .. } = begun();
    drop(caller);
    let mut poll = || {
        host.goes_on.store(true, Ordering::SeqCst);
        task.as_mut().poll(&mut task::Context::from_waker(task::Waker::noop()))
    };
    assert!(poll().is_pending());
    assert_eq!(host.clients(), 1);
    assert!(poll().is_ready());
    assert!(logged.load(Ordering::SeqCst));
}

#[test]
fn a_task_that_is_dropped_has_no_outcome() {
    let mut begun = begun();
    assert!(begun.waits().is_pending());
    begun.task = Box::pin(ready(()));
    assert_eq!(begun.woken(), 1);
    assert!(matches!(begun.waits(), Poll::Ready(None)));
    assert!(!begun.logged.load(Ordering::SeqCst));
}

#[test]
fn a_task_that_panics_has_no_outcome() {
    let mut spawned = None;
    let caller = run_to_end(async { panic!("a mistake") as () }, |task| spawned = Some(task));
    let mut task = spawned.unwrap();
    let polled = std::panic::AssertUnwindSafe(|| task.as_mut().poll(&mut task::Context::from_waker(task::Waker::noop())));
    assert!(std::panic::catch_unwind(polled).is_err());
    assert!(matches!(pin!(caller).poll(&mut task::Context::from_waker(task::Waker::noop())), Poll::Ready(None)));
}

/// The reason for `run_to_end`: if an exchange is dropped while the store commits, the outcome is unknown.
#[test]
fn an_exchange_that_is_dropped_in_its_commit_is_not_logged() {
    let mut before = begun();
    before.task = Box::pin(ready(()));
    assert_eq!((before.host.clients(), before.logged.load(Ordering::SeqCst)), (0, false));
    let mut after = begun();
    assert!(after.goes_on().is_pending());
    after.task = Box::pin(ready(()));
    assert_eq!((after.host.clients(), after.logged.load(Ordering::SeqCst)), (1, false));
}
