//! Requests that do not end.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, split};
use tokio::time::timeout;

use crate::peers::Ground;

/// What has no end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Head,
    /// With a length of 10 GB.
    Body,
    Chunks,
}

/// What came of it.
pub struct Poured {
    /// Bytes that left this side, those in the system's buffers included.
    pub taken: usize,
    pub status: Option<u16>,
    /// Whether there was an end of it within half a minute.
    pub ended: bool,
}

const PIECE: usize = 8 * 1024;
/// Where pouring ends, if the server does not end it.
const ENOUGH: usize = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends until the server has had enough.
pub async fn pour(ground: &Ground, part: Part) -> Result<Poured, String> {
    let head = "POST /par HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let (beginning, piece) = match part {
        Part::Head => (format!("{head}X-Long: "), vec![b'x'; PIECE]),
        Part::Body => (format!("{head}Content-Length: 10000000000\r\n\r\n"), vec![b'x'; PIECE]),
        Part::Chunks => (format!("{head}Transfer-Encoding: chunked\r\n\r\n"), {
            [format!("{PIECE:x}\r\n").as_bytes(), &[b'x'; PIECE], b"\r\n"].concat()
        }),
    };
    let (mut reading, mut writing) = split(ground.secure(false).await?);
    let taken = AtomicUsize::new(0);
    let pouring = async {
        if writing.write_all(beginning.as_bytes()).await.is_ok() {
            while taken.load(Ordering::Relaxed) < ENOUGH && writing.write_all(&piece).await.is_ok() {
                taken.fetch_add(piece.len(), Ordering::Relaxed);
            }
        }
        let _ = writing.shutdown().await;
    };
    let listening = async {
        let mut heard = vec![];
        let _ = reading.read_to_end(&mut heard).await;
        std::str::from_utf8(heard.get(9..12)?).ok()?.parse().ok()
    };
    let ended = timeout(PATIENCE, async { tokio::join!(pouring, listening) }).await;
    let taken = taken.load(Ordering::Relaxed);
    Ok(Poured { taken, status: ended.as_ref().ok().and_then(|((), status)| *status), ended: ended.is_ok() })
}
