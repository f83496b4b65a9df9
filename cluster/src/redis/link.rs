use std::future::Future;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, Script, ScriptInvocation,
};
use tokio::sync::Mutex;

use crate::ClusterError;

/// How long anything may take before Redis counts as away. Below the two seconds that callers
/// wait: whoever gives up first must be the one who can drop the connection.
pub(super) const PATIENCE: Duration = Duration::from_millis(1500);

/// One shared connection, made when it is needed and made anew when it broke.
pub(super) struct Link {
    client: Client,
    connection: Mutex<Option<MultiplexedConnection>>,
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        Self { client, connection: Mutex::new(None) }
    }

    /// Runs one command.
    pub(super) async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, ClusterError> {
        self.bounded(&Work::Command(command)).await
    }

    /// Runs a script: nothing else happens in Redis meanwhile.
    pub(super) async fn script<T: FromRedisValue>(
        &self,
        script: &Script,
        keys: &[&str],
        arguments: &[&str],
    ) -> Result<T, ClusterError> {
        let mut call = script.prepare_invoke();
        for key in keys {
            call.key(*key);
        }
        for argument in arguments {
            call.arg(*argument);
        }
        self.bounded(&Work::Script(call)).await
    }

    async fn bounded<T: FromRedisValue>(&self, work: &Work<'_>) -> Result<T, ClusterError> {
        match tokio::time::timeout(PATIENCE, self.twice(work)).await {
            Ok(outcome) => outcome.map_err(fault),
            Err(silence) => {
                // Whatever hangs on this connection will not come back in order: start afresh.
                // Somebody else may be connecting and hold the lock; then there is nothing to drop.
                if let Ok(mut connection) = self.connection.try_lock() {
                    *connection = None;
                }
                Err(ClusterError::Unavailable(silence.into()))
            }
        }
    }

    /// A connection may have died since it was last used: that is noticed only now, so try once more.
    /// Everything sent this way may safely arrive twice.
    async fn twice<T: FromRedisValue>(&self, work: &Work<'_>) -> RedisResult<T> {
        let (connection, is_new) = self.connected().await?;
        match work.perform(connection).await {
            Err(error) if is_lost(&error) => {
                *self.connection.lock().await = None;
                if is_new {
                    return Err(error);
                }
                let (connection, _) = self.connected().await?;
                work.perform(connection).await
            }
            outcome => outcome,
        }
    }

    async fn connected(&self) -> RedisResult<(MultiplexedConnection, bool)> {
        let mut kept = self.connection.lock().await;
        if let Some(connection) = kept.as_ref() {
            return Ok((connection.clone(), false));
        }
        let connection = connect(&self.client).await?;
        *kept = Some(connection.clone());
        Ok((connection, true))
    }
}

enum Work<'a> {
    Command(&'a Cmd),
    Script(ScriptInvocation<'a>),
}

impl Work<'_> {
    async fn perform<T: FromRedisValue>(&self, mut connection: MultiplexedConnection) -> RedisResult<T> {
        match self {
            Self::Command(command) => command.query_async(&mut connection).await,
            Self::Script(call) => call.invoke_async(&mut connection).await,
        }
    }
}

/// A new connection whose commands have no time limit of their own.
pub(super) async fn connect(client: &Client) -> RedisResult<MultiplexedConnection> {
    let config = AsyncConnectionConfig::new().set_connection_timeout(Some(PATIENCE)).set_response_timeout(None);
    client.get_multiplexed_async_connection_with_config(&config).await
}

fn is_lost(error: &RedisError) -> bool {
    error.is_io_error() || error.is_connection_dropped() || error.is_unrecoverable_error()
}

/// Says what an error of the library means. Its text may name addresses, never stored values.
pub(super) fn fault(error: RedisError) -> ClusterError {
    match error.kind() {
        ErrorKind::UnexpectedReturnType | ErrorKind::Parse => {
            ClusterError::Inconsistent("Redis answered with another kind of value".into())
        }
        _ => ClusterError::Unavailable(error.into()),
    }
}

/// Waits for Redis, but not for ever.
pub(super) async fn in_time<T>(work: impl Future<Output = RedisResult<T>>) -> Result<T, ClusterError> {
    let outcome = tokio::time::timeout(PATIENCE, work).await;
    outcome.map_err(|silence| ClusterError::Unavailable(silence.into()))?.map_err(fault)
}
