//! Exchanges that end even if no one waits for them any more.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// A future to be handed to a runtime, which must poll it to its end.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs an exchange as a separate task to its end, even if the caller stops waiting for the result.
///
/// `spawn` hands the task to a runtime, for example `|task| drop(tokio::spawn(task))`. The exchange should do all that must not be
/// lost, such as logging the event. The result is `None` if the task ended early: because it panicked, or because the runtime shut
/// down.
///
/// ```
/// # use fapi::{AsyncHost, Event, Reply, Step, Task, drive_async, run_to_end};
/// # use std::sync::Arc;
/// # fn log(_: &Event) {}
/// async fn answer<R: Reply>(host: Arc<impl AsyncHost + Send + 'static>, step: Step<R>, spawn: fn(Task)) -> Option<R> {
///     let exchange = async move {
///         let outcome = drive_async(&*host, step).await;
///         log(&outcome.event);
///         outcome
///     };
///     Some(run_to_end(exchange, spawn).await?.reply)
/// }
/// ```
pub fn run_to_end<T: Send + 'static>(exchange: impl Future<Output = T> + Send + 'static, spawn: impl FnOnce(Task)) -> Ended<T> {
    let slot = Arc::new(Mutex::new(Slot { state: State::Running, waiting: None }));
    let running = Running(slot.clone());
    spawn(Box::pin(async move { running.end(exchange.await) }));
    Ended(slot)
}

/// The result of an exchange that [runs to its end](run_to_end), as a future. Dropping it does not end the exchange.
#[derive(Debug)]
#[must_use = "the result is the reply to send"]
pub struct Ended<T>(Arc<Mutex<Slot<T>>>);

impl<T> Future for Ended<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut slot = lock(&self.0);
        match std::mem::replace(&mut slot.state, State::Gone) {
            State::Done(value) => Poll::Ready(Some(value)),
            State::Gone => Poll::Ready(None),
            State::Running => {
                *slot = Slot { state: State::Running, waiting: Some(context.waker().clone()) };
                Poll::Pending
            }
        }
    }
}

#[derive(Debug)]
struct Slot<T> {
    state: State<T>,
    waiting: Option<Waker>,
}

#[derive(Debug)]
enum State<T> {
    Running,
    Done(T),
    Gone,
}

/// Held by the task, so that the slot learns of the task's end in every case.
struct Running<T>(Arc<Mutex<Slot<T>>>);

impl<T> Running<T> {
    fn end(&self, value: T) {
        lock(&self.0).state = State::Done(value);
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        let mut slot = lock(&self.0);
        if matches!(slot.state, State::Running) {
            slot.state = State::Gone;
        }
        let waiting = slot.waiting.take();
        drop(slot);
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }
}

fn lock<T>(slot: &Mutex<Slot<T>>) -> MutexGuard<'_, Slot<T>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
