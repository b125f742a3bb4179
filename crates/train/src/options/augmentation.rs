//! Random changes of images, one strength per member.

use serde::{Deserialize, Serialize};

/// How strongly a member's images are changed at every step; 0 leaves them alone.
///
/// | key | range | meaning |
/// | :-- | :-- | :-- |
/// | `flip` and the other four | | see [`decay_kernels::Augmentation`] |
/// | `mixup` | `[0, inf)` | `alpha` of the mixing weight's `Beta(alpha, alpha)` (Zhang et al. 2018) |
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Augmentation {
    /// Probability of a mirror image.
    pub flip: f64,
    /// Largest shift in pixels.
    pub shift: u32,
    /// Largest rotation in degrees.
    pub rotation: f64,
    /// Side of a blank square in pixels.
    pub cutout: u32,
    /// Largest change of brightness.
    pub brightness: f64,
    /// Parameter of mixup's distribution.
    pub mixup: f64,
}

impl Augmentation {
    /// What the kernel is told; mixup is no change of a single image.
    pub(crate) fn of_one_image(&self) -> decay_kernels::Augmentation {
        decay_kernels::Augmentation {
            flip: self.flip as f32,
            rotation: self.rotation as f32,
            shift: self.shift,
            cutout: self.cutout,
            brightness: self.brightness as f32,
        }
    }
}
