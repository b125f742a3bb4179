//! [`update`](crate::update()) as some fifteen passes.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Scalar, TensorMetadata};
use burn::tensor::{Shape, Slice};

use super::{Decay, Direction, Rule, column};
use crate::reference::booleans;

/// The scalars of one group, a column at a time.
struct Columns<'a, B: Backend> {
    scalars: &'a FloatTensor<B>,
    group: usize,
}

impl<B: Backend> Columns<'_, B> {
    /// One column as `[R, 1]`.
    fn get(&self, column: usize) -> FloatTensor<B> {
        let [_, members, _] = self.scalars.shape().dims();
        let at = |place: usize| Slice::new(place as isize, Some(place as isize + 1), 1);
        let slices = [at(self.group), Slice::full(), at(column)];
        let column = B::float_slice(self.scalars.clone(), &slices);
        B::float_reshape(column, Shape::new([members, 1]))
    }

    fn times(&self, x: FloatTensor<B>, column: usize) -> FloatTensor<B> {
        B::float_mul(x, self.get(column))
    }

    /// `a x + b y` with a factor per member.
    fn mix(&self, a: usize, x: FloatTensor<B>, b: usize, y: FloatTensor<B>) -> FloatTensor<B> {
        B::float_add(self.times(x, a), self.times(y, b))
    }
}

/// Slot `index` as `[R, n]`.
fn slot<B: Backend>(slots: &FloatTensor<B>, index: usize) -> FloatTensor<B> {
    let [_, members, width] = slots.shape().dims();
    let index = Slice::new(index as isize, Some(index as isize + 1), 1);
    let one = B::float_slice(slots.clone(), &[index, Slice::full(), Slice::full()]);
    B::float_reshape(one, Shape::new([members, width]))
}

/// The parameter and the slots after one step; see [`update`](crate::update()).
pub fn update<B: Backend>(
    parameter: FloatTensor<B>,
    gradient: FloatTensor<B>,
    slots: FloatTensor<B>,
    scalars: FloatTensor<B>,
    group: usize,
    rule: Rule,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let (shape, slots_shape) = (parameter.shape(), slots.shape());
    let members = shape[0];
    let width = shape.num_elements() / members.max(1);
    let flat = Shape::new([members, width]);
    let w = B::float_reshape(parameter, flat.clone());
    let g = B::float_reshape(gradient, flat.clone());
    let kept = slots_shape[0];
    let slots = B::float_reshape(slots, Shape::new([kept, members, width]));
    let row = Columns::<B> {
        scalars: &scalars,
        group,
    };
    let g = B::float_add(g, row.times(w.clone(), column::COUPLED));
    let (step, fresh) = direction::<B>(g, &slots, &row, rule.direction);
    let pull = pulled::<B>(&w, &step, &slots, rule);
    let mut next = B::float_sub(w.clone(), row.times(pull, column::SHRINK));
    next = B::float_sub(next, step);
    if rule.proximal {
        next = proximal::<B>(next, &row);
    }

    let idle = B::float_lower_elem(
        row.get(column::EPSILON),
        Scalar::from(0.0),
        booleans::<B>(&w),
    );
    let idle = B::bool_expand(idle, flat);
    let next = B::float_mask_where(next, idle.clone(), w);
    let mut fresh = fresh.into_iter();
    let after = (0..kept).map(|k| {
        let old = slot::<B>(&slots, k);
        let new = match fresh.next() {
            Some(new) => B::float_mask_where(new, idle.clone(), old),
            None => old,
        };
        B::float_reshape(new, Shape::new([1, members, width]))
    });
    let slots = B::float_cat(after.collect(), 0);
    (
        B::float_reshape(next, shape),
        B::float_reshape(slots, slots_shape),
    )
}

/// What decay acts on.
fn pulled<B: Backend>(
    w: &FloatTensor<B>,
    step: &FloatTensor<B>,
    slots: &FloatTensor<B>,
    rule: Rule,
) -> FloatTensor<B> {
    match rule.decay {
        Decay::Plain => w.clone(),
        Decay::Cautious => {
            let product = B::float_mul(step.clone(), w.clone());
            let against = B::float_lower_elem(product, Scalar::from(0.0), booleans::<B>(w));
            B::float_mask_fill(w.clone(), against, Scalar::from(0.0))
        }
        Decay::Anchored => {
            let anchor = slot::<B>(slots, rule.direction.moments());
            B::float_sub(w.clone(), anchor)
        }
    }
}

/// `soft(w, a) / (1 + b)`, the soft threshold as `w` without its part in `[-a, a]`.
fn proximal<B: Backend>(w: FloatTensor<B>, row: &Columns<'_, B>) -> FloatTensor<B> {
    let shape = w.shape();
    let threshold = B::float_expand(row.get(column::THRESHOLD), shape);
    let inside = maximum::<B>(w.clone(), B::float_neg(threshold.clone()));
    let inside = B::float_neg(maximum::<B>(B::float_neg(inside), B::float_neg(threshold)));
    row.times(B::float_sub(w, inside), column::KEPT)
}

fn maximum<B: Backend>(a: FloatTensor<B>, b: FloatTensor<B>) -> FloatTensor<B> {
    let dtype = booleans::<B>(&a);
    let less = B::float_lower(a.clone(), b.clone(), dtype);
    B::float_mask_where(a, less, b)
}

/// What is subtracted from the parameter, and the new moments.
fn direction<B: Backend>(
    g: FloatTensor<B>,
    slots: &FloatTensor<B>,
    row: &Columns<'_, B>,
    direction: Direction,
) -> (FloatTensor<B>, Vec<FloatTensor<B>>) {
    let old = |index| slot::<B>(slots, index);
    let square = |g: &FloatTensor<B>| B::float_mul(g.clone(), g.clone());
    match direction {
        Direction::Sgd => (row.times(g, column::LEARNING_RATE), vec![]),
        Direction::Momentum { .. } => {
            let m = row.mix(column::BETA1, old(0), column::TAKEN, g.clone());
            let u = row.mix(column::OF_MOMENT, m.clone(), column::OF_GRADIENT, g);
            (u, vec![m])
        }
        Direction::AdaGrad => {
            let v = B::float_add(old(0), square(&g));
            let root = B::float_add(B::float_sqrt(v.clone()), row.get(column::EPSILON));
            let u = B::float_div(row.times(g, column::LEARNING_RATE), root);
            (u, vec![v])
        }
        Direction::RmsProp { centered, momentum } => {
            rms_prop::<B>(g, slots, row, centered, momentum)
        }
        Direction::Adam { amsgrad, .. } => {
            let m = row.mix(column::BETA1, old(0), column::TAKEN, g.clone());
            let v = row.mix(column::BETA2, old(1), column::TAKEN2, square(&g));
            let mut fresh = vec![m.clone(), v.clone()];
            let mut most = v;
            if amsgrad {
                most = maximum::<B>(most, old(2));
                fresh.push(most.clone());
            }
            let root = row.times(B::float_sqrt(most), column::CORRECT2);
            let above = row.mix(column::OF_MOMENT, m, column::OF_GRADIENT, g);
            let below = B::float_add(root, row.get(column::EPSILON));
            (B::float_div(above, below), fresh)
        }
        Direction::Lion => {
            let mixed = row.mix(column::BETA1, old(0), column::TAKEN, g.clone());
            let m = row.mix(column::BETA2, old(0), column::TAKEN2, g);
            let u = row.times(B::float_sign(mixed), column::LEARNING_RATE);
            (u, vec![m])
        }
    }
}

fn rms_prop<B: Backend>(
    g: FloatTensor<B>,
    slots: &FloatTensor<B>,
    row: &Columns<'_, B>,
    centered: bool,
    momentum: bool,
) -> (FloatTensor<B>, Vec<FloatTensor<B>>) {
    let old = |index| slot::<B>(slots, index);
    let square = B::float_mul(g.clone(), g.clone());
    let v = row.mix(column::BETA2, old(0), column::TAKEN2, square);
    let (mut fresh, mut spread) = (vec![v.clone()], v);
    if centered {
        let mean = row.mix(column::BETA2, old(1), column::TAKEN2, g.clone());
        fresh.push(mean.clone());
        spread = B::float_sub(spread, B::float_mul(mean.clone(), mean));
        spread = B::float_clamp_min(spread, Scalar::from(0.0));
    }
    let below = B::float_add(B::float_sqrt(spread), row.get(column::EPSILON));
    let mut u = B::float_div(g, below);
    if momentum {
        u = B::float_add(row.times(old(fresh.len()), column::BETA1), u);
        fresh.push(u.clone());
    }
    (row.times(u, column::LEARNING_RATE), fresh)
}
