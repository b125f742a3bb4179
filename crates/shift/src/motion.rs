//! Motion: every point is drawn out along a line.

use crate::border::Border;
use crate::draws::Draws;
use crate::image::Image;
use crate::kernel::Kernel;

/// `(radius, sigma)` by severity in pixels of a side of 32.
const STRENGTH: [(usize, f64); 5] = [(6, 1.0), (6, 1.5), (6, 2.0), (8, 2.0), (9, 2.5)];

/// Blurs along a direction drawn from ±45 degrees.
pub(crate) fn motion(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let (radius, sigma) = STRENGTH[severity];
    let kernel = trail(radius, sigma, draws.uniform(0, -45.0, 45.0)).stretched(image.size.scale());
    image.map_planes(|plane, size| kernel.apply(plane, size, Border::Nearest));
}

/// A half normal density of `2 radius + 1` pixels along a line at `degrees` from the columns' direction.
///
/// This is ImageMagick's motion blur, which the original calls: pixel `i` of the line is
/// `ceil(i sin - ½)` rows and `ceil(i cos - ½)` columns away.
pub(crate) fn trail(radius: usize, sigma: f64, degrees: f64) -> Kernel {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let length = 2 * radius + 1;
    let density = |i: usize| (-0.5 * (i as f64 / sigma).powi(2)).exp();
    let total: f64 = (0..length).map(density).sum();
    let step = |i: usize, part: f64| (i as f64 * part - 0.5).ceil() as isize;
    Kernel::new((0..length).map(|i| ((step(i, sin), step(i, cos)), density(i) / total)))
}

#[cfg(test)]
mod tests {
    use super::{STRENGTH, trail};
    use crate::border::Border;
    use crate::image::Size;
    use serde_json::Value;

    /// imagecorruptions' motion blur at given angles, from the file beside the other reference images.
    #[test]
    fn motion_blur_matches_imagecorruptions() {
        let text = include_str!("../tests/golden/corruptions.json");
        let file: Value = serde_json::from_str(text).unwrap();
        let numbers = |value: &Value, unit: f64| -> Vec<f32> {
            let list = value.as_array().unwrap().iter();
            list.map(|v| (v.as_f64().unwrap() / unit) as f32).collect()
        };
        let input = numbers(&file["inputs"]["1"], 255.0);
        let size = Size {
            height: 32,
            width: 32,
        };
        let all = file["cases"].as_array().unwrap().iter();
        let cases: Vec<_> = all.filter(|case| case["name"] == "motion_blur").collect();
        assert_eq!(cases.len(), 5);
        for case in cases {
            let (radius, sigma) = STRENGTH[case["severity"].as_u64().unwrap() as usize - 1];
            let kernel = trail(radius, sigma, case["params"]["angle"].as_f64().unwrap());
            let got = kernel.stretched(1.0).apply(&input, size, Border::Nearest);
            let want = numbers(&case["expected"], file["levels"].as_f64().unwrap());
            let gaps = got.iter().zip(want).map(|(got, want)| (got - want).abs());
            assert!(gaps.fold(0.0, f32::max) < 2e-5, "{case:?}");
        }
    }
}
