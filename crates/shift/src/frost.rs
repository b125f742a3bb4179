//! Frost: crystals on the pane.

use crate::draws::Draws;
use crate::image::Image;
use crate::plasma::plasma;

/// `(image, frost)`: how much of each is added, by severity.
const STRENGTH: [(f32, f32); 5] = [
    (1.0, 0.2),
    (1.0, 0.3),
    (0.9, 0.4),
    (0.85, 0.4),
    (0.75, 0.45),
];

/// How fast the crystals' height map smooths: rough, as ice is.
const DECAY: f64 = 1.6;

/// Frost is bluish: its red, green and blue.
const TINT: [f32; 3] = [0.85, 0.93, 1.0];

/// Adds a drawn frost, where the original adds a piece of one of six photographs.
///
/// The crystals are the ridges `1 - |2 h - 1|` of a rough height map `h`: bright, branching lines on a grey pane, of a mean
/// brightness near ½. The shares of image and frost are the original's.
pub(crate) fn frost(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let (kept, added) = STRENGTH[severity];
    let heights = plasma(image.size, DECAY, draws, 0);
    let colour = image.channels() == 3;
    for (channel, plane) in image.planes_mut().enumerate() {
        let tint = if colour { TINT[channel] } else { 1.0 };
        for (value, height) in plane.iter_mut().zip(&heights) {
            let ridge = 1.0 - (2.0 * height - 1.0).abs();
            *value = kept * *value + added * tint * ridge;
        }
    }
}
