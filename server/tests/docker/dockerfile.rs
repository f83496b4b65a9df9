//! Reads the last stage of a Dockerfile.

/// What the image says of itself.
#[derive(Default)]
pub struct Dockerfile {
    pub environment: Vec<(String, String)>,
    pub exposed: Vec<String>,
    pub volumes: Vec<String>,
    pub folder: String,
    pub user: String,
    pub entrypoint: Vec<String>,
    pub command: Vec<String>,
    pub health: Vec<String>,
    /// Stage (if from one), source, destination; of every stage.
    pub copies: Vec<(Option<String>, String, String)>,
}

impl Dockerfile {
    pub fn parse(text: &str) -> Dockerfile {
        let mut file = Dockerfile::default();
        let joined = text.replace("\\\n", " ");
        for line in joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (instruction, rest) = line.split_once(' ').expect("an instruction has arguments");
            let words: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
            match instruction {
                // Only copies are kept from the stages before: what they read must exist as well.
                "FROM" => file = Dockerfile { copies: file.copies, ..Dockerfile::default() },
                "ENV" => file.environment.extend(words.iter().map(|word| pair(word))),
                "EXPOSE" => file.exposed = words,
                "VOLUME" => file.volumes = words,
                "WORKDIR" => file.folder = rest.to_owned(),
                "USER" => file.user = rest.to_owned(),
                "ENTRYPOINT" => file.entrypoint = list(rest),
                "CMD" => file.command = list(rest),
                "HEALTHCHECK" => file.health = list(rest.split_once("CMD").expect("a command").1),
                "COPY" => file.copies.extend(copies(&words)),
                "RUN" | "LABEL" => {}
                other => panic!("`{other}` is not understood by this test"),
            }
        }
        file
    }
}

fn copies(words: &[String]) -> Vec<(Option<String>, String, String)> {
    let (flags, paths): (Vec<_>, Vec<_>) = words.iter().partition(|word| word.starts_with("--"));
    let stage = flags.iter().find_map(|flag| flag.strip_prefix("--from=")).map(str::to_owned);
    let (to, from) = paths.split_last().expect("COPY has a destination");
    from.iter().map(|from| (stage.clone(), (*from).clone(), (*to).clone())).collect()
}

fn pair(word: &str) -> (String, String) {
    let (key, value) = word.split_once('=').expect("KEY=value");
    (key.to_owned(), value.to_owned())
}

fn list(text: &str) -> Vec<String> {
    serde_json::from_str(text.trim()).expect("the form with brackets, so that no shell is needed")
}
