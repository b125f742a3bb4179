//! Images of any size as squares of one.

use crate::image::decode::Decoded;

/// The image as a square of `side` pixels, stretched if it is none.
///
/// ```text
/// y(o) = Σ_i w(o, i) x(i) / Σ_i w(o, i)      w(o, i) = max(0, 1 - |i + 1/2 - (o + 1/2) s| / max(s, 1))      s = old / new
/// ```
///
/// along rows, then along columns: linear interpolation where it grows, and where it shrinks a mean over all pixels, so that no line is
/// lost between two samples. This is Pillow's `resize` with `BILINEAR`, up to rounding between the two passes.
pub(crate) fn square(image: Decoded, side: usize) -> Decoded {
    let [channels, height, width] = image.shape;
    if (height, width) == (side, side) {
        return image;
    }
    let (across, down) = (Taps::new(width, side), Taps::new(height, side));
    let mut pixels = Vec::with_capacity(channels * side * side);
    for plane in image.pixels.chunks_exact(height * width) {
        let narrow: Vec<f64> = plane
            .chunks_exact(width)
            .flat_map(|row| across.of(|place| f64::from(row[place])))
            .collect();
        let columns: Vec<Vec<f64>> = (0..side)
            .map(|column| down.of(|row| narrow[row * side + column]).collect())
            .collect();
        let place = |at: usize| columns[at % side][at / side];
        // Weighted means of bytes.
        pixels.extend((0..side * side).map(|at| (place(at) + 0.5) as u8));
    }
    Decoded {
        shape: [channels, side, side],
        pixels,
    }
}

/// For each new pixel of a line the first old one that it is made of, and the weights of that and those that follow.
struct Taps(Vec<(usize, Vec<f64>)>);

impl Taps {
    fn new(old: usize, new: usize) -> Self {
        let scale = old as f64 / new as f64;
        let support = scale.max(1.0);
        let taps = (0..new).map(|place| {
            let centre = (place as f64 + 0.5) * scale;
            let weight = |own: usize| 1.0 - ((own as f64 + 0.5 - centre) / support).abs();
            let reach =
                (centre - support).max(0.0) as usize..old.min((centre + support).ceil() as usize);
            let first = reach.clone().find(|&own| weight(own) > 0.0);
            let weights: Vec<f64> = reach.map(weight).filter(|&weight| weight > 0.0).collect();
            let sum: f64 = weights.iter().sum();
            let weights = weights.iter().map(|weight| weight / sum).collect();
            (first.unwrap_or_default(), weights)
        });
        Self(taps.collect())
    }

    /// A line of old values as new ones.
    fn of(&self, value: impl Fn(usize) -> f64) -> impl Iterator<Item = f64> {
        let mean = move |(first, weights): &(usize, Vec<f64>)| {
            let own = weights.iter().enumerate();
            own.map(|(step, weight)| weight * value(first + step)).sum()
        };
        self.0.iter().map(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::square;
    use crate::image::decode::Decoded;

    fn grey(height: usize, width: usize, value: impl Fn(usize, usize) -> u8) -> Decoded {
        let pixels = (0..height * width).map(|at| value(at / width, at % width));
        Decoded {
            shape: [1, height, width],
            pixels: pixels.collect(),
        }
    }

    /// Golden values: Pillow 13.0.0, `Image.fromarray(a).resize((side, side), Image.BILINEAR)` with `a[r, c] = (37 r² + 91 c + 13 r c) % 256`.
    #[test]
    fn squares_are_those_of_pillow() {
        let image = |height, width| {
            grey(height, width, |r, c| {
                ((37 * r * r + 91 * c + 13 * r * c) % 256) as u8
            })
        };
        for (height, width, side, golden) in GOLDEN {
            let made = square(image(height, width), side);
            assert_eq!(made.shape, [1, side, side]);
            for (place, (&own, &wanted)) in made.pixels.iter().zip(golden).enumerate() {
                assert!(
                    own.abs_diff(wanted) <= 1,
                    "{height} x {width}: {place}: {own} {wanted}"
                );
            }
        }
    }

    #[test]
    fn squares_of_the_same_size_and_of_one_value_stay() {
        let image = grey(5, 5, |r, c| (r * 50 + c) as u8);
        assert_eq!(square(image.clone(), 5), image);
        let even = square(grey(7, 3, |_, _| 201), 11);
        assert!(even.pixels.iter().all(|&value| value == 201));
    }

    const GOLDEN: [(usize, usize, usize, &[u8]); 3] = [
        (
            9,
            14,
            4,
            &[
                115, 135, 139, 107, 138, 146, 142, 127, 136, 123, 127, 132, 115, 123, 119, 127,
            ],
        ),
        (
            3,
            5,
            6,
            &[
                0, 68, 144, 113, 40, 108, 9, 80, 159, 130, 60, 130, 28, 103, 188, 165, 99, 175, 65,
                97, 171, 180, 141, 174, 120, 62, 108, 177, 186, 127, 148, 44, 77, 175, 208, 104,
            ],
        ),
        (
            16,
            4,
            5,
            &[
                64, 95, 141, 162, 136, 97, 140, 148, 146, 170, 80, 110, 132, 121, 73, 142, 124,
                109, 94, 76, 121, 129, 138, 148, 156,
            ],
        ),
    ];
}
