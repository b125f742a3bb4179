//! A shared trunk with heads that have parameters of their own.

use burn::tensor::{Tensor, activation};
use decay::network::{
    Init, Leaves, Mode, ParameterKind, ParameterSpec, PopulationNetwork, Start, State,
};

/// A perceptron whose last hidden layer is read by one linear head for each task.
///
/// ```text
/// h = f(.. f(x W_1 + b_1) ..)           y = (h V_1 + c_1, h V_2 + c_2, ..)        and, if asked for, s_1, s_2, .. behind
/// ```
///
/// `s` are parameters that no row changes, starting at 0: the logarithms of the tasks' variances, which
/// [`Uncertainty`](crate::uncertainty::Uncertainty) reads.
#[derive(Debug, Clone)]
pub(crate) struct SharedTrunk {
    parameters: Vec<ParameterSpec>,
    layers: usize,
    heads: usize,
    variances: bool,
    smooth: bool,
}

impl SharedTrunk {
    pub(crate) fn new(inputs: usize, trunk: &[usize], heads: &[usize], variances: bool) -> Self {
        let linear = |name: String, fans| ParameterSpec::linear(&name, fans, Init::HeNormal);
        let mut width = inputs;
        let mut parameters = Vec::new();
        for (layer, &units) in trunk.iter().enumerate() {
            parameters.extend(linear(format!("trunk.{layer}"), [width, units]));
            width = units;
        }
        for (task, &outputs) in heads.iter().enumerate() {
            parameters.extend(linear(format!("heads.{task}"), [width, outputs]));
        }
        parameters.extend(variances.then(|| ParameterSpec {
            name: "log_variances".into(),
            kind: ParameterKind::Bias,
            shape: vec![heads.len()],
            start: Start::Constant(0.0),
            ..linear(String::new(), [1, 1])[1].clone()
        }));
        Self {
            parameters,
            layers: trunk.len(),
            heads: heads.len(),
            variances,
            smooth: false,
        }
    }

    /// The same with tanh instead of ReLU: a minimum between the kinks of ReLU has no gradient that could vanish.
    pub(crate) fn smooth(self, smooth: bool) -> Self {
        Self { smooth, ..self }
    }

    fn activate(&self, x: Tensor<3>) -> Tensor<3> {
        if self.smooth {
            x.tanh()
        } else {
            activation::relu(x)
        }
    }
}

/// `x W + b` with parameters `2 place` and `2 place + 1`.
fn linear(leaves: &Leaves, place: usize, x: Tensor<3>) -> Tensor<3> {
    x.matmul(leaves.matrix(2 * place)) + leaves.vector(2 * place + 1).unsqueeze_dim(1)
}

impl PopulationNetwork for SharedTrunk {
    fn name(&self) -> &str {
        "shared trunk"
    }

    fn parameters(&self) -> &[ParameterSpec] {
        &self.parameters
    }

    fn forward(&self, leaves: &Leaves, _: &mut State, x: Tensor<3>, _: Mode<'_>) -> Tensor<3> {
        let layers = 0..self.layers;
        let hidden = layers.fold(x, |x, layer| self.activate(linear(leaves, layer, x)));
        let heads = self.layers..self.layers + self.heads;
        let mut outputs: Vec<_> = heads
            .map(|place| linear(leaves, place, hidden.clone()))
            .collect();
        if self.variances {
            let [members, rows, _] = hidden.dims();
            let own = leaves.vector(self.parameters.len() - 1);
            let own: Tensor<3> = own.unsqueeze_dim(1);
            outputs.push(own.expand([members, rows, self.heads]));
        }
        Tensor::cat(outputs, 2)
    }
}
