//! What acts on a step to keep a model simple: a file each, found through the `by` of its row in [`crate::options`].

pub(crate) mod clip_norm;
pub(crate) mod confidence_penalty;
pub(crate) mod gradient_noise;
pub(crate) mod group_lasso;
pub(crate) mod input_noise;
pub(crate) mod jacobian;
pub(crate) mod laplacian;
pub(crate) mod max_norm;
pub(crate) mod spectral_norm;
pub(crate) mod weight_noise;

use burn::tensor::{Bool, Device, Int, Tensor};
use decay_kernels::{At, Scalars};
use decay_model::{
    GraphFeatures, GraphInput, Input, Leaves, Network, Noise, ParameterKind, ParameterSpec, State,
    stack,
};

use crate::options::hyper::{Hyper, Member};
use crate::problem::floats;
use crate::problem::inputs::Inputs;
use crate::step::batches::Draws;
use crate::step::groups::Groups;

/// What a regulariser does in the steps of one chunk, in the order of a step; a file implements what its formula needs.
///
/// There is one only where some member of the chunk has it, so that what is off costs nothing. Beside such a member, one of
/// strength 0 must keep every bit.
pub(crate) trait Regulariser: Send + Sync {
    /// Of the members of a chunk, of whom at least one has it.
    fn new(members: &Strengths<'_>) -> Self
    where
        Self: Sized;

    /// What a step costs besides its own pass.
    fn cost() -> Cost
    where
        Self: Sized,
    {
        Cost::default()
    }

    /// What a member with it starts with that is carried from step to step, and in checkpoints.
    fn memory(_network: &Network, _seed: u64) -> Vec<f32>
    where
        Self: Sized,
    {
        Vec::new()
    }

    /// Before the steps of an epoch.
    fn begin_epoch(&mut self, _members: &[Draws<'_>], _steps: usize, _device: &Device) {}

    /// The samples that the step reads.
    fn inputs(&self, x: Input, _now: &Now<'_>) -> Input {
        x
    }

    /// The parameters of the step's passes, where they are not the weights themselves.
    fn weights(&self, _state: &State, _now: &Now<'_>) -> Option<State> {
        None
    }

    /// A term of each member's objective, `[R]`.
    fn penalty(&self, _pass: &mut Pass<'_>) -> Option<Tensor<1>> {
        None
    }

    /// The gradients that the optimiser is given; a penalty on weights acts on each parameter with [`Now::factor`].
    fn gradients(
        &mut self,
        gradients: Gradients,
        _weights: &[Tensor<2>],
        _now: &Now<'_>,
    ) -> Gradients {
        gradients
    }

    /// A parameter that is not exempt, after its update, `[R, n]`; `factor` is that of its penalties.
    fn updated(
        &self,
        weights: Tensor<2>,
        _spec: &ParameterSpec,
        _factor: f64,
        _now: &Now<'_>,
    ) -> Tensor<2> {
        weights
    }

    /// What is carried to the next step, `[R, M]` with `M` values of [`Regulariser::memory`].
    fn carried(&self) -> Option<Tensor<2>> {
        None
    }
}

/// Each parameter's gradient `[R, n]`, as the leaves give them.
pub(crate) type Gradients = Vec<Option<Tensor<2>>>;

/// What a regulariser adds to the memory and time of a step.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// Further passes of the network.
    pub(crate) passes: u64,
    /// Copies of the parameters during the step.
    pub(crate) copies: u64,
}

/// A regulariser before it is given a chunk.
#[derive(Clone, Copy)]
pub(crate) struct Hook {
    new: fn(&Strengths<'_>) -> Box<dyn Regulariser>,
    pub(crate) cost: fn() -> Cost,
    pub(crate) memory: fn(&Network, u64) -> Vec<f32>,
}

impl Hook {
    pub(crate) const fn of<T: Regulariser + 'static>() -> Self {
        Self {
            new: |members| Box::new(T::new(members)),
            cost: T::cost,
            memory: T::memory,
        }
    }
}

/// Of the rows of the table with a type after `by`: what acts on a step, in their order.
macro_rules! hooks {
    (
        $(#[$outer:meta])*
        $see:vis struct $table:ident = $prefix:literal {
            $(
                $(#[$inner:meta])*
                $name:ident $(as $variant:ident $(by $hook:path)?)? : $type:ty = $default:expr
                $(, $column:ident ( $($argument:tt)* ))* ;
            )*
        }
    ) => {
        pub(crate) const HOOKS: &[(Hyper, Hook)] =
            &[$( $( $( (Hyper::$variant, Hook::of::<$hook>()), )? )? )*];
    };
}

table!(hooks);

/// The members of a chunk, as a regulariser sees them.
pub(crate) struct Strengths<'a> {
    hyper: Hyper,
    members: &'a [&'a Member],
    memory: Vec<&'a [f32]>,
    device: &'a Device,
}

impl Strengths<'_> {
    /// A number of each member, made of its strength, `[R]`.
    pub(crate) fn each(&self, number: impl Fn(f64) -> f32) -> Tensor<1> {
        let numbers = self
            .members
            .iter()
            .map(|member| number(self.hyper.get(member)));
        floats(numbers.collect(), [self.members.len()], self.device)
    }

    /// Each member's strength, `[R]`.
    pub(crate) fn plain(&self) -> Tensor<1> {
        self.each(|strength| strength as f32)
    }

    /// What each member carries, `[R, M]`; zeros of one that has strength 0.
    pub(crate) fn carried(&self) -> Tensor<2> {
        let longest = self.memory.iter().max_by_key(|own| own.len());
        let nothing = vec![0.0; longest.map_or(0, |own| own.len())];
        let of_members = self.memory.iter().map(|own| {
            if own.is_empty() {
                nothing.as_slice()
            } else {
                own
            }
        });
        stack(of_members, self.device)
    }
}

/// When a step is made, and by whom.
pub(crate) struct Now<'a> {
    pub(crate) network: &'a Network,
    pub(crate) groups: &'a Groups,
    /// `[R, 2]`, halves of the members' seeds.
    pub(crate) seeds: &'a Tensor<2, Int>,
    pub(crate) at: At,
    /// `[G, R, Scalars::COUNT]`; the columns read here are the same in every group.
    pub(crate) scalars: &'a Tensor<3>,
}

impl Now<'_> {
    /// Factor of the penalties on a parameter; 0 if it is exempt.
    pub(crate) fn factor(&self, parameter: usize) -> f64 {
        self.groups.group(parameter).factor
    }

    fn column(&self, index: usize) -> Tensor<1> {
        let [_, members, _] = self.scalars.dims();
        let column = self
            .scalars
            .clone()
            .slice([0..1, 0..members, index..index + 1]);
        column.reshape([members])
    }

    /// `lr_t` of each member, `[R]`.
    pub(crate) fn learning_rates(&self) -> Tensor<1> {
        self.column(Scalars::LEARNING_RATE)
    }

    /// Which members are not active, `[R]`.
    pub(crate) fn idle(&self) -> Tensor<1, Bool> {
        self.column(Scalars::EPSILON).lower_elem(0.0)
    }
}

/// A step's pass, for penalties on what came out of it.
pub(crate) struct Pass<'a> {
    pub(crate) network: &'a Network,
    pub(crate) leaves: &'a Leaves,
    pub(crate) state: &'a mut State,
    pub(crate) noise: &'a Noise,
    /// What went in; kept for those who make passes of their own.
    pub(crate) inputs: Option<Input>,
    /// `[R, B, outputs]`.
    pub(crate) outputs: &'a Tensor<3>,
    /// The last hidden representation of a graph's nodes.
    pub(crate) embeddings: Option<&'a Tensor<3>>,
    /// Where the samples came from.
    pub(crate) data: Option<&'a Inputs>,
}

/// Each member's mean over its weighted samples, 0 where none counts.
///
/// # Shapes
/// - `values`, `weights`: `[R, B]`
/// - returns: `[R]`
pub(crate) fn mean(values: Tensor<2>, weights: Tensor<2>) -> Tensor<1> {
    let total = weights.clone().sum_dim(1).clamp_min(1.0);
    let sum = (values * weights).sum_dim(1);
    (sum / total).squeeze_dim(1)
}

/// Inputs of which the dense values are changed; what refuses sparse ones never sees them.
pub(crate) fn moved(x: Input, change: impl FnOnce(Tensor<3>) -> Tensor<3>) -> Input {
    match x {
        Input::Rows(x) => Input::Rows(change(x)),
        Input::Graph(GraphInput {
            features: GraphFeatures::Dense(x),
            operator,
        }) => Input::Graph(GraphInput {
            features: GraphFeatures::Dense(change(x)),
            operator,
        }),
        Input::Graph(sparse) => Input::Graph(sparse),
    }
}

/// A weight matrix changed with its axes, `[R, n, k]`: row `i` holds what leaves input `i`, column `j` what arrives at unit `j`. Other
/// parameters stay.
pub(crate) fn by_axes(
    weights: Tensor<2>,
    spec: &ParameterSpec,
    change: impl FnOnce(Tensor<3>) -> Tensor<3>,
) -> Tensor<2> {
    let [members, width] = weights.dims();
    match (spec.kind, spec.shape.as_slice()) {
        (ParameterKind::Matrix, &[rows, columns]) => {
            change(weights.reshape([members, rows, columns])).reshape([members, width])
        }
        _ => weights,
    }
}

/// A regulariser at work on a chunk.
struct Acting {
    /// Its place among the hooks.
    place: usize,
    /// Which members have it.
    wanted: Vec<bool>,
    regulariser: Box<dyn Regulariser>,
}

/// All that act on a chunk, in the order of the table.
pub(crate) struct Regularisers {
    acting: Vec<Acting>,
    /// Whether some make passes of their own.
    passes: bool,
}

impl Regularisers {
    /// Those of a chunk's members; `memories` are what these carry, in the order of the hooks.
    pub(crate) fn new(members: &[&Member], memories: &[&[Vec<f32>]], device: &Device) -> Self {
        let mut all = Self {
            acting: Vec::new(),
            passes: false,
        };
        for (place, (hyper, hook)) in HOOKS.iter().enumerate() {
            let wanted: Vec<bool> = members
                .iter()
                .map(|member| hyper.get(member) > 0.0)
                .collect();
            if !wanted.contains(&true) {
                continue;
            }
            let memory = memories.iter().map(|own| own.get(place));
            let strengths = Strengths {
                hyper: *hyper,
                members,
                memory: memory
                    .map(|own| own.map_or(&[][..], Vec::as_slice))
                    .collect(),
                device,
            };
            all.passes |= (hook.cost)().passes > 0;
            all.acting.push(Acting {
                place,
                wanted,
                regulariser: (hook.new)(&strengths),
            });
        }
        all
    }

    /// Whether a penalty reads the pass's inputs.
    pub(crate) fn keep_inputs(&self) -> bool {
        self.passes
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &dyn Regulariser> {
        self.acting.iter().map(|own| own.regulariser.as_ref())
    }

    pub(crate) fn begin_epoch(&mut self, members: &[Draws<'_>], steps: usize, device: &Device) {
        for own in &mut self.acting {
            own.regulariser.begin_epoch(members, steps, device);
        }
    }

    pub(crate) fn gradients(
        &mut self,
        gradients: Gradients,
        weights: &[Tensor<2>],
        now: &Now<'_>,
    ) -> Gradients {
        let all = self.acting.iter_mut();
        all.fold(gradients, |gradients, own| {
            own.regulariser.gradients(gradients, weights, now)
        })
    }

    /// A parameter after its update.
    pub(crate) fn updated(&self, place: usize, weights: Tensor<2>, now: &Now<'_>) -> Tensor<2> {
        let factor = now.factor(place);
        if factor == 0.0 {
            return weights;
        }
        let spec = &now.network.parameters()[place];
        let all = self.iter();
        all.fold(weights, |weights, own| {
            own.updated(weights, spec, factor, now)
        })
    }

    /// What each of `count` members carries, in the order of the hooks.
    pub(crate) fn memories(&self, count: usize) -> Vec<Vec<Vec<f32>>> {
        let mut memories = vec![vec![Vec::new(); HOOKS.len()]; count];
        for own in &self.acting {
            let Some(carried) = own.regulariser.carried() else {
                continue;
            };
            let width = carried.dims()[1];
            let values = decay_kernels::read(carried);
            let members = memories.iter_mut().zip(values.chunks_exact(width));
            for ((memory, values), &wanted) in members.zip(&own.wanted) {
                if wanted {
                    memory[own.place] = values.to_vec();
                }
            }
        }
        memories
    }
}
