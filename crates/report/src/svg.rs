//! Static SVG: elements, scales with their ticks, axes, lines and bands.

pub(crate) mod axis;
pub(crate) mod element;
pub(crate) mod line;
pub(crate) mod scale;
pub(crate) mod ticks;

pub(crate) use axis::Frame;
pub(crate) use element::Svg;
pub(crate) use scale::{Domain, Scale};
