//! Rooms kept for some minutes while somebody fills in a form.

pub(crate) mod hold;
pub(crate) mod release;

#[cfg(test)]
mod tests;
