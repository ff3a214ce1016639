//! Handwritten TLS handshakes: the response of a server to ClientHello messages that TLS libraries do not send.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use super::connection::address;
use super::failure::{Failure, limited};

const LIMIT: Duration = Duration::from_secs(10);

/// TLS 1.0, as it is written on the wire.
pub const TLS10: u16 = 0x0301;
/// TLS 1.1.
pub const TLS11: u16 = 0x0302;
/// TLS 1.2.
pub const TLS12: u16 = 0x0303;

/// The cipher suites that RFC 9325 4.2 recommends for TLS 1.2: ECDHE with AES in GCM.
pub const RECOMMENDED: &[u16] = &[0xC02B, 0xC02C, 0xC02F, 0xC030];
/// Cipher suites that it does not recommend: static RSA, finite-field Diffie-Hellman, CBC, 3DES, RC4.
pub const NOT_RECOMMENDED: &[u16] = &[
    0x009C, 0x009D, 0x009E, 0x009F, 0xC013, 0xC014, 0xC009, 0xC00A, 0xC023, 0xC024, 0xC027, 0xC028, 0x002F, 0x0035, 0x003C,
    0x003D, 0x000A, 0x0005, 0x0004,
];
/// Cipher suites that it forbids everywhere: no encryption, RC4, export grades.
pub const FORBIDDEN: &[u16] = &[0x0001, 0x0002, 0x003B, 0x0005, 0x0004, 0xC007, 0xC011, 0x0003, 0x0006, 0x0008, 0xC006, 0xC010];

/// TLS_EMPTY_RENEGOTIATION_INFO_SCSV: not a cipher suite, but a signal that strict servers require.
const RENEGOTIATION_INFO: u16 = 0x00FF;

/// The answer of a server to a ClientHello. Exhaustive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A ServerHello, with this version and cipher suite.
    Agreed {
        /// The version it chose.
        version: u16,
        /// The cipher suite it chose.
        suite: u16,
    },
    /// An alert, by number.
    Alert(u8),
    /// Nothing, or something other than TLS.
    Closed,
}

/// Sends a ClientHello of at most this version, with these cipher suites, and reads the answer.
pub async fn greet(url: &Url, version: u16, suites: &[u16]) -> Result<Answer, String> {
    let (host, port) = address(url)?;
    sent(&host, port, client_hello(&host, version, suites, &[])).await
}

/// Sends a ClientHello that offers TLS 1.3 as well as TLS 1.2, and returns true if the server chooses TLS 1.3.
pub async fn prefers_tls13(url: &Url) -> Result<bool, String> {
    let (host, port) = address(url)?;
    let suites = [&[0x1301, 0x1302, 0x1303], RECOMMENDED].concat();
    // Without a key share, the server asks for one of its choice, in a message of TLS 1.3 that looks like a ServerHello.
    let both = [extension(43, &[4, 0x03, 0x04, 0x03, 0x03]), extension(51, &[0, 0])].concat();
    let answer = sent(&host, port, client_hello(&host, TLS12, &suites, &both)).await?;
    match answer {
        Answer::Agreed { suite, .. } => Ok(suite >> 8 == 0x13),
        other => Err(format!("no ServerHello, but {other:?}")),
    }
}

async fn sent(host: &str, port: u16, hello: Vec<u8>) -> Result<Answer, String> {
    let answered = limited(LIMIT, "no answer to a ClientHello", async {
        let stream = TcpStream::connect((host, port)).await;
        let mut stream = stream.map_err(|error| Failure::of("cannot connect: ", &error))?;
        stream.write_all(&hello).await.map_err(|error| Failure::of("", &error))?;
        Ok(read_answer(&mut stream).await.unwrap_or(Answer::Closed))
    });
    answered.await.map_err(|failure| failure.reason)
}

/// A listener that accepts TLS 1.0: the control that shows that [`greet`] detects one.
pub async fn bad_listener() -> Result<Url, String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
    let port = listener.local_addr().map_err(|error| error.to_string())?.port();
    tokio::spawn(async move {
        let Ok((mut stream, _)) = listener.accept().await else { return };
        let mut hello = [0; 1024];
        let _ = stream.read(&mut hello).await;
        let mut body = TLS10.to_be_bytes().to_vec();
        body.extend([7; 32]);
        body.extend([0, 0x00, 0x2F, 0]);
        let _ = stream.write_all(&record(TLS10, &handshake(2, &body))).await;
    });
    Url::parse(&format!("https://127.0.0.1:{port}/")).map_err(|error| error.to_string())
}

async fn read_answer(stream: &mut TcpStream) -> std::io::Result<Answer> {
    let mut header = [0; 5];
    stream.read_exact(&mut header).await?;
    let length = usize::from(u16::from_be_bytes([header[3], header[4]]));
    let mut body = vec![0; length.min(1 << 14)];
    stream.read_exact(&mut body).await?;
    let session = body.get(38).map_or(0, |length| usize::from(*length));
    let pair = |at: usize| Some(u16::from_be_bytes([*body.get(at)?, *body.get(at + 1)?]));
    Ok(match (header[0], body.first()) {
        (21, _) => body.get(1).map_or(Answer::Closed, |alert| Answer::Alert(*alert)),
        (22, Some(2)) => match (pair(4), pair(39 + session)) {
            (Some(version), Some(suite)) => Answer::Agreed { version, suite },
            _ => Answer::Closed,
        },
        _ => Answer::Closed,
    })
}

fn client_hello(host: &str, version: u16, suites: &[u16], more: &[u8]) -> Vec<u8> {
    let mut body = version.to_be_bytes().to_vec();
    body.extend(rand::random::<[u8; 32]>());
    body.push(0);
    let suites: Vec<u8> = suites.iter().chain(&[RENEGOTIATION_INFO]).flat_map(|suite| suite.to_be_bytes()).collect();
    body.extend(sized(&suites));
    body.extend([1, 0]);
    let mut extensions = Vec::new();
    if host.parse::<std::net::IpAddr>().is_err() {
        let mut name = vec![0];
        name.extend(sized(host.as_bytes()));
        extensions.extend(extension(0, &sized(&name)));
    }
    extensions.extend(extension(10, &sized(&[0x00, 0x1D, 0x00, 0x17, 0x00, 0x18])));
    extensions.extend(extension(11, &[1, 0]));
    // extended_master_secret: strict servers accept TLS 1.2 only with it.
    extensions.extend(extension(23, &[]));
    if version >= TLS12 {
        let schemes = [0x04, 0x03, 0x08, 0x04, 0x04, 0x01, 0x05, 0x03, 0x08, 0x05, 0x05, 0x01, 0x08, 0x07, 0x02, 0x01];
        extensions.extend(extension(13, &sized(&schemes)));
    }
    extensions.extend(more);
    body.extend(sized(&extensions));
    record(TLS10, &handshake(1, &body))
}

fn record(version: u16, content: &[u8]) -> Vec<u8> {
    let mut record = vec![22];
    record.extend(version.to_be_bytes());
    record.extend(sized(content));
    record
}

fn handshake(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(0).to_be_bytes();
    let mut message = vec![kind, length[1], length[2], length[3]];
    message.extend(body);
    message
}

fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut extension = kind.to_be_bytes().to_vec();
    extension.extend(sized(content));
    extension
}

fn sized(content: &[u8]) -> Vec<u8> {
    let mut out = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes().to_vec();
    out.extend(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_that_speaks_tls_1_0_is_noticed() {
        let url = bad_listener().await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(greet(&url, TLS10, NOT_RECOMMENDED).await, Ok(Answer::Agreed { version: TLS10, suite: 0x002F }));
    }
}
