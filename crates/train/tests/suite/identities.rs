//! Hyper-parameters that are known to be the same thing, against closed forms.

use crate::golden::{self, numbers};
use crate::setup::Setup;
use burn::tensor::{DType, Int, Tensor, TensorData};
use decay_kernels::{At, Purpose, cross_entropy, dropout, perturb, squared_error};
use decay_model::MemberState;
use decay_train::{Device, Member, Optimizer, TrainConfig};
use serde_json::Value;

const ROWS: usize = 23;
const FEATURES: usize = 6;

fn case(name: &str) -> Value {
    golden::case("linear.json", name)
}

/// Rows, values and the weights at which the losses were taken.
struct Linear {
    x: Vec<f64>,
    y: Vec<f64>,
    w: Vec<f64>,
}

impl Linear {
    fn of(case: &Value) -> Self {
        let [x, y, w] = ["x", "y", "w"].map(|name| numbers(&case["inputs"][name]));
        Self { x, y, w }
    }

    fn residuals(&self, w: &[f64]) -> Vec<f64> {
        let rows = self.x.chunks_exact(FEATURES).zip(&self.y);
        rows.map(|(x, y)| y - x.iter().zip(w).map(|(x, w)| x * w).sum::<f64>())
            .collect()
    }

    /// `|y - X w|^2 + sum_j a_j w_j^2`.
    fn ridge(&self, w: &[f64], a: &[f64]) -> f64 {
        let errors: f64 = self.residuals(w).iter().map(|r| r * r).sum();
        errors + w.iter().zip(a).map(|(w, a)| a * w * w).sum::<f64>()
    }

    /// Half the gradient of [`Self::ridge`].
    fn gradient(&self, w: &[f64], a: &[f64]) -> Vec<f64> {
        let residuals = self.residuals(w);
        let of_feature = |j: usize| {
            let along = residuals.iter().zip(self.x.chunks_exact(FEATURES));
            a[j] * w[j] - along.map(|(r, x)| r * x[j]).sum::<f64>()
        };
        (0..FEATURES).map(of_feature).collect()
    }

    /// Mean and standard error of the summed squared error over members whose inputs `change` moved.
    fn sampled(&self, change: impl Fn(Tensor<3>, Tensor<2, Int>) -> Tensor<3>) -> (f64, f64) {
        const MEMBERS: usize = 20_000;
        let device = Device::default();
        let repeated = |values: &[f64], shape: [usize; 3]| -> Tensor<3> {
            let all = (0..MEMBERS).flat_map(|_| values.iter().map(|&v| v as f32));
            Tensor::from_data(TensorData::new(all.collect(), shape), &device)
        };
        let seeds: Vec<i32> = (0..2 * MEMBERS as i32).collect();
        let seeds = TensorData::new(seeds, [MEMBERS, 2]);
        let seeds = Tensor::from_data(seeds, (&device, DType::I32));
        let x = change(repeated(&self.x, [MEMBERS, ROWS, FEATURES]), seeds);
        let w = repeated(&self.w, [MEMBERS, FEATURES, 1]);
        let y = repeated(&self.y, [MEMBERS, ROWS, 1]);
        let losses = squared_error(x.matmul(w), y, Tensor::ones([MEMBERS, ROWS], &device));
        let losses: Vec<f64> = losses
            .into_data()
            .iter::<f32>()
            .map(|loss| f64::from(loss) * ROWS as f64)
            .collect();
        let n = MEMBERS as f64;
        let mean = losses.iter().sum::<f64>() / n;
        let variance = losses.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, (variance / n).sqrt())
    }

    /// Asserts that the oracle's loss and minimiser are those of the ridge, and that the kernel's losses are so on average.
    #[track_caller]
    fn assert_ridge(&self, case: &Value, a: &[f64], (mean, error): (f64, f64)) {
        let expected = &case["expected"];
        let want = expected["expected_loss_at_w"].as_f64().expect("a loss");
        assert!((self.ridge(&self.w, a) / want - 1.0).abs() < 1e-10);
        let slope = self.gradient(&numbers(&expected["minimiser"]), a);
        assert!(slope.iter().all(|g| g.abs() < 1e-10 * want), "{slope:?}");
        assert!(
            (mean - want).abs() < 4.0 * error,
            "{mean} ± {error}, {want}"
        );
        assert!(error < 0.02 * want);
    }
}

const AT: At = At {
    site: 0,
    epoch: 2,
    step: 3,
};

/// Bishop 1995: `E |y - (X + N) w|^2 = |y - X w|^2 + n sigma^2 |w|^2`.
#[test]
fn noise_on_the_inputs_is_ridge() {
    let case = case("input_noise_as_ridge");
    let linear = Linear::of(&case);
    let sigma = case["params"]["sigma"].as_f64().expect("a deviation");
    let alpha = ROWS as f64 * sigma * sigma;
    assert!(
        (alpha
            - case["expected"]["equivalent_alpha"]
                .as_f64()
                .expect("alpha"))
        .abs()
            < 1e-10
    );
    let sampled = linear.sampled(|x, seeds| {
        let sd = Tensor::full([x.dims()[0]], sigma, &x.device());
        perturb(x, sd, seeds, Purpose::InputNoise, AT)
    });
    linear.assert_ridge(&case, &[alpha; FEATURES], sampled);
}

/// Srivastava et al. 2014, section 9.1: inverted dropout weighs each feature by `p / (1 - p)` times its sum of squares.
#[test]
fn dropout_of_the_inputs_is_ridge_weighted_by_feature() {
    for name in ["dropout_as_ridge_half", "dropout_as_ridge_other"] {
        let case = case(name);
        let linear = Linear::of(&case);
        let p = case["params"]["p"].as_f64().expect("a rate");
        let squares = |j: usize| -> f64 {
            let column = linear.x.iter().skip(j).step_by(FEATURES);
            column.map(|x| x * x).sum()
        };
        let a: Vec<f64> = (0..FEATURES).map(|j| p / (1.0 - p) * squares(j)).collect();
        let want = numbers(&case["expected"]["penalty_weights"]);
        for (a, want) in a.iter().zip(want) {
            assert!((a / want - 1.0).abs() < 1e-10);
        }
        let sampled = linear.sampled(|x, seeds| {
            let rate = Tensor::full([x.dims()[0]], p, &x.device());
            dropout(x, rate, seeds, AT)
        });
        linear.assert_ridge(&case, &a, sampled);
    }
}

/// `(1 - s) nll + s mean over the classes of -log p`.
#[test]
fn a_smoothed_loss_is_a_mean_of_the_likelihood_and_of_that_of_all_classes() {
    let device = Device::default();
    let logits = [0.5f32, -1.0, 2.0, 0.25, 3.0, -0.75, 1.5, 1.0];
    let (labels, smoothing) = ([2i32, 1], [0.0f32, 0.1, 0.9]);
    let all: Vec<f32> = (0..3).flat_map(|_| logits).collect();
    let x = Tensor::from_data(TensorData::new(all, [3, 2, 4]), &device);
    let l: Vec<i32> = (0..3).flat_map(|_| labels).collect();
    let l = Tensor::from_data(TensorData::new(l, [3, 2]), (&device, DType::I32));
    let s = Tensor::from_data(TensorData::new(smoothing.to_vec(), [3]), &device);
    let (objective, nll) = cross_entropy(x, l, Tensor::ones([3, 2], &device), s);
    let host = |t: Tensor<1>| -> Vec<f64> { t.into_data().iter::<f32>().map(f64::from).collect() };
    let (mut of_label, mut of_all) = (0.0, 0.0);
    for (x, &label) in logits.chunks_exact(4).zip(&labels) {
        let sum: f64 = x.iter().map(|&v| f64::from(v).exp()).sum();
        let loss = |c: usize| sum.ln() - f64::from(x[c]);
        of_label += loss(label as usize) / 2.0;
        of_all += (0..4).map(loss).sum::<f64>() / 8.0;
    }
    for ((objective, nll), s) in host(objective).iter().zip(host(nll)).zip(smoothing) {
        let s = f64::from(s);
        assert!((nll - of_label).abs() < 1e-6);
        assert!((objective - ((1.0 - s) * of_label + s * of_all)).abs() < 1e-6);
    }
}

/// The engine's weights after gradient descent from zero on `|y - X w|^2 / 2` with a rate that the oracle chose.
///
/// Each row is there twice, once turned about the origin, so that neither an offset nor the mean of the targets enters; the squared
/// error is a mean over 46 rows of targets in units of their spread, so that rates differ by `23 / 2`. Weights start at random, which
/// half the difference of two runs with opposite targets removes.
fn descended(linear: &Linear, lr: f64, weight_decay: f64, steps: u32) -> (Vec<f64>, Vec<f64>) {
    let mirrored = |values: &[f64]| -> Vec<f64> {
        let turned = values.iter().map(|v| -v);
        values.iter().copied().chain(turned).collect()
    };
    let factor = ROWS as f64 / 2.0;
    let config = TrainConfig {
        epochs: steps,
        optimizer: Optimizer::Sgd,
        lr: lr * factor,
        full_batch: true,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    let run = |sign: f64| -> (MemberState, Vec<f64>, f64) {
        let y: Vec<f64> = mirrored(&linear.y).iter().map(|y| sign * y).collect();
        let setup = Setup::regression(&mirrored(&linear.x), &y, config.clone());
        let member = Member::new(&setup.config, weight_decay / factor, 0, 3);
        let mut trained = setup.train(&[member], 1);
        let scale = setup.problem.scales[0].targets[0];
        let losses = trained
            .history
            .iter()
            .filter(|r| r.split == decay_train::Split::Train);
        let losses = losses.map(|r| r.losses.loss).collect();
        (trained.outcomes.remove(0).state, losses, scale.sd)
    };
    let (plus, losses, sd) = run(1.0);
    let (minus, ..) = run(-1.0);
    let pairs = plus.parameters[0].iter().zip(&minus.parameters[0]);
    let weights = pairs.map(|(a, b)| sd * f64::from(a - b) / 2.0);
    (weights.collect(), losses)
}

/// Stopping after `t` steps keeps the share `1 - (1 - lr s^2)^t` of the direction with singular value `s`; with decay it is ridge's share.
#[test]
fn early_stopping_filters_directions_by_their_singular_values() {
    for name in [
        "early_stopping_filter_factors",
        "early_stopping_with_weight_decay",
    ] {
        let case = case(name);
        let number = |key: &str| case["params"][key].as_f64().unwrap_or_default();
        let inputs = |name: &str| numbers(&case["inputs"][name]);
        let linear = Linear {
            x: inputs("x"),
            y: inputs("y"),
            w: Vec::new(),
        };
        let coefficients = numbers(&case["expected"]["coef"]);
        let steps = numbers(&case["params"]["steps"]);
        for (steps, want) in steps.iter().zip(coefficients.chunks_exact(FEATURES)) {
            let (got, losses) =
                descended(&linear, number("lr"), number("weight_decay"), *steps as u32);
            for (got, want) in got.iter().zip(want) {
                assert!((got - want).abs() < 2e-5, "{name} {steps}: {got} {want}");
            }
            if number("weight_decay") == 0.0 {
                // Below twice the inverse of the largest eigenvalue every step lowers the loss, up to rounding.
                let falls = losses
                    .windows(2)
                    .all(|pair| pair[1] <= pair[0] * (1.0 + 1e-6));
                assert!(falls, "{name} {steps}");
            }
        }
    }
}
