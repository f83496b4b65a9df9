//! Reads what the tests ask of a compose file.

use yaml_rust2::{Yaml, YamlLoader};

/// A compose file.
pub struct Compose {
    pub services: Vec<Service>,
    pub volumes: Vec<String>,
    /// Name and file.
    pub secrets: Vec<(String, String)>,
    pub subnet: String,
}

/// One container.
pub struct Service {
    pub name: String,
    pub image: String,
    pub command: Vec<String>,
    pub environment: Vec<(String, String)>,
    pub ports: Vec<Port>,
    pub volumes: Vec<String>,
    pub secrets: Vec<String>,
    /// Context and Dockerfile.
    pub build: Option<(String, String)>,
    pub read_only: bool,
    pub dropped: Vec<String>,
    pub security: Vec<String>,
}

/// `127.0.0.1:8080:8080/tcp`.
pub struct Port {
    pub address: String,
    pub host: String,
    pub container: String,
}

impl Compose {
    pub fn parse(text: &str) -> Compose {
        let file = load(text);
        let services = entries(&get(&file, "services")).into_iter().map(|(name, body)| service(name, &body)).collect();
        let secrets = entries(&get(&file, "secrets"));
        let networks = get(&get(&get(&get(&file, "networks"), "default"), "ipam"), "config");
        Compose {
            services,
            volumes: entries(&get(&file, "volumes")).into_iter().map(|(name, _)| name).collect(),
            secrets: secrets.into_iter().map(|(name, body)| (name, text_of(&get(&body, "file")))).collect(),
            subnet: text_of(&get(&networks[0], "subnet")),
        }
    }
}

/// The targets of the first job.
pub fn prometheus_targets(text: &str) -> Vec<String> {
    let file = load(text);
    let job = &get(&file, "scrape_configs")[0];
    assert_eq!(text_of(&get(job, "metrics_path")), "/metrics");
    texts(&get(&get(job, "static_configs")[0], "targets"))
}

fn service(name: String, body: &Yaml) -> Service {
    let build = get(body, "build");
    let environment = entries(&get(body, "environment"));
    Service {
        name,
        image: text_of(&get(body, "image")),
        command: texts(&get(body, "command")),
        environment: environment.into_iter().map(|(key, value)| (key, filled(&text_of(&value)))).collect(),
        ports: texts(&get(body, "ports")).iter().map(|port| self::port(port)).collect(),
        volumes: texts(&get(body, "volumes")),
        secrets: texts(&get(body, "secrets")),
        build: (!build.is_badvalue()).then(|| (text_of(&get(&build, "context")), text_of(&get(&build, "dockerfile")))),
        read_only: get(body, "read_only").as_bool().unwrap_or_default(),
        dropped: texts(&get(body, "cap_drop")),
        security: texts(&get(body, "security_opt")),
    }
}

fn port(text: &str) -> Port {
    let mut parts = text.rsplitn(3, ':').map(str::to_owned);
    let container = parts.next().expect("a port");
    Port { host: parts.next().expect("published"), address: parts.next().unwrap_or_default(), container }
}

/// `${NAME:-default}` is its default.
fn filled(text: &str) -> String {
    match text.strip_prefix("${").and_then(|text| text.strip_suffix('}')) {
        Some(inside) => inside.split_once(":-").expect("every variable has a default").1.to_owned(),
        None => text.to_owned(),
    }
}

fn load(text: &str) -> Yaml {
    YamlLoader::load_from_str(text).expect("it is YAML").into_iter().next().expect("it is not empty")
}

/// A key of a mapping, with `<<` followed; `BadValue` if it is missing.
fn get(yaml: &Yaml, key: &str) -> Yaml {
    entries(yaml).into_iter().find(|(name, _)| name == key).map_or(Yaml::BadValue, |(_, value)| value)
}

fn entries(yaml: &Yaml) -> Vec<(String, Yaml)> {
    let Some(mapping) = yaml.as_hash() else { return Vec::new() };
    let (merged, own): (Vec<_>, Vec<_>) = mapping.iter().partition(|(key, _)| key.as_str() == Some("<<"));
    let mut all: Vec<(String, Yaml)> = own.into_iter().map(|(key, value)| (text_of(key), value.clone())).collect();
    for (_, base) in merged {
        for (key, value) in entries(base) {
            if !all.iter().any(|(known, _)| *known == key) {
                all.push((key, value));
            }
        }
    }
    all
}

fn texts(yaml: &Yaml) -> Vec<String> {
    yaml.as_vec().map(|items| items.iter().map(text_of).collect()).unwrap_or_default()
}

fn text_of(yaml: &Yaml) -> String {
    match yaml {
        Yaml::String(text) | Yaml::Real(text) => text.clone(),
        Yaml::Integer(number) => number.to_string(),
        Yaml::Boolean(value) => value.to_string(),
        _ => String::new(),
    }
}
