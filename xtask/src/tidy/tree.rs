//! The files that the rules look at.

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::tidy::reading;

/// Folders that hold nothing of ours.
const FOREIGN: &[&str] = &["target", "node_modules", "dist", "data", ".git", ".venv", "__pycache__", "test-results"];

/// Files longer than this are data, not text.
const LONGEST: u64 = 4 * 1024 * 1024;

/// One text file.
pub struct File {
    /// The path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// All text files of the workspace.
pub struct Tree {
    /// Sorted by path.
    pub files: Vec<File>,
}

/// A breach of a rule.
#[derive(Debug, PartialEq)]
pub struct Finding {
    /// Where.
    pub path: String,
    /// The line, where one can be named.
    pub line: Option<usize>,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.path, self.what),
            None => write!(out, "{}: {}", self.path, self.what),
        }
    }
}

impl Tree {
    /// Reads the workspace.
    pub fn read(root: &Path) -> Result<Tree> {
        let mut files = Vec::new();
        collect(root, "", &mut files)?;
        files.sort_by(|a: &File, b: &File| a.path.cmp(&b.path));
        Ok(Tree { files })
    }

    /// The Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    /// The TypeScript files.
    pub fn typescript(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| [".ts", ".tsx", ".mts"].iter().any(|end| file.path.ends_with(end)))
    }

    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Tree { files: files.iter().map(file).collect() }
    }
}

impl File {
    /// A breach at a line of this file.
    pub fn at(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line: Some(line), what: what.into() }
    }

    /// A breach of this file as a whole.
    pub fn whole(&self, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line: None, what: what.into() }
    }

    /// The numbered lines of a Rust file, without comments and texts in quotes.
    pub fn code(&self) -> Vec<(usize, String)> {
        reading::code(&self.text).lines().enumerate().map(|(at, line)| (at + 1, line.to_owned())).collect()
    }

    /// Like [`File::code`], without the tests inside the file; nothing for a file of tests.
    pub fn production_code(&self) -> Vec<(usize, String)> {
        if self.is_test() {
            return Vec::new();
        }
        let tests = reading::test_lines(&self.text);
        self.code().into_iter().filter(|(line, _)| !tests.contains(line)).collect()
    }

    /// Whether the whole file is test code.
    pub fn is_test(&self) -> bool {
        let mut folders: Vec<&str> = self.path.split('/').collect();
        let name = folders.pop().unwrap_or_default();
        let named =
            name == "tests.rs" || name.contains(".test.") || name.contains(".spec.") || name.starts_with("test_");
        named || folders.iter().any(|folder| matches!(*folder, "tests" | "benches" | "fuzz"))
    }

    /// Whether a tool wrote it.
    pub fn is_generated(&self) -> bool {
        let head: String = self.text.lines().take(5).collect::<Vec<_>>().join(" ").to_lowercase();
        self.path.contains("/generated") || head.contains("auto-generated") || head.contains("@generated")
    }
}

fn collect(folder: &Path, inside: &str, files: &mut Vec<File>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if inside.is_empty() { name.clone() } else { format!("{inside}/{name}") };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !FOREIGN.contains(&name.as_str()) {
                collect(&entry.path(), &path, files)?;
            }
        } else if kind.is_file() && entry.metadata()?.len() <= LONGEST {
            // What is not UTF-8 is a picture or a font: no rule reads it, but links may point to it.
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            files.push(File { path, text });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.into(), text: text.into() }
    }

    #[test]
    fn test_files_are_told_from_production() {
        for path in ["storage/tests/contract.rs", "scheduler/src/http/book/tests.rs", "web/src/a.test.ts", "tests/x.rs"]
        {
            assert!(file(path, "").is_test(), "{path}");
        }
        assert!(!file("media/src/router/mod.rs", "").is_test());
    }

    #[test]
    fn production_code_leaves_tests_out() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
        let lines: Vec<String> = file("a/src/x.rs", text).production_code().into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines, ["fn a() {}", "fn c() {}"]);
    }
}
