//! Asks the real binary.

use std::process::Command;

/// What the program makes of an environment.
#[derive(Debug)]
pub struct Facts {
    http_bind: String,
    media_bind: String,
    pub data_dir: String,
    pub node_url: String,
    pub storage_url_file: String,
    pub token_secret_file: String,
    pub metrics_from: Vec<String>,
    pub has_secret_in_environment: bool,
}

impl Facts {
    pub fn http_port(&self) -> u16 {
        port(&self.http_bind)
    }

    pub fn media_port(&self) -> u16 {
        port(&self.media_bind)
    }
}

/// `rennsteig config show` with this environment and nothing else.
pub fn facts(environment: &[(String, String)]) -> Result<Facts, String> {
    let output = program()
        .args(["config", "show"])
        .env_clear()
        .envs(environment.iter().cloned())
        .output()
        .expect("the binary was built with this test");
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let shown: toml::Table = String::from_utf8_lossy(&output.stdout).parse().expect("it shows TOML");
    let text = |section: &str, key: &str| shown[section][key].as_str().expect("text").to_owned();
    let list = |section: &str, key: &str| -> Vec<String> {
        let items = shown[section][key].as_array().expect("a list");
        items.iter().map(|item| item.as_str().expect("text").to_owned()).collect()
    };
    Ok(Facts {
        http_bind: text("http", "bind"),
        media_bind: text("media", "bind"),
        data_dir: text("data", "dir"),
        node_url: text("cluster", "node_url"),
        storage_url_file: text("storage", "url_file"),
        token_secret_file: text("tokens", "secret_file"),
        metrics_from: list("http", "metrics_from"),
        has_secret_in_environment: !text("storage", "url").is_empty() || !text("tokens", "secret").is_empty(),
    })
}

/// Fails unless the program knows this command line.
pub fn accepts(arguments: &[String]) {
    let output = program().args(arguments).arg("--help").output().expect("the binary was built with this test");
    assert!(output.status.success(), "`rennsteig {}` is refused", arguments.join(" "));
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rennsteig"))
}

fn port(address: &str) -> u16 {
    address.parse::<std::net::SocketAddr>().expect("an address with a port").port()
}
