//! Brightness and contrast.

use crate::image::Image;

/// What is added to the brightness, by severity.
const BRIGHTNESS: [f32; 5] = [0.05, 0.1, 0.15, 0.2, 0.3];
/// What differences from the mean are multiplied by, by severity.
const CONTRAST: [f32; 5] = [0.75, 0.5, 0.4, 0.3, 0.15];

/// Raises the brightness; a colour keeps hue and saturation.
///
/// The brightness of a colour is its largest channel, the V of HSV: raising it to `V'` multiplies every channel by
/// `V' / V`. Black has no hue and becomes grey.
pub(crate) fn brightness(image: &mut Image<'_>, severity: usize) {
    let more = BRIGHTNESS[severity];
    if image.channels() == 1 {
        image.map(|v| v + more);
        return;
    }
    let area = image.size.area();
    for pixel in 0..area {
        let channels = [pixel, area + pixel, 2 * area + pixel];
        let value = channels
            .iter()
            .map(|&c| image.values[c])
            .fold(0.0, f32::max);
        let raised = (value + more).min(1.0);
        for channel in channels {
            let old = image.values[channel];
            image.values[channel] = if value > 0.0 {
                old * (raised / value)
            } else {
                raised
            };
        }
    }
}

pub(crate) fn contrast(image: &mut Image<'_>, severity: usize) {
    around_the_mean(image, CONTRAST[severity]);
}

/// Multiplies differences from every channel's mean.
pub(crate) fn around_the_mean(image: &mut Image<'_>, factor: f32) {
    image.map_planes(|plane, size| {
        let sum: f64 = plane.iter().map(|v| f64::from(*v)).sum();
        let mean = (sum / size.area() as f64) as f32;
        plane.iter().map(|v| (v - mean) * factor + mean).collect()
    });
}
