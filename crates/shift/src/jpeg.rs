//! JPEG: what its quantisation loses.

use crate::batch::Draws;
use crate::image::{Border, Image, Size, bilinear};

/// The quality by severity.
const QUALITY: [u32; 5] = [80, 65, 58, 50, 40];

/// Pixels along a block's side.
const BLOCK: usize = 8;

/// Steps of the luminance's coefficients at quality 50, row by row (ITU-T T.81, table K.1).
const LUMINANCE: [u32; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, //
    12, 12, 14, 19, 26, 58, 60, 55, //
    14, 13, 16, 24, 40, 57, 69, 56, //
    14, 17, 22, 29, 51, 87, 80, 62, //
    18, 22, 37, 56, 68, 109, 103, 77, //
    24, 35, 55, 64, 81, 104, 113, 92, //
    49, 64, 78, 87, 103, 121, 120, 101, //
    72, 92, 95, 98, 112, 100, 103, 99,
];

/// Steps of the chrominances' coefficients at quality 50 (table K.2).
const CHROMINANCE: [u32; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, //
    18, 21, 26, 66, 99, 99, 99, 99, //
    24, 26, 56, 99, 99, 99, 99, 99, //
    47, 66, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99, //
    99, 99, 99, 99, 99, 99, 99, 99,
];

/// Compresses and decompresses: colours to luminance and halved chrominances (4:2:0), cosine transform of 8 x 8
/// blocks, rounding to multiples of the quality's steps, and back.
///
/// Entropy coding loses nothing and is left out. Values are rounded to bytes where a codec stores bytes; the transforms are in floats
/// where libjpeg has integers, so that a coefficient halfway between two steps may be rounded the other way.
///
/// # Source
/// ITU-T T.81 | ISO/IEC 10918-1; the scaling of tables by quality, the choice of 4:2:0 and the interpolation of
/// chrominance are libjpeg's.
pub(crate) fn jpeg(image: &mut Image<'_>, severity: usize, _: Draws) {
    let (size, quality) = (image.size, QUALITY[severity]);
    let (bright, colour) = (steps(&LUMINANCE, quality), steps(&CHROMINANCE, quality));
    if image.channels() == 1 {
        image.map_planes(|plane, size| {
            let levels: Vec<f32> = plane.iter().map(|v| (255.0 * v).round()).collect();
            let decoded = coded(&levels, size, &bright);
            decoded.iter().map(|level| level / 255.0).collect()
        });
        return;
    }
    let [y, blue, red] = luminance_and_chrominances(image);
    let y = coded(&y, size, &bright);
    let [blue, red] = [blue, red].map(|plane| {
        let (half, small) = halved(&plane, size);
        doubled(&coded(&half, small, &colour), small, size)
    });
    write_colours(image, &y, &blue, &red);
}

/// The table at a quality of 1 to 100, as libjpeg scales it.
fn steps(table: &[u32; 64], quality: u32) -> [f32; 64] {
    let percent = if quality < 50 {
        5000 / quality
    } else {
        200 - 2 * quality
    };
    table.map(|step| ((step * percent + 50) / 100).clamp(1, 255) as f32)
}

/// `Y`, `Cb` and `Cr` of JFIF, all in levels of `0..=255`.
fn luminance_and_chrominances(image: &Image<'_>) -> [Vec<f32>; 3] {
    let luminance: Vec<f32> = image.grey().iter().map(|v| 255.0 * v).collect();
    let chrominance = |channel: usize, share: f32| -> Vec<f32> {
        let plane = image.values.chunks_exact(image.size.area()).nth(channel);
        let pairs = plane.into_iter().flatten().zip(&luminance);
        pairs
            .map(|(v, y)| 128.0 + share * (255.0 * v - y))
            .collect()
    };
    // 0.5 / (1 - 0.114) and 0.5 / (1 - 0.299).
    let (blue, red) = (chrominance(2, 0.564_334), chrominance(0, 0.713_267));
    [
        luminance.iter().map(|level| level.round()).collect(),
        blue,
        red,
    ]
}

fn write_colours(image: &mut Image<'_>, y: &[f32], blue: &[f32], red: &[f32]) {
    let area = image.size.area();
    for pixel in 0..area {
        let (y, cb, cr) = (y[pixel], blue[pixel] - 128.0, red[pixel] - 128.0);
        let rgb = [
            y + 1.402 * cr,
            y - 0.344_136 * cb - 0.714_136 * cr,
            y + 1.772 * cb,
        ];
        for (channel, level) in rgb.into_iter().enumerate() {
            image.values[channel * area + pixel] = level.round() / 255.0;
        }
    }
}

/// Means of 2 x 2 pixels, the last row and column repeated if they are odd ones.
fn halved(plane: &[f32], size: Size) -> (Vec<f32>, Size) {
    let small = Size {
        height: size.height.div_ceil(2),
        width: size.width.div_ceil(2),
    };
    let at =
        |y: usize, x: usize| plane[y.min(size.height - 1) * size.width + x.min(size.width - 1)];
    let value = |(y, x): (usize, usize)| {
        // Halves are rounded down and up in turn, so that they do not brighten the whole.
        let bias = if x % 2 == 0 { 1.0 } else { 2.0 };
        let (y, x) = (2 * y, 2 * x);
        let sum = at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1);
        ((sum + bias) / 4.0).floor()
    };
    (small.places().map(value).collect(), small)
}

/// Twice the size, three quarters of the nearest and a quarter of the next nearest value along either axis.
fn doubled(plane: &[f32], small: Size, size: Size) -> Vec<f32> {
    let source = |at: usize| 0.5 * at as f64 - 0.25;
    size.places()
        .map(|(y, x)| bilinear(plane, small, (source(y), source(x)), Border::Nearest))
        .collect()
}

/// Levels after coding in blocks; the last rows and columns are repeated to fill blocks.
fn coded(levels: &[f32], size: Size, steps: &[f32; 64]) -> Vec<f32> {
    let cosines = cosines();
    let mut out = vec![0.0; levels.len()];
    for top in (0..size.height).step_by(BLOCK) {
        for left in (0..size.width).step_by(BLOCK) {
            let block: [f32; 64] = std::array::from_fn(|i| {
                let row = (top + i / BLOCK).min(size.height - 1);
                let column = (left + i % BLOCK).min(size.width - 1);
                levels[row * size.width + column] - 128.0
            });
            let decoded = coded_block(&block, steps, &cosines);
            for row in top..(top + BLOCK).min(size.height) {
                for column in left..(left + BLOCK).min(size.width) {
                    let level = decoded[(row - top) * BLOCK + column - left] + 128.0;
                    out[row * size.width + column] = level.round().clamp(0.0, 255.0);
                }
            }
        }
    }
    out
}

/// `C' round(C block C' / steps) steps C` with the cosines `C`.
fn coded_block(block: &[f32; 64], steps: &[f32; 64], cosines: &[f32; 64]) -> [f32; 64] {
    let turned = transposed(cosines);
    let coefficients = product(&product(cosines, block), &turned);
    let kept: [f32; 64] = std::array::from_fn(|i| (coefficients[i] / steps[i]).round() * steps[i]);
    product(&product(&turned, &kept), cosines)
}

/// The orthonormal cosine transform: row `k` is `sqrt((1 + [k > 0]) / 8) cos((2 j + 1) k π / 16)`.
fn cosines() -> [f32; 64] {
    std::array::from_fn(|i| {
        let (k, j) = ((i / BLOCK) as f64, (i % BLOCK) as f64);
        let norm = if k == 0.0 { 1.0 / 8.0 } else { 2.0 / 8.0 };
        let angle = (2.0 * j + 1.0) * k * std::f64::consts::PI / 16.0;
        (f64::sqrt(norm) * angle.cos()) as f32
    })
}

fn product(a: &[f32; 64], b: &[f32; 64]) -> [f32; 64] {
    std::array::from_fn(|i| {
        let (row, column) = (i / BLOCK, i % BLOCK);
        (0..BLOCK)
            .map(|k| a[row * BLOCK + k] * b[k * BLOCK + column])
            .sum()
    })
}

fn transposed(a: &[f32; 64]) -> [f32; 64] {
    std::array::from_fn(|i| a[i % BLOCK * BLOCK + i / BLOCK])
}
