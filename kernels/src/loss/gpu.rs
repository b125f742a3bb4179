//! Losses of a population: a unit takes a row, then a unit takes a member.

use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use crate::LossOps;
use crate::gpu::launch::{NAN, Output, address, contiguous, empty, grid, single};
use crate::sizes::{dims, expect_shape};

/// Rows of a cube.
const ROWS: usize = 64;

impl LossOps for CubeBackend {
    fn cross_entropy_with_gradient(
        logits: CubeTensor,
        labels: CubeTensor,
        weights: CubeTensor,
        smoothing: CubeTensor,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let [members, batch, classes] = dims(&logits);
        expect_shape("cross-entropy: labels", &labels, [members, batch]);
        expect_shape("cross-entropy: weights", &weights, [members, batch]);
        expect_shape("cross-entropy: smoothing", &smoothing, [members]);
        let logits = single(logits);
        let gradient = Output::over(&logits);
        let rows = RowLosses::new(&logits, members, batch);
        if let Some((count, dim)) = rows.launch() {
            // SAFETY: the shapes were compared; a unit writes its own row.
            unsafe {
                cross_entropy::launch_unchecked(
                    &gradient.tensor.client,
                    count,
                    dim,
                    address(&[&logits]),
                    logits.into_buffer_arg(),
                    gradient.argument(0),
                    contiguous(labels).into_buffer_arg(),
                    single(weights).into_buffer_arg(),
                    single(smoothing).into_buffer_arg(),
                    rows.table.clone().into_buffer_arg(),
                    batch,
                    classes,
                );
            }
        }
        let [objective, nll] = rows.totals();
        (objective, nll, gradient.tensor)
    }

    fn squared_error_with_gradient(
        outputs: CubeTensor,
        targets: CubeTensor,
        weights: CubeTensor,
    ) -> (CubeTensor, CubeTensor) {
        let [members, batch, width] = dims(&outputs);
        expect_shape("squared error: targets", &targets, [members, batch, width]);
        expect_shape("squared error: weights", &weights, [members, batch]);
        let outputs = single(outputs);
        let gradient = Output::over(&outputs);
        let rows = RowLosses::new(&outputs, members, batch);
        if let Some((count, dim)) = rows.launch() {
            // SAFETY: the shapes were compared; a unit writes its own row.
            unsafe {
                squared_error::launch_unchecked(
                    &gradient.tensor.client,
                    count,
                    dim,
                    address(&[&outputs]),
                    outputs.into_buffer_arg(),
                    gradient.argument(0),
                    single(targets).into_buffer_arg(),
                    single(weights).into_buffer_arg(),
                    rows.table.clone().into_buffer_arg(),
                    batch,
                    width,
                );
            }
        }
        let [objective, _] = rows.totals();
        (objective, gradient.tensor)
    }
}

/// Each row's share of its member's objective and likelihood, `[R, B, 2]`.
struct RowLosses {
    table: CubeTensor,
    members: usize,
    batch: usize,
}

impl RowLosses {
    fn new(like: &CubeTensor, members: usize, batch: usize) -> Self {
        Self {
            table: empty(like, [members, batch, 2]),
            members,
            batch,
        }
    }

    fn launch(&self) -> Option<(CubeCount, CubeDim)> {
        let across = self.batch.div_ceil(ROWS);
        (across * self.members > 0)
            .then(|| (grid(across, self.members), CubeDim::new_1d(ROWS as u32)))
    }

    /// The sums over each member's rows.
    fn totals(self) -> [CubeTensor; 2] {
        let totals = [(); 2].map(|()| empty(&self.table, [self.members]));
        let [objective, nll] = &totals;
        if self.members > 0 {
            // SAFETY: the table holds `[R, batch, 2]`, the results `[R]`.
            unsafe {
                total::launch_unchecked(
                    &self.table.client,
                    grid(1, self.members),
                    CubeDim::new_1d(ROWS as u32),
                    address(&[&self.table]),
                    self.table.clone().into_buffer_arg(),
                    objective.clone().into_buffer_arg(),
                    nll.clone().into_buffer_arg(),
                    self.batch,
                );
            }
        }
        totals
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn cross_entropy(
    logits: &[f32],
    gradient: &mut [f32],
    labels: &[i32],
    weights: &[f32],
    smoothing: &[f32],
    rows: &mut [f32],
    batch: usize,
    classes: usize,
) {
    let member = CUBE_POS_Y as usize;
    let row = CUBE_POS_X as usize * ROWS + UNIT_POS as usize;
    let weight_sum = weight_sum(weights, member, batch);
    if row < batch {
        let sample = member * batch + row;
        let share = share(weights[sample], weight_sum);
        let start = sample * classes;
        let mut objective = 0.0f32;
        let mut nll = 0.0f32;
        if share > 0.0f32 {
            let mut maximum = logits[start];
            for c in 1..classes {
                maximum = max(maximum, logits[start + c]);
            }
            let mut normaliser = 0.0f32;
            let mut sum = 0.0f32;
            for c in 0..classes {
                let shifted = logits[start + c] - maximum;
                normaliser += shifted.exp();
                sum += shifted;
            }
            let log_normaliser = normaliser.ln();
            let label = labels[sample] as usize;
            let smooth = smoothing[member];
            let spread = smooth / f32::cast_from(classes);
            // A label that names no class shows as a loss that is not a number.
            let known = label < classes;
            let read = logits[start + select(known, label, 0usize)] - maximum;
            let of_label = select(known, log_normaliser - read, f32::reinterpret(NAN));
            let of_any = log_normaliser - sum / f32::cast_from(classes);
            nll = of_label * share;
            objective = ((1.0f32 - smooth) * of_label + smooth * of_any) * share;
            for c in 0..classes {
                let p = (logits[start + c] - maximum).exp() / normaliser;
                let target = select(c == label, 1.0f32 - smooth + spread, spread);
                gradient[start + c] = (p - target) * share;
            }
        } else {
            for c in 0..classes {
                gradient[start + c] = 0.0f32;
            }
        }
        rows[2 * sample] = objective;
        rows[2 * sample + 1] = nll;
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn squared_error(
    outputs: &[f32],
    gradient: &mut [f32],
    targets: &[f32],
    weights: &[f32],
    rows: &mut [f32],
    batch: usize,
    width: usize,
) {
    let member = CUBE_POS_Y as usize;
    let row = CUBE_POS_X as usize * ROWS + UNIT_POS as usize;
    let weight_sum = weight_sum(weights, member, batch);
    if row < batch {
        let sample = member * batch + row;
        let share = share(weights[sample], weight_sum) / f32::cast_from(width);
        let start = sample * width;
        let mut objective = 0.0f32;
        for k in 0..width {
            // A row that does not count may hold anything, NaN too.
            if share > 0.0f32 {
                let difference = outputs[start + k] - targets[start + k];
                objective += difference * difference * share;
                gradient[start + k] = 2.0f32 * difference * share;
            } else {
                gradient[start + k] = 0.0f32;
            }
        }
        rows[2 * sample] = objective;
        rows[2 * sample + 1] = objective;
    }
}

/// `w / sum w`, zero where all weights are.
#[cube]
fn share(weight: f32, sum: f32) -> f32 {
    select(sum > 0.0f32, weight / sum, 0.0f32)
}

/// Sum of a member's weights, the same in every unit of the cube.
#[cube]
fn weight_sum(weights: &[f32], member: usize, batch: usize) -> f32 {
    let mut own = 0.0f32;
    let mut b = UNIT_POS as usize;
    while b < batch {
        own += weights[member * batch + b];
        b += ROWS;
    }
    over_units(own)
}

/// Sum over the units of a cube of [`ROWS`].
#[cube]
fn over_units(own: f32) -> f32 {
    let mut values = Shared::<[f32]>::new_slice(ROWS);
    values[UNIT_POS as usize] = own;
    sync_cube();
    let mut sum = 0.0f32;
    for unit in 0..ROWS {
        sum += values[unit];
    }
    sync_cube();
    sum
}

/// A cube per member.
#[cube(launch_unchecked, address_type = "dynamic")]
fn total(rows: &[f32], objective: &mut [f32], nll: &mut [f32], batch: usize) {
    let member = CUBE_POS_Y as usize;
    let mut own_objective = 0.0f32;
    let mut own_nll = 0.0f32;
    let mut b = UNIT_POS as usize;
    while b < batch {
        own_objective += rows[2 * (member * batch + b)];
        own_nll += rows[2 * (member * batch + b) + 1];
        b += ROWS;
    }
    let sum_objective = over_units(own_objective);
    let sum_nll = over_units(own_nll);
    if UNIT_POS == 0 {
        objective[member] = sum_objective;
        nll[member] = sum_nll;
    }
}
