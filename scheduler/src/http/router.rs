//! All routes on one screen.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use utoipa::openapi::OpenApi as Description;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{Code, Problem};
use super::{
    about, admin, api_tokens, app_passwords, bookings, calendar_feeds, changes, delegations, dial_in, handovers,
    layers, meetings, people, pools, room_holds, room_requests, room_waits, rooms, session, setup, sites, times,
    waiting,
};
use crate::app::App;

/// Largest body, bytes.
pub(super) const BODY_LIMIT: usize = 256 * 1024;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Rennsteig",
        description = "Book a room, get a link, meet. Errors are `application/problem+json` with a stable `code`.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    modifiers(&Credentials),
    security(("cookie" = []), ("bearer" = [])),
)]
struct Api;

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, api: &mut Description) {
        let components = api.components.get_or_insert_default();
        let cookie = ApiKey::Cookie(ApiKeyValue::new("__Host-rennsteig"));
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(cookie));
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    }
}

fn routes() -> OpenApiRouter<Arc<App>> {
    let api = OpenApiRouter::new()
        .routes(routes!(session::show::show_session, session::sign_in::sign_in, session::sign_out::sign_out))
        .routes(routes!(setup::set_up::set_up))
        .routes(routes!(api_tokens::list::list_api_tokens, api_tokens::create::create_api_token))
        .routes(routes!(api_tokens::end::end_api_token))
        .routes(routes!(changes::watch::watch_changes))
        .routes(routes!(people::find::find_people, people::add::add_person))
        .routes(routes!(people::change::change_person))
        .routes(routes!(delegations::list::list_delegations, delegations::give::give_delegation))
        .routes(routes!(delegations::end::end_delegation))
        .routes(routes!(rooms::list::list_rooms, rooms::add::add_room))
        .routes(routes!(rooms::find_free::find_free_rooms))
        .routes(routes!(rooms::list_use::list_room_use))
        .routes(routes!(rooms::change::change_room, rooms::retire::retire_room))
        .routes(routes!(rooms::policy::show::show_room_policy, rooms::policy::set::set_room_policy))
        .routes(routes!(rooms::door::make::make_door_secret, rooms::door::end::end_door_secret))
        .routes(routes!(rooms::door::check_in::check_in_at_door))
        .routes(routes!(room_waits::list::list_room_waits, room_waits::ask::wait_for_room))
        .routes(routes!(room_waits::leave::leave_room_wait))
        .routes(routes!(room_holds::hold::hold_rooms, room_holds::release::release_rooms))
        .routes(routes!(room_requests::list::list_room_requests))
        .routes(routes!(room_requests::approve::approve_room_request))
        .routes(routes!(room_requests::refuse::refuse_room_request))
        .routes(routes!(pools::list::list_pools, pools::add::add_pool))
        .routes(routes!(pools::forecast::forecast_pools))
        .routes(routes!(pools::change::change_pool, pools::delete::delete_pool))
        .routes(routes!(sites::list::list_sites, sites::add::add_site))
        .routes(routes!(sites::change::change_site, sites::delete::delete_site))
        .routes(routes!(times::find::find_times))
        .routes(routes!(times::weekly::find_weekly_times))
        .routes(routes!(bookings::list::list_bookings, bookings::book::book))
        .routes(routes!(bookings::check::check_booking))
        .routes(routes!(bookings::import::preview::preview_import))
        .routes(routes!(bookings::import::book::import_bookings))
        .routes(routes!(bookings::show::show_booking, bookings::change::change_booking))
        .routes(routes!(bookings::cancel::cancel_booking))
        .routes(routes!(bookings::answer::answer_booking))
        .routes(routes!(bookings::dates::list::list_dates))
        .routes(routes!(bookings::dates::show::show_date, bookings::dates::change::change_date))
        .routes(routes!(bookings::dates::cancel::cancel_date))
        .routes(routes!(bookings::dates::change_following::change_following))
        .routes(routes!(bookings::renew_link::renew_guest_link))
        .routes(routes!(handovers::offer::offer_booking, handovers::withdraw::withdraw_offers))
        .routes(routes!(handovers::look::look_at_offer))
        .routes(routes!(handovers::take::take_over))
        .routes(routes!(bookings::download_calendar::download_calendar))
        .routes(routes!(calendar_feeds::list::list_calendar_feeds, calendar_feeds::make::make_calendar_feed))
        .routes(routes!(calendar_feeds::end::end_calendar_feed))
        .routes(routes!(calendar_feeds::read::read_calendar_feed))
        .routes(routes!(app_passwords::list::list_app_passwords, app_passwords::make::make_app_password))
        .routes(routes!(app_passwords::end::end_app_password))
        .routes(routes!(meetings::show::show_meeting))
        .routes(routes!(meetings::join::join_meeting))
        .routes(routes!(meetings::try_line::try_line))
        .routes(routes!(dial_in::resolve::resolve_pin))
        .routes(routes!(meetings::check_in::check_in))
        .routes(routes!(meetings::remove_participant::remove_participant))
        .routes(routes!(meetings::send_back::send_back))
        .routes(routes!(meetings::end::end_meeting))
        .routes(routes!(meetings::lock::lock_meeting))
        .routes(routes!(meetings::moderate::moderate))
        .routes(routes!(meetings::unlock::unlock_meeting))
        .routes(routes!(waiting::list::list_waiting))
        .routes(routes!(waiting::watch::watch_waiting))
        .routes(routes!(waiting::watch_self::watch_self))
        .routes(routes!(waiting::admit::admit))
        .routes(routes!(waiting::reject::reject))
        .routes(routes!(waiting::take_back::take_back))
        .routes(routes!(admin::list_meetings::list_running_meetings))
        .routes(routes!(admin::watch_meetings::watch_running_meetings))
        .routes(routes!(admin::show_meeting::show_running_meeting))
        .routes(routes!(admin::watch_meeting::watch_running_meeting))
        .routes(routes!(admin::find_by_code::find_by_help_code))
        .routes(routes!(admin::nodes::list_nodes))
        .routes(routes!(admin::nodes::drain_node))
        .routes(routes!(admin::list_webhooks::list_webhooks))
        .routes(routes!(admin::resend_webhook::resend_webhook))
        .routes(routes!(about::describe::describe_api))
        .routes(routes!(about::version::show_version));
    OpenApiRouter::with_openapi(Api::openapi()).nest("/api/v1", api)
}

/// Describes all routes.
pub fn openapi() -> Description {
    routes().into_openapi()
}

/// Serves all routes; what is not ours under `/api/v1` is answered as a problem, too.
pub(crate) fn router(app: Arc<App>) -> Router {
    let (router, _) = routes().split_for_parts();
    let strangers = Router::new().route("/api/v1/{*path}", axum::routing::any(async || Problem::not_found()));
    router
        .merge(strangers)
        .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed, "This address knows other methods."))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), layers::try_again))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), layers::refuse_cross_site))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), layers::identify))
        .with_state(Arc::clone(&app))
        .merge(crate::dav::router(app))
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::{Value, json};

    use crate::http::problem::Code;
    use crate::testing::Bench;

    fn description() -> Value {
        serde_json::to_value(super::openapi()).expect("a description is JSON")
    }

    /// Every operation as method and path, with ids that name nothing.
    fn operations() -> Vec<(Method, String, Value)> {
        let mut operations = Vec::new();
        for (path, item) in description()["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("methods") {
                let method = method.to_uppercase().parse().expect("a method");
                let path = [
                    "{id}",
                    "{position}",
                    "{invitation_id}",
                    "{admission_id}",
                    "{occurrence_id}",
                    "{identity}",
                    "{booking_id}",
                    "{room_id}",
                ]
                .iter()
                .fold(path.clone(), |path, name| path.replace(name, "019ab000-0000-7000-8000-000000000000"));
                let path = path.strip_prefix("/api/v1").expect("all under one prefix").to_owned();
                operations.push((method, path, operation.clone()));
            }
        }
        operations
    }

    #[test]
    fn the_stored_description_is_what_the_handlers_say() {
        let stored = include_str!("../../openapi.json").replace("\r\n", "\n");
        let now = super::openapi().to_pretty_json().expect("a description is JSON") + "\n";
        assert!(stored == now, "openapi.json is stale: run `cargo run -p scheduler --example openapi`");
    }

    #[test]
    fn every_operation_has_an_id_of_its_own() {
        let mut ids: Vec<String> = operations().iter().map(|(.., one)| one["operationId"].to_string()).collect();
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all);
        assert!(all > 40, "{all}");
    }

    #[tokio::test]
    async fn every_operation_that_is_not_public_asks_to_sign_in_first() {
        let bench = Bench::new().await;
        let mut asked = 0;
        for (method, path, operation) in operations() {
            if operation["security"] == json!([{}]) {
                continue;
            }
            let answer = bench.ask(method.clone(), &path).json(&json!({})).await;
            assert_eq!(answer.body["code"], "sign_in_required", "{method} {path}: {}", answer.text);
            answer.is_problem(401, "sign_in_required");
            asked += 1;
        }
        assert!(asked > 35, "{asked}");
    }

    #[tokio::test]
    async fn what_is_not_there_is_a_problem_too() {
        let bench = Bench::new().await;
        bench.get("/nothing/here").send().await.is_problem(404, "not_found");
        bench.delete("/version").send().await.is_problem(405, "method_not_allowed");
        bench.get("/version").send().await.is(200);
    }

    #[test]
    fn the_guide_names_every_code_with_its_status() {
        let guide = include_str!("../../../docs/api.md");
        for code in Code::ALL {
            let row = format!("| `{}` | {} |", code.as_str(), code.status().as_u16());
            assert!(guide.contains(&row), "docs/api.md lacks: {row}");
        }
    }

    #[tokio::test]
    async fn the_description_is_served() {
        let bench = Bench::new().await;
        let answer = bench.get("/openapi.json").send().await;
        assert_eq!(answer.is(200).body, description());
    }
}
