//! Fog: a cloud laid over the image.

use crate::draws::Draws;
use crate::image::Image;
use crate::plasma::plasma;

/// `(density, decay of the cloud)` by severity.
const STRENGTH: [(f32, f64); 5] = [(0.2, 3.0), (0.5, 3.0), (0.75, 2.5), (1.0, 2.0), (1.5, 1.75)];

/// `(v + density cloud) max / (max + density)` with the image's largest value `max`, so that white stays white.
pub(crate) fn fog(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let (density, decay) = STRENGTH[severity];
    let cloud = plasma(image.size, decay, draws, 0);
    let top = image.values.iter().copied().fold(0.0, f32::max);
    let dimming = top / (top + density);
    for plane in image.planes_mut() {
        for (value, cloud) in plane.iter_mut().zip(&cloud) {
            *value = (*value + density * cloud) * dimming;
        }
    }
}
