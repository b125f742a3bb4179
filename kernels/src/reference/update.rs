//! [`update`](crate::update()) as some fifteen passes.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Scalar, TensorMetadata};
use burn::tensor::{Shape, Slice};

use super::booleans;
use crate::update::{Decay, Direction, Rule, column};

/// One column as `[R, 1]`.
fn of<B: Backend>(scalars: &FloatTensor<B>, column: usize) -> FloatTensor<B> {
    let column = Slice::new(column as isize, Some(column as isize + 1), 1);
    B::float_slice(scalars.clone(), &[Slice::full(), column])
}

fn moment<B: Backend>(moments: &FloatTensor<B>, index: usize) -> FloatTensor<B> {
    let [_, members, width] = moments.shape().dims();
    let index = Slice::new(index as isize, Some(index as isize + 1), 1);
    let one = B::float_slice(moments.clone(), &[index, Slice::full(), Slice::full()]);
    B::float_reshape(one, Shape::new([members, width]))
}

/// `a x + b y` with a factor per member.
fn mix<B: Backend>(
    a: FloatTensor<B>,
    x: FloatTensor<B>,
    b: FloatTensor<B>,
    y: FloatTensor<B>,
) -> FloatTensor<B> {
    B::float_add(B::float_mul(x, a), B::float_mul(y, b))
}

/// The parameter and the moments after one step; see [`update`](crate::update()).
pub fn update<B: Backend>(
    parameter: FloatTensor<B>,
    gradient: FloatTensor<B>,
    moments: FloatTensor<B>,
    scalars: FloatTensor<B>,
    decayed: bool,
    rule: Rule,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let (shape, moments_shape) = (parameter.shape(), moments.shape());
    let members = shape[0];
    let width = shape.num_elements() / members.max(1);
    let flat = Shape::new([members, width]);
    let w = B::float_reshape(parameter, flat.clone());
    let mut g = B::float_reshape(gradient, flat.clone());
    let kept = moments_shape[0];
    let moments = B::float_reshape(moments, Shape::new([kept, members, width]));
    let get = |index| of::<B>(&scalars, index);
    if decayed && rule.decay == Decay::Coupled {
        g = B::float_add(g, B::float_mul(w.clone(), get(column::DECAY)));
    }
    let (step, fresh) = direction::<B>(g, &moments, &scalars, rule.direction);
    let mut next = w.clone();
    if decayed && rule.decay == Decay::Decoupled {
        next = B::float_sub(next.clone(), B::float_mul(next, get(column::SHRINK)));
    }
    next = B::float_sub(next, step);

    let idle = B::float_lower_elem(get(column::EPSILON), Scalar::from(0.0), booleans::<B>(&w));
    let idle = B::bool_expand(idle, flat);
    let next = B::float_mask_where(next, idle.clone(), w);
    let mut slots: Vec<_> = (0..kept)
        .map(|k| {
            let old = moment::<B>(&moments, k);
            match fresh.get(k) {
                Some(new) => B::float_mask_where(new.clone(), idle.clone(), old),
                None => old,
            }
        })
        .map(|slot| B::float_reshape(slot, Shape::new([1, members, width])))
        .collect();
    let moments = if slots.len() == 1 {
        slots.remove(0)
    } else {
        B::float_cat(slots, 0)
    };
    (
        B::float_reshape(next, shape),
        B::float_reshape(moments, moments_shape),
    )
}

/// What is subtracted from the parameter, and the new moments.
fn direction<B: Backend>(
    g: FloatTensor<B>,
    moments: &FloatTensor<B>,
    scalars: &FloatTensor<B>,
    direction: Direction,
) -> (FloatTensor<B>, Vec<FloatTensor<B>>) {
    let get = |index| of::<B>(scalars, index);
    match direction {
        Direction::Sgd => (B::float_mul(g, get(column::LEARNING_RATE)), vec![]),
        Direction::Momentum { nesterov } => {
            let old = moment::<B>(moments, 0);
            let m = mix::<B>(get(column::BETA1), old, get(column::TAKEN), g.clone());
            let u = if nesterov {
                B::float_add(g, B::float_mul(m.clone(), get(column::BETA1)))
            } else {
                m.clone()
            };
            (B::float_mul(u, get(column::LEARNING_RATE)), vec![m])
        }
        Direction::Adam => {
            let square = B::float_mul(g.clone(), g.clone());
            let m = mix::<B>(
                get(column::BETA1),
                moment::<B>(moments, 0),
                get(column::TAKEN),
                g,
            );
            let v = mix::<B>(
                get(column::BETA2),
                moment::<B>(moments, 1),
                get(column::TAKEN2),
                square,
            );
            let root = B::float_mul(B::float_sqrt(v.clone()), get(column::CORRECT2));
            let ratio = B::float_div(m.clone(), B::float_add(root, get(column::EPSILON)));
            (B::float_mul(ratio, get(column::STEP_SIZE)), vec![m, v])
        }
    }
}
