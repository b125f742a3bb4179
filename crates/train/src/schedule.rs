//! Learning-rate schedules.

use serde::{Deserialize, Serialize};

/// How the learning rate moves over a member's steps `t = 0 .. T - 1`, after `W` steps of warm-up.
///
/// | name | factor |
/// | :-- | :-- |
/// | any, `t < W` | `(t + 1) / W` |
/// | `constant` | `1` |
/// | `cosine` | `(1 + cos(pi (t - W) / (T - W))) / 2` |
///
/// # Source
/// Loshchilov & Hutter 2017, eq. 5 without restarts, <https://arxiv.org/abs/1608.03983>.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// The same rate throughout.
    #[default]
    Constant,
    /// Half a cosine wave down to 0.
    Cosine,
}

impl Schedule {
    /// Every variant.
    pub const ALL: [Self; 2] = [Self::Constant, Self::Cosine];

    /// The factor on the learning rate at step `t` of `total`.
    pub fn factor(self, t: u32, total: u32, warm_up: u32) -> f64 {
        if t < warm_up {
            return f64::from(t + 1) / f64::from(warm_up);
        }
        match self {
            Self::Constant => 1.0,
            Self::Cosine => {
                let length = f64::from(total.saturating_sub(warm_up).max(1));
                let share = (f64::from(t - warm_up) / length).min(1.0);
                (1.0 + (std::f64::consts::PI * share).cos()) / 2.0
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Schedule;
    use serde_json::Value;

    fn case(name: &str) -> Value {
        let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracle");
        let dir = std::env::var("DECAY_ORACLE").unwrap_or_else(|_| default.into());
        let text = std::fs::read_to_string(format!("{dir}/optim.json")).expect("golden values");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        let cases = file["cases"].as_array().expect("cases");
        let found = cases.iter().find(|case| case["name"] == name);
        found.expect("the case").clone()
    }

    /// The factor of a cosine that ends at `eta_min`, unscaled to one that ends at 0.
    fn expected_factors(case: &Value, rate: &str, floor: f64) -> Vec<f64> {
        let rate = case["params"][rate].as_f64().expect("a rate");
        let values = case["expected"]["values"]["data"]
            .as_array()
            .expect("values");
        let factor = |v: &Value| (v.as_f64().expect("a number") - floor) / (rate - floor);
        values.iter().map(factor).collect()
    }

    #[test]
    fn the_cosine_agrees_with_the_oracle() {
        let case = case("schedule_torch_cosine_annealing");
        let floor = case["params"]["eta_min"].as_f64().expect("a floor");
        let total = case["params"]["T_max"].as_u64().expect("a length") as u32;
        let want = expected_factors(&case, "lr", floor);
        for (t, want) in (0..=total).zip(want) {
            assert!(
                (Schedule::Cosine.factor(t, total, 0) - want).abs() < 1e-12,
                "{t}"
            );
        }
    }

    #[test]
    fn after_warm_up_the_cosine_of_the_oracle_follows() {
        let case = case("schedule_warmup_cosine_decay_schedule");
        let number = |name: &str| case["params"][name].as_f64().expect("a number");
        let (warm_up, total) = (number("warmup_steps") as u32, number("decay_steps") as u32);
        let want = expected_factors(&case, "peak_value", number("end_value"));
        for t in warm_up..total {
            let got = Schedule::Cosine.factor(t, total, warm_up);
            assert!((got - want[t as usize]).abs() < 1e-12, "{t}");
        }
    }

    #[test]
    fn warm_up_rises_linearly_to_the_full_rate() {
        let factors: Vec<_> = (0..6)
            .map(|t| Schedule::Constant.factor(t, 10, 4))
            .collect();
        assert_eq!(factors, [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]);
    }
}
