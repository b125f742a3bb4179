//! Images of half the size, on which networks train several times as fast.

use decay_data::{Dataset, Images, Options, Raw};

use crate::failure::Result;

/// The embedded clothes, with 14 x 14 pixels.
///
/// # Errors
/// If the embedded data cannot be read.
pub fn halved_clothes() -> Result<Dataset> {
    let Raw::Images { train, .. } = Raw::read("embedded:fashion-mini", &Options::default())? else {
        unreachable!("the clothes are images");
    };
    Ok(Dataset::from_images(&halved(*train))?)
}

/// Pixels that are the means of two by two, rounded to the nearest; an odd last row or column is left out.
fn halved(images: Images) -> Images {
    let [height, width] = [1, 2].map(|axis| images.shape[axis]);
    let plane = |plane: &[u8]| -> Vec<u8> {
        let mean = |row: usize, column: usize| {
            let at = |down: usize, right: usize| {
                u16::from(plane[(2 * row + down) * width + 2 * column + right])
            };
            ((at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1) + 2) / 4) as u8
        };
        let rows = 0..height / 2;
        rows.flat_map(|row| (0..width / 2).map(move |column| mean(row, column)))
            .collect()
    };
    let planes = images.pixels.chunks_exact(height * width);
    Images {
        pixels: planes.flat_map(plane).collect(),
        shape: vec![images.shape[0], height / 2, width / 2],
        ..images
    }
}

#[cfg(test)]
mod tests {
    use decay_data::Embedded;

    use super::halved_clothes;

    #[test]
    fn every_pixel_is_the_mean_of_four() {
        let (large, small) = (
            Embedded::FashionMini.load().unwrap(),
            halved_clothes().unwrap(),
        );
        assert_eq!(
            (small.rows, &small.shape[..]),
            (large.rows, &[1, 14, 14][..])
        );
        assert_eq!(small.target, large.target);
        let (mut seen, half) = (0, 14);
        for (row, column) in [(5, 8), (6, 6), (7, 9), (10, 4)] {
            let at = |down: usize, right: usize| {
                large.value(3, (2 * row + down) * 2 * half + 2 * column + right)
            };
            let mean = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4.0;
            let found = small.value(3, row * half + column);
            assert!((found - mean).abs() <= 0.5, "{found} {mean}");
            seen += usize::from(mean > 0.0);
        }
        assert!(seen > 1);
    }
}
