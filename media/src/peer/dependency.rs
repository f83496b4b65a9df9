//! The header extension of AV1 that says which frames a frame needs.

use str0m::rtp::{ExtensionSerializer, ExtensionValues};

pub(super) const DEPENDENCY_DESCRIPTOR: &str =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

/// The bytes of a dependency descriptor, passed on as they are.
pub(super) struct DependencyDescriptor(Vec<u8>);

impl DependencyDescriptor {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[derive(Debug)]
pub(super) struct DependencyDescriptors;

impl ExtensionSerializer for DependencyDescriptors {
    fn write_to(&self, buffer: &mut [u8], values: &ExtensionValues) -> usize {
        let Some(descriptor) = values.user_values.get::<DependencyDescriptor>() else { return 0 };
        match buffer.get_mut(..descriptor.0.len()) {
            Some(place) => {
                place.copy_from_slice(&descriptor.0);
                descriptor.0.len()
            }
            None => 0,
        }
    }

    fn parse_value(&self, bytes: &[u8], values: &mut ExtensionValues) -> bool {
        values.user_values.set(DependencyDescriptor::new(bytes));
        true
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        false
    }

    fn requires_two_byte_form(&self, values: &ExtensionValues) -> bool {
        values.user_values.get::<DependencyDescriptor>().is_some_and(|descriptor| descriptor.0.len() > 16)
    }
}
