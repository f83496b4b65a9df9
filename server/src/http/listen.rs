use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;
use tower::Service;

/// All headers of a request must have come by then.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// How an HTTP/2 connection begins.
const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Request line and headers together; join requests of stock clients need about 3 KiB,
/// 16 KiB of query are answered with an error of their own.
const HEADER_BYTES: usize = 64 * 1024;
/// Streams a client may have open on one HTTP/2 connection.
const H2_STREAMS: u32 = 128;
/// Connections at once; more wait in the kernel's queue.
const CONNECTIONS: usize = 20_000;
/// How long running requests may take to end once the server stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// A bound TCP port, ready to serve.
pub struct Listener {
    socket: TcpListener,
}

impl Listener {
    /// Binds the address; fails if the port is taken.
    pub async fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(Self { socket: TcpListener::bind(address).await? })
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves until `stop` turns true, then lets running requests end for a few seconds.
    ///
    /// Connections are driven by hand because the ready-made loop has no limit on how long a
    /// client may take to send its headers.
    pub async fn serve(self, routes: Router, mut stop: watch::Receiver<bool>) {
        let graceful = GracefulShutdown::new();
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        loop {
            let place = places.clone().acquire_owned().await.expect("the semaphore is never closed");
            let (stream, peer) = tokio::select! {
                accepted = self.socket.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        // Out of file descriptors or the like: serving on beats stopping.
                        tracing::error!(%error, "a connection could not be accepted");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                },
                () = told(&mut stop) => break,
            };
            let (routes, watcher, mut stop) = (routes.clone(), graceful.watcher(), stop.clone());
            tokio::spawn(async move {
                tokio::select! {
                    spoke = timeout(HEADER_TIME, speaks(&stream)) => if spoke.is_err() {
                        return;
                    },
                    () = told(&mut stop) => return,
                }
                let connection = connection(routes, stream, peer);
                let builder = builder();
                let (io, service) = connection;
                let served = watcher.watch(builder.serve_connection_with_upgrades(io, service).into_owned()).await;
                if let Err(error) = served {
                    tracing::debug!(%error, "a connection ended early");
                }
                drop(place);
            });
        }
        tokio::select! {
            () = graceful.shutdown() => {}
            () = tokio::time::sleep(FAREWELL) => {}
        }
    }
}

/// Waits until the server is told to stop, or nobody is left to tell it.
async fn told(stop: &mut watch::Receiver<bool>) {
    drop(stop.wait_for(|stop| *stop).await);
}

/// Waits until the client has sent enough to tell HTTP/1 from HTTP/2, or closed: the clock for
/// the headers runs from then on only.
async fn speaks(stream: &TcpStream) {
    let mut said = [0; HTTP2.len()];
    loop {
        match stream.peek(&mut said).await {
            Ok(length) if length > 0 && length < HTTP2.len() && HTTP2.starts_with(&said[..length]) => {
                // Peeking shows the same letters at once again.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            // Something else, all of it, closed or broken: the protocol finds out which.
            _ => return,
        }
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIME).max_buf_size(HEADER_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(H2_STREAMS)
        .max_header_list_size(u32::try_from(HEADER_BYTES).expect("64 KiB fits"))
        .keep_alive_interval(Some(Duration::from_secs(20)));
    builder
}

type Served = TowerToHyperService<axum::middleware::AddExtension<Router, ConnectInfo<SocketAddr>>>;

fn connection(routes: Router, stream: TcpStream, peer: SocketAddr) -> (TokioIo<TcpStream>, Served) {
    // Signalling sends small frames that must not wait for each other.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY could not be set");
    }
    let mut make = routes.into_make_service_with_connect_info::<SocketAddr>();
    let service = futures_util::FutureExt::now_or_never(Service::<PeerAddress>::call(&mut make, PeerAddress(peer)))
        .expect("making the service is immediate")
        .unwrap_or_else(|never| match never {});
    (TokioIo::new(stream), TowerToHyperService::new(service))
}

#[derive(Clone, Copy)]
struct PeerAddress(SocketAddr);

impl axum::extract::connect_info::Connected<PeerAddress> for SocketAddr {
    fn connect_info(peer: PeerAddress) -> Self {
        peer.0
    }
}
