use anyhow::{Context, Result};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// Packets the server forwarded so far, from its own counters.
pub async fn forwarded(url: &str) -> Result<f64> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let body = client.get(format!("{url}/metrics").parse()?).await?.into_body().collect().await?.to_bytes();
    let text = String::from_utf8_lossy(&body);
    let line =
        text.lines().find(|line| line.starts_with("media_packets_forwarded_total")).context("no such counter")?;
    Ok(line.rsplit(' ').next().context("a value")?.parse()?)
}
