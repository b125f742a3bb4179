//! The shapes that the square attack draws.

use decay_model::InputShape;
use decay_random::{Stream, unit};

use super::ball::project;
use super::threat::Threat;
use crate::Norm;

/// An input as something that squares are drawn on.
pub(crate) enum Canvas {
    /// `[channels, height, width]`.
    Image([usize; 3]),
    /// Coordinates without neighbours: a square is a random set of them.
    Columns(usize),
}

impl Canvas {
    pub(crate) fn of(shape: InputShape) -> Self {
        match shape {
            InputShape::Image(image) if image[1] > 1 && image[2] > 1 => Self::Image(image),
            _ => Self::Columns(shape.values()),
        }
    }

    /// Replaces the perturbation `point - clean` within a random square.
    pub(crate) fn propose(
        &self,
        point: &mut [f32],
        clean: &[f32],
        share: f64,
        threat: &Threat,
        mut draws: Draws,
    ) {
        match (self, threat.norm) {
            (Self::Image(image), Norm::Linf) => {
                paint(*image, point, clean, share, threat, &mut draws);
            }
            (Self::Columns(count), Norm::Linf) => {
                let size = ((share * *count as f64).round() as usize).clamp(1, *count);
                for i in subset(*count, size, &mut draws) {
                    point[i] = clean[i] + draws.sign() * threat.radius as f32;
                }
            }
            (Self::Image(image), _) => move_mass(*image, point, clean, share, threat, &mut draws),
            (Self::Columns(count), _) => {
                let size = ((share * *count as f64).round() as usize).clamp(1, *count);
                let gain = subset(*count, size, &mut draws);
                let loss = subset(*count, size, &mut draws);
                let shape: Vec<f32> = gain.iter().map(|_| draws.sign()).collect();
                let mut delta = difference(point, clean);
                exchange(&mut delta, &[(gain, shape)], &loss, threat.radius);
                add(point, clean, &delta);
            }
        }
    }
}

/// Where the search begins: in linf vertical stripes of `+- r`, in l2 a grid of the shapes that proposals have.
pub(crate) fn start(canvas: &Canvas, clean: &[f32], threat: &Threat, mut draws: Draws) -> Vec<f32> {
    let mut delta = vec![0.0; clean.len()];
    match (canvas, threat.norm) {
        (Canvas::Image([channels, height, width]), Norm::Linf) => {
            for column in 0..channels * width {
                let value = draws.sign() * threat.radius as f32;
                let (channel, column) = (column / width, column % width);
                for line in 0..*height {
                    delta[(channel * height + line) * width + column] = value;
                }
            }
        }
        (Canvas::Image(image), _) => grid(*image, &mut delta, &mut draws),
        (Canvas::Columns(_), _) => {
            let size = threat.radius as f32;
            delta.iter_mut().for_each(|d| *d = draws.sign() * size);
        }
    }
    if threat.norm != Norm::Linf {
        scale_to(&mut delta, threat.radius);
    }
    let mut point = clean.to_vec();
    add(&mut point, clean, &delta);
    project(&mut point, clean, threat);
    point
}

/// Side of a square that covers this share of an image, at least `least`.
fn side([_, height, width]: [usize; 3], share: f64, least: usize) -> usize {
    let side = (share * (height * width) as f64).sqrt().round() as usize;
    side.max(least).min(height).min(width)
}

/// Places of one channel of the square whose corner is given.
fn square(
    [_, height, width]: [usize; 3],
    channel: usize,
    [top, left]: [usize; 2],
    side: usize,
) -> Vec<usize> {
    let line =
        move |l: usize| (0..side).map(move |c| (channel * height + top + l) * width + left + c);
    (0..side).flat_map(line).collect()
}

fn corner([_, height, width]: [usize; 3], side: usize, draws: &mut Draws) -> [usize; 2] {
    [
        draws.below(height - side + 1),
        draws.below(width - side + 1),
    ]
}

/// The proposal of linf: one sign for each channel.
fn paint(
    image: [usize; 3],
    point: &mut [f32],
    clean: &[f32],
    share: f64,
    threat: &Threat,
    draws: &mut Draws,
) {
    let side = side(image, share, 1);
    let at = corner(image, side, draws);
    for channel in 0..image[0] {
        let value = draws.sign() * threat.radius as f32;
        for i in square(image, channel, at, side) {
            point[i] = clean[i] + value;
        }
    }
}

/// The proposal of l2: one square takes over the perturbation of another.
fn move_mass(
    image: [usize; 3],
    point: &mut [f32],
    clean: &[f32],
    share: f64,
    threat: &Threat,
    draws: &mut Draws,
) {
    // Odd, so that a shape has a middle.
    let side = side(image, share, 3.min(image[1]).min(image[2]));
    let side = if side.is_multiple_of(2) {
        side - 1
    } else {
        side
    }
    .max(1);
    let (gain_at, loss_at) = (corner(image, side, draws), corner(image, side, draws));
    let shape = hills(side, draws);
    let gains = (0..image[0]).map(|channel| {
        let sign = draws.sign();
        let signed = shape.iter().map(|v| sign * v).collect();
        (square(image, channel, gain_at, side), signed)
    });
    let gains: Vec<(Vec<usize>, Vec<f32>)> = gains.collect();
    let losses = (0..image[0]).flat_map(|channel| square(image, channel, loss_at, side));
    let losses: Vec<usize> = losses.collect();
    let mut delta = difference(point, clean);
    exchange(&mut delta, &gains, &losses, threat.radius);
    add(point, clean, &delta);
}

/// Gives the perturbation of `loss`, and what is left up to the radius, to the `gains`, whose own direction is mixed with a new shape.
///
/// ```text
/// |new|^2 = (r^2 - |d|^2) / gains + |d on gains and loss|^2 / gains
/// ```
fn exchange(delta: &mut [f32], gains: &[(Vec<usize>, Vec<f32>)], loss: &[usize], radius: f64) {
    let square = |v: f32| f64::from(v).powi(2);
    let all: f64 = delta.iter().map(|&d| square(d)).sum();
    let mut touched: Vec<usize> = gains
        .iter()
        .flat_map(|(places, _)| places.clone())
        .collect();
    touched.extend_from_slice(loss);
    touched.sort_unstable();
    touched.dedup();
    let held: f64 = touched.iter().map(|&i| square(delta[i])).sum();
    let budget = ((radius.powi(2) - all).max(0.0) + held) / gains.len() as f64;
    let fresh: Vec<Vec<f64>> = gains
        .iter()
        .map(|(places, shape)| mixed(delta, places, shape, budget.sqrt()))
        .collect();
    for &i in loss {
        delta[i] = 0.0;
    }
    for ((places, _), values) in gains.iter().zip(fresh) {
        for (&i, value) in places.iter().zip(values) {
            delta[i] = value as f32;
        }
    }
}

/// The unit vector of the old perturbation plus the new shape, `length` long.
fn mixed(delta: &[f32], places: &[usize], shape: &[f32], length: f64) -> Vec<f64> {
    let unit = |values: Vec<f64>| {
        let norm = values.iter().map(|v| v * v).sum::<f64>().sqrt().max(1e-12);
        values.into_iter().map(move |v| v / norm)
    };
    let old = unit(places.iter().map(|&i| f64::from(delta[i])).collect());
    let new = unit(shape.iter().map(|&v| f64::from(v)).collect());
    let sum = unit(old.zip(new).map(|(old, new)| old + new).collect());
    sum.map(|v| v * length).collect()
}

/// Two pyramids of opposite sign side by side, or one above the other, `[side, side]` of length 1.
///
/// ```text
/// eta(i, j) = sum over k >= m of 1 / (n + 1 - k)^2        m the distance from the middle, over the middle's n rings
/// ```
fn hills(side: usize, draws: &mut Draws) -> Vec<f32> {
    let (upper, mut shape) = (side / 2, vec![0.0f32; side * side]);
    pyramid(&mut shape[..upper * side], upper, side, 1.0);
    pyramid(&mut shape[upper * side..], side - upper, side, -1.0);
    if draws.sign() > 0.0 {
        shape = (0..side * side)
            .map(|i| shape[i % side * side + i / side])
            .collect();
    }
    scale_to(&mut shape, 1.0);
    shape
}

/// Rectangles around the middle of a `height` x `width` patch, the `k`-th of weight `1 / (k + 1)^2`, of length 1 together.
fn pyramid(patch: &mut [f32], height: usize, width: usize, sign: f32) {
    let middle = [height / 2, width / 2];
    for k in 0..=middle[0].max(middle[1]) {
        let weight = sign / ((k + 1) as f32).powi(2);
        let range = |axis: usize, size: usize| {
            middle[axis].saturating_sub(k)..(middle[axis] + k + 1).min(size)
        };
        for line in range(0, height) {
            for column in range(1, width) {
                patch[line * width + column] += weight;
            }
        }
    }
    scale_to(patch, 1.0);
}

/// Five by five shapes over the image, each channel's with a sign of its own.
fn grid(image: [usize; 3], delta: &mut [f32], draws: &mut Draws) {
    let [channels, height, width] = image;
    let side = (height.min(width) / 5).max(1);
    for top in (0..=height - side).step_by(side) {
        for left in (0..=width - side).step_by(side) {
            let shape = hills(side, draws);
            for channel in 0..channels {
                let sign = draws.sign();
                let places = square(image, channel, [top, left], side);
                for (i, value) in places.into_iter().zip(&shape) {
                    delta[i] += sign * value;
                }
            }
        }
    }
}

/// Some of the places below `count`, by a partial shuffle.
fn subset(count: usize, size: usize, draws: &mut Draws) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    for i in 0..size {
        let other = i + draws.below(count - i);
        places.swap(i, other);
    }
    places.truncate(size);
    places
}

fn scale_to(values: &mut [f32], length: f64) {
    let norm = Norm::L2.of_f32(values);
    if norm > 0.0 {
        let factor = (length / norm) as f32;
        values.iter_mut().for_each(|v| *v *= factor);
    }
}

fn difference(point: &[f32], clean: &[f32]) -> Vec<f32> {
    point.iter().zip(clean).map(|(p, x)| p - x).collect()
}

fn add(point: &mut [f32], clean: &[f32], delta: &[f32]) {
    for ((p, &x), &d) in point.iter_mut().zip(clean).zip(delta) {
        *p = x + d;
    }
}

/// Random numbers of one proposal, in order.
pub(crate) struct Draws {
    stream: Stream,
    next: u32,
}

impl Draws {
    pub(crate) fn new(stream: Stream) -> Self {
        Self { stream, next: 0 }
    }

    /// A whole number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let word = self.word();
        ((u64::from(word) * bound as u64) >> 32) as usize
    }

    /// `-1` or `1`.
    pub(crate) fn sign(&mut self) -> f32 {
        if unit(self.word()) < 0.5 { -1.0 } else { 1.0 }
    }

    fn word(&mut self) -> u32 {
        self.next += 1;
        self.stream.word(self.next - 1)
    }
}
