//! How near one picture is to another, for grey values in `[0, 1]`.

/// Radius and standard deviation of the window of SSIM, and its two constants, squared: Wang et al. 2004, section III.B.
const RADIUS: usize = 5;
const SPREAD: f64 = 1.5;
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;

/// Mean squared difference.
pub fn mean_square(a: &[f64], b: &[f64]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
    squares.sum::<f64>() / a.len() as f64
}

/// Peak signal-to-noise ratio in dB of a mean squared difference: `-10 log10(mse)` where the peak is 1.
pub fn psnr(mean_square: f64) -> f64 {
    -10.0 * mean_square.log10()
}

/// Structural similarity, 1 for equal pictures: the mean over all windows that lie within of
///
/// ```text
/// (2 μa μb + c1) (2 σab + c2) / ((μa² + μb² + c1) (σa² + σb² + c2))        c1 = 0.01², c2 = 0.03²
/// ```
///
/// with Gaussian weights of 11 x 11 pixels, standard deviation 1.5. NaN if a side is shorter than 11.
///
/// # Source
/// Wang, Bovik, Sheikh & Simoncelli 2004, eq. 13, <https://doi.org/10.1109/TIP.2003.819861>.
pub fn ssim(a: &[f64], b: &[f64], width: usize) -> f64 {
    let product =
        |x: &[f64], y: &[f64]| -> Vec<f64> { x.iter().zip(y).map(|(x, y)| x * y).collect() };
    let planes = [
        a.to_vec(),
        b.to_vec(),
        product(a, a),
        product(b, b),
        product(a, b),
    ];
    let [ma, mb, aa, bb, ab] = planes.map(|plane| windows(&plane, width));
    let similarity = |k: usize| {
        let (means, squares) = (ma[k] * mb[k], ma[k] * ma[k] + mb[k] * mb[k]);
        (2.0 * means + C1) * (2.0 * (ab[k] - means) + C2)
            / ((squares + C1) * (aa[k] + bb[k] - squares + C2))
    };
    (0..ma.len()).map(similarity).sum::<f64>() / ma.len() as f64
}

/// The weighted mean of every window that lies within.
fn windows(plane: &[f64], width: usize) -> Vec<f64> {
    let weight = |place: usize| {
        let far = (place as f64 - RADIUS as f64) / SPREAD;
        (-0.5 * far * far).exp()
    };
    let weights: Vec<f64> = (0..=2 * RADIUS).map(weight).collect();
    let total: f64 = weights.iter().sum();
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        values.zip(&weights).map(|(v, w)| v * w).sum::<f64>() / total
    };
    let across: Vec<Vec<f64>> = plane
        .chunks_exact(width)
        .map(|row| {
            row.windows(weights.len())
                .map(|w| mean(&mut w.iter().copied()))
                .collect()
        })
        .collect();
    let columns = across.first().map_or(0, Vec::len);
    let down = |rows: &[Vec<f64>]| -> Vec<f64> {
        (0..columns)
            .map(|column| mean(&mut rows.iter().map(|row| row[column])))
            .collect()
    };
    across.windows(weights.len()).flat_map(down).collect()
}

#[cfg(test)]
mod tests {
    use super::{mean_square, psnr, ssim};

    fn slope(width: usize, height: usize) -> Vec<f64> {
        let at = |k: usize| 0.3 + 0.01 * (k % width) as f64 + 0.02 * (k / width) as f64;
        (0..width * height).map(at).collect()
    }

    #[test]
    fn a_tenth_off_everywhere_is_20_db() {
        let (a, b) = ([0.2, 0.5, 0.9], [0.3, 0.4, 1.0]);
        assert!((psnr(mean_square(&a, &b)) - 20.0).abs() < 1e-12);
    }

    /// Only the means differ: of two flat pictures `(2 a b + c1) / (a² + b² + c1)`; of a picture with itself 1.
    #[test]
    fn similarity_of_flat_pictures_is_that_of_their_means() {
        let (a, b) = (vec![0.2; 12 * 13], vec![0.6; 12 * 13]);
        let expected = (2.0 * 0.12 + 1e-4) / (0.04 + 0.36 + 1e-4);
        assert!((ssim(&a, &b, 12) - expected).abs() < 1e-12);
        let a = slope(17, 14);
        assert!((ssim(&a, &a, 17) - 1.0).abs() < 1e-12);
    }

    /// The negative of a picture has the opposite structure.
    #[test]
    fn a_negative_is_dissimilar() {
        let a: Vec<f64> = (0..20 * 20).map(|k| f64::from(k % 3 == 0)).collect();
        let b: Vec<f64> = a.iter().map(|a| 1.0 - a).collect();
        assert!(ssim(&a, &b, 20) < -0.5);
        assert!(ssim(&a, &a[..100], 10).is_nan());
    }
}
