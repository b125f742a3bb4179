//! What policies and baselines are made of: a table of states, and a network with one hidden layer.

use decay_random::Stream;

/// A differentiable function of a state with parameters in one array, those that decay first.
pub(crate) trait Function {
    /// What it reads.
    type Input: Copy + Send;

    /// Parameters that decay, and all of them.
    fn sizes(&self) -> [usize; 2];

    /// Outputs, and hidden units.
    fn widths(&self) -> [usize; 2];

    /// Starting values.
    fn start(&self, stream: &Stream) -> Vec<f64>;

    /// Outputs at a state; `hidden` is what [`Function::add_gradient`] will want to know.
    fn at(&self, parameters: &[f64], input: Self::Input, hidden: &mut [f64], out: &mut [f64]);

    /// Adds `Σ_k slope_k ∂out_k/∂parameters` at the state that `hidden` belongs to.
    fn add_gradient(
        &self,
        parameters: &[f64],
        input: Self::Input,
        hidden: &[f64],
        slopes: &[f64],
        gradient: &mut [f64],
    );
}

/// `out_k(s) = θ_sk`, all 0 at first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) states: usize,
    pub(crate) outputs: usize,
}

impl Function for Table {
    type Input = usize;

    fn sizes(&self) -> [usize; 2] {
        [self.states * self.outputs; 2]
    }

    fn widths(&self) -> [usize; 2] {
        [self.outputs, 0]
    }

    fn start(&self, _stream: &Stream) -> Vec<f64> {
        vec![0.0; self.states * self.outputs]
    }

    fn at(&self, parameters: &[f64], state: usize, _hidden: &mut [f64], out: &mut [f64]) {
        out.copy_from_slice(&parameters[state * self.outputs..][..self.outputs]);
    }

    fn add_gradient(
        &self,
        _parameters: &[f64],
        state: usize,
        _hidden: &[f64],
        slopes: &[f64],
        gradient: &mut [f64],
    ) {
        let own = &mut gradient[state * self.outputs..][..self.outputs];
        own.iter_mut()
            .zip(slopes)
            .for_each(|(g, slope)| *g += slope);
    }
}

/// Numbers that a [`Perceptron`] reads.
pub(crate) const INPUTS: usize = 4;

/// `out = V tanh(W x + b) + c`; `W` and `V` decay, `b` and `c` do not.
///
/// # Shapes
/// - parameters: `W` `[hidden, INPUTS]`, `V` `[outputs, hidden]`, `b` `[hidden]`, `c` `[outputs]`
#[derive(Debug, Clone, Copy)]
pub(crate) struct Perceptron {
    pub(crate) hidden: usize,
    pub(crate) outputs: usize,
}

impl Function for Perceptron {
    type Input = [f64; INPUTS];

    fn sizes(&self) -> [usize; 2] {
        let weights = self.hidden * (INPUTS + self.outputs);
        [weights, weights + self.hidden + self.outputs]
    }

    fn widths(&self) -> [usize; 2] {
        [self.outputs, self.hidden]
    }

    /// Normal weights of variance one over the inputs of their layer, those of the outputs a tenth of it: nearly uniform at first.
    fn start(&self, stream: &Stream) -> Vec<f64> {
        let [weights, all] = self.sizes();
        let mut normals = vec![0.0; weights];
        stream.fill_normal(&mut normals);
        let first = self.hidden * INPUTS;
        let scale = |place: usize| {
            if place < first {
                (INPUTS as f64).sqrt().recip()
            } else {
                0.1 * (self.hidden as f64).sqrt().recip()
            }
        };
        let values = normals.iter().enumerate();
        let mut values: Vec<f64> = values.map(|(i, z)| f64::from(*z) * scale(i)).collect();
        values.resize(all, 0.0);
        values
    }

    fn at(&self, parameters: &[f64], x: [f64; INPUTS], hidden: &mut [f64], out: &mut [f64]) {
        let (w, rest) = parameters.split_at(self.hidden * INPUTS);
        let (v, rest) = rest.split_at(self.outputs * self.hidden);
        let (b, c) = rest.split_at(self.hidden);
        for ((h, w), b) in hidden.iter_mut().zip(w.chunks_exact(INPUTS)).zip(b) {
            *h = (b + dot(w, &x)).tanh();
        }
        for ((out, v), c) in out.iter_mut().zip(v.chunks_exact(self.hidden)).zip(c) {
            *out = c + dot(v, hidden);
        }
    }

    fn add_gradient(
        &self,
        parameters: &[f64],
        x: [f64; INPUTS],
        hidden: &[f64],
        slopes: &[f64],
        gradient: &mut [f64],
    ) {
        let v = &parameters[self.hidden * INPUTS..][..self.outputs * self.hidden];
        let (dw, rest) = gradient.split_at_mut(self.hidden * INPUTS);
        let (dv, rest) = rest.split_at_mut(self.outputs * self.hidden);
        let (db, dc) = rest.split_at_mut(self.hidden);
        for (j, (&h, dw)) in hidden.iter().zip(dw.chunks_exact_mut(INPUTS)).enumerate() {
            let mut back = 0.0;
            for (k, &slope) in slopes.iter().enumerate() {
                back += slope * v[k * self.hidden + j];
                dv[k * self.hidden + j] += slope * h;
            }
            back *= 1.0 - h * h;
            db[j] += back;
            dw.iter_mut().zip(x).for_each(|(g, x)| *g += back * x);
        }
        dc.iter_mut().zip(slopes).for_each(|(g, slope)| *g += slope);
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
