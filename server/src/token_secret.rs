use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use protocol::token::TokenKey;
use rand::TryRngCore as _;

use crate::config::Config;

/// The key that signs join tokens: as configured, else made once and kept in the data folder,
/// readable by nobody else.
pub fn key(config: &Config) -> anyhow::Result<TokenKey> {
    let configured = config.tokens.secret.or_file(&config.tokens.secret_file, "tokens.secret")?;
    let secret = match configured {
        Some(secret) => secret,
        None => kept(&config.data.dir.join("token.secret"))?,
    };
    TokenKey::new(&config.tokens.key_id, secret).context("`tokens.secret` is too weak")
}

fn kept(file: &Path) -> anyhow::Result<String> {
    match fs::read_to_string(file) {
        Ok(secret) => Ok(secret.trim().to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut bytes = [0; 32];
            rand::rngs::OsRng.try_fill_bytes(&mut bytes).context("the operating system gives no random bytes")?;
            let secret = URL_SAFE_NO_PAD.encode(bytes);
            let mut new = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(file)
                .with_context(|| format!("{} cannot be written", file.display()))?;
            new.write_all(secret.as_bytes())?;
            new.sync_all()?;
            Ok(secret)
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}
