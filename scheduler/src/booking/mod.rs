//! A booking from the form to the rows and back: what the body says, whether it can be, who is
//! invited, how it is shown.

pub(crate) mod asks;
pub(crate) mod draft;
pub(crate) mod guest_secret;
pub(crate) mod invitations;
pub(crate) mod let_in;
pub(crate) mod naming;
pub(crate) mod offer;
pub(crate) mod plan;
pub(crate) mod replied;
pub(crate) mod rules;
pub(crate) mod stake;
pub(crate) mod veil;
pub(crate) mod view;
pub(crate) mod waits;
