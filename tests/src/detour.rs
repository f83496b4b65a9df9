use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// A way to a TCP server on which every answer takes a while longer, as on a long line: what is
/// asked in the meantime is not held up by it. It can be cut: then nothing arrives, and nobody is told.
pub struct Detour {
    /// Where to connect instead.
    pub address: SocketAddr,
    delay_ms: Arc<AtomicU64>,
    is_cut: watch::Sender<bool>,
    /// Ends with this.
    _serving: JoinSet<()>,
}

impl Detour {
    /// Listens on a free port; at first nothing is late.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let delay_ms = Arc::new(AtomicU64::new(0));
        let (is_cut, cut) = watch::channel(false);
        let (delay, mut serving) = (delay_ms.clone(), JoinSet::new());
        serving.spawn(async move {
            let mut ways = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                if *cut.borrow() {
                    // Taken by nobody: open, and silent.
                    ways.spawn(silence(near, cut.clone()));
                    continue;
                }
                let Ok(far) = TcpStream::connect(target).await else { continue };
                let (near_in, near_out) = near.into_split();
                let (far_in, far_out) = far.into_split();
                ways.spawn(carry(near_in, far_out, Arc::new(AtomicU64::new(0)), cut.clone()));
                ways.spawn(carry(far_in, near_out, delay.clone(), cut.clone()));
            }
        });
        Self { address, delay_ms, is_cut, _serving: serving }
    }

    /// From now on answers take so much longer.
    pub fn delay(&self, delay: Duration) {
        let ms = u64::try_from(delay.as_millis()).expect("no test waits for ages");
        self.delay_ms.store(ms, Ordering::Relaxed);
    }

    /// From now on nothing arrives on either side, or everything does again; what was on its way meanwhile
    /// arrives late.
    pub fn cut(&self, is_cut: bool) {
        self.is_cut.send_replace(is_cut);
    }
}

/// Holds a connection open until the way is mended; whoever made it tries anew.
async fn silence(near: TcpStream, mut cut: watch::Receiver<bool>) {
    let _ = cut.wait_for(|is_cut| !is_cut).await;
    drop(near);
}

async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin + Send + 'static,
    delay_ms: Arc<AtomicU64>,
    mut cut: watch::Receiver<bool>,
) {
    let (late, mut due) = mpsc::channel::<(Instant, Vec<u8>)>(1024);
    let writing = tokio::spawn(async move {
        while let Some((at, bytes)) = due.recv().await {
            // Late is what it shall be: nothing else ends this.
            let _ = timeout_at(at, pending::<()>()).await;
            if cut.wait_for(|is_cut| !is_cut).await.is_err() {
                return;
            }
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
        let _ = to.shutdown().await;
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        let at = Instant::now() + Duration::from_millis(delay_ms.load(Ordering::Relaxed));
        if late.send((at, buffer[..length].to_vec())).await.is_err() {
            break;
        }
    }
    drop(late);
    let _ = writing.await;
}
