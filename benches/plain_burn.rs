//! One member alone, trained by the engine's kernels and by Burn's own operations.
//!
//! ```text
//! cargo bench --workspace --bench plain_burn [-- --steps 400]
//! ```
//!
//! The twin is what one writes in plain Burn: matmul, add, ReLU, log-softmax, and AdamW as `burn-optim` spells it out in tensor
//! operations, with bias correction and decoupled decay on matrices only. Both see the same batches.

#![forbid(unsafe_code)]

use std::time::Instant;

use burn::tensor::{Device, Distribution, Int, Tensor, activation};
use decay_kernels::{Activation, Decay, Direction, Rule, Scalars, cross_entropy, linear, update};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const LR: f64 = 1e-3;
const RATE: f64 = 1e-2;

struct Shape {
    name: &'static str,
    widths: &'static [usize],
    batch: usize,
    steps: usize,
}

fn main() {
    let shapes = [
        Shape {
            name: "64-64-64-10, batch 64",
            widths: &[64, 64, 64, 10],
            batch: 64,
            steps: 2000,
        },
        Shape {
            name: "784-512-512-10, batch 128",
            widths: &[784, 512, 512, 10],
            batch: 128,
            steps: 150,
        },
    ];
    println!(
        "| one member | plain Burn, ms a step | decay, ms a step | ratio |\n| --- | --: | --: | --: |"
    );
    for shape in shapes {
        let (mut burn, mut own) = (f64::INFINITY, f64::INFINITY);
        // Alternating, best of five: what else runs on the machine hits both.
        for _ in 0..5 {
            burn = burn.min(time(&shape, plain));
            own = own.min(time(&shape, fused));
        }
        println!(
            "| {} | {burn:.3} | {own:.3} | {:.2} |",
            shape.name,
            burn / own
        );
    }
}

/// Milliseconds per step.
fn time(shape: &Shape, train: fn(&Shape, usize) -> f32) -> f64 {
    train(shape, shape.steps / 10);
    let start = Instant::now();
    let loss = train(shape, shape.steps);
    let seconds = start.elapsed().as_secs_f64();
    assert!(loss.is_finite(), "the loss is a number");
    seconds / shape.steps as f64 * 1e3
}

fn batch(shape: &Shape, device: &Device) -> (Tensor<2>, Tensor<1, Int>) {
    let x = Tensor::random(
        [shape.batch, shape.widths[0]],
        Distribution::Normal(0.0, 1.0),
        device,
    );
    let labels: Vec<i32> = (0..shape.batch as i32).map(|i| i % 10).collect();
    (x, Tensor::from_data(labels.as_slice(), device))
}

fn start(shape: &Shape, device: &Device) -> Vec<(Tensor<2>, Tensor<1>)> {
    let pairs = shape.widths.windows(2);
    pairs
        .map(|pair| {
            let deviation = (2.0 / pair[0] as f64).sqrt();
            let weight = Tensor::random(
                [pair[0], pair[1]],
                Distribution::Normal(0.0, deviation),
                device,
            );
            (weight, Tensor::zeros([pair[1]], device))
        })
        .collect()
}

/// Plain Burn.
fn plain(shape: &Shape, steps: usize) -> f32 {
    let device = Device::default();
    let (x, labels) = batch(shape, &device);
    let mut layers = start(shape, &device);
    let mut moments: Vec<_> = layers
        .iter()
        .map(|(w, b)| {
            (
                w.zeros_like(),
                w.zeros_like(),
                b.zeros_like(),
                b.zeros_like(),
            )
        })
        .collect();
    let mut last = 0.0;
    for step in 1..=steps {
        let tracked: Vec<_> = layers
            .iter()
            .map(|(w, b)| {
                let w = Tensor::from_inner(w.clone()).require_grad();
                (w, Tensor::from_inner(b.clone()).require_grad())
            })
            .collect();
        let mut h = Tensor::from_inner(x.clone());
        for (i, (w, b)) in tracked.iter().enumerate() {
            h = h.matmul(w.clone()) + b.clone().unsqueeze::<2>();
            if i + 1 < tracked.len() {
                h = activation::relu(h);
            }
        }
        let log_p = activation::log_softmax(h, 1);
        let labels = labels.clone().reshape([shape.batch, 1]);
        let loss = log_p.gather(1, labels).mean().neg();
        let mut gradients = loss.backward();
        for (((w, b), layer), state) in tracked.into_iter().zip(&mut layers).zip(&mut moments) {
            let (gw, gb) = (w.grad_remove(&mut gradients), b.grad_remove(&mut gradients));
            let (gw, gb) = (gw.expect("a gradient"), gb.expect("a gradient"));
            layer.0 = adamw(layer.0.clone(), gw, &mut state.0, &mut state.1, step, RATE);
            layer.1 = adamw(layer.1.clone(), gb, &mut state.2, &mut state.3, step, 0.0);
        }
        if step == steps {
            last = loss.into_scalar::<f32>();
        }
    }
    last
}

fn adamw<const D: usize>(
    w: Tensor<D>,
    g: Tensor<D>,
    m: &mut Tensor<D>,
    v: &mut Tensor<D>,
    step: usize,
    rate: f64,
) -> Tensor<D> {
    *m = m.clone() * 0.9 + g.clone() * 0.1;
    *v = v.clone() * 0.999 + g.clone() * g * 0.001;
    let m_hat = m.clone() / (1.0 - 0.9f64.powi(step as i32));
    let v_hat = v.clone() / (1.0 - 0.999f64.powi(step as i32));
    let decayed = if rate > 0.0 { w * (1.0 - LR * rate) } else { w };
    decayed - m_hat / (v_hat.sqrt() + 1e-8) * LR
}

/// The engine's kernels with one member.
fn fused(shape: &Shape, steps: usize) -> f32 {
    let device = Device::default();
    let (x, labels) = batch(shape, &device);
    let (x, labels) = (x.unsqueeze::<3>(), labels.unsqueeze::<2>());
    let ones = Tensor::<2>::ones([1, shape.batch], &device);
    let smoothing = Tensor::<1>::zeros([1], &device);
    let rule = Rule::new(Direction::ADAM, Decay::Plain);
    let mut layers: Vec<(Tensor<3>, Tensor<2>)> = start(shape, &device)
        .into_iter()
        .map(|(w, b)| (w.unsqueeze::<3>(), b.unsqueeze::<2>()))
        .collect();
    let mut moments: Vec<_> = layers
        .iter()
        .map(|(w, b)| {
            let (w, b) = (w.clone().unsqueeze::<4>(), b.clone().unsqueeze::<3>());
            let (w, b) = (w.zeros_like(), b.zeros_like());
            (
                Tensor::cat(vec![w.clone(), w], 0),
                Tensor::cat(vec![b.clone(), b], 0),
            )
        })
        .collect();
    let mut last = 0.0;
    for step in 1..=steps {
        let exempt = Scalars {
            learning_rate: LR,
            step: step as u32,
            ..Scalars::default()
        };
        let decayed = Scalars {
            shrink: LR * RATE,
            ..exempt
        };
        let table = [decayed, exempt].map(|scalars| [scalars.row(rule.direction)]);
        let scalars = Tensor::<3>::from_data(table, &device);
        let tracked: Vec<_> = layers
            .iter()
            .map(|(w, b)| {
                let w = Tensor::from_inner(w.clone()).require_grad();
                (w, Tensor::from_inner(b.clone()).require_grad())
            })
            .collect();
        let mut h = x.clone();
        for (i, (w, b)) in tracked.iter().enumerate() {
            let relu = i + 1 < tracked.len();
            let activation = if relu {
                Activation::Relu
            } else {
                Activation::Identity
            };
            h = linear(h, w.clone(), b.clone(), activation);
        }
        let (loss, _) = cross_entropy(h, labels.clone(), ones.clone(), smoothing.clone());
        let loss = loss.sum();
        let mut gradients = loss.backward();
        let taken = std::mem::take(&mut layers)
            .into_iter()
            .zip(std::mem::take(&mut moments));
        for ((w, b), (layer, state)) in tracked.into_iter().zip(taken) {
            let (gw, gb) = (w.grad_remove(&mut gradients), b.grad_remove(&mut gradients));
            let (gw, gb) = (gw.expect("a gradient"), gb.expect("a gradient"));
            drop((w, b));
            let one = |w, g, s, group| update(w, g, s, scalars.clone(), group, rule);
            let (w, ws) = one(
                layer.0.into_dispatch(),
                gw.into_dispatch(),
                state.0.into_dispatch(),
                0,
            );
            let (b, bs) = one(
                layer.1.into_dispatch(),
                gb.into_dispatch(),
                state.1.into_dispatch(),
                1,
            );
            layers.push((Tensor::from_dispatch(w), Tensor::from_dispatch(b)));
            moments.push((Tensor::from_dispatch(ws), Tensor::from_dispatch(bs)));
        }
        if step == steps {
            last = loss.into_scalar::<f32>();
        }
    }
    last
}
