//! Event streams (SSE): woken by the bus, with a slow look of their own in case an event was lost.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use cluster::{Event, EventStream};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use super::problem::Problem;
use crate::app::App;

/// How often a stream looks without being woken.
pub(crate) const SLOWLY: Duration = Duration::from_secs(10);

/// One look at what the stream shows.
pub(crate) struct Look {
    data: String,
    is_last: bool,
}

impl Look {
    pub(crate) fn new(value: &impl Serialize) -> Self {
        Self { data: serde_json::to_string(value).expect("answers are JSON"), is_last: false }
    }

    /// Nothing comes after this.
    pub(crate) fn last(self) -> Self {
        Self { is_last: true, ..self }
    }
}

/// Looks; a problem (signed out, no longer allowed, gone) ends the stream.
pub(crate) type Looking = Box<dyn Fn() -> BoxFuture<'static, Result<Look, Problem>> + Send + Sync>;

struct Watch {
    events: Option<EventStream>,
    looking: Looking,
    wakes: Box<dyn Fn(&Event) -> bool + Send + Sync>,
    every: Duration,
    repeats: bool,
    said: Option<String>,
    is_over: bool,
}

/// Streams what `looking` sees under `name`. Dropped with the connection.
pub(crate) async fn watch(
    app: &Arc<App>,
    name: &'static str,
    wakes: impl Fn(&Event) -> bool + Send + Sync + 'static,
    every: Duration,
    repeats: bool,
    looking: Looking,
) -> Response {
    // Subscribed before the first look: nothing is missed in between.
    let events = match app.cluster.bus.events().await {
        Ok(events) => Some(events),
        Err(error) => {
            tracing::warn!(error = %error, "an event stream is not woken by the bus and looks slowly");
            None
        }
    };
    let watch = Watch { events, looking, wakes: Box::new(wakes), every, repeats, said: None, is_over: false };
    let stream = stream::unfold(watch, |mut watch| async move {
        let data = watch.next().await?;
        Some((data, watch))
    });
    let events = stream.map(move |data| Ok::<_, Infallible>(sse::Event::default().event(name).data(data)));
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

impl Watch {
    async fn next(&mut self) -> Option<String> {
        if self.is_over {
            return None;
        }
        loop {
            if self.said.is_some() {
                self.pause().await;
            }
            let look = (self.looking)().await.ok()?;
            self.is_over = look.is_last;
            if self.repeats || self.said.as_ref() != Some(&look.data) {
                self.said = Some(look.data.clone());
                return Some(look.data);
            }
            if self.is_over {
                return None;
            }
        }
    }

    /// Until something happened, or long enough.
    async fn pause(&mut self) {
        let Self { events, wakes, .. } = self;
        let woken = async {
            match events {
                Some(stream) => {
                    while let Some(event) = stream.next().await {
                        // Whoever may no longer listen hears of it by looking.
                        if wakes(&event) || matches!(event, Event::AccessChanged { .. }) {
                            return;
                        }
                    }
                    // The bus is gone: only the slow look is left.
                    *events = None;
                    std::future::pending().await
                }
                None => std::future::pending().await,
            }
        };
        // Elapsed is as good as woken.
        let _: Result<(), _> = tokio::time::timeout(self.every, woken).await;
    }
}
