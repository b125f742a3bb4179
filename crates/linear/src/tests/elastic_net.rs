//! Paths of lasso and elastic net: golden values, conditions of a minimum, and limits.

use super::oracle::{golden, numbers};
use super::{largest, noise};
use crate::{ElasticNet, Penalties, Ridge, Rows, Solution};

/// Columns of which neighbours are correlated, and answers of the first few.
struct Made {
    features: Vec<f32>,
    inputs: usize,
    answers: Vec<f64>,
    targets: usize,
}

impl Made {
    fn new(rows: usize, inputs: usize, targets: usize) -> Self {
        let values = noise(11, rows * (inputs + 1));
        let own = |row: usize, input: usize| {
            let at = &values[row * (inputs + 1) + input..];
            (at[0] + 0.8 * at[1]) as f32
        };
        let features: Vec<f32> = (0..rows)
            .flat_map(|row| (0..inputs).map(move |input| own(row, input)))
            .collect();
        let errors = noise(12, rows * targets);
        let answer = |row: usize, target: usize| {
            let x = &features[row * inputs..][..inputs];
            let along = |place: usize| f64::from(x[(place + target) % inputs]);
            3.0 * along(0) - 2.0 * along(1) + along(2) + 5.0 + errors[row * targets + target]
        };
        let answers = (0..rows)
            .flat_map(|row| (0..targets).map(move |target| (row, target)))
            .map(|(row, target)| answer(row, target))
            .collect();
        Self {
            features,
            inputs,
            answers,
            targets,
        }
    }

    fn rows<'a>(&'a self, weights: Option<&'a [f64]>) -> Rows<'a> {
        Rows {
            features: &self.features,
            inputs: self.inputs,
            weights,
        }
    }

    fn net(&self, weights: Option<&[f64]>) -> ElasticNet {
        ElasticNet::new(&self.rows(weights), &self.answers, self.targets).unwrap()
    }

    fn path(&self, weights: Option<&[f64]>, penalties: &[Penalties]) -> Vec<Solution> {
        self.net(weights).path(penalties, &|| false).unwrap()
    }

    /// Slope of the squared errors by weights and by biases, from the formula alone.
    fn slope(&self, weights: Option<&[f64]>, model: &Solution) -> (Vec<f64>, Vec<f64>) {
        let rows = self.answers.len() / self.targets;
        let total: f64 = weights.map_or(rows as f64, |own| own.iter().sum());
        let outputs = model.outputs(&self.features);
        let mut slope = vec![0.0; model.weights.len()];
        let mut offset = vec![0.0; self.targets];
        for row in 0..rows {
            let share = weights.map_or(1.0, |own| own[row]) / total;
            for target in 0..self.targets {
                let place = row * self.targets + target;
                let error = outputs[place] - self.answers[place];
                let own = 2.0 * share * error / self.targets as f64;
                offset[target] += own;
                for input in 0..self.inputs {
                    let x = f64::from(self.features[row * self.inputs + input]);
                    slope[input * self.targets + target] += own * x;
                }
            }
        }
        (slope, offset)
    }

    /// The conditions of a minimum: the slope of the errors is `-rate w - l1 sign(w)`, and within `l1` where `w` is 0.
    fn is_least(&self, weights: Option<&[f64]>, model: &Solution, own: Penalties, unit: f64) {
        let (slope, offset) = self.slope(weights, model);
        assert!(largest(&offset) < 1e-10 * unit, "{offset:?}");
        for (slope, weight) in slope.iter().zip(&model.weights) {
            let off = match *weight == 0.0 {
                true => (slope.abs() - own.l1).max(0.0),
                false => (slope + own.rate * weight + own.l1 * weight.signum()).abs(),
            };
            assert!(
                off < 1e-10 * unit,
                "{own:?}: {off} beside a weight of {weight}"
            );
        }
    }
}

/// In single precision the features of these cases are rounded; the golden values are of the rounded ones to `10^-6`.
#[test]
fn paths_of_scikit_learn_are_met() {
    for name in ["lasso_path", "elastic_net_path"] {
        let case = golden(name);
        let ratio = case["params"]["l1_ratio"].as_f64().unwrap();
        let lambdas = numbers(&case["params"]["lambda"]);
        let x: Vec<f32> = numbers(&case["inputs"]["x_centred"])
            .iter()
            .map(|&x| x as f32)
            .collect();
        let y = numbers(&case["inputs"]["y_centred"]);
        let rows = Rows {
            features: &x,
            inputs: x.len() / y.len(),
            weights: None,
        };
        let penalties: Vec<Penalties> = lambdas
            .iter()
            .map(|lambda| Penalties {
                l1: 2.0 * lambda * ratio,
                rate: 2.0 * lambda * (1.0 - ratio),
            })
            .collect();
        let net = ElasticNet::new(&rows, &y, 1).unwrap();
        let most = case["expected"]["lambda_max"].as_f64().unwrap();
        assert!((net.largest() / (2.0 * most) - 1.0).abs() < 1e-6);
        let path = net.path(&penalties, &|| false).unwrap();
        let found = path.iter().flat_map(|own| &own.weights);
        for (found, wanted) in found.zip(numbers(&case["expected"]["coef"])) {
            assert!(
                (found - wanted).abs() < 1e-6,
                "{name}: {found} for {wanted}"
            );
            assert_eq!(*found == 0.0, wanted == 0.0, "{name}: {found} for {wanted}");
        }
    }
}

#[test]
fn every_model_of_a_path_is_a_minimum() {
    // Fewer features than rows, more, and as many; rows that count alike and not; one target and several.
    for (rows, inputs, targets) in [(40, 9, 1), (30, 80, 1), (25, 25, 2), (60, 200, 3)] {
        let made = Made::new(rows, inputs, targets);
        let uneven: Vec<f64> = (0..rows).map(|row| (row % 4) as f64).collect();
        for weights in [None, Some(uneven.as_slice())] {
            let most = made.net(weights).largest();
            let penalties: Vec<Penalties> = (0..12)
                .flat_map(|place| {
                    let l1 = most * 0.5f64.powi(place);
                    [0.0, 0.01].map(|rate| Penalties { l1, rate })
                })
                .collect();
            for (model, own) in made.path(weights, &penalties).iter().zip(&penalties) {
                made.is_least(weights, model, *own, most);
                assert!(model.gradient < 1e-11, "{}", model.gradient);
            }
        }
    }
}

/// The strong rule guesses by the slopes of the model before: beside a rate that keeps all weights small, more columns belong in than the
/// model without it told.
#[test]
fn what_the_guess_left_out_is_looked_at_again() {
    let made = Made::new(60, 200, 1);
    let most = made.net(None).largest();
    // In steps so small that the guess leaves columns out.
    let mut penalties: Vec<Penalties> = (0..12)
        .map(|place| Penalties {
            l1: most * 0.9f64.powi(place),
            rate: 0.0,
        })
        .collect();
    penalties.push(Penalties {
        rate: 50.0,
        ..penalties[11]
    });
    let path = made.path(None, &penalties);
    let count = |own: &Solution| own.weights.iter().filter(|weight| **weight != 0.0).count();
    let counts = [&path[11], &path[12]].map(count);
    assert!(counts[0] < counts[1], "{counts:?}");
    for (model, own) in path.iter().zip(penalties) {
        made.is_least(None, model, own, most);
    }
}

#[test]
fn nothing_has_a_weight_from_the_largest_penalty_on_and_something_just_below() {
    let made = Made::new(50, 20, 2);
    let most = made.net(None).largest();
    let at = |l1: f64| made.path(None, &[Penalties { l1, rate: 0.0 }])[0].clone();
    let none = at(most);
    assert!(none.weights.iter().all(|weight| *weight == 0.0));
    for (target, bias) in none.bias.iter().enumerate() {
        let own = made.answers.iter().skip(target).step_by(2);
        assert!((own.sum::<f64>() / 50.0 - bias).abs() < 1e-12);
    }
    let some = at(0.999 * most).weights.into_iter();
    assert_eq!(some.filter(|weight| *weight != 0.0).count(), 1);
}

#[test]
fn without_its_first_penalty_it_is_ridge_regression() {
    let made = Made::new(60, 12, 2);
    let rates = [0.0, 1e-3, 0.1, 10.0];
    let ridge = Ridge::new(&made.rows(None), &made.answers, 2).unwrap();
    let penalties = rates.map(|rate| Penalties { l1: 0.0, rate });
    let path = made.path(None, &penalties);
    for (found, wanted) in path.iter().zip(ridge.path(&rates).unwrap()) {
        for (found, wanted) in found.weights.iter().zip(&wanted.weights) {
            assert!((found - wanted).abs() < 1e-10, "{found} for {wanted}");
        }
    }
}

#[test]
fn the_order_of_the_penalties_changes_nothing() {
    let made = Made::new(40, 60, 1);
    let of = |l1: f64| Penalties { l1, rate: 0.001 };
    let (forth, back) = ([2.0, 0.5, 0.1].map(of), [0.1, 2.0, 0.5].map(of));
    let (a, b) = (made.path(None, &forth), made.path(None, &back));
    assert_eq!([&a[0], &a[1], &a[2]], [&b[1], &b[2], &b[0]]);
}

/// Columns that are each other's copies share a weight between them in one of many ways, and the model is the same.
#[test]
fn collinear_columns_come_to_an_end() {
    let half = Made::new(30, 5, 1);
    let twice: Vec<f32> = half
        .features
        .chunks(5)
        .flat_map(|row| [row, row].concat())
        .collect();
    let both = Made {
        features: twice,
        inputs: 10,
        answers: half.answers.clone(),
        targets: 1,
    };
    for l1 in [1.0, 0.1, 0.001] {
        let own = Penalties { l1, rate: 0.0 };
        let (single, double) = (half.path(None, &[own]), both.path(None, &[own]));
        both.is_least(None, &double[0], own, half.net(None).largest());
        let pairs = single[0].outputs(&half.features).into_iter();
        for (a, b) in pairs.zip(double[0].outputs(&both.features)) {
            assert!((a - b).abs() < 1e-9, "{a} {b}");
        }
    }
}

#[test]
fn a_column_that_does_not_vary_has_no_weight() {
    let mut made = Made::new(20, 4, 1);
    made.features.iter_mut().step_by(4).for_each(|x| *x = 3.0);
    let model = &made.path(None, &[Penalties { l1: 0.0, rate: 0.0 }])[0];
    assert_eq!(model.weights[0], 0.0);
    assert!(model.weights[1].abs() > 0.1);
}

#[test]
fn it_stops_when_told() {
    let made = Made::new(20, 4, 1);
    let found = made
        .net(None)
        .path(&[Penalties { l1: 0.1, rate: 0.0 }], &|| true);
    assert_eq!(found, Err(crate::LinearError::Stopped));
}
