//! What becomes of the labels of a table before the first layer.

use burn::tensor::Tensor;
use decay_kernels::{Categories, Category, embed};
use decay_options::names;

use crate::input::InputFeatures;
use crate::inventory::Inventory;
use crate::leaves::Leaves;
use crate::maps::{DenseMap, Map};
use crate::mlp::MlpConfig;
use crate::parameter::{Layout, ParameterKind, ParameterSpec, Start};
use crate::state::MemberState;

names! {
    /// What a perceptron reads of a label of a table with `L` levels.
    ///
    /// | name | values | source |
    /// | :-- | :-- | :-- |
    /// | `one_hot` | `L` flags, of which one is 1 | |
    /// | `embedded` | the level's own vector of `min(embedding, L)` learned numbers, see [`decay_kernels::embed`] | Guo & Berkhahn 2016, <https://arxiv.org/abs/1604.06737> |
    ///
    /// A missing or unknown label is a row of zeros under both.
    #[derive(Default)]
    pub enum Categorical {
        /// A flag for each level.
        #[default]
        OneHot = "one_hot",
        /// A learned vector of each level.
        Embedded = "embedded",
    }
}

/// The embedding of a network's categories.
#[derive(Debug, Clone)]
pub(crate) struct Embedder {
    categories: Categories,
    /// Places of their vectors among the parameters.
    tables: Vec<usize>,
}

impl Embedder {
    /// What a configuration asks for; nothing if labels stay flags or if there are none.
    pub(crate) fn new(
        config: &MlpConfig,
        inputs: &InputFeatures,
        own: &mut Inventory,
    ) -> Option<Self> {
        let filled = inputs.categories.iter().filter(|flags| !flags.is_empty());
        let categories: Vec<Category> = filled
            .map(|flags| Category {
                start: flags.start,
                levels: flags.len(),
                width: config.embedding.clamp(1, flags.len()),
            })
            .collect();
        if config.categories == Categorical::OneHot || categories.is_empty() {
            return None;
        }
        let table = |(index, category): (usize, &Category)| {
            own.parameter(ParameterSpec {
                name: format!("embeddings.{index}.weight"),
                kind: ParameterKind::Encoding,
                shape: vec![category.levels, category.width],
                // As torch has those of its `Embedding`.
                layout: Layout::Vector,
                // Vectors about as long as the flag that they stand for.
                start: Start::Normal(1.0 / (category.width as f64).sqrt()),
                normalised: false,
            })
        };
        Some(Self {
            tables: categories.iter().enumerate().map(table).collect(),
            categories: Categories::new(&categories, inputs.shape.values()),
        })
    }

    /// Values behind the embedding.
    pub(crate) fn width(&self) -> usize {
        self.categories.width()
    }

    /// What an encoding behind it is given: the columns that are no flags in their order, then vectors.
    pub(crate) fn behind(&self, inputs: &InputFeatures) -> InputFeatures {
        let moved = self.categories.others.iter().enumerate();
        let numbers = moved.filter(|(_, column)| inputs.numbers.binary_search(column).is_ok());
        InputFeatures::new(self.width(), numbers.map(|(place, _)| place).collect())
    }

    /// # Shapes
    /// - `x`: `[R, B, inputs]`
    /// - returns: `[R, B, width]`
    pub(crate) fn apply(&self, leaves: &Leaves, x: Tensor<3>) -> Tensor<3> {
        let tables = self.tables.iter().map(|&place| leaves.flat(place));
        embed(x, Tensor::cat(tables.collect(), 1), &self.categories)
    }

    /// See [`Network::maps`](crate::Network::maps).
    pub(crate) fn map(&self, state: &MemberState) -> Map {
        let (inputs, outputs) = (self.categories.count(), self.width());
        let mut weight = vec![0.0; inputs * outputs];
        for (place, &column) in self.categories.others.iter().enumerate() {
            weight[column * outputs + place] = 1.0;
        }
        let mut first = self.categories.others.len();
        for (category, &table) in self.categories.all().iter().zip(&self.tables) {
            let vectors = state.parameters[table].chunks_exact(category.width);
            for (level, vector) in vectors.enumerate() {
                let row = (category.start + level) * outputs + first;
                let weights = &mut weight[row..][..category.width];
                let pairs = weights.iter_mut().zip(vector);
                pairs.for_each(|(weight, &value)| *weight = f64::from(value));
            }
            first += category.width;
        }
        Map::Dense(DenseMap {
            weight,
            bias: vec![0.0; outputs],
        })
    }
}
