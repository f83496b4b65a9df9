//! The benchmark itself works: a little of everything is asked of a small database.

use std::process::Command;

#[test]
fn every_trial_runs_and_the_table_names_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let json = folder.path().join("values.json");
    let mut program = Command::new(env!("CARGO_BIN_EXE_diary"));
    program.args(["--engine", "sqlite", "--part", "2000", "--ask-one-in", "200", "--json"]).arg(&json);
    let output = program.output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    for question in
        ["Rooms for 12 people at an hour", "Calendar address of somebody", "Booking a series of 104, one client"]
    {
        assert!(said.contains(question), "{said}");
    }
    let values: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&json).expect("it was written")).expect("JSON");
    for nothing in ["crowd.twice", "crowd.missed", "series_crowd.twice", "series_crowd.missed"] {
        assert_eq!(values["sqlite"][nothing], serde_json::json!([0.0]), "{nothing}");
    }
}
