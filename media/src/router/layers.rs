use crate::bandwidth::Rung;
use crate::{LayerWish, PublishedLayer, Quality};

pub(super) const STEPS: [Quality; 3] = [Quality::Low, Quality::Medium, Quality::High];

/// A wish no greater than what the line has room for.
pub(super) fn within(wish: LayerWish, allowed: Option<Rung>) -> LayerWish {
    let at_most = match allowed {
        Some(Rung::High) => Quality::High,
        Some(Rung::Medium) => Quality::Medium,
        Some(Rung::Low | Rung::Thinned) | None => Quality::Low,
    };
    LayerWish { at_most: wish.at_most.min(at_most), ..wish }
}

/// The step a receiver should get, given the steps that arrive at present (lowest first).
pub(crate) fn choose(arriving: [bool; 3], published: &[PublishedLayer], wish: LayerWish) -> Option<Quality> {
    if !wish.enabled {
        return None;
    }
    let available = || STEPS.into_iter().zip(arriving).filter(|(_, arrives)| *arrives).map(|(step, _)| step);
    let fills = |step: &Quality| {
        let Some(layer) = published.iter().find(|layer| layer.quality == *step) else { return false };
        // Whoever holds a phone upright turns both: compare long with long, short with short.
        let (long, short) = (layer.width.max(layer.height), layer.width.min(layer.height));
        wish.width.max(wish.height) <= long && wish.width.min(wish.height) <= short
    };
    let allowed = || available().filter(|step| *step <= wish.at_most);
    let enough = (wish.width > 0 && wish.height > 0).then(|| allowed().find(fills)).flatten();
    // Better too much than nothing: the lowest step even if it is above the limit.
    enough.or_else(|| allowed().next_back()).or_else(|| available().next())
}
