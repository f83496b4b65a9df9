//! Has the binary built anew when the web app was: embedding notices changed files, but not new ones.

fn main() {
    // Cargo can watch only what exists; a folder that cannot be made is no reason not to build.
    let _ = std::fs::create_dir_all("../web/dist");
    println!("cargo:rerun-if-changed=../web/dist");
}
