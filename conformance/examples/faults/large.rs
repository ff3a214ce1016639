//! Endless requests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, split};
use tokio::time::timeout;

use crate::peers::Ground;

/// The part of a request that has no end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Head,
    /// A body with a declared length of 10 GB.
    Body,
    Chunks,
}

/// The result of an endless request.
pub struct Poured {
    /// The bytes that left this side, including those in the system's buffers.
    pub taken: usize,
    pub status: Option<u16>,
    /// True if the server ended it within half a minute.
    pub ended: bool,
}

const PIECE: usize = 8 * 1024;
/// The number of bytes after which the sender gives up.
const ENOUGH: usize = 64 << 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends until the server ends the request.
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
