use domain::{AdmissionState, Identity, Invitation, Invitee, OccurrenceId};
use storage::{StorageError, Unit};

/// Whoever is invited anew and stands at the door of this date, or was turned away there, may come in: that answers it.
/// Says whether there was somebody.
pub(crate) async fn invited_anew(
    unit: &mut dyn Unit,
    occurrence: OccurrenceId,
    before: &[Invitation],
    after: &[Invitation],
) -> Result<bool, StorageError> {
    let people = |all: &[Invitation]| -> Vec<Identity> {
        let person = |one: &Invitation| match one.invitee {
            Invitee::Person(person) => Some(Identity::from(person)),
            Invitee::Guest { .. } => None,
        };
        all.iter().filter_map(person).collect()
    };
    let (before, after) = (people(before), people(after));
    let is_new = |identity: &Identity| after.contains(identity) && !before.contains(identity);
    if !after.iter().any(is_new) {
        return Ok(false);
    }
    let mut is_anybody = false;
    for mut admission in unit.admissions_of(occurrence).await? {
        if is_new(&admission.identity) && admission.state != AdmissionState::Admitted {
            (admission.state, admission.words) = (AdmissionState::Admitted, None);
            unit.save_admission(&admission).await?;
            is_anybody = true;
        }
    }
    Ok(is_anybody)
}
