//! The optimiser alone.

use std::time::Instant;

use burn::tensor::Tensor;
use decay_kernels::{Decay, Direction, Rule, Scalars, update};
use decay_train::Device;

use crate::Options;

const SIDE: usize = 1024;
const TENSORS: usize = 16;
const STEPS: u32 = 20;

/// AdamW on 16 tensors of 1024 x 1024, 20 steps.
pub(crate) fn adamw(options: &Options) {
    run(
        "adamw-step",
        Rule::new(Direction::ADAM, Decay::Plain),
        options,
    );
}

/// The same with every direction, and AdamW with every kind of decay and a proximal step.
pub(crate) fn every_rule(options: &Options) {
    let plain = Direction::ALL.map(|direction| Rule::new(direction, Decay::Plain));
    let adam = |decay| Rule::new(Direction::ADAM, decay);
    let proximal = Rule {
        proximal: true,
        ..adam(Decay::Plain)
    };
    let more = [adam(Decay::Cautious), adam(Decay::Anchored), proximal];
    for rule in plain.into_iter().chain(more) {
        run(&format!("{rule:?}"), rule, options);
    }
}

fn run(name: &str, rule: Rule, options: &Options) {
    let device = Device::default();
    let filled = |value: f32| Tensor::<2>::full([1, SIDE * SIDE], value, &device);
    let mut state: Vec<_> = (0..TENSORS)
        .map(|_| {
            let slots = Tensor::<3>::zeros([rule.slots(), 1, SIDE * SIDE], &device);
            (filled(0.5).into_dispatch(), slots.into_dispatch())
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
                threshold: 1e-6,
                step,
                ..Scalars::default()
            }
            .row(rule.direction);
            let scalars = Tensor::<3>::from_data([[row]], &device);
            state = std::mem::take(&mut state)
                .into_iter()
                .zip(&gradients)
                .map(|((w, slots), g)| {
                    let g = g.clone().into_dispatch();
                    update(w, g, slots, scalars.clone(), 0, rule)
                })
                .collect();
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    // The first round warms up.
    seconds.remove(0);
    seconds.sort_by(f64::total_cmp);
    let median = seconds[seconds.len() / 2];
    let moved = bytes(rule) * TENSORS * SIDE * SIDE * STEPS as usize;
    println!(
        "{{\"workload\":\"{name}\",\"peer\":\"decay\",\"seconds\":{median:.4},\"seconds_all\":{seconds:?},\"bytes_per_parameter\":{},\"gb_per_second\":{:.2}}}",
        bytes(rule),
        moved as f64 / median / 1e9
    );
}

/// Bytes that a step must move per parameter: parameter and moments both ways, gradient and reference point one way.
fn bytes(rule: Rule) -> usize {
    let anchor = usize::from(rule.decay == Decay::Anchored);
    8 + 4 + 8 * rule.direction.moments() + 4 * anchor
}
