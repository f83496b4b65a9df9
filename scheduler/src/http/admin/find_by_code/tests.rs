use domain::HelpCode;

use crate::http::admin::show_meeting::tests::bench;

#[tokio::test]
async fn who_reads_out_a_code_is_found_and_the_look_is_written_down() {
    let (bench, admin, anna, shown) = bench().await;
    let meeting = shown["meeting_id"].as_str().expect("an id");
    let code = HelpCode::of(&meeting.parse().expect("a name"), &"guest-x".parse().expect("a name")).to_string();
    let typed = format!("/admin/help-codes/{}%20{}", &code[..3], &code[3..]);

    let found = bench.get(&typed).by(&admin).send().await.is(200).body["items"].clone();
    let [one] = found.as_array().expect("a list").as_slice() else { panic!("one match, not {found}") };
    assert_eq!(one["meeting"]["meeting_id"], meeting);
    assert_eq!(one["meeting"]["bitrate_up_bps"], 2_000, "the figures are those of the whole meeting");
    assert_eq!(one["participant"]["identity"], "guest-x");
    let looks = bench.audit().await.into_iter().filter(|entry| entry.action == "participants.seen").count();
    assert_eq!(looks, 1);

    bench.get(&typed).by(&anna).send().await.is_problem(403, "not_allowed");
    let other = if code == "000000" { "000001" } else { "000000" };
    let nobody = bench.get(&format!("/admin/help-codes/{other}")).by(&admin).send().await;
    assert_eq!(nobody.is(200).body["items"], serde_json::json!([]));
    let refused = bench.get("/admin/help-codes/12345").by(&admin).send().await;
    refused.is_problem(422, "invalid");
}
