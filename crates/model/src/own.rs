//! Networks that users bring.

use std::fmt;

use burn::tensor::Tensor;

use crate::error::ModelError;
use crate::leaves::Leaves;
use crate::maps::Map;
use crate::mode::Mode;
use crate::network::Network;
use crate::parameter::{BufferSpec, ParameterKind, ParameterSpec};
use crate::representation::{Head, Representation};
use crate::state::{MemberState, State};

/// What a network must offer to be trained as a population: the parameters of one member, and a pass of all members at once.
///
/// Everything but [`name`](Self::name), [`parameters`](Self::parameters) and [`forward`](Self::forward) has a default. No operation of
/// `forward` may reduce over the first axis, or members would see each other; a test that a member alone equals the same
/// member among many is the one to write.
///
/// ```
/// use burn::tensor::Tensor;
/// use decay_model::{
///     Init, Leaves, Mode, Network, ParameterSpec, PopulationNetwork, State,
/// };
///
/// /// `y = x W + b`
/// #[derive(Debug)]
/// struct Linear([ParameterSpec; 2]);
///
/// impl PopulationNetwork for Linear {
///     fn name(&self) -> &str {
///         "linear"
///     }
///
///     fn parameters(&self) -> &[ParameterSpec] {
///         &self.0
///     }
///
///     fn forward(&self, leaves: &Leaves, _: &mut State, x: Tensor<3>, _: Mode<'_>) -> Tensor<3> {
///         x.matmul(leaves.matrix(0)) + leaves.vector(1).unsqueeze_dim(1)
///     }
/// }
///
/// let parameters = ParameterSpec::linear("out", [3, 2], Init::HeNormal);
/// let network = Network::from(Linear(parameters));
/// assert_eq!(network.size(), 8);
/// ```
pub trait PopulationNetwork: fmt::Debug + Send + Sync {
    /// What files call it.
    fn name(&self) -> &str;

    /// Parameters of one member, each a vector or a matrix `[inputs, outputs]`.
    fn parameters(&self) -> &[ParameterSpec];

    /// Values that training moves but no gradient reaches.
    fn buffers(&self) -> &[BufferSpec] {
        &[]
    }

    /// Outputs of every member; parameters are found in `leaves` under their places in the list.
    ///
    /// # Shapes
    /// - `x`: `[R, B, inputs]`, of images `[R, B, channels * height * width]`
    /// - returns: `[R, B, outputs]`
    fn forward(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
    ) -> Tensor<3>;

    /// Hidden layers and outputs in evaluation mode, for the detection of other data; by default the only layer is the input.
    ///
    /// # Shapes
    /// - `x`: `[R, B, inputs]`
    fn represent(&self, leaves: &Leaves, state: &mut State, x: Tensor<3>) -> Representation {
        Representation {
            hidden: vec![x.clone()],
            outputs: self.forward(leaves, state, x, Mode::Evaluate),
        }
    }

    /// The last linear map, if it reads the last layer of [`represent`](Self::represent).
    fn head<'a>(&self, member: &'a MemberState) -> Option<Head<'a>> {
        let _ = member;
        None
    }

    /// One member as maps in double precision, for certificates.
    ///
    /// # Errors
    /// [`ModelError::NoMaps`] by default: there are no certificates then.
    fn maps(&self, member: &MemberState) -> Result<Vec<Map>, ModelError> {
        let _ = member;
        Err(ModelError::NoMaps {
            what: "a network of one's own",
        })
    }

    /// Values that one sample's forward and backward pass keeps, for sizing chunks; by default inputs and outputs of all matrices.
    fn activations(&self) -> usize {
        let matrices = self.parameters().iter();
        let matrices = matrices.filter(|spec| spec.kind == ParameterKind::Matrix);
        matrices
            .map(|spec| 2 * spec.shape.iter().sum::<usize>())
            .sum()
    }
}

impl<N: PopulationNetwork + 'static> From<N> for Network {
    fn from(network: N) -> Self {
        Self::Own(std::sync::Arc::new(network))
    }
}
