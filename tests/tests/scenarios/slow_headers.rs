//! Who sends its request one letter at a time is not waited for.

use std::time::Duration;

use tests::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Sends the beginning of a request and nothing more; answers what was said until the end.
async fn waits(server: &Server, beginning: &[u8]) -> String {
    let address = server.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("the port is open");
    stream.write_all(beginning).await.expect("the first words are taken");
    let mut said = Vec::new();
    // Closed, with or without an answer, within the header time and some patience.
    let ended = timeout(Duration::from_secs(25), stream.read_to_end(&mut said)).await;
    assert!(ended.is_ok(), "the connection is still open");
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_headers_never_end_is_closed() {
    let server = Server::start().await;
    let said = waits(&server, b"GET / HTTP/1.1\r\nhost: a\r\nx-slow: ").await;
    assert!(said.is_empty() || said.contains(" 408 "), "{said}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_never_says_a_word_is_closed() {
    let server = Server::start().await;
    let (silent, stuck) = tokio::join!(waits(&server, b""), waits(&server, b"PRI * HT"));
    assert_eq!((silent.as_str(), stuck.as_str()), ("", ""));
    server.stop().await;
}
