//! Chromium, driven over its protocol: one process for a run, and for each visit a context of its own, which shares nothing with others.

mod tab;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chromiumoxide::browser::{Browser, BrowserConfig};
use chromiumoxide::cdp::browser_protocol::browser::BrowserContextId;
use chromiumoxide::cdp::browser_protocol::network::{Cookie, CookieParam, TimeSinceEpoch};
use chromiumoxide::cdp::browser_protocol::storage::{GetCookiesParams, SetCookiesParams};
use chromiumoxide::cdp::browser_protocol::target::{CreateBrowserContextParams, CreateTargetParams};
use futures_util::StreamExt;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;

pub use tab::{Document, Tab};

/// The longest time that a command may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The number of attempts to remove the profile.
const MOST_REMOVALS: usize = 10;

/// The cookies of one browser between two visits.
pub type Cookies = Vec<CookieParam>;

/// The browser of a run, which starts when it is first needed. Clones share it. It ends with the last of them.
#[derive(Clone, Debug, Default)]
pub struct Shared(Arc<OnceCell<Chromium>>);

/// A running Chromium with a profile of its own.
#[derive(Debug)]
pub struct Chromium {
    browser: Browser,
    events: JoinHandle<()>,
    profile: PathBuf,
}

impl Shared {
    /// The browser, which is started if it does not run yet. The error is in words.
    pub async fn get(&self) -> Result<&Chromium, String> {
        self.0.get_or_try_init(Chromium::start).await
    }
}

impl Chromium {
    async fn start() -> Result<Self, String> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let profile = std::env::temp_dir().join(format!("fapi-conformance-browser-{}-{count}", std::process::id()));
        let config = BrowserConfig::builder()
            .disable_default_args()
            .new_headless_mode()
            .viewport(None)
            .request_timeout(PATIENCE)
            .user_data_dir(&profile)
            .args(["no-first-run", "disable-background-networking", "disable-component-update", "disable-dev-shm-usage"]);
        // Chromium's sandbox does not work for root.
        let config = if is_root() { config.no_sandbox() } else { config };
        let config =
            config.build().map_err(|error| format!("Chromium is not found: install it, or name it in CHROME ({error})"))?;
        let launched = Browser::launch(config).await;
        let (browser, mut handler) = launched.map_err(|error| format!("Chromium does not start: {error}"))?;
        let events = tokio::spawn(async move { while handler.next().await.is_some() {} });
        Ok(Self { browser, events, profile })
    }

    /// Opens a tab in a new context with these cookies. Requests to the URL `stop`, with any query, are held back
    /// and noted.
    pub async fn tab(&self, cookies: &Cookies, stop: &str, checks_certificates: bool) -> Result<Tab, String> {
        let context = self.browser.create_browser_context(CreateBrowserContextParams::default()).await.map_err(told)?;
        if !cookies.is_empty() {
            let cookies = SetCookiesParams { cookies: cookies.clone(), browser_context_id: Some(context.clone()) };
            self.browser.execute(cookies).await.map_err(told)?;
        }
        let target = CreateTargetParams::builder().url("about:blank").browser_context_id(context.clone()).build()?;
        let page = self.browser.new_page(target).await.map_err(told)?;
        Tab::new(page, context, stop, checks_certificates).await
    }

    /// Closes a tab and its context, and returns the cookies.
    pub async fn close(&self, tab: Tab) -> Result<Cookies, String> {
        let context = tab.into_context();
        let cookies = self.cookies(&context).await;
        self.browser.dispose_browser_context(context).await.map_err(told)?;
        cookies
    }

    async fn cookies(&self, context: &BrowserContextId) -> Result<Cookies, String> {
        let all = GetCookiesParams { browser_context_id: Some(context.clone()) };
        let cookies = self.browser.execute(all).await.map_err(told)?.result.cookies;
        Ok(cookies.into_iter().map(kept).collect())
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        self.events.abort();
        if let Some(child) = self.browser.get_mut_child() {
            let _ = child.as_mut_inner().start_kill();
        }
        // The process writes into its profile until it has ended.
        for _ in 0..MOST_REMOVALS {
            match std::fs::remove_dir_all(&self.profile) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => std::thread::sleep(Duration::from_millis(50)),
                _ if self.profile.exists() => {}
                _ => return,
            }
        }
    }
}

/// The cookie as it is set in another context. A cookie for one host alone is set by a URL of that host.
fn kept(cookie: Cookie) -> CookieParam {
    let scheme = if cookie.secure { "https" } else { "http" };
    let is_for_domain = cookie.domain.starts_with('.');
    CookieParam {
        url: (!is_for_domain).then(|| format!("{scheme}://{}{}", cookie.domain, cookie.path)),
        domain: is_for_domain.then_some(cookie.domain),
        path: Some(cookie.path),
        secure: Some(cookie.secure),
        http_only: Some(cookie.http_only),
        same_site: cookie.same_site,
        expires: (!cookie.session).then(|| TimeSinceEpoch::new(cookie.expires)),
        ..CookieParam::new(cookie.name, cookie.value)
    }
}

fn is_root() -> bool {
    #[cfg(unix)]
    return std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    #[cfg(not(unix))]
    return false;
}

fn told(error: impl std::fmt::Display) -> String {
    format!("Chromium: {error}")
}
