use super::Worker;
use crate::MeetingId;
use crate::packet::Packet;
use crate::speakers::Turn;

impl Worker {
    /// Notes how loud a voice is, and whether it is among those that are forwarded. Each
    /// worker of a meeting hears all of it and decides for its own receivers.
    pub(super) fn listen(&mut self, packet: &Packet, meeting: MeetingId) {
        let Some(level) = packet.level else { return };
        let Some(sid) = self.router.carried_by(packet.from, packet.mid).cloned() else { return };
        let Some(track) = self.router.track(&sid).filter(|track| !track.muted) else { return };
        let (is_screen, was_unheard) = (track.is_screen, track.is_unheard);
        let Some(meeting) = self.meetings.get_mut(&meeting) else { return };
        meeting.speakers.heard(packet.from, &sid, level, self.now);
        // The sound of a film everybody watches is no voice among others.
        if is_screen {
            return;
        }
        match meeting.loudest.turn(&sid, self.plan.loudest, &meeting.speakers, self.now) {
            Turn::Same { is_heard } if is_heard != was_unheard => {}
            Turn::Same { is_heard } => self.router.set_unheard(&sid, !is_heard),
            Turn::Heard { instead_of } => {
                self.router.set_unheard(&sid, false);
                if let Some(before) = instead_of {
                    self.router.set_unheard(&before, true);
                }
            }
        }
    }
}
