//! PINs with which telephones come into meetings, once a gateway is there: drawn, named again, renewed and found.
//!
//! A PIN is worked out from 32 random bytes and the token key, and found by a hash made with that key. So it can be
//! named in later letters although the database alone opens nothing, and no PIN says anything about another.

mod config;
mod pin;

pub use config::DialInConfig;

use domain::{Booking, BookingId, BookingState, Private};
use storage::{DialInPin, StorageError, Unit};

use crate::app::App;

/// So many bookings get their PIN in one unit.
const AT_ONCE: u32 = 50;
/// That so many drawn PINs are all taken does not happen.
const MOST_DRAWS: usize = 20;

/// The PIN of a booking, if it has one that is good.
pub(crate) async fn known(
    app: &App,
    unit: &mut dyn Unit,
    booking: &Booking,
) -> Result<Option<Private<String>>, StorageError> {
    if app.config.dial_in.is_none() || booking.state != BookingState::Active {
        return Ok(None);
    }
    let key = &app.config.token_key;
    let kept = unit.dial_in_pin(booking.id).await?;
    let pins = kept.map(|kept| (pin::of(key, &kept.drawn), kept.pin_hash));
    // After the token key was exchanged it is another one, which nobody was told and nothing finds.
    Ok(pins.filter(|(pin, hash)| pin::look_up(key, pin.expose()) == *hash).map(|(pin, _)| pin))
}

/// Sees to it that a booking has one, where telephones come in at all.
pub(crate) async fn ensure(app: &App, unit: &mut dyn Unit, booking: &Booking) -> Result<(), StorageError> {
    let has_none = known(app, unit, booking).await?.is_none();
    if has_none && app.config.dial_in.is_some() && booking.state == BookingState::Active {
        draw(app, unit, booking.id).await?;
    }
    Ok(())
}

/// Somebody shall not come in with it any more: the others get a new one.
pub(crate) async fn renew(app: &App, unit: &mut dyn Unit, booking: BookingId) -> Result<(), StorageError> {
    match app.config.dial_in {
        Some(_) => draw(app, unit, booking).await,
        None => unit.delete_dial_in_pin(booking).await,
    }
}

/// Whose PIN that is.
pub(crate) async fn find(app: &App, unit: &mut dyn Unit, pin: &str) -> Result<Option<BookingId>, StorageError> {
    unit.booking_by_dial_in_pin(&pin::look_up(&app.config.token_key, pin)).await
}

/// What somebody typed, if it could be one: spaces and a closing `#` are no part of it.
pub(crate) fn read(typed: &str) -> Option<String> {
    pin::read(typed)
}

/// Gives some bookings that have none theirs, and answers how many.
pub(crate) async fn give(app: &App) -> Result<usize, StorageError> {
    if app.config.dial_in.is_none() {
        return Ok(0);
    }
    let due = app.store.read().await?.bookings_without_dial_in_pin(app.now(), AT_ONCE).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let mut unit = app.store.begin().await?;
    for id in &due {
        if let Some(booking) = unit.booking(*id).await? {
            ensure(app, unit.as_mut(), &booking).await?;
        }
    }
    unit.commit().await?;
    Ok(due.len())
}

async fn draw(app: &App, unit: &mut dyn Unit, booking: BookingId) -> Result<(), StorageError> {
    let key = &app.config.token_key;
    for _ in 0..MOST_DRAWS {
        let mut drawn = [0; 32];
        app.randomness.fill(&mut drawn);
        let pin_hash = pin::look_up(key, pin::of(key, &drawn).expose());
        if unit.save_dial_in_pin(&DialInPin { booking, drawn, pin_hash, made_at: app.now() }).await? {
            return Ok(());
        }
    }
    Err(StorageError::Inconsistent("no free PIN could be drawn".to_owned()))
}
