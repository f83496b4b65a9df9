//! The whole system, one phenomenon a file.

mod admin_watches;
mod answers_by_mail;
mod bad_bookings;
mod booked_meeting;
mod booking_race;
mod closed_meetings;
mod cut_off;
mod emptied_node;
mod erased;
mod lost_nodes;
mod mail;
mod neighbours;
mod no_shows;
mod oversized_input;
mod pages_of_two_nodes;
mod power_cut;
mod privacy;
mod probe;
mod redis_away;
mod redis_slow;
mod removal;
mod slow_headers;
mod split_roles;
mod tokens;
mod waiting_room;
mod webhooks;
