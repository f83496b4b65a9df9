use domain::{MailId, Person, Private};
use storage::{Mail, StorageError, Unit};

use super::message::{self, Notice};
use super::news::KEPT;
use crate::app::App;

/// Writes a letter without an entry for the calendar into the outbox. Without a mail server, and to an account that is
/// closed, none is written.
pub(super) async fn post(
    app: &App,
    unit: &mut dyn Unit,
    notice: &Notice,
    writer: &Person,
    reader: &Person,
) -> Result<(), StorageError> {
    let Some(sender) = app.config.mail_from.as_ref().filter(|_| reader.disabled_at.is_none()) else { return Ok(()) };
    let id = MailId::from_uuid(app.new_id());
    let Ok(message) = message::notice(notice, writer, reader, sender, app.now(), id) else {
        tracing::warn!(mail.id = %id, "an address cannot be written to");
        return Ok(());
    };
    let mail = Mail {
        id,
        recipient: reader.email.clone(),
        message: Private::new(message),
        attempts: 0,
        created_at: app.now(),
        due_at: app.now(),
        give_up_at: app.now() + KEPT,
    };
    unit.add_mail(&mail).await
}
