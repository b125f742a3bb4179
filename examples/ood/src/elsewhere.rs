//! Rows that do not come from where the training rows come from.

use decay_claim::{Lab, Result};
use decay_data::{Dataset, Embedded, Images, Options, Raw, Storage};

/// Handwriting that is shown to networks that know clothes, at most.
const SHOWN: usize = 1000;
/// Side of Fashion-MNIST's images, and of the embedded digits.
const LARGE: usize = 28;
const SMALL: usize = 8;

/// Handwritten digits of Fashion-MNIST's size: MNIST's if there, else the embedded ones enlarged.
pub(crate) fn handwriting(lab: &Lab) -> Result<(&'static str, Dataset)> {
    let (name, mut data) = match lab.larger_data("mnist")? {
        Some(mnist) => ("MNIST", mnist.test.unwrap_or(mnist.train)),
        None => ("digits enlarged", enlarged(Embedded::Digits.load()?)),
    };
    data.rows = data.rows.min(SHOWN);
    if let Storage::U8(pixels) = &mut data.features {
        pixels.truncate(data.rows * LARGE * LARGE);
    }
    Ok((name, data))
}

fn enlarged(digits: Dataset) -> Dataset {
    let value = |pixel: usize| digits.features.get(pixel) * 255.0 / 16.0;
    let image = |row: usize| {
        let own: Vec<f32> = (row * SMALL * SMALL..(row + 1) * SMALL * SMALL)
            .map(value)
            .collect();
        enlarge(&own)
    };
    Dataset {
        features: Storage::U8((0..digits.rows).flat_map(image).collect()),
        shape: vec![1, LARGE, LARGE],
        ..digits
    }
}

/// Bilinear interpolation between the centres of the pixels.
fn enlarge(small: &[f32]) -> Vec<u8> {
    let source = |place: usize| {
        let centre = (place as f32 + 0.5) * SMALL as f32 / LARGE as f32 - 0.5;
        let centre = centre.clamp(0.0, (SMALL - 1) as f32);
        let before = (centre as usize).min(SMALL - 2);
        (before, centre - before as f32)
    };
    let value = |place: usize| {
        let ((y, down), (x, right)) = (source(place / LARGE), source(place % LARGE));
        let across = |y: usize| {
            let (left, next) = (small[y * SMALL + x], small[y * SMALL + x + 1]);
            left + right * (next - left)
        };
        (across(y) + down * (across(y + 1) - across(y))).round() as u8
    };
    (0..LARGE * LARGE).map(value).collect()
}

/// The digits without two classes, and those of the two.
pub(crate) fn unknown_digits(classes: [usize; 2]) -> Result<(Dataset, Dataset)> {
    let Raw::Images { train, .. } = Raw::read("embedded:digits", &Options::default())? else {
        unreachable!("the digits are images");
    };
    let (known, unknown): (Images, Images) = train.partition(&classes.map(|c| c.to_string()))?;
    Ok((
        Dataset::from_images(&known)?,
        Dataset::from_images(&unknown)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::{LARGE, SMALL, enlarge, unknown_digits};

    #[test]
    fn enlarging_keeps_corners_and_straight_slopes() {
        let ramp: Vec<f32> = (0..SMALL * SMALL)
            .map(|pixel| 28.0 * (pixel % SMALL) as f32)
            .collect();
        let large = enlarge(&ramp);
        assert_eq!((large[0], large[LARGE - 1]), (0, 196));
        let step = |x: usize| large[3 * LARGE + x + 1] - large[3 * LARGE + x];
        assert!((2..25).all(|x| step(x) == 8), "{:?}", &large[..LARGE]);
        let turned: Vec<f32> = (0..SMALL * SMALL)
            .map(|pixel| 28.0 * (pixel / SMALL) as f32)
            .collect();
        let turned = enlarge(&turned);
        assert!((0..LARGE * LARGE).all(|at| turned[at] == large[at % LARGE * LARGE + at / LARGE]));
    }

    #[test]
    fn unknown_classes_are_not_among_the_known() {
        let (known, unknown) = unknown_digits([3, 8]).expect("the digits");
        assert_eq!(known.rows + unknown.rows, 1797);
        let names = |data: &decay_data::Dataset| match &data.target {
            decay_data::Target::Classes { names, .. } => names.clone(),
            decay_data::Target::Values { .. } => Vec::new(),
        };
        assert_eq!(names(&unknown), ["3", "8"]);
        assert_eq!(names(&known), ["0", "1", "2", "4", "5", "6", "7", "9"]);
    }
}
