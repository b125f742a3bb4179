//! [`piecewise`](crate::piecewise) and [`periodic`](crate::periodic) as broadcasts and products, with the gradients written out.

use std::f32::consts::TAU;

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{IndexingUpdateOp, Shape, Slice, TensorData};

use super::{Columns, PERIODIC_VALUES};
use crate::reference::booleans;

/// `clamp(u, 0, 1)`, open below in the first bin and above in the last.
pub fn piecewise<B: Backend>(
    x: FloatTensor<B>,
    edges: FloatTensor<B>,
    columns: Columns,
) -> FloatTensor<B> {
    let [members, batch, _] = x.shape().dims();
    let bins = Bins::<B>::new(edges, members, columns.numbers.len());
    let u = bins.places(x.clone(), &columns);
    let below = B::float_mul(B::float_clamp_max(u.clone(), 0.0.into()), bins.first);
    let above = B::float_sub_scalar(B::float_clamp_min(u.clone(), 1.0.into()), 1.0.into());
    let above = B::float_mul(above, bins.last);
    let inside = B::float_clamp(u, 0.0.into(), 1.0.into());
    let y = B::float_add(B::float_add(inside, below), above);
    let width = columns.numbers.len() * bins.count;
    let y = B::float_reshape(y, Shape::new([members, batch, width]));
    if columns.others.is_empty() {
        return y;
    }
    B::float_cat(vec![picked::<B>(x, &columns.others), y], 2)
}

/// `dx`: the sum over a number's bins, each with its slope where the place is inside it or beyond an open end.
pub fn piecewise_backward<B: Backend>(
    x: FloatTensor<B>,
    edges: FloatTensor<B>,
    grad: FloatTensor<B>,
    columns: Columns,
) -> FloatTensor<B> {
    let [members, batch, count] = x.shape().dims();
    let (numbers, others) = (columns.numbers.len(), columns.others.len());
    let bins = Bins::<B>::new(edges, members, numbers);
    let u = bins.places(x, &columns);
    let bools = booleans::<B>(&u);
    let dtype = u.dtype().into();
    let is_below = B::float_lower_elem(u.clone(), 0.0.into(), bools);
    let is_above = B::float_greater_elem(u, 1.0.into(), bools);
    let below = B::bool_into_float(is_below, dtype);
    let above = B::bool_into_float(is_above, dtype);
    // One less what lies beyond an end that is closed.
    let closed = |outside: FloatTensor<B>, open: FloatTensor<B>| {
        B::float_sub(outside.clone(), B::float_mul(outside, open))
    };
    let outside = B::float_add(
        closed(below, bins.first.clone()),
        closed(above, bins.last.clone()),
    );
    let passes = B::float_add_scalar(B::float_neg(outside), 1.0.into());
    let slope = B::float_mul(passes, bins.rate);
    let own = part::<B>(grad.clone(), 2, others, others + numbers * bins.count);
    let own = B::float_reshape(own, Shape::new([members, batch, numbers, bins.count]));
    let dx = B::float_sum_dim(B::float_mul(own, slope), 3);
    let dx = B::float_reshape(dx, Shape::new([members, batch, numbers]));
    let zeros = B::float_zeros(
        Shape::new([members, batch, count]),
        &dx.device(),
        dx.dtype().into(),
    );
    let all = added::<B>(zeros, dx, &columns.numbers);
    if others == 0 {
        return all;
    }
    added::<B>(all, part::<B>(grad, 2, 0, others), &columns.others)
}

/// All columns, then the waves' linear map.
pub fn periodic<B: Backend>(
    x: FloatTensor<B>,
    frequency: FloatTensor<B>,
    phase: FloatTensor<B>,
    weight: FloatTensor<B>,
    offset: FloatTensor<B>,
    columns: Columns,
) -> FloatTensor<B> {
    let shape = Waves::of::<B>(&x, &frequency, &columns);
    let angle = shape.angle::<B>(x.clone(), frequency, phase, &columns);
    let values = B::float_matmul(B::float_cos(angle), shape.weight::<B>(weight));
    let [pairs, numbers] = [shape.members * shape.numbers, shape.numbers];
    let offset = B::float_reshape(offset, Shape::new([pairs, 1, PERIODIC_VALUES]));
    let values = B::float_add(values, offset);
    let [members, batch] = [shape.members, shape.batch];
    let by_number = Shape::new([members, numbers, batch, PERIODIC_VALUES]);
    let values = B::float_swap_dims(B::float_reshape(values, by_number), 1, 2);
    let flat = Shape::new([members, batch, numbers * PERIODIC_VALUES]);
    B::float_cat(vec![x, B::float_reshape(values, flat)], 2)
}

/// `dx`: what passes by, and `-2 pi frequency sin(angle)` of what goes through a wave.
pub fn periodic_backward_input<B: Backend>(
    x: FloatTensor<B>,
    frequency: FloatTensor<B>,
    phase: FloatTensor<B>,
    weight: FloatTensor<B>,
    grad: FloatTensor<B>,
    columns: Columns,
) -> FloatTensor<B> {
    let shape = Waves::of::<B>(&x, &frequency, &columns);
    let by = part::<B>(grad.clone(), 2, 0, columns.count());
    let angle = shape.angle::<B>(x, frequency.clone(), phase, &columns);
    let slope = shape.slope::<B>(angle, weight, shape.grad::<B>(grad, &columns));
    let column = Shape::new([shape.members * shape.numbers, shape.waves, 1]);
    let dx = B::float_matmul(slope, B::float_reshape(frequency, column));
    let by_number = Shape::new([shape.members, shape.numbers, shape.batch]);
    let dx = B::float_swap_dims(B::float_reshape(dx, by_number), 1, 2);
    added::<B>(by, dx, &columns.numbers)
}

/// `(d frequency, d phase, d weight, d offset)`.
#[allow(clippy::type_complexity)]
pub fn periodic_backward_parameters<B: Backend>(
    x: FloatTensor<B>,
    frequency: FloatTensor<B>,
    phase: FloatTensor<B>,
    weight: FloatTensor<B>,
    grad: FloatTensor<B>,
    columns: Columns,
) -> (
    FloatTensor<B>,
    FloatTensor<B>,
    FloatTensor<B>,
    FloatTensor<B>,
) {
    let shape = Waves::of::<B>(&x, &frequency, &columns);
    let numbers = shape.numbers_of::<B>(x.clone(), &columns);
    let angle = shape.angle::<B>(x, frequency, phase, &columns);
    let grad = shape.grad::<B>(grad, &columns);
    let slope = shape.slope::<B>(angle.clone(), weight, grad.clone());
    let turned = B::float_swap_dims(numbers, 1, 2);
    let dfrequency = B::float_matmul(turned, slope.clone());
    let dphase = B::float_sum_dim(slope, 1);
    let dweight = B::float_matmul(B::float_swap_dims(B::float_cos(angle), 1, 2), grad.clone());
    let doffset = B::float_sum_dim(grad, 1);
    let flat = |values: FloatTensor<B>| {
        let each = values.shape().num_elements() / shape.members.max(1);
        B::float_reshape(values, Shape::new([shape.members, each]))
    };
    (flat(dfrequency), flat(dphase), flat(dweight), flat(doffset))
}

/// The bins of every number, `[R, 1, F, T]` each.
struct Bins<B: Backend> {
    count: usize,
    lower: FloatTensor<B>,
    /// One over the width, 0 of an empty bin.
    rate: FloatTensor<B>,
    /// Whether the bin is open below, `[1, 1, 1, T]`.
    first: FloatTensor<B>,
    /// Whether the bin is open above.
    last: FloatTensor<B>,
}

impl<B: Backend> Bins<B> {
    fn new(edges: FloatTensor<B>, members: usize, numbers: usize) -> Self {
        let [_, all] = edges.shape().dims();
        let count = all / numbers.max(1) - 1;
        let edges = B::float_reshape(edges, Shape::new([members, 1, numbers, count + 1]));
        let lower = part::<B>(edges.clone(), 3, 0, count);
        let width = B::float_sub(part::<B>(edges, 3, 1, count + 1), lower.clone());
        let (bools, dtype) = (booleans::<B>(&width), width.dtype().into());
        let empty = B::float_lower_equal_elem(width.clone(), 0.0.into(), bools);
        let rate = B::float_mask_fill(B::float_recip(width), empty.clone(), 0.0.into());
        let empty = B::bool_into_float(empty, dtype);
        let device = rate.device();
        let end = B::float_ones(Shape::new([members, 1, numbers, 1]), &device, dtype);
        // The last bin that is not empty: the one after it is, or there is none.
        let next = B::float_cat(vec![part::<B>(empty.clone(), 3, 1, count), end], 3);
        let last = B::float_sub(next, empty);
        let first = (0..count).map(|t| if t == 0 { 1.0f32 } else { 0.0 });
        let first = TensorData::new(first.collect::<Vec<_>>(), [1, 1, 1, count]);
        Self {
            count,
            lower,
            rate,
            first: B::float_from_data(first, &device),
            last,
        }
    }

    /// `(x - lower) rate`, `[R, B, F, T]`.
    fn places(&self, x: FloatTensor<B>, columns: &Columns) -> FloatTensor<B> {
        let [members, batch, _] = x.shape().dims();
        let numbers = columns.numbers.len();
        let x = picked::<B>(x, &columns.numbers);
        let x = B::float_reshape(x, Shape::new([members, batch, numbers, 1]));
        B::float_mul(B::float_sub(x, self.lower.clone()), self.rate.clone())
    }
}

/// Sizes of a periodic encoding; members and numbers are joined for products.
struct Waves {
    members: usize,
    batch: usize,
    numbers: usize,
    waves: usize,
}

impl Waves {
    fn of<B: Backend>(x: &FloatTensor<B>, frequency: &FloatTensor<B>, columns: &Columns) -> Self {
        let [members, batch, _] = x.shape().dims();
        let [_, all] = frequency.shape().dims();
        let numbers = columns.numbers.len();
        Self {
            members,
            batch,
            numbers,
            waves: all / numbers.max(1),
        }
    }

    /// `[R F, B, 1]`.
    fn numbers_of<B: Backend>(&self, x: FloatTensor<B>, columns: &Columns) -> FloatTensor<B> {
        let by_number = B::float_swap_dims(picked::<B>(x, &columns.numbers), 1, 2);
        let shape = Shape::new([self.members * self.numbers, self.batch, 1]);
        B::float_reshape(by_number, shape)
    }

    /// `2 pi (frequency x + phase)`, `[R F, B, K]`.
    fn angle<B: Backend>(
        &self,
        x: FloatTensor<B>,
        frequency: FloatTensor<B>,
        phase: FloatTensor<B>,
        columns: &Columns,
    ) -> FloatTensor<B> {
        let row = || Shape::new([self.members * self.numbers, 1, self.waves]);
        let [frequency, phase] = [frequency, phase].map(|own| B::float_reshape(own, row()));
        let turns = B::float_mul(self.numbers_of::<B>(x, columns), frequency);
        B::float_mul_scalar(B::float_add(turns, phase), TAU.into())
    }

    /// `[R F, K, V]`.
    fn weight<B: Backend>(&self, weight: FloatTensor<B>) -> FloatTensor<B> {
        let pairs = self.members * self.numbers;
        B::float_reshape(weight, Shape::new([pairs, self.waves, PERIODIC_VALUES]))
    }

    /// The gradient of the waves' values, `[R F, B, V]`.
    fn grad<B: Backend>(&self, grad: FloatTensor<B>, columns: &Columns) -> FloatTensor<B> {
        let (start, numbers) = (columns.count(), self.numbers);
        let own = part::<B>(grad, 2, start, start + numbers * PERIODIC_VALUES);
        let by_row = Shape::new([self.members, self.batch, numbers, PERIODIC_VALUES]);
        let own = B::float_swap_dims(B::float_reshape(own, by_row), 1, 2);
        let shape = Shape::new([self.members * numbers, self.batch, PERIODIC_VALUES]);
        B::float_reshape(own, shape)
    }

    /// The gradient before the waves, in turns: `-2 pi sin(angle) (grad weight^T)`, `[R F, B, K]`.
    fn slope<B: Backend>(
        &self,
        angle: FloatTensor<B>,
        weight: FloatTensor<B>,
        grad: FloatTensor<B>,
    ) -> FloatTensor<B> {
        let weight = B::float_swap_dims(self.weight::<B>(weight), 1, 2);
        let through = B::float_matmul(grad, weight);
        let sine = B::float_mul_scalar(B::float_sin(angle), (-TAU).into());
        B::float_mul(through, sine)
    }
}

/// These columns, `[R, B, F]`.
pub(crate) fn picked<B: Backend>(x: FloatTensor<B>, columns: &[usize]) -> FloatTensor<B> {
    if columns.len() == x.shape()[2] {
        return x;
    }
    let places = places::<B>(&x, columns);
    B::float_select(x, 2, places)
}

/// `all` with `values` added at these columns.
pub(crate) fn added<B: Backend>(
    all: FloatTensor<B>,
    values: FloatTensor<B>,
    columns: &[usize],
) -> FloatTensor<B> {
    let places = places::<B>(&all, columns);
    B::float_select_assign(all, 2, places, values, IndexingUpdateOp::Add)
}

fn places<B: Backend>(like: &FloatTensor<B>, columns: &[usize]) -> IntTensor<B> {
    let places: Vec<i32> = columns.iter().map(|&column| column as i32).collect();
    B::int_from_data(TensorData::new(places, [columns.len()]), &like.device())
}

/// `start..end` along an axis.
pub(crate) fn part<B: Backend>(
    x: FloatTensor<B>,
    dim: usize,
    start: usize,
    end: usize,
) -> FloatTensor<B> {
    let mut slices = vec![Slice::full(); x.shape().num_dims()];
    slices[dim] = Slice::new(start as isize, Some(end as isize), 1);
    B::float_slice(x, &slices)
}
