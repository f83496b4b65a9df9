use axum::Json;

/// This description (OpenAPI).
#[utoipa::path(get, path = "/openapi.json", tag = "about", security(()), responses(
    (status = 200, description = "OpenAPI", content_type = "application/json"),
))]
pub(crate) async fn describe_api() -> Json<utoipa::openapi::OpenApi> {
    Json(crate::openapi())
}
