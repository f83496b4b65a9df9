use str0m::format::PayloadParams;
use str0m::rtp::ExtensionValues;

use super::dependency::DependencyDescriptor;

/// The parts of a packet only connections understand.
#[derive(Clone)]
pub(crate) struct Carried {
    pub(super) format: PayloadParams,
    pub(super) red: bool,
    pub(super) extensions: ExtensionValues,
}

impl Carried {
    /// Of some format, without extensions: for tests that make packets themselves.
    pub(crate) fn plain() -> Self {
        use str0m::format::CodecConfig;
        let format = CodecConfig::new_with_defaults().params()[0];
        Self { format, red: false, extensions: ExtensionValues::default() }
    }

    /// Which frames its frame needs, as the publisher says.
    pub(crate) fn dependency_descriptor(&self) -> Option<&[u8]> {
        self.extensions.user_values.get::<DependencyDescriptor>().map(DependencyDescriptor::bytes)
    }

    /// With such a descriptor: for tests and the fuzz targets.
    pub(crate) fn described(descriptor: &[u8]) -> Self {
        let mut carried = Self::plain();
        carried.extensions.user_values.set(DependencyDescriptor::new(descriptor));
        carried
    }

    /// It brings earlier sound along (RFC 2198).
    pub(crate) fn is_redundant(&self) -> bool {
        self.red
    }

    /// The number of its format, if its publisher knows the form that brings earlier sound along: who
    /// receives it can be told by that form's number then.
    pub(crate) fn repeatable(&self) -> Option<u8> {
        self.format.red().map(|_| *self.format.pt())
    }

    /// The same with earlier sound.
    pub(crate) fn with_earlier(&self) -> Self {
        Self { red: true, ..self.clone() }
    }

    /// The same of sound that could bring earlier sound along, and does not.
    #[cfg(test)]
    pub(crate) fn once() -> Self {
        let mut config = str0m::format::CodecConfig::empty();
        config.enable_opus(true, true);
        Self { format: config.params()[0], ..Self::plain() }
    }

    /// The same of sound that does.
    #[cfg(test)]
    pub(crate) fn redundant() -> Self {
        Self::once().with_earlier()
    }

    /// The same of a picture.
    #[cfg(test)]
    pub(crate) fn picture() -> Self {
        use str0m::format::{Codec, CodecConfig};
        let config = CodecConfig::new_with_defaults();
        let format = *config.find(|format| format.spec().codec == Codec::Vp8).expect("one of the defaults");
        Self { format, red: false, extensions: ExtensionValues::default() }
    }
}
