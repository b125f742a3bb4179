//! One optimiser step of all members in one pass.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{address, over_members, owned, single, stride, vector_size};
use crate::sizes::expect_update;
use crate::update::{Decay, Direction, Rule, Scalars, UpdateOps, column};

impl UpdateOps for CubeBackend {
    fn update(
        parameter: CubeTensor,
        gradient: CubeTensor,
        moments: CubeTensor,
        scalars: CubeTensor,
        decayed: bool,
        rule: Rule,
    ) -> (CubeTensor, CubeTensor) {
        expect_update(&parameter, &gradient, &moments, &scalars, rule);
        let shape = parameter.shape();
        let (members, elements) = (shape[0], shape.num_elements());
        let (parameter, moments) = (owned(parameter), owned(moments));
        if elements == 0 {
            return (parameter, moments);
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
                address(&[&parameter, &moments]),
                vector,
                parameter.clone().into_buffer_arg(),
                single(gradient).into_buffer_arg(),
                moments.clone().into_buffer_arg(),
                single(scalars).into_buffer_arg(),
                width / vector,
                members * (width / vector),
                decayed,
                rule,
            );
        }
        (parameter, moments)
    }
}

/// `width` vectors per member; the second moment lies `second` vectors behind the first.
#[cube(launch_unchecked, address_type = "dynamic")]
fn step<N: Size>(
    parameter: &mut [Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    moments: &mut [Vector<f32, N>],
    scalars: &[f32],
    width: usize,
    second: usize,
    #[comptime] decayed: bool,
    #[comptime] rule: Rule,
) {
    let member = CUBE_POS_Y as usize;
    let row = member * comptime!(Scalars::COUNT);
    let epsilon = scalars[row + comptime!(column::EPSILON)];
    // An inactive member keeps its bits.
    if epsilon >= 0.0f32 {
        let mut place = ABSOLUTE_POS_X as usize;
        while place < width {
            let i = member * width + place;
            let mut w = parameter[i];
            let mut g = gradient[i];
            if comptime!(decayed && rule.decay == Decay::Coupled) {
                g += w * Vector::new(scalars[row + comptime!(column::DECAY)]);
            }
            if comptime!(decayed && rule.decay == Decay::Decoupled) {
                w -= w * Vector::new(scalars[row + comptime!(column::SHRINK)]);
            }
            parameter[i] = w - direction::<N>(g, moments, scalars, row, i, second, rule.direction);
            place += stride();
        }
    }
}

/// What is subtracted from the parameter; moves the moments.
#[cube]
fn direction<N: Size>(
    g: Vector<f32, N>,
    moments: &mut [Vector<f32, N>],
    scalars: &[f32],
    row: usize,
    i: usize,
    second: usize,
    #[comptime] direction: Direction,
) -> Vector<f32, N> {
    let rate = Vector::new(scalars[row + comptime!(column::LEARNING_RATE)]);
    let beta1 = Vector::new(scalars[row + comptime!(column::BETA1)]);
    let taken = Vector::new(scalars[row + comptime!(column::TAKEN)]);
    match comptime!(direction) {
        Direction::Sgd => g * rate,
        Direction::Momentum { nesterov } => {
            let m = moments[i] * beta1 + g * taken;
            moments[i] = m;
            if comptime!(nesterov) {
                (g + m * beta1) * rate
            } else {
                m * rate
            }
        }
        Direction::Adam => {
            let beta2 = Vector::new(scalars[row + comptime!(column::BETA2)]);
            let taken2 = Vector::new(scalars[row + comptime!(column::TAKEN2)]);
            let size = Vector::new(scalars[row + comptime!(column::STEP_SIZE)]);
            let correct2 = Vector::new(scalars[row + comptime!(column::CORRECT2)]);
            let epsilon = Vector::new(scalars[row + comptime!(column::EPSILON)]);
            let m = moments[i] * beta1 + g * taken;
            let v = moments[second + i] * beta2 + g * g * taken2;
            moments[i] = m;
            moments[second + i] = v;
            m / (v.sqrt() * correct2 + epsilon) * size
        }
    }
}
