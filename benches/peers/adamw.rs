//! The optimiser alone.

use std::time::Instant;

use burn::tensor::Tensor;
use decay_kernels::{Decay, Direction, Rule, Scalars, update};
use decay_train::Device;

use crate::Options;

/// The optimiser alone: 16 tensors of 1024 x 1024, 20 steps; 28 bytes per parameter and step.
pub(crate) fn run(options: &Options) {
    const SIDE: usize = 1024;
    const TENSORS: usize = 16;
    const STEPS: u32 = 20;
    let device = Device::default();
    let rule = Rule::new(Direction::ADAM, Decay::Plain);
    let filled = |value: f32| Tensor::<2>::full([1, SIDE * SIDE], value, &device);
    let mut state: Vec<_> = (0..TENSORS)
        .map(|_| {
            let moments = Tensor::<3>::zeros([2, 1, SIDE * SIDE], &device);
            (filled(0.5).into_dispatch(), moments.into_dispatch())
        })
        .collect();
    let gradients: Vec<_> = (0..TENSORS).map(|_| filled(0.1)).collect();
    let mut seconds = Vec::new();
    let mut step = 0;
    for _ in 0..=options.repeat.max(1) {
        let start = Instant::now();
        for _ in 0..STEPS {
            step += 1;
            let row = Scalars {
                learning_rate: 1e-3,
                shrink: 1e-5,
                step,
                ..Scalars::default()
            }
            .row(rule.direction);
            let scalars = Tensor::<3>::from_data([[row]], &device);
            state = std::mem::take(&mut state)
                .into_iter()
                .zip(&gradients)
                .map(|((w, moments), g)| {
                    let g = g.clone().into_dispatch();
                    update(w, g, moments, scalars.clone(), 0, rule)
                })
                .collect();
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    // The first round warms up.
    seconds.remove(0);
    seconds.sort_by(f64::total_cmp);
    let median = seconds[seconds.len() / 2];
    let bytes = 28.0 * (TENSORS * SIDE * SIDE) as f64 * f64::from(STEPS);
    println!(
        "{{\"workload\":\"adamw-step\",\"peer\":\"decay\",\"seconds\":{median:.4},\"seconds_all\":{seconds:?},\"gb_per_second\":{:.2}}}",
        bytes / median / 1e9
    );
}
