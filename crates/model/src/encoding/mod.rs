//! What becomes of the numbers of a table before the first layer.

mod bins;
mod tree;

use burn::tensor::Tensor;
use decay_kernels::{Columns, PERIODIC_VALUES, clip, periodic, piecewise};
use decay_options::names;

use crate::error::ModelError;
use crate::fitting::RowTargets;
use crate::input::InputFeatures;
use crate::inventory::Inventory;
use crate::leaves::Leaves;
use crate::maps::Map;
use crate::mlp::MlpConfig;
use crate::parameter::{BufferSpec, Layout, ParameterKind, ParameterSpec, Start};
use crate::state::{MemberState, State};

pub use bins::BinsBy;

names! {
    /// What a perceptron makes of each number `x` of a table; labels, flags and pixels pass as they are.
    ///
    /// | name | values | source |
    /// | :-- | :-- | :-- |
    /// | `linear` | `x` | |
    /// | `clip` | `x / sqrt(1 + (x / 3)^2)`, within -3 and 3 | Holzmueller et al. 2024, section 3.1, <https://arxiv.org/abs/2407.04491> |
    /// | `piecewise` | its place in each of `bins` bins, see [`BinsBy`] and [`decay_kernels::piecewise`] | Gorishniy et al. 2022, section 3.2, <https://arxiv.org/abs/2203.05556> |
    /// | `periodic` | `x`, and three values of a linear map of `frequencies` learned waves, see [`decay_kernels::periodic`] | both |
    #[derive(Default)]
    pub enum Encoding {
        /// The number itself.
        #[default]
        Linear = "linear",
        /// The number, smoothly clipped.
        Clip = "clip",
        /// Its place in each of several bins.
        Piecewise = "piecewise",
        /// The number and learned waves of it.
        Periodic = "periodic",
    }
}

/// The encoding of a network's inputs.
#[derive(Debug, Clone)]
pub(crate) struct Encoder {
    columns: Columns,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Clip,
    Piecewise {
        /// Place of the edges among the buffers.
        edges: usize,
        bins: usize,
        by: BinsBy,
    },
    Periodic(Waves),
}

/// Places of the waves' values among the parameters.
#[derive(Debug, Clone, Copy)]
struct Waves {
    each: usize,
    frequency: usize,
    phase: usize,
    weight: usize,
    offset: usize,
}

impl Encoder {
    /// What a configuration asks for; nothing if it is linear or if there are no numbers.
    pub(crate) fn new(
        config: &MlpConfig,
        inputs: &InputFeatures,
        own: &mut Inventory,
    ) -> Option<Self> {
        let numbers = inputs.numbers.len();
        if numbers == 0 {
            return None;
        }
        let kind = match config.encoding {
            Encoding::Linear => return None,
            Encoding::Clip => Kind::Clip,
            Encoding::Piecewise => Kind::Piecewise {
                edges: own.buffer(BufferSpec {
                    name: "encoding.edges".into(),
                    shape: vec![numbers, config.bins + 1],
                    start: 0.0,
                    fitted: true,
                }),
                bins: config.bins,
                by: config.bins_by,
            },
            Encoding::Periodic => Kind::Periodic(Waves::new(config, numbers, own)),
        };
        Some(Self {
            columns: Columns::new(&inputs.numbers, inputs.shape.values()),
            kind,
        })
    }

    /// Values behind the encoding.
    pub(crate) fn width(&self) -> usize {
        let (numbers, others) = (self.columns.numbers.len(), self.columns.others.len());
        match self.kind {
            Kind::Clip => numbers + others,
            Kind::Piecewise { bins, .. } => others + numbers * bins,
            Kind::Periodic(_) => others + numbers * (1 + PERIODIC_VALUES),
        }
    }

    /// Values of one sample that its pass keeps, but for those behind it.
    pub(crate) fn activations(&self) -> usize {
        self.columns.count()
    }

    /// Values of one sample in between on a GPU, which has no bodies of its own for the encodings.
    pub(crate) fn patches(&self) -> usize {
        let numbers = self.columns.numbers.len();
        match self.kind {
            // The root, and what it is of.
            Kind::Clip => 2 * self.columns.count(),
            Kind::Piecewise { bins, .. } => 3 * numbers * bins,
            Kind::Periodic(waves) => 3 * numbers * waves.each,
        }
    }

    /// Whether it starts from the values of the numbers.
    pub(crate) fn is_fitted(&self) -> bool {
        matches!(self.kind, Kind::Piecewise { .. })
    }

    /// See [`Network::fitted_buffers`](crate::Network::fitted_buffers).
    pub(crate) fn fitted_buffers(
        &self,
        columns: &[Vec<f32>],
        targets: &RowTargets,
    ) -> Vec<(usize, Vec<f32>)> {
        let Kind::Piecewise { edges, bins, by } = self.kind else {
            return Vec::new();
        };
        let all = columns.iter();
        let all = all.flat_map(|column| by.edges(column, targets, bins));
        vec![(edges, all.collect())]
    }

    /// # Shapes
    /// - `x`: `[R, B, inputs]`
    /// - returns: `[R, B, width]`
    pub(crate) fn apply(&self, leaves: &Leaves, state: &State, x: Tensor<3>) -> Tensor<3> {
        match self.kind {
            Kind::Clip => clip(x, &self.columns),
            Kind::Piecewise { edges, .. } => {
                piecewise(x, state.buffers[edges].clone(), &self.columns)
            }
            Kind::Periodic(waves) => periodic(
                x,
                leaves.flat(waves.frequency),
                leaves.flat(waves.phase),
                leaves.flat(waves.weight),
                leaves.flat(waves.offset),
                &self.columns,
            ),
        }
    }

    /// Whether each column is a number.
    fn numbers(&self) -> Vec<bool> {
        let columns = 0..self.columns.count();
        columns
            .map(|column| self.columns.numbers.binary_search(&column).is_ok())
            .collect()
    }

    /// See [`Network::maps`](crate::Network::maps).
    pub(crate) fn maps(&self, state: &MemberState) -> Result<Vec<Map>, ModelError> {
        match self.kind {
            Kind::Clip => Ok(vec![Map::Clip {
                clipped: self.numbers(),
            }]),
            Kind::Piecewise { edges, bins, .. } => {
                Ok(bins::maps(&self.columns, &state.buffers[edges], bins))
            }
            Kind::Periodic(_) => Err(ModelError::NoMaps {
                what: "a periodic encoding",
            }),
        }
    }
}

impl Waves {
    /// Starts as the authors of both papers do: small frequencies, phases all around, the linear map as torch's.
    fn new(config: &MlpConfig, numbers: usize, own: &mut Inventory) -> Self {
        let each = config.frequencies;
        let mut parameter = |name: &str, kind, shape: [usize; 2], start| {
            own.parameter(ParameterSpec {
                name: format!("encoding.{name}"),
                kind,
                shape: shape.to_vec(),
                layout: Layout::Vector,
                start,
                normalised: false,
            })
        };
        let bound = Start::Uniform(1.0 / (each.max(1) as f64).sqrt());
        let frequencies = Start::Normal(config.frequency_scale);
        let (kind, bias) = (ParameterKind::Encoding, ParameterKind::Bias);
        let weights = [numbers * each, PERIODIC_VALUES];
        Self {
            each,
            frequency: parameter("frequency", kind, [numbers, each], frequencies),
            phase: parameter("phase", bias, [numbers, each], Start::Uniform(0.5)),
            weight: parameter("weight", kind, weights, bound),
            offset: parameter("offset", bias, [numbers, PERIODIC_VALUES], bound),
        }
    }
}
