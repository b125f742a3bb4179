//! Smaller images, for comparing data sets of different size.

use crate::{DataError, Dataset, Inputs, Result, Storage};

/// Averages each image over a coarser grid, and maps its intensity to `0..=max`.
///
/// ```text
/// out(i, j) = max / full * mean of the image over [i, i+1) x [j, j+1) in output pixels
/// ```
///
/// An input pixel that two output pixels share counts for each by the part that it covers, so that the
/// mean intensity is kept for any pair of sizes.
///
/// # Shapes
/// - `data`: rows `[channels, h, w]` with `h >= height` and `w >= width`
/// - returns: rows `[channels, height, width]`, [`Storage::F32`]
///
/// # Errors
/// [`DataError::NotImages`], [`DataError::Reduce`] if a side is 0 or would grow.
pub fn reduce_images(data: &Dataset, height: usize, width: usize, max: f32) -> Result<Dataset> {
    let not_images = || DataError::NotImages {
        name: data.name.clone(),
        shape: data.shape.clone(),
    };
    let (&[channels, from_height, from_width], Inputs::Pixels { max: full, .. }) =
        (data.shape.as_slice(), &data.schema.inputs)
    else {
        return Err(not_images());
    };
    if !(1..=from_height).contains(&height) || !(1..=from_width).contains(&width) {
        let name = data.name.clone();
        return Err(DataError::Reduce {
            name,
            height: from_height,
            width: from_width,
            to_height: height,
            to_width: width,
        });
    }
    let gain = f64::from(max) / f64::from(*full);
    let (down, across) = (coverage(from_height, height), coverage(from_width, width));
    let pixels = average(data, &down, &across, gain);
    let shape = vec![channels, height, width];
    let mut schema = data.schema.clone();
    schema.inputs = Inputs::Pixels {
        shape: shape.clone(),
        max,
    };
    Ok(Dataset {
        name: data.name.clone(),
        features: Storage::F32(pixels),
        rows: data.rows,
        shape,
        target: data.target.clone(),
        weights: data.weights.clone(),
        ties: data.ties.clone(),
        schema,
        provenance: data.provenance.clone(),
        default_scaling: data.default_scaling,
        graph: data.graph.clone(),
        split: data.split.clone(),
        labelled: data.labelled.clone(),
    })
}

/// Input pixels along one axis and their shares, for each output pixel.
type Coverage = Vec<Vec<(usize, f64)>>;

fn average(data: &Dataset, down: &Coverage, across: &Coverage, gain: f64) -> Vec<f32> {
    let (from_height, from_width) = (data.shape[1], data.shape[2]);
    let planes = data.rows * data.shape[0];
    let mut pixels = Vec::with_capacity(planes * down.len() * across.len());
    for plane in 0..planes {
        let pixel = |y: usize, x: usize| {
            data.features
                .get((plane * from_height + y) * from_width + x)
        };
        for rows in down {
            for columns in across {
                let mut sum = 0.0;
                for &(y, tall) in rows {
                    for &(x, wide) in columns {
                        sum += tall * wide * f64::from(pixel(y, x));
                    }
                }
                pixels.push((sum * gain) as f32);
            }
        }
    }
    pixels
}

/// For each of `to` output cells, the input cells that it covers and their share of it (sum 1).
fn coverage(from: usize, to: usize) -> Coverage {
    let ratio = from as f64 / to as f64;
    (0..to)
        .map(|cell| {
            // Whole numbers until the last step: the edges of neighbours meet exactly.
            let (start, end) = (cell * from, (cell + 1) * from);
            (start / to..end.div_ceil(to))
                .map(|input| {
                    let covered = end.min((input + 1) * to) - start.max(input * to);
                    (input, covered as f64 / to as f64 / ratio)
                })
                .collect()
        })
        .collect()
}
