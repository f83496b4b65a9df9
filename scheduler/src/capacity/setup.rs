use domain::capacity::{Audience, Pool, PoolKind, Profile, Share, Site, Turnout, shares};
use domain::{Invitation, Invitee, Person, PersonId, PoolId, SiteId};
use storage::{StorageError, Unit};

use crate::booking::draft::Draft;

/// The pools there are, and the sites whose people pass them.
pub(crate) struct Setup {
    pub(crate) pools: Vec<Pool>,
    pub(crate) sites: Vec<Site>,
}

/// Who is invited, the organiser included.
pub(crate) struct Invited {
    people: Vec<PersonId>,
    guests: u32,
}

impl Setup {
    /// None where nobody has set anything up: then nothing is counted.
    pub(crate) async fn read(unit: &mut dyn Unit) -> Result<Option<Self>, StorageError> {
        let pools = unit.pools().await?;
        if pools.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { pools, sites: unit.sites().await? }))
    }

    /// What each date takes of which pool.
    pub(crate) async fn shares(
        &self,
        unit: &mut dyn Unit,
        invited: &Invited,
        profile: Profile,
        turnout: Turnout,
    ) -> Result<Vec<Share>, StorageError> {
        let mut audience = Audience { guests: invited.guests, ..Audience::default() };
        let known = if self.sites.is_empty() { Vec::new() } else { unit.people_by_id(&invited.people).await? };
        for id in &invited.people {
            let site = known.iter().find(|person| person.id == *id).and_then(|person| person.site);
            *audience.at_home.entry(site).or_default() += 1;
        }
        Ok(shares(&self.pools, &self.sites, &audience, profile, turnout.rate()))
    }

    /// Do people of this person's site pass it?
    pub(crate) fn is_own(&self, person: &Person, pool: &Pool) -> bool {
        self.is_passed(self.home(person), pool)
    }

    /// Where somebody works: where most do if nothing else is known.
    pub(crate) fn home(&self, person: &Person) -> Option<SiteId> {
        let named = person.site.filter(|id| self.sites.iter().any(|site| site.id == *id));
        named.or_else(|| self.sites.iter().find(|site| site.is_default).map(|site| site.id))
    }

    /// Does somebody who is there pass it?
    pub(crate) fn is_passed(&self, site: Option<SiteId>, pool: &Pool) -> bool {
        let site = site.and_then(|id| self.sites.iter().find(|site| site.id == id));
        pool.kind == PoolKind::MediaNodes || site.is_some_and(|site| site.pools.contains(&pool.id))
    }

    /// By id.
    pub(crate) fn pool(&self, id: PoolId) -> Option<&Pool> {
        self.pools.iter().find(|pool| pool.id == id)
    }
}

impl Invited {
    /// As a form names them.
    pub(crate) fn by(draft: &Draft, organiser: PersonId) -> Self {
        let people = draft.people.iter().map(|(person, _)| *person);
        Self::new(organiser, people, draft.guests.len())
    }

    /// As a booking stands.
    pub(crate) fn to(organiser: PersonId, invitations: &[Invitation]) -> Self {
        let valid = || invitations.iter().filter(|one| one.revoked_at.is_none());
        let people = valid().filter_map(|one| match one.invitee {
            Invitee::Person(person) => Some(person),
            Invitee::Guest { .. } => None,
        });
        let guests = valid().filter(|one| matches!(one.invitee, Invitee::Guest { .. })).count();
        Self::new(organiser, people, guests)
    }

    fn new(organiser: PersonId, people: impl Iterator<Item = PersonId>, guests: usize) -> Self {
        let mut people: Vec<PersonId> = people.chain([organiser]).collect();
        people.sort_unstable();
        people.dedup();
        Self { people, guests: u32::try_from(guests).unwrap_or(u32::MAX) }
    }

    /// How many.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.people.len()).unwrap_or(u32::MAX).saturating_add(self.guests)
    }
}
