//! The container files say nothing that the program does not know: no container engine is needed to see that.
//!
//! Each service's environment is given to the real binary; its answer must match the ports, paths and commands
//! in the files.

mod compose;
mod dashboard;
mod dockerfile;
mod program;

use std::path::{Path, PathBuf};

use compose::{Compose, Service};
use dockerfile::Dockerfile;
use program::{Facts, accepts, facts};

const COMPOSE_FILES: [&str; 2] = ["docker/compose.yaml", "docker/compose.cluster.yaml"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn dockerfile() -> Dockerfile {
    Dockerfile::parse(&read("docker/Dockerfile"))
}

/// Each of our services with the configuration that the program makes of its environment.
fn services() -> Vec<(Compose, Service, Facts)> {
    let mut all = Vec::new();
    for path in COMPOSE_FILES {
        for service in Compose::parse(&read(path)).services {
            if service.image == "rennsteig" {
                let environment = [dockerfile().environment, service.environment.clone()].concat();
                let facts = facts(&environment).unwrap_or_else(|error| panic!("{path}: {}: {error}", service.name));
                all.push((Compose::parse(&read(path)), service, facts));
            }
        }
    }
    assert_eq!(all.len(), 3, "one node alone and two in the cluster");
    all
}

#[test]
fn a_misspelt_key_would_be_noticed() {
    let error = facts(&[("RENNSTEIG__HTTP__BINDE".into(), "0.0.0.0:1".into())]).expect_err("there is no such key");
    assert!(error.contains("RENNSTEIG__HTTP__BINDE"), "{error}");
}

#[test]
fn every_environment_key_and_value_is_known() {
    facts(&dockerfile().environment).expect("the image's environment is accepted");
    for (_, service, _) in services() {
        assert!(service.environment.iter().all(|(key, _)| key.starts_with("RENNSTEIG__")), "{}", service.name);
    }
}

#[test]
fn ports_are_those_of_the_configuration() {
    let image = facts(&dockerfile().environment).expect("accepted");
    assert_eq!(dockerfile().exposed, [format!("{}/tcp", image.http_port()), format!("{}/udp", image.media_port())]);
    for (_, service, facts) in services() {
        let inside: Vec<String> = service.ports.iter().map(|port| port.container.clone()).collect();
        let expected = [format!("{}/tcp", facts.http_port()), format!("{}/udp", facts.media_port())];
        assert_eq!(inside, expected, "{}", service.name);
        // Browsers are told the port the program has bound: outside it must be the same.
        let media = &service.ports[1];
        assert_eq!(media.host, facts.media_port().to_string(), "{}", service.name);
        assert!(!service.ports[0].address.is_empty(), "{}: plain HTTP is offered on loopback only", service.name);
    }
}

#[test]
fn no_two_services_want_the_same_port() {
    for path in COMPOSE_FILES {
        let services = Compose::parse(&read(path)).services;
        let mut ports: Vec<String> = services
            .iter()
            .flat_map(|service| &service.ports)
            .map(|port| format!("{}/{}", port.host, port.container.rsplit('/').next().unwrap_or_default()))
            .collect();
        let all = ports.len();
        ports.sort();
        ports.dedup();
        assert_eq!(ports.len(), all, "{path}");
    }
}

#[test]
fn what_is_written_lies_on_a_volume() {
    let image = dockerfile();
    let data = facts(&image.environment).expect("accepted").data_dir;
    assert_eq!(image.volumes, [data.as_str()]);
    assert_eq!(image.folder, data);
    for (compose, service, facts) in services() {
        let [volume] = service.volumes.as_slice() else { panic!("{} has one volume", service.name) };
        let (name, path) = volume.split_once(':').expect("name:path");
        assert_eq!(path, facts.data_dir, "{}", service.name);
        assert!(compose.volumes.contains(&name.to_owned()), "{name} is declared");
    }
}

#[test]
fn secrets_are_files_that_are_mounted() {
    let ignored = read(".gitignore");
    for (compose, service, facts) in services() {
        for file in [&facts.storage_url_file, &facts.token_secret_file] {
            let Some(name) = file.strip_prefix("/run/secrets/") else {
                assert!(file.is_empty(), "{}: {file}", service.name);
                continue;
            };
            assert!(service.secrets.contains(&name.to_owned()), "{} mounts {name}", service.name);
            let (_, source) = compose.secrets.iter().find(|(known, _)| known == name).expect("declared");
            let folder = source.trim_start_matches("./").split('/').next().expect("a folder");
            assert!(ignored.contains(&format!("/docker/{folder}")), "{source} is never committed");
        }
        assert!(!facts.has_secret_in_environment, "{}: a secret stands in the environment", service.name);
    }
}

#[test]
fn nodes_name_each_other_as_they_are_called() {
    for (compose, service, facts) in services().into_iter().filter(|(.., facts)| !facts.node_url.is_empty()) {
        assert_eq!(facts.node_url, format!("ws://{}:{}", service.name, facts.http_port()));
        let other = |host: &str| compose.services.iter().any(|service| service.name == host);
        assert!(other("redis") && other("postgres"), "what the URLs name exists");
        assert!(service.environment.iter().any(|(_, value)| value.starts_with("redis://redis:")));
    }
}

#[test]
fn every_command_is_one_of_the_program() {
    let image = dockerfile();
    let program = "/usr/local/bin/rennsteig";
    assert_eq!(image.entrypoint, [program]);
    accepts(&image.command);
    let (first, rest) = image.health.split_first().expect("a command");
    assert_eq!(first, program);
    accepts(rest);
    for (_, service, _) in services() {
        accepts(&service.command);
    }
    // What the binary is called and where cargo puts it.
    assert!(image.copies.contains(&(Some("build".into()), "/src/target/dist/rennsteig".into(), program.into())));
}

#[test]
fn everything_that_is_copied_exists() {
    for (stage, from, _) in dockerfile().copies {
        if stage.is_none() {
            assert!(root().join(&from).exists(), "{from}");
        }
    }
    for (_, service, _) in services() {
        let (context, file) = service.build.expect("built from here");
        assert!(root().join("docker").join(&context).join("Cargo.toml").exists(), "{context}");
        assert!(root().join(&file).exists(), "{file}");
    }
}

#[test]
fn containers_have_no_rights_to_spare() {
    assert_eq!(dockerfile().user, "10001:10001");
    for (_, service, _) in services() {
        assert!(service.read_only, "{}", service.name);
        assert_eq!(service.dropped, ["ALL"], "{}", service.name);
        assert_eq!(service.security, ["no-new-privileges:true"], "{}", service.name);
    }
}

#[test]
fn prometheus_asks_every_node_and_may() {
    let targets = compose::prometheus_targets(&read("docker/prometheus.yml"));
    let cluster: Vec<_> = services().into_iter().filter(|(.., facts)| !facts.node_url.is_empty()).collect();
    let expected: Vec<String> =
        cluster.iter().map(|(_, service, facts)| format!("{}:{}", service.name, facts.http_port())).collect();
    assert_eq!(targets, expected);
    for (compose, service, facts) in cluster {
        assert!(facts.metrics_from.contains(&compose.subnet), "{}: {}", service.name, compose.subnet);
    }
}

#[test]
fn the_dashboard_shows_what_is_counted() {
    let figures = dashboard::figures(&read("docker/grafana-dashboard.json"));
    assert!(figures.len() >= 8, "{figures:?}");
    for figure in figures {
        assert!(dashboard::is_counted(&root(), &figure), "nothing counts `{figure}`");
    }
    assert!(!dashboard::is_counted(&root(), "no_such_figure"));
}
