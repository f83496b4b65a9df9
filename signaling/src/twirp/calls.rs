//! A program calls a participant and waits for its answer.

use protocol::livekit::{PerformRpcRequest, PerformRpcResponse};

use super::participants::identity;
use super::{Call, Obstacle, Outcome, rights};
use crate::meeting::{Order, Reply};

pub async fn perform(call: &Call) -> Outcome {
    let wish: PerformRpcRequest = call.read()?;
    rights::may_administer(&call.claims, &wish.room)?;
    let order = Order::Call {
        identity: identity(&wish.destination_identity)?,
        method: wish.method,
        payload: wish.payload,
        answer_ms: wish.response_timeout_ms,
    };
    match call.order(&wish.room, order).await? {
        Reply::Failed(error) => Err(Obstacle::Failed(error)),
        Reply::Returned(payload) => call.write(&PerformRpcResponse { payload }),
        _ => call.write(&PerformRpcResponse::default()),
    }
}
