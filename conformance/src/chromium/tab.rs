//! A tab: documents that it loaded, the place where it was stopped, and the state of its page.

use std::sync::{Arc, Mutex, PoisonError};

use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide::cdp::browser_protocol::fetch::{self, EventRequestPaused, FulfillRequestParams, RequestPattern};
use chromiumoxide::cdp::browser_protocol::input::InsertTextParams;
use chromiumoxide::cdp::browser_protocol::network::{
    EventLoadingFailed, EventRequestWillBeSent, EventResponseReceived, Headers, ResourceType,
};
use chromiumoxide::cdp::browser_protocol::page::NavigateParams;
use chromiumoxide::cdp::browser_protocol::security::SetIgnoreCertificateErrorsParams;
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use futures_util::{Stream, StreamExt};
use serde_json::Value;
use tokio::task::JoinSet;

use super::told;

/// A tab in a context of its own.
pub struct Tab {
    page: Page,
    context: BrowserContextId,
    seen: Arc<Mutex<Seen>>,
    /// The listeners, which end with the tab.
    _listeners: JoinSet<()>,
}

/// Events of a tab so far.
#[derive(Debug, Default)]
struct Seen {
    documents: Vec<Document>,
    stopped: Option<(String, String)>,
    failed: Option<String>,
}

/// A document that the tab asked for.
#[derive(Debug, Clone, Default)]
pub struct Document {
    id: String,
    /// The method of the request.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The status of the response; 0 as long as there is none.
    pub status: u16,
    /// The header fields of the response.
    pub headers: Vec<(String, String)>,
}

impl Tab {
    pub(super) async fn new(
        page: Page,
        context: BrowserContextId,
        stop: &str,
        checks_certificates: bool,
    ) -> Result<Self, String> {
        let seen = Arc::<Mutex<Seen>>::default();
        let mut listeners = JoinSet::new();
        let main = page.mainframe().await.map_err(told)?;
        let requests = page.event_listener::<EventRequestWillBeSent>().await.map_err(told)?;
        let is_document = move |event: &EventRequestWillBeSent| {
            event.r#type == Some(ResourceType::Document) && (main.is_none() || event.frame_id == main)
        };
        let requests = requests.filter(move |event| std::future::ready(is_document(event)));
        listen(&mut listeners, &seen, requests, |seen, event| {
            if let Some(response) = &event.redirect_response {
                seen.answered(&response.url, response.status, &response.headers);
            }
            let (method, url) = (event.request.method.clone(), event.request.url.clone());
            seen.documents.push(Document { id: event.request_id.inner().clone(), method, url, ..Document::default() });
        });
        let responses = page.event_listener::<EventResponseReceived>().await.map_err(told)?;
        listen(&mut listeners, &seen, responses, |seen, event| {
            if event.r#type == ResourceType::Document {
                seen.answered(&event.response.url, event.response.status, &event.response.headers);
            }
        });
        let failures = page.event_listener::<EventLoadingFailed>().await.map_err(told)?;
        listen(&mut listeners, &seen, failures, |seen, event| {
            // A navigation that another one replaces is no failure.
            let is_last = seen.documents.last().is_some_and(|document| document.id == event.request_id.inner().as_str());
            if is_last && event.canceled != Some(true) && event.error_text != "net::ERR_ABORTED" {
                seen.failed = Some(event.error_text.clone());
            }
        });
        let mut paused = page.event_listener::<EventRequestPaused>().await.map_err(told)?;
        let (noted, answering) = (seen.clone(), page.clone());
        listeners.spawn(async move {
            while let Some(event) = paused.next().await {
                let fragment = event.request.url_fragment.as_deref().unwrap_or_default();
                let request = (event.request.method.clone(), format!("{}{fragment}", event.request.url));
                noted.lock().unwrap_or_else(PoisonError::into_inner).stopped.get_or_insert(request);
                // A response without content leaves the page as it is.
                let _ = answering.execute(FulfillRequestParams::new(event.request_id.clone(), 204)).await;
            }
        });
        let stop = escaped(stop);
        let patterns =
            [stop.clone(), format!("{stop}\\?*")].map(|pattern| RequestPattern::builder().url_pattern(pattern).build());
        page.execute(fetch::EnableParams::builder().patterns(patterns).build()).await.map_err(told)?;
        page.execute(SetIgnoreCertificateErrorsParams::new(!checks_certificates)).await.map_err(told)?;
        Ok(Self { page, context, seen, _listeners: listeners })
    }

    /// Opens a URL, as if it were typed in. The page need not be there yet when this returns.
    pub async fn open(&self, url: &str) -> Result<(), String> {
        self.page.execute(NavigateParams::new(url)).await.map(drop).map_err(told)
    }

    /// The method and URL of the request that was held back.
    pub fn stopped(&self) -> Option<(String, String)> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).stopped.clone()
    }

    /// The reason why the last document could not be loaded.
    pub fn failed(&self) -> Option<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).failed.clone()
    }

    /// The documents that the tab asked for, in order.
    pub fn documents(&self) -> Vec<Document> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).documents.clone()
    }

    /// The value of an expression on the page; `None` while one page gives way to the next.
    pub async fn value(&self, expression: &str) -> Option<Value> {
        let evaluate = EvaluateParams::builder().expression(expression).return_by_value(true).user_gesture(true).build().ok()?;
        self.page.execute(evaluate).await.ok()?.result.result.value
    }

    /// Types into the element that has the focus.
    pub async fn types(&self, text: &str) -> Result<(), String> {
        self.page.execute(InsertTextParams::new(text)).await.map(drop).map_err(told)
    }

    pub(super) fn into_context(self) -> BrowserContextId {
        self.context
    }
}

impl Seen {
    fn answered(&mut self, url: &str, status: i64, headers: &Headers) {
        let fields = headers.inner().as_object().into_iter().flatten();
        let fields = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.as_str().unwrap_or_default().to_owned()));
        if let Some(document) = self.documents.iter_mut().rev().find(|document| document.url == url && document.status == 0) {
            (document.status, document.headers) = (u16::try_from(status).unwrap_or_default(), fields.collect());
        }
    }
}

fn listen<T: Send + Sync + 'static>(
    listeners: &mut JoinSet<()>,
    seen: &Arc<Mutex<Seen>>,
    events: impl Stream<Item = Arc<T>> + Send + 'static,
    note: impl Fn(&mut Seen, &T) + Send + 'static,
) {
    let seen = seen.clone();
    listeners.spawn(async move {
        let mut events = std::pin::pin!(events);
        while let Some(event) = events.next().await {
            note(&mut seen.lock().unwrap_or_else(PoisonError::into_inner), &event);
        }
    });
}

/// A text as a pattern that matches only itself.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('*', "\\*").replace('?', "\\?")
}
