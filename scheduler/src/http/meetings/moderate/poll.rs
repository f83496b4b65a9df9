//! What a poll may ask.

use std::collections::BTreeSet;

use domain::{Private, text};

use crate::http::problem::Problem;

/// Longest question, characters.
const QUESTION_LIMIT: usize = 300;
/// Longest answer to choose, characters.
const OPTION_LIMIT: usize = 100;
/// Most answers to choose from.
const OPTIONS: usize = 10;

type Fields = (Private<String>, Vec<Private<String>>);

/// The question and its answers without outer spaces.
pub(super) fn fields(question: &Private<String>, options: &[Private<String>]) -> Result<Fields, Problem> {
    let question = text::line(question.expose(), QUESTION_LIMIT)
        .map_err(|_| Problem::invalid("question", "1 to 300 characters, no control characters"))?;
    let wrong = || Problem::invalid("options", "2 to 10 different answers of 1 to 100 characters");
    let lines: Result<Vec<_>, _> = options.iter().map(|each| text::line(each.expose(), OPTION_LIMIT)).collect();
    let options = lines.map_err(|_| wrong())?;
    let different: BTreeSet<_> = options.iter().map(|option| option.to_lowercase()).collect();
    if !(2..=OPTIONS).contains(&options.len()) || different.len() < options.len() {
        return Err(wrong());
    }
    Ok((question.into(), options.into_iter().map(Private::new).collect()))
}
