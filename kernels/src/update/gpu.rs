//! One optimiser step of all members in one pass.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::{Decay, Direction, Rule, Scalars, UpdateOps, column};
use crate::gpu::launch::{address, over_members, owned, single, stride, vector_size};
use crate::update::expect_update;

impl UpdateOps for CubeBackend {
    fn update(
        parameter: CubeTensor,
        gradient: CubeTensor,
        slots: CubeTensor,
        scalars: CubeTensor,
        group: usize,
        rule: Rule,
    ) -> (CubeTensor, CubeTensor) {
        expect_update(&parameter, &gradient, &slots, &scalars, group, rule);
        let shape = parameter.shape();
        let (members, elements) = (shape[0], shape.num_elements());
        let (parameter, slots) = (owned(parameter), owned(slots));
        if elements == 0 {
            return (parameter, slots);
        }
        let width = elements / members;
        let vector = vector_size(width);
        let (count, dim) = over_members(width / vector, members);
        // SAFETY: all buffers have the sizes just compared; a unit touches its own elements only.
        unsafe {
            step::launch_unchecked(
                &parameter.client,
                count,
                dim,
                address(&[&parameter, &slots]),
                vector,
                parameter.clone().into_buffer_arg(),
                single(gradient).into_buffer_arg(),
                slots.clone().into_buffer_arg(),
                single(scalars).into_buffer_arg(),
                width / vector,
                members * (width / vector),
                group * members,
                rule,
            );
        }
        (parameter, slots)
    }
}

/// `width` vectors per member; each slot lies `next` vectors behind the one before. The group's table starts at row `first`.
#[cube(launch_unchecked, address_type = "dynamic")]
fn step<N: Size>(
    parameter: &mut [Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    slots: &mut [Vector<f32, N>],
    scalars: &[f32],
    width: usize,
    next: usize,
    first: usize,
    #[comptime] rule: Rule,
) {
    let member = CUBE_POS_Y as usize;
    let row = (first + member) * comptime!(Scalars::COUNT);
    // An inactive member keeps its bits.
    if scalars[row + comptime!(column::EPSILON)] >= 0.0f32 {
        let shrink = Vector::new(scalars[row + comptime!(column::SHRINK)]);
        let coupled = Vector::new(scalars[row + comptime!(column::COUPLED)]);
        let mut place = ABSOLUTE_POS_X as usize;
        while place < width {
            let i = member * width + place;
            let w = parameter[i];
            let g = gradient[i] + w * coupled;
            let u = direction::<N>(g, slots, scalars, row, i, next, rule.direction);
            let pulled = match comptime!(rule.decay) {
                Decay::Plain => w,
                Decay::Cautious => {
                    let zero = Vector::new(0.0f32);
                    select_many((u * w).less_than(&zero), zero, w)
                }
                Decay::Anchored => w - slots[comptime!(rule.direction.moments()) * next + i],
            };
            let mut after = w - pulled * shrink - u;
            if comptime!(rule.proximal) {
                after = proximal::<N>(after, scalars, row);
            }
            parameter[i] = after;
            place += stride();
        }
    }
}

/// `soft(w, a) / (1 + b)`, the soft threshold as `w` without its part in `[-a, a]`.
#[cube]
fn proximal<N: Size>(w: Vector<f32, N>, scalars: &[f32], row: usize) -> Vector<f32, N> {
    let threshold = Vector::new(scalars[row + comptime!(column::THRESHOLD)]);
    let inside = clamp(w, Vector::new(0.0f32) - threshold, threshold);
    (w - inside) * Vector::new(scalars[row + comptime!(column::KEPT)])
}

/// `a x + b y` with factors of the row.
#[cube]
fn mixed<N: Size>(
    scalars: &[f32],
    row: usize,
    x: Vector<f32, N>,
    y: Vector<f32, N>,
    #[comptime] a: usize,
    #[comptime] b: usize,
) -> Vector<f32, N> {
    x * Vector::new(scalars[row + a]) + y * Vector::new(scalars[row + b])
}

/// What is subtracted from the parameter; moves the moments.
#[cube]
fn direction<N: Size>(
    g: Vector<f32, N>,
    slots: &mut [Vector<f32, N>],
    scalars: &[f32],
    row: usize,
    i: usize,
    next: usize,
    #[comptime] direction: Direction,
) -> Vector<f32, N> {
    let rate = Vector::new(scalars[row + comptime!(column::LEARNING_RATE)]);
    let epsilon = Vector::new(scalars[row + comptime!(column::EPSILON)]);
    match comptime!(direction) {
        Direction::Sgd => g * rate,
        Direction::Momentum { .. } => {
            let m = mixed::<N>(scalars, row, slots[i], g, column::BETA1, column::TAKEN);
            slots[i] = m;
            mixed::<N>(scalars, row, m, g, column::OF_MOMENT, column::OF_GRADIENT)
        }
        Direction::AdaGrad => {
            let v = slots[i] + g * g;
            slots[i] = v;
            g * rate / (v.sqrt() + epsilon)
        }
        Direction::RmsProp { centered, momentum } => {
            let v = mixed::<N>(scalars, row, slots[i], g * g, column::BETA2, column::TAKEN2);
            slots[i] = v;
            let mut spread = v;
            if comptime!(centered) {
                let old = slots[next + i];
                let mean = mixed::<N>(scalars, row, old, g, column::BETA2, column::TAKEN2);
                slots[next + i] = mean;
                spread = max(spread - mean * mean, Vector::new(0.0f32));
            }
            let mut u = g / (spread.sqrt() + epsilon);
            if comptime!(momentum) {
                let buffer = comptime!(1 + usize::from(centered)) * next + i;
                u = slots[buffer] * Vector::new(scalars[row + comptime!(column::BETA1)]) + u;
                slots[buffer] = u;
            }
            u * rate
        }
        Direction::Adam { amsgrad, .. } => {
            let m = mixed::<N>(scalars, row, slots[i], g, column::BETA1, column::TAKEN);
            let old = slots[next + i];
            let v = mixed::<N>(scalars, row, old, g * g, column::BETA2, column::TAKEN2);
            slots[i] = m;
            slots[next + i] = v;
            let mut most = v;
            if comptime!(amsgrad) {
                most = max(v, slots[2 * next + i]);
                slots[2 * next + i] = most;
            }
            let correct = Vector::new(scalars[row + comptime!(column::CORRECT2)]);
            let above = mixed::<N>(scalars, row, m, g, column::OF_MOMENT, column::OF_GRADIENT);
            above / (most.sqrt() * correct + epsilon)
        }
        Direction::Lion => {
            let old = slots[i];
            let side = mixed::<N>(scalars, row, old, g, column::BETA1, column::TAKEN);
            slots[i] = mixed::<N>(scalars, row, old, g, column::BETA2, column::TAKEN2);
            let (zero, one) = (Vector::new(0.0f32), Vector::new(1.0f32));
            let up = select_many(side.greater_than(&zero), one, zero);
            let down = select_many(side.less_than(&zero), one, zero);
            (up - down) * rate
        }
    }
}
