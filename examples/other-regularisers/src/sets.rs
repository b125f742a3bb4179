//! Five tables and two sets of images, and what is drawn of them.

use decay_claim::{Result, halved_clothes, next_days, overlap};
use decay_data::{Dataset, Embedded};

/// A data set, and how many of its rows each replicate has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Set {
    /// As measurements name it.
    pub(crate) name: &'static str,
    pub(crate) load: fn() -> Result<Dataset>,
    pub(crate) rows: usize,
    /// Rows to train on, and rows of which one half chooses and the other tests.
    pub(crate) sizes: [usize; 2],
    /// What its loss is in.
    pub(crate) unit: &'static str,
}

const NATS: &str = "nats";
const VARIANCES: &str = "variances of the target";

/// The last two are images.
pub(crate) const SETS: [Set; 7] = [
    Set {
        name: "breast cancer",
        load: || Ok(Embedded::BreastCancer.load()?),
        rows: 569,
        sizes: [60, 200],
        unit: NATS,
    },
    Set {
        name: "wine",
        load: || Ok(Embedded::Wine.load()?),
        rows: 178,
        sizes: [40, 80],
        unit: NATS,
    },
    Set {
        name: "diabetes",
        load: || Ok(Embedded::Diabetes.load()?),
        rows: 442,
        sizes: [60, 200],
        unit: VARIANCES,
    },
    Set {
        name: "range of stocks",
        load: || next_days().map(|[range, _]| range),
        rows: 12_039,
        sizes: [60, 600],
        unit: VARIANCES,
    },
    Set {
        name: "direction of stocks",
        load: || next_days().map(|[_, direction]| direction),
        rows: 12_039,
        sizes: [60, 600],
        unit: NATS,
    },
    Set {
        name: "digits",
        load: || Ok(Embedded::Digits.load()?),
        rows: 1797,
        sizes: [100, 600],
        unit: NATS,
    },
    Set {
        name: "Fashion-MNIST",
        load: halved_clothes,
        rows: 2000,
        sizes: [100, 600],
        unit: NATS,
    },
];

/// Places of the sets with one number, or one of two classes, to predict, and what measurements call their linear models.
pub(crate) const LINEAR: [(usize, &str); 3] = [
    (0, "breast cancer, least squares"),
    (2, "diabetes, least squares"),
    (3, "range of stocks, least squares"),
];

impl Set {
    /// What tests need to know of the rows that two replicates have in common: half of the held ones test.
    pub(crate) fn overlap(&self) -> f64 {
        overlap(self.sizes[1] as f64 / 2.0 / self.rows as f64)
    }
}
