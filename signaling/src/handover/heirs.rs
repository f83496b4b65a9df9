use cluster::{NodeId, NodeRecord};
use domain::MeetingName;

/// Which other node takes a meeting: of those that take any, the one with the fewest people.
pub fn choose<'a>(nodes: &'a [NodeRecord], own: &NodeId) -> Option<&'a NodeRecord> {
    nodes.iter().filter(|node| node.id != *own && !node.draining).min_by_key(|node| (node.participants, &node.id))
}

/// Which node takes which meeting, so that people spread: the largest are placed first.
pub fn plan(
    nodes: &[NodeRecord],
    own: &NodeId,
    mut meetings: Vec<(MeetingName, usize)>,
) -> Vec<(MeetingName, NodeRecord)> {
    let mut nodes = nodes.to_vec();
    meetings.sort_by(|(one, people), (other, others)| others.cmp(people).then_with(|| one.cmp(other)));
    let mut plan = Vec::new();
    for (meeting, people) in meetings {
        let Some(heir) = choose(&nodes, own).cloned() else { break };
        if let Some(node) = nodes.iter_mut().find(|node| node.id == heir.id) {
            node.participants = node.participants.saturating_add(u32::try_from(people).unwrap_or(u32::MAX));
        }
        plan.push((meeting, heir));
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, draining: bool, participants: u32) -> NodeRecord {
        NodeRecord { id: NodeId(name.into()), url: format!("ws://{name}"), draining, participants }
    }

    fn planned(nodes: &[NodeRecord], meetings: &[(&str, usize)]) -> Vec<(String, String)> {
        let meetings = meetings.iter().map(|(name, people)| (name.parse().expect("a name"), *people)).collect();
        let plan = plan(nodes, &NodeId("own".into()), meetings);
        plan.into_iter().map(|(meeting, heir)| (meeting.to_string(), heir.id.0)).collect()
    }

    #[test]
    fn nobody_takes_meetings_but_another_node_that_is_not_being_emptied() {
        assert!(planned(&[node("own", false, 0), node("b", true, 0)], &[("m", 3)]).is_empty());
        assert!(planned(&[], &[("m", 3)]).is_empty());
        assert_eq!(planned(&[node("own", true, 0), node("b", false, 900)], &[("m", 3)]), [("m".into(), "b".into())]);
    }

    #[test]
    fn people_spread_over_the_nodes() {
        let nodes = [node("own", true, 90), node("b", false, 10), node("c", false, 0)];
        let plan = planned(&nodes, &[("small", 2), ("large", 20), ("middle", 10)]);
        let plan: Vec<_> = plan.iter().map(|(meeting, heir)| (meeting.as_str(), heir.as_str())).collect();
        assert_eq!(plan, [("large", "c"), ("middle", "b"), ("small", "b")]);
    }
}
