//! Every architecture behind one interface.

use std::sync::Arc;

use decay_options::{Kind, Options, Row};
use serde::{Deserialize, Serialize};

use crate::cnn::{Cnn, CnnConfig, Given, Preset};
use crate::error::ModelError;
use crate::fitting::RowTargets;
use crate::gnn::{Gnn, GnnConfig};
use crate::input::{Input, InputFeatures, InputShape, Output};
use crate::leaves::Leaves;
use crate::maps::Map;
use crate::mlp::{Mlp, MlpConfig, MlpPreset};
use crate::mode::Mode;
use crate::own::PopulationNetwork;
use crate::parameter::{BufferSpec, ParameterSpec};
use crate::precision::Precision;
use crate::state::{MemberState, State};

/// Which architecture, and its settings; `kind` names the variant in files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelConfig {
    /// A multilayer perceptron.
    Mlp(MlpConfig),
    /// A convolutional network.
    Cnn(CnnConfig),
    /// A graph network.
    Gnn(GnnConfig),
    /// A network that the caller brings.
    Own {
        /// See [`PopulationNetwork::name`].
        name: String,
    },
}

impl From<CnnConfig> for ModelConfig {
    fn from(config: CnnConfig) -> Self {
        Self::Cnn(config)
    }
}

impl From<GnnConfig> for ModelConfig {
    fn from(config: GnnConfig) -> Self {
        Self::Gnn(config)
    }
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self::Mlp(MlpConfig::default())
    }
}

/// Which architecture.
const KIND: Row = Row::new(
    "model.kind",
    "Architecture: mlp, cnn for images or gnn for graphs; table and linear are an mlp with the preset of that name.",
    Kind::Choice(&ModelConfig::KINDS_AND_SHORT),
)
.flag("model")
.value("KIND")
.default("mlp");

/// Which known network of the architecture.
const PRESET: Row = Row::new(
    "model.preset",
    "Of an mlp: table, linear; of a cnn: lenet, simple, resnet8 or resnet20.\n\nEncoding and hidden layers of the one, stages and norm of the \
     others; what is given beside it counts. See [`MlpPreset`] and [`Preset`].",
    Kind::Choice(&ModelConfig::PRESETS),
)
.flag("preset")
.default("none; simple of a cnn");

impl ModelConfig {
    /// Names of the architectures.
    pub const KINDS: [&'static str; 3] = ["mlp", "cnn", "gnn"];

    /// The same, and presets of perceptrons that stand for themselves.
    pub const KINDS_AND_SHORT: [&'static str; 5] = ["mlp", "cnn", "gnn", "table", "linear"];

    /// Names of known networks, those of perceptrons first.
    pub const PRESETS: [&'static str; MlpPreset::NAMES.len() + Preset::NAMES.len()] = {
        let mut all = [""; MlpPreset::NAMES.len() + Preset::NAMES.len()];
        let (own, more) = all.split_at_mut(MlpPreset::NAMES.len());
        own.copy_from_slice(&MlpPreset::NAMES);
        more.copy_from_slice(&Preset::NAMES);
        all
    };

    /// The rows of every architecture with their defaults; what several have is there once.
    pub fn rows() -> Vec<(&'static Row, Option<String>)> {
        let of_all = [&KIND, &PRESET].into_iter();
        let mut all: Vec<_> = of_all
            .map(|row| (row, row.default.map(str::to_owned)))
            .collect();
        let more = [
            MlpConfig::defaults(),
            Given::defaults(),
            GnnConfig::defaults(),
        ];
        for (row, default) in more.into_iter().flatten() {
            if all.iter().all(|(other, _)| other.path != row.path) {
                all.push((row, default));
            }
        }
        all
    }

    /// The name of the architecture, as in files.
    pub fn kind(&self) -> &str {
        match self {
            Self::Mlp(_) => "mlp",
            Self::Cnn(_) => "cnn",
            Self::Gnn(_) => "gnn",
            Self::Own { .. } => "own",
        }
    }

    /// The network for samples of this shape and `outputs` classes or values.
    ///
    /// Of a shape alone, all values of a row count as numbers of a table; see [`InputFeatures`].
    ///
    /// # Errors
    /// What the architecture refuses; see [`Mlp::new`], [`Cnn::new`] and [`Gnn::new`]. [`ModelError::NoImage`].
    pub fn init(
        &self,
        inputs: impl Into<InputFeatures>,
        outputs: usize,
    ) -> Result<Network, ModelError> {
        let inputs = inputs.into();
        match (self, inputs.shape) {
            (Self::Mlp(config), _) => Mlp::new(config, inputs, outputs).map(Network::Mlp),
            (Self::Cnn(config), InputShape::Image(image)) => {
                Cnn::new(config, image, outputs).map(Network::Cnn)
            }
            (Self::Gnn(config), shape) => {
                Gnn::new(config, shape.values(), outputs).map(Network::Gnn)
            }
            (Self::Cnn(_), InputShape::Row(values)) => Err(ModelError::NoImage { values }),
            (Self::Own { name }, _) => Err(ModelError::Own { name: name.clone() }),
        }
    }
}

/// A network without its values.
#[derive(Debug, Clone)]
pub enum Network {
    /// A multilayer perceptron.
    Mlp(Mlp),
    /// A convolutional network.
    Cnn(Cnn),
    /// A graph network.
    Gnn(Gnn),
    /// A network that the caller brings.
    Own(Arc<dyn PopulationNetwork>),
}

impl Network {
    /// Parameters in the order of a [`State`].
    pub fn parameters(&self) -> &[ParameterSpec] {
        match self {
            Self::Mlp(mlp) => mlp.parameters(),
            Self::Cnn(cnn) => cnn.parameters(),
            Self::Gnn(gnn) => gnn.parameters(),
            Self::Own(own) => own.parameters(),
        }
    }

    /// Buffers in the order of a [`State`].
    pub fn buffers(&self) -> &[BufferSpec] {
        match self {
            Self::Mlp(mlp) => mlp.buffers(),
            Self::Cnn(cnn) => cnn.buffers(),
            Self::Gnn(gnn) => gnn.buffers(),
            Self::Own(own) => own.buffers(),
        }
    }

    /// The starting values of the member with this seed.
    pub fn initial(&self, seed: u64) -> MemberState {
        MemberState::initial(self.parameters(), self.buffers(), seed)
    }

    /// Columns of the inputs from whose values on the training rows some buffers start; none for most networks.
    pub fn fitted_columns(&self) -> &[usize] {
        match self {
            Self::Mlp(mlp) => mlp.fitted_columns(),
            Self::Cnn(_) | Self::Gnn(_) | Self::Own(_) => &[],
        }
    }

    /// Those buffers, by their place, for the scaled values of [`fitted_columns`](Self::fitted_columns) on the training rows, and what
    /// is to be predicted of these.
    ///
    /// # Shapes
    /// - `columns`: for each column a value of every training row, NaN where it is missing
    pub fn fitted_buffers(
        &self,
        columns: &[Vec<f32>],
        targets: &RowTargets,
    ) -> Vec<(usize, Vec<f32>)> {
        match self {
            Self::Mlp(mlp) => mlp.fitted_buffers(columns, targets),
            Self::Cnn(_) | Self::Gnn(_) | Self::Own(_) => Vec::new(),
        }
    }

    /// The parameters for one pass, tracked by autodiff if it is to be differentiated.
    pub fn leaves(&self, state: &State, tracked: bool, precision: Precision) -> Leaves {
        Leaves::new(self.parameters(), state, tracked, precision)
    }

    /// Whether the network reads the edges of a graph.
    pub fn reads_edges(&self) -> bool {
        matches!(self, Self::Gnn(_))
    }

    /// Outputs of every member; a training pass also moves the running statistics in `state`.
    ///
    /// # Panics
    /// If the input is not of the network's kind, see [`Network::reads_edges`].
    pub fn forward(
        &self,
        leaves: &Leaves,
        state: &mut State,
        input: Input,
        mode: Mode<'_>,
    ) -> Output {
        match (self, input) {
            (Self::Mlp(mlp), Input::Rows(x)) => mlp.forward(leaves, state, x, mode).into(),
            (Self::Cnn(cnn), Input::Rows(x)) => cnn.forward(leaves, state, x, mode).into(),
            (Self::Gnn(gnn), Input::Graph(graph)) => {
                let output = gnn.forward(leaves, state, &graph, mode);
                Output {
                    values: output.logits,
                    embeddings: Some(output.embeddings),
                }
            }
            (Self::Own(own), Input::Rows(x)) => own.forward(leaves, state, x, mode).into(),
            (_, Input::Graph(_)) => panic!("this network reads rows"),
            (Self::Gnn(_), Input::Rows(_)) => panic!("a graph network reads a graph"),
        }
    }

    /// One member's network in evaluation mode as maps in order, in double precision.
    ///
    /// Batch norms become diagonal maps of their running statistics; dropout is absent.
    ///
    /// # Errors
    /// [`ModelError::NoMaps`] for a layer norm, whose factors depend on the sample, for a graph network, whose samples are not
    /// apart, and for a periodic encoding; [`ModelError::Values`] if `state` is that of another architecture.
    pub fn maps(&self, state: &MemberState) -> Result<Vec<Map>, ModelError> {
        self.check(state)?;
        match self {
            Self::Mlp(mlp) => mlp.maps(state),
            Self::Cnn(cnn) => cnn.maps(state),
            Self::Gnn(_) => Err(ModelError::NoMaps {
                what: "a graph network",
            }),
            Self::Own(own) => own.maps(state),
        }
    }

    /// Whether a member has as many values as the network wants, everywhere.
    fn check(&self, state: &MemberState) -> Result<(), ModelError> {
        let same = |name: &str, expected, got| {
            if expected == got {
                return Ok(());
            }
            Err(ModelError::Values {
                name: name.to_owned(),
                expected,
                got,
            })
        };
        let (parameters, buffers) = (self.parameters(), self.buffers());
        same("parameters", parameters.len(), state.parameters.len())?;
        same("buffers", buffers.len(), state.buffers.len())?;
        for (spec, values) in parameters.iter().zip(&state.parameters) {
            same(&spec.name, spec.len(), values.len())?;
        }
        for (spec, values) in buffers.iter().zip(&state.buffers) {
            same(&spec.name, spec.shape.iter().product(), values.len())?;
        }
        Ok(())
    }

    /// Values that one sample's forward and backward pass keeps, for sizing chunks.
    pub fn activations(&self) -> usize {
        match self {
            Self::Mlp(mlp) => mlp.activations(),
            Self::Cnn(cnn) => cnn.activations(),
            Self::Gnn(gnn) => gnn.activations(),
            Self::Own(own) => own.activations(),
        }
    }

    /// Values of one sample that a GPU needs beside the activations.
    pub fn patches(&self) -> usize {
        match self {
            Self::Gnn(_) | Self::Own(_) => 0,
            Self::Mlp(mlp) => mlp.patches(),
            Self::Cnn(cnn) => cnn.patches(),
        }
    }

    /// Multiplications of one sample's forward pass, for estimates of time; of a graph those on its edges are left out.
    pub fn multiplications(&self) -> usize {
        match self {
            Self::Cnn(cnn) => cnn.multiplications(),
            Self::Mlp(_) | Self::Gnn(_) | Self::Own(_) => self.size(),
        }
    }

    /// Number of trained values of one member.
    pub fn size(&self) -> usize {
        self.parameters().iter().map(ParameterSpec::len).sum()
    }
}
