use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// What answers here.
#[derive(Serialize, ToSchema)]
pub(crate) struct VersionAnswer {
    name: &'static str,
    version: &'static str,
}

/// Name and version of the program.
#[utoipa::path(get, path = "/version", tag = "about", security(()), responses((status = 200, body = VersionAnswer)))]
pub(crate) async fn show_version() -> Json<VersionAnswer> {
    Json(VersionAnswer { name: "rennsteig", version: env!("CARGO_PKG_VERSION") })
}
