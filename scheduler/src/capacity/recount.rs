//! Bookings are counted anew after pools, sites or somebody's home changed: a few at a time, beside everything else.

use jiff::SignedDuration;
use jiff::Timestamp;
use storage::StorageError;

use super::setup::{Invited, Setup};
use crate::app::App;

/// So many bookings in one unit: whoever books meanwhile waits for no more.
const AT_ONCE: u32 = 50;
/// A change is forgotten when nothing was left to count for so long: what began before it is committed by then.
const SETTLED: SignedDuration = SignedDuration::from_mins(1);

/// Counts some bookings anew; answers how many. Call again at once while there are any.
pub(crate) async fn recount(app: &App, now: Timestamp) -> Result<usize, StorageError> {
    let due = app.store.read().await?.bookings_to_count(now, AT_ONCE).await?;
    let mut unit = app.store.begin().await?;
    if due.is_empty() {
        unit.forget_capacity_change(now.checked_sub(SETTLED).unwrap_or(now)).await?;
        unit.commit().await?;
        return Ok(0);
    }
    let setup = Setup::read(unit.as_mut()).await?;
    for id in &due {
        let Some(booking) = unit.booking(*id).await? else { continue };
        let dates = unit.occurrences_of(*id).await?;
        let shares = match &setup {
            Some(setup) => {
                let invited = Invited::to(booking.organiser, &unit.invitations_of(*id).await?);
                let turnout = unit.turnout_of(*id).await?;
                setup.shares(unit.as_mut(), &invited, booking.profile, turnout).await?
            }
            None => Vec::new(),
        };
        unit.save_shares(&booking, &dates, &shares, now).await?;
    }
    unit.commit().await?;
    Ok(due.len())
}
