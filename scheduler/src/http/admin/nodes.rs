//! The nodes of the cluster, and how one is emptied before it is serviced.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cluster::{Command, NodeId};
use domain::policy::Action;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id};

/// A node that carries meetings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Node {
    /// Its name, with some digits that change when it restarts.
    node: String,
    /// It takes no new meetings, and hands those it has to other nodes.
    draining: bool,
    /// How many people are in its meetings, as of a few seconds ago.
    participants: u32,
    /// How many meetings it runs.
    meetings: usize,
}

/// Whether a node is emptied.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Draining {
    draining: bool,
}

/// All nodes that carry meetings.
#[utoipa::path(get, path = "/admin/nodes", tag = "admin", responses(
    (status = 200, body = Items<Node>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
))]
pub(crate) async fn list_nodes(State(app): State<Arc<App>>, who: SignedIn) -> Result<Json<Items<Node>>, Problem> {
    who.must(Action::SeeRunningMeetings)?;
    let (nodes, reports) = (app.cluster.directory.nodes().await?, app.cluster.directory.reports().await?);
    let described = nodes.into_iter().map(|node| Node {
        meetings: reports.iter().filter(|report| report.node == node.id).count(),
        node: node.id.to_string(),
        draining: node.draining,
        participants: node.participants,
    });
    Ok(Json(described.collect()))
}

/// Empties a node or lets it take meetings again. Its meetings go on at other nodes as they were; without
/// another node they stay until they are over. A node that restarts takes meetings again.
#[utoipa::path(put, path = "/admin/nodes/{node}/draining", tag = "admin",
params(("node" = String, Path, description = "Which node")),
request_body = Draining,
responses(
    (status = 204, description = "It hears of it within a second"),
    (status = 400, description = "malformed", body = ProblemBody),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found: no such node lives", body = ProblemBody),
))]
pub(crate) async fn drain_node(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(node): Id<String>,
    Body(wish): Body<Draining>,
) -> Result<StatusCode, Problem> {
    who.must(Action::DrainNodes)?;
    let node = NodeId(node);
    if !app.cluster.directory.nodes().await?.iter().any(|one| one.id == node) {
        return Err(Problem::not_found());
    }
    let mut unit = app.store.begin().await?;
    let act = if wish.draining { "node.drained" } else { "node.resumed" };
    unit.add_audit(&who.entry(app.now(), act, format!("node {node}"))).await?;
    unit.commit().await?;
    app.cluster.bus.send(&node, Command::Drain { draining: wish.draining }).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cluster::{Command, NodeId, NodeRecord};
    use domain::Role;
    use futures_util::StreamExt as _;
    use serde_json::json;

    use crate::testing::Bench;

    async fn announce(bench: &Bench, name: &str, participants: u32) {
        let url = format!("ws://{name}");
        let record = NodeRecord { id: NodeId(name.into()), url, draining: false, participants };
        bench.cluster.directory.announce(&record, Duration::from_secs(60)).await.expect("in memory");
    }

    #[tokio::test]
    async fn administrators_see_the_nodes_and_empty_one() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        announce(&bench, "one-0a1b", 3).await;
        announce(&bench, "two-0c2d", 0).await;
        let listed = bench.get("/admin/nodes").by(&admin).send().await;
        let expected = json!({ "node": "one-0a1b", "draining": false, "participants": 3, "meetings": 0 });
        assert_eq!(listed.is(200).body["items"][0], expected);
        let mut commands = bench.cluster.bus.commands(&NodeId("one-0a1b".into())).await.expect("in memory");
        for draining in [true, false] {
            let body = json!({ "draining": draining });
            bench.put("/admin/nodes/one-0a1b/draining").by(&admin).json(&body).await.is(204);
            assert_eq!(commands.next().await, Some(Command::Drain { draining }));
        }
        let audit = bench.store.read().await.expect("readable").audit(2).await.expect("readable");
        let acts: Vec<_> = audit.iter().map(|entry| (entry.action.as_str(), entry.subject.as_str())).collect();
        assert_eq!(acts, [("node.resumed", "node one-0a1b"), ("node.drained", "node one-0a1b")]);
    }

    #[tokio::test]
    async fn a_node_that_is_not_there_and_a_body_that_says_nothing_are_refused() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        let body = json!({ "draining": true });
        bench.put("/admin/nodes/lost/draining").by(&admin).json(&body).await.is_problem(404, "not_found");
        announce(&bench, "one", 0).await;
        let refused = bench.put("/admin/nodes/one/draining").by(&admin).json(&json!({})).await;
        refused.is_problem(400, "malformed");
    }

    #[tokio::test]
    async fn nobody_else_sees_or_empties_nodes() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[Role::RoomManager]).await;
        announce(&bench, "one", 0).await;
        bench.get("/admin/nodes").by(&anna).send().await.is_problem(403, "not_allowed");
        let body = json!({ "draining": true });
        bench.put("/admin/nodes/one/draining").by(&anna).json(&body).await.is_problem(403, "not_allowed");
    }
}
