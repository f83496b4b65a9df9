use toml::{Table, Value};

use super::ConfigError;

/// Every variable that begins so is ours.
const PREFIX: &str = "RENNSTEIG__";

/// The variables of the process that are ours.
pub fn of_process() -> Vec<(String, String)> {
    std::env::vars().filter(|(name, _)| name.starts_with(PREFIX)).collect()
}

/// Lays `RENNSTEIG__SECTION__KEY=value` over the table; `defaults` says which type a key has.
pub fn lay_over(table: &mut Table, defaults: &Table, variables: &[(String, String)]) -> Result<(), ConfigError> {
    for (name, text) in variables {
        let unknown = || ConfigError::UnknownVariable { name: name.clone() };
        let path = name.strip_prefix(PREFIX).ok_or_else(unknown)?.to_lowercase();
        let (section, key) = path.split_once("__").ok_or_else(unknown)?;
        let default = defaults.get(section).and_then(|section| section.get(key)).ok_or_else(unknown)?;
        let value = read_as(default, text)
            .ok_or_else(|| ConfigError::VariableShape { name: name.clone(), allowed: shape(default) })?;
        table
            .entry(section)
            .or_insert_with(|| Value::Table(Table::new()))
            .as_table_mut()
            .ok_or_else(unknown)?
            .insert(key.to_owned(), value);
    }
    Ok(())
}

fn read_as(default: &Value, text: &str) -> Option<Value> {
    match default {
        Value::Integer(_) => text.trim().parse().ok().map(Value::Integer),
        Value::Boolean(_) => text.trim().parse().ok().map(Value::Boolean),
        Value::Array(_) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
        }
        _ => Some(Value::String(text.to_owned())),
    }
}

fn shape(default: &Value) -> &'static str {
    match default {
        Value::Integer(_) => "a whole number",
        Value::Boolean(_) => "true or false",
        Value::Array(_) => "a list separated by commas",
        _ => "text",
    }
}
