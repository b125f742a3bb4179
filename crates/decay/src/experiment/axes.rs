//! Which hyper-parameters a sweep varies, and the decay rates in whatever unit they are given.

use decay_train::{Axis, Hyper, Spacing, Strength, rate_of_half_life, rate_of_tau};

use crate::error::Error;
use crate::settings::{Grid, Settings};

/// Most hyper-parameters with several values.
const MOST: usize = 2;

/// The axes, and the rate of all members where decay is none of them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axes {
    pub(super) rate: f64,
    /// The first is the one that the one-standard-error rule moves along: the decay if it is swept, else a hyper-parameter with an order
    /// of strength if there is one.
    pub(super) axes: Vec<Axis>,
}

impl Axes {
    /// What the settings ask for, where an epoch has so many steps.
    pub(super) fn new(settings: &Settings, steps: f64) -> Result<Self, Error> {
        let (key, rates) = rates(settings, steps)?;
        let decay = Axis::new(Hyper::Decay, &rates)?;
        let rate = decay.values.first().copied().unwrap_or_default();
        let mut axes = vec![decay];
        for (hyper, values) in settings.train.lists() {
            axes.push(Axis::new(hyper, &values)?);
        }
        if axes.len() > 1 {
            axes.retain(|axis| axis.values.len() > 1);
        }
        if axes.len() > MOST {
            return Err(too_many(&axes, key));
        }
        axes.sort_by_key(|axis| axis.hyper.strength() == Strength::Unordered);
        Ok(Self { rate, axes })
    }
}

/// The decay rates and the key that they were given by.
fn rates(settings: &Settings, steps: f64) -> Result<(&'static str, Vec<f64>), Error> {
    let (sweep, train) = (&settings.sweep, &settings.train);
    let pace = train.decay_kind().pace(train.lr);
    let Some((key, grid)) = sweep.grid() else {
        return Ok(("sweep.rates", Vec::new()));
    };
    let rate: fn(f64, f64, f64) -> f64 = match key {
        "sweep.half_lives" => rate_of_half_life,
        "sweep.taus" => rate_of_tau,
        _ => |rate, _, _| rate,
    };
    if train.is_exact() && key != "sweep.rates" {
        return Err(Error::Setting(format!(
            "{key} is a time, and models that are solved take none: give sweep.rates, or train by --solver steps"
        )));
    }
    let varies = train.lists().any(|(hyper, _)| hyper == Hyper::Lr);
    if varies && key != "sweep.rates" {
        return Err(Error::Setting(format!(
            "{key} means another rate at every learning rate; give sweep.rates where train.lr has several values"
        )));
    }
    let mut rates = Vec::new();
    for value in values(key, grid)? {
        let rate = rate(value, pace, steps);
        if !Hyper::Decay.allows(rate) {
            return Err(Error::Setting(format!(
                "{key} must give finite rates, got {value}, which is the rate {rate} at train.lr = {}",
                train.lr
            )));
        }
        rates.push(rate);
    }
    Ok((key, rates))
}

fn values(key: &str, grid: &Grid) -> Result<Vec<f64>, Error> {
    grid.values(Spacing::Logarithmic)
        .map_err(|reason| Error::Setting(format!("{key} {reason}")))
}

fn too_many(axes: &[Axis], rates: &str) -> Error {
    let named = |axis: &Axis| {
        let key = match axis.hyper {
            Hyper::Decay => rates.to_owned(),
            hyper => format!("train.{}", hyper.key()),
        };
        format!("{key} ({})", axis.values.len())
    };
    let names: Vec<String> = axes.iter().map(named).collect();
    let hint = match axes[0].hyper {
        Hyper::Decay => "; one rate, as in --rates 0.01, leaves the decay out",
        _ => "",
    };
    Error::Setting(format!(
        "at most {MOST} settings may have several values, got {}{hint}",
        names.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::{Axes, Axis, Hyper};
    use crate::settings::Settings;

    fn axes(text: &str) -> Result<Axes, String> {
        let settings: Settings = toml::from_str(&format!("model.kind = \"mlp\"\n{text}")).unwrap();
        Axes::new(&settings.with_rates(true), 20.0).map_err(|failure| failure.to_string())
    }

    fn hypers(text: &str) -> Vec<(Hyper, usize)> {
        let axes = axes(text).unwrap().axes;
        let count = |axis: &Axis| (axis.hyper, axis.values.len());
        axes.iter().map(count).collect()
    }

    #[test]
    fn the_decay_is_an_axis_unless_one_rate_is_given_beside_another() {
        assert_eq!(hypers(""), [(Hyper::Decay, 16)]);
        assert_eq!(hypers("[sweep]\nrates = [0.1]"), [(Hyper::Decay, 1)]);
        let dropout = "[train]\ndropout = \"0..0.5:6\"\n";
        assert_eq!(hypers(dropout), [(Hyper::Decay, 16), (Hyper::Dropout, 6)]);
        let alone = axes(&format!("{dropout}[sweep]\nrates = [0.1]")).unwrap();
        assert_eq!((alone.rate, alone.axes.len()), (0.1, 1));
        assert_eq!(alone.axes[0].hyper, Hyper::Dropout);
    }

    #[test]
    fn a_hyper_parameter_without_an_order_makes_the_rows() {
        let both = "[train]\nlr = [0.1, 0.01]\ndropout = [0, 0.1, 0.2]\n[sweep]\nrates = [0.1]";
        assert_eq!(hypers(both), [(Hyper::Dropout, 3), (Hyper::Lr, 2)]);
        let decay = "[train]\nlr = [0.1, 0.01]\n[sweep]\nrates = [0.1, 1]";
        assert_eq!(hypers(decay), [(Hyper::Decay, 2), (Hyper::Lr, 2)]);
    }

    #[test]
    fn a_third_axis_is_refused_by_name() {
        let message = axes("[train]\nlr = [0.1, 0.01]\ndropout = [0, 0.1]").unwrap_err();
        for part in [
            "at most 2",
            "sweep.rates (16)",
            "train.lr (2)",
            "train.dropout (2)",
            "--rates",
        ] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn rates_may_be_time_scales_where_there_is_one_learning_rate() {
        let given = axes("[train]\nlr = 0.1\n[sweep]\ntaus = [5, inf]").unwrap();
        // 5 epochs of 20 steps: `(1 - e^(-1 / 100)) / lr`.
        assert_eq!(given.axes[0].values, [0.0, -(-0.01_f64).exp_m1() / 0.1]);
        let message = axes("[train]\nlr = [0.1, 0.2]\n[sweep]\ntaus = [5, 50]").unwrap_err();
        assert!(
            message.contains("sweep.taus") && message.contains("train.lr"),
            "{message}"
        );
        // The strongest decay removes a weight in one step.
        let strongest = axes("[train]\nlr = 0.1\n[sweep]\ntaus = [1e-320]").unwrap();
        assert_eq!(strongest.axes[0].values, [10.0]);
        let message = axes("[train]\nlr = 1e-310\n[sweep]\ntaus = [0.001]").unwrap_err();
        assert!(message.contains("sweep.taus must give finite"), "{message}");
    }
}
