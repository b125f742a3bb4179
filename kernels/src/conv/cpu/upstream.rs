//! The gradient of a convolution before its activation, an image at a time while that is in the cache.

use crate::activation::cpu::{Slope, slope};
use crate::pool::cpu::max::unpool;
use crate::{Activation, Window};

/// Where the gradient comes from.
pub(crate) enum Upstream<'a> {
    /// It is the gradient of the output.
    Direct { grad: &'a [f32] },
    /// It is that times a slope, which is a function of the output.
    Activated {
        slope: Slope,
        y: &'a [f32],
        grad: &'a [f32],
    },
    /// It was pooled: zero but at the places of the maxima.
    Pooled {
        pool: Window,
        channels: usize,
        places: &'a [u16],
        grad: &'a [f32],
    },
}

impl<'a> Upstream<'a> {
    /// From the output and its gradient.
    pub(crate) fn activated(activation: Activation, y: &'a [f32], grad: &'a [f32]) -> Self {
        match slope(activation) {
            None => Self::Direct { grad },
            Some(slope) => Self::Activated { slope, y, grad },
        }
    }

    /// The gradient of an image, of the size of `room`, where it may be written.
    pub(crate) fn image<'s>(&'s self, index: usize, room: &'s mut [f32]) -> &'s [f32] {
        let own = index * room.len()..(index + 1) * room.len();
        match self {
            Self::Direct { grad } => &grad[own],
            Self::Activated { slope, y, grad } => {
                room.copy_from_slice(&grad[own.clone()]);
                slope(room, &y[own]);
                room
            }
            Self::Pooled {
                pool,
                channels,
                places,
                grad,
            } => {
                let size = pool.outputs() * channels;
                let own = index * size..(index + 1) * size;
                unpool(*pool, *channels, &places[own.clone()], &grad[own], room);
                room
            }
        }
    }
}
