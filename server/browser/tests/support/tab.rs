//! A tab, used as a person uses it: with a mouse, a keyboard and the buttons of the browser.

use super::GO_ON;
use chromiumoxide::Page;
use chromiumoxide::cdp::browser_protocol::emulation::{MediaFeature, SetDeviceMetricsOverrideParams};
use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, DispatchMouseEventParams, DispatchMouseEventType, InsertTextParams, MouseButton,
};
use chromiumoxide::cdp::browser_protocol::log::EventEntryAdded;
use chromiumoxide::cdp::browser_protocol::network::{EventRequestWillBeSent, ResourceType};
use chromiumoxide::cdp::browser_protocol::page::{
    CaptureScreenshotParams, GetNavigationHistoryParams, NavigateParams, NavigateToHistoryEntryParams, ReloadParams,
};
use chromiumoxide::cdp::js_protocol::runtime::EvaluateParams;
use futures_util::StreamExt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::{interval, timeout};

/// The longest time that something may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// The page has been painted.
const PAINTED: &str = "performance.getEntriesByName('first-contentful-paint').length === 1";

pub(crate) struct Tab {
    page: Page,
    navigations: Arc<Mutex<Vec<String>>>,
    log: Arc<Mutex<Vec<String>>>,
    /// The number of pages that were left. A page that was left knows its number, so that nobody takes it for the next one.
    left: AtomicU32,
}

impl Tab {
    pub(crate) async fn new(page: Page) -> Self {
        let (navigations, log) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let mut requests = page.event_listener::<EventRequestWillBeSent>().await.expect("events");
        let mut entries = page.event_listener::<EventEntryAdded>().await.expect("events");
        page.enable_log().await.expect("a log");
        let (seen, logged) = (navigations.clone(), log.clone());
        tokio::spawn(async move {
            while let Some(event) = requests.next().await {
                if event.r#type == Some(ResourceType::Document) {
                    seen.lock().expect("no panic").push(event.request.url.clone());
                }
            }
        });
        tokio::spawn(async move {
            while let Some(event) = entries.next().await {
                logged.lock().expect("no panic").push(event.entry.text.clone());
            }
        });
        Self { page, navigations, log, left: AtomicU32::new(0) }
    }

    /// Opens a URL, as if it were typed in.
    pub(crate) async fn open(&self, url: &str) {
        self.page.execute(NavigateParams::new(url)).await.expect("a navigation");
    }

    pub(crate) async fn reload(&self) {
        self.leaves().await;
        self.page.execute(ReloadParams::default()).await.expect("a reload");
    }

    /// The Back button.
    pub(crate) async fn back(&self) {
        self.leaves().await;
        let history = self.page.execute(GetNavigationHistoryParams::default()).await.expect("a history").result;
        let previous = usize::try_from(history.current_index - 1).expect("a page before this one");
        let entry = NavigateToHistoryEntryParams::new(history.entries[previous].id);
        self.page.execute(entry).await.expect("a navigation");
    }

    /// The page that follows is another one.
    pub(crate) async fn leaves(&self) {
        let number = self.left.fetch_add(1, Ordering::Relaxed) + 1;
        self.value(&format!("window.left = {number}")).await;
    }

    /// An expression: the page is another one than that which was left, and it is complete.
    fn arrived(&self) -> String {
        format!("window.left !== {} && document.readyState === 'complete'", self.left.load(Ordering::Relaxed))
    }

    pub(crate) fn navigations(&self) -> Vec<String> {
        self.navigations.lock().expect("no panic").clone()
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().expect("no panic").clone()
    }

    /// Waits until the page has this text.
    pub(crate) async fn sees(&self, text: &str) {
        let quoted = format!("{text:?}");
        let found = self.until(&format!("{} && document.body.innerText.includes({quoted})", self.arrived())).await;
        assert!(found, "{text:?} is not on the page:\n{}\n{:#?}\n{:#?}", self.text().await, self.navigations(), self.log());
    }

    /// Waits until the browser was sent to this URL, also if it cannot show it.
    pub(crate) async fn is_sent_to(&self, url: &str) {
        self.notes(|tab| tab.navigations().iter().any(|seen| seen == url), url).await;
    }

    /// Waits until the browser has logged this text.
    pub(crate) async fn logs(&self, text: &str) {
        self.notes(|tab| tab.log().iter().any(|entry| entry.contains(text)), text).await;
    }

    async fn notes(&self, noted: impl Fn(&Self) -> bool, what: &str) {
        let waits = async {
            let mut pause = interval(Duration::from_millis(20));
            while !noted(self) {
                pause.tick().await;
            }
        };
        let waited = timeout(PATIENCE, waits).await;
        assert!(waited.is_ok(), "no {what:?}: {:#?}\n{:#?}", self.navigations(), self.log());
    }

    /// Waits until an expression is true, also while pages change.
    async fn until(&self, expression: &str) -> bool {
        let holds = async {
            let mut pause = interval(Duration::from_millis(20));
            while !matches!(self.value(expression).await, Some(serde_json::Value::Bool(true))) {
                pause.tick().await;
            }
        };
        timeout(PATIENCE, holds).await.is_ok()
    }

    /// The value of an expression on the current page; `None` while there is none.
    pub(crate) async fn value(&self, expression: &str) -> Option<serde_json::Value> {
        let evaluate = EvaluateParams::builder().expression(expression).return_by_value(true).await_promise(true).build().ok()?;
        self.page.execute(evaluate).await.ok()?.result.result.value
    }

    pub(crate) async fn text(&self) -> String {
        let text = self.value("location.href + '\\n' + document.title + '\\n' + document.body.innerText").await;
        text.and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub(crate) async fn url(&self) -> String {
        self.value("location.href").await.and_then(|url| url.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Types into the field that has the focus.
    pub(crate) async fn types(&self, text: &str) {
        self.page.execute(InsertTextParams::new(text)).await.expect("text");
    }

    /// Presses a key that is no letter.
    pub(crate) async fn presses(&self, key: &str, code: i64) {
        for kind in [DispatchKeyEventType::KeyDown, DispatchKeyEventType::KeyUp] {
            let mut event = DispatchKeyEventParams::builder().r#type(kind).key(key).code(key).windows_virtual_key_code(code);
            if key == "Enter" {
                event = event.text("\r");
            }
            self.page.execute(event.build().expect("an event")).await.expect("a key");
        }
    }

    /// Fills in the login page and sends it with the button.
    pub(crate) async fn logs_in(&self, password: &str) {
        self.fills("username", "alice").await;
        self.fills("password", password).await;
        self.clicks(GO_ON).await;
    }

    /// Types into a field.
    pub(crate) async fn fills(&self, field: &str, text: &str) {
        self.clicks(&format!("input[name={field}]")).await;
        self.value("document.activeElement.select()").await;
        self.types(text).await;
    }

    /// Clicks; a button leads to another page.
    pub(crate) async fn clicks(&self, selector: &str) {
        let place = self.place(selector).await;
        if selector.starts_with("button") {
            self.leaves().await;
        }
        self.clicks_at(place, 1).await;
    }

    /// The middle of an element.
    pub(crate) async fn place(&self, selector: &str) -> (f64, f64) {
        let quoted = format!("{selector:?}");
        // Chromium drops clicks on a page that it has not painted, and buttons take none in their first half second.
        let takes_clicks = format!("getComputedStyle(document.querySelector({quoted})).pointerEvents !== 'none'");
        let there = format!("{} && {PAINTED} && {takes_clicks}", self.arrived());
        assert!(self.until(&there).await, "{selector} is not on the page:\n{}", self.text().await);
        let place = format!(
            "(element => {{
                element.scrollIntoView({{ block: 'nearest' }});
                const box = element.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }})(document.querySelector({quoted}))"
        );
        let place = self.value(&place).await.expect("a place");
        (place[0].as_f64().expect("x"), place[1].as_f64().expect("y"))
    }

    /// Clicks there, as the first, second, … click in a row.
    pub(crate) async fn clicks_at(&self, (x, y): (f64, f64), count: i64) {
        for kind in [DispatchMouseEventType::MousePressed, DispatchMouseEventType::MouseReleased] {
            let event = DispatchMouseEventParams::builder().r#type(kind).x(x).y(y).button(MouseButton::Left).click_count(count);
            self.page.execute(event.build().expect("an event")).await.expect("a click");
        }
    }

    /// Waits until an element has this text, also while the page is still loading.
    pub(crate) async fn shows(&self, selector: &str, text: &str) {
        let shown = format!("document.querySelector({selector:?})?.innerText === {text:?}");
        assert!(self.until(&shown).await, "{text:?} is not shown:\n{}", self.text().await);
    }

    /// Waits until a page is complete and painted, and what was typed and clicked before has been handled.
    pub(crate) async fn settles(&self) {
        for _ in 0..2 {
            assert!(self.until(&format!("{} && {PAINTED}", self.arrived())).await, "the page never ends");
            let _ = self.page.execute(CaptureScreenshotParams::default()).await;
        }
    }

    pub(crate) async fn comes_to_front(&self) {
        self.page.bring_to_front().await.expect("a tab");
    }

    /// A screen of this width, with a light or a dark scheme.
    pub(crate) async fn screen(&self, width: i64, dark: bool) {
        let metrics = SetDeviceMetricsOverrideParams::new(width, 640, 1.0, width < 500);
        self.page.execute(metrics).await.expect("a screen");
        let scheme = MediaFeature::new("prefers-color-scheme", if dark { "dark" } else { "light" });
        self.page.emulate_media_features(vec![scheme]).await.expect("a scheme");
    }

    /// A picture of the page, for people who change it.
    pub(crate) async fn picture(&self, path: &std::path::Path) {
        self.page.save_screenshot(chromiumoxide::page::ScreenshotParams::default(), path).await.expect("a picture");
    }
}
