//! What the fields of a person may hold.

use domain::{Private, Role, SiteId, text};
use storage::Unit;

use crate::http::problem::Problem;
use crate::password;

pub(crate) fn name(name: &Private<String>) -> Result<Private<String>, Problem> {
    let name = text::line(name.expose(), text::NAME_LIMIT);
    name.map(Private::new).map_err(|_| Problem::invalid("name", "1 to 100 characters, no control characters"))
}

pub(crate) fn email(email: &Private<String>) -> Result<Private<String>, Problem> {
    let email = text::email(email.expose());
    email.map(Private::new).map_err(|_| Problem::invalid("email", "a mail address like name@example.org"))
}

pub(crate) fn check_password(password: &Private<String>) -> Result<(), Problem> {
    let length = password.expose().chars().count();
    let fits = (password::SHORTEST..=password::LONGEST).contains(&length);
    if fits { Ok(()) } else { Err(Problem::invalid("password", "12 to 128 characters")) }
}

pub(crate) fn locale(locale: &str) -> Result<String, Problem> {
    if matches!(locale, "de" | "en") { Ok(locale.to_owned()) } else { Err(Problem::invalid("locale", "de or en")) }
}

/// Goes on only if there is such a site, or none is named.
pub(crate) async fn site(unit: &mut dyn Unit, site: Option<SiteId>) -> Result<(), Problem> {
    let Some(id) = site else { return Ok(()) };
    let is_there = unit.sites().await?.iter().any(|site| site.id == id);
    if is_there { Ok(()) } else { Err(Problem::invalid("site", "a site that exists, or null")) }
}

pub(crate) fn roles(mut roles: Vec<Role>) -> Vec<Role> {
    roles.sort();
    roles.dedup();
    roles
}
