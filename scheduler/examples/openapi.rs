//! Writes `scheduler/openapi.json` anew from the handlers.

fn main() -> std::io::Result<()> {
    let description = scheduler::openapi().to_pretty_json().expect("a description is JSON");
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json"), description + "\n")
}
