//! Starting weights, the same for a member alone and among others.

use decay_options::names;
use decay_random::{At, Purpose, Stream};

use crate::parameter::{ParameterSpec, Start};

names! {
    /// How weight matrices start; biases start at zero except with `torch`.
    ///
    /// | name | distribution | source |
    /// | :-- | :-- | :-- |
    /// | `he_normal` | `N(0, 2 / inputs)` | He et al. 2015, <https://arxiv.org/abs/1502.01852> |
    /// | `he_uniform` | `U(+-sqrt(6 / inputs))` | the same |
    /// | `xavier_normal` | `N(0, 2 / (inputs + outputs))` | Glorot & Bengio 2010 |
    /// | `xavier_uniform` | `U(+-sqrt(6 / (inputs + outputs)))` | the same |
    /// | `lecun_normal` | `N(0, 1 / inputs)` | LeCun et al. 1998 |
    /// | `lecun_uniform` | `U(+-sqrt(3 / inputs))` | the same |
    /// | `torch` | weights and biases `U(+-1 / sqrt(inputs))` | the default of `torch.nn.Linear` |
    #[derive(Default)]
    pub enum Init {
        /// Variance `2 / inputs`, normal.
        #[default]
        HeNormal = "he_normal",
        /// Variance `2 / inputs`, uniform.
        HeUniform = "he_uniform",
        /// Variance `2 / (inputs + outputs)`, normal.
        XavierNormal = "xavier_normal",
        /// Variance `2 / (inputs + outputs)`, uniform.
        XavierUniform = "xavier_uniform",
        /// Variance `1 / inputs`, normal.
        LecunNormal = "lecun_normal",
        /// Variance `1 / inputs`, uniform.
        LecunUniform = "lecun_uniform",
        /// What `torch.nn.Linear` does.
        Torch = "torch",
    }
}

impl Init {
    /// How a weight matrix with these fans starts.
    pub fn weight(self, inputs: usize, outputs: usize) -> Start {
        let (fan_in, fan_out) = (inputs.max(1) as f64, outputs.max(1) as f64);
        let normal = |variance: f64| Start::Normal(variance.sqrt());
        // A uniform distribution on [-a, a] has variance a^2 / 3.
        let uniform = |variance: f64| Start::Uniform((3.0 * variance).sqrt());
        match self {
            Self::HeNormal => normal(2.0 / fan_in),
            Self::HeUniform => uniform(2.0 / fan_in),
            Self::XavierNormal => normal(2.0 / (fan_in + fan_out)),
            Self::XavierUniform => uniform(2.0 / (fan_in + fan_out)),
            Self::LecunNormal => normal(1.0 / fan_in),
            Self::LecunUniform => uniform(1.0 / fan_in),
            Self::Torch => Start::Uniform(1.0 / fan_in.sqrt()),
        }
    }

    /// How a bias of a layer with this many inputs starts.
    pub fn bias(self, inputs: usize) -> Start {
        match self {
            Self::Torch => Start::Uniform(1.0 / (inputs.max(1) as f64).sqrt()),
            _ => Start::Constant(0.0),
        }
    }
}

/// One member's starting values of parameter number `index`.
pub(crate) fn draw(spec: &ParameterSpec, index: usize, seed: u64, out: &mut [f32]) {
    let at = At {
        site: index as u32,
        ..At::default()
    };
    let stream = Stream::new(seed, Purpose::Initialise, at);
    match spec.start {
        Start::Constant(value) => out.fill(value),
        Start::Uniform(bound) => {
            stream.fill_uniform(out);
            for value in out {
                *value = (2.0 * *value - 1.0) * bound as f32;
            }
        }
        Start::Normal(deviation) => {
            stream.fill_normal(out);
            for value in out {
                *value *= deviation as f32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Init, draw};
    use crate::parameter::{Layout, ParameterKind, ParameterSpec};

    #[test]
    fn variances_are_those_of_the_papers() {
        let (inputs, outputs) = (400, 250);
        for init in Init::ALL {
            let spec = ParameterSpec {
                name: "w".into(),
                kind: ParameterKind::Matrix,
                shape: vec![inputs, outputs],
                layout: Layout::Matrix,
                start: init.weight(inputs, outputs),
                normalised: false,
            };
            let mut values = vec![0.0; spec.len()];
            draw(&spec, 3, 11, &mut values);
            let n = values.len() as f64;
            let variance = values.iter().map(|&v| f64::from(v).powi(2)).sum::<f64>() / n;
            let (i, o) = (inputs as f64, outputs as f64);
            let want = match init {
                Init::HeNormal | Init::HeUniform => 2.0 / i,
                Init::XavierNormal | Init::XavierUniform => 2.0 / (i + o),
                Init::LecunNormal | Init::LecunUniform => 1.0 / i,
                Init::Torch => 1.0 / (3.0 * i),
            };
            assert!(
                (variance / want - 1.0).abs() < 0.03,
                "{init:?}: {variance} for {want}"
            );
        }
    }

    #[test]
    fn seeds_and_parameters_have_their_own_draws() {
        let spec = ParameterSpec {
            name: "w".into(),
            kind: ParameterKind::Matrix,
            shape: vec![8, 8],
            layout: Layout::Matrix,
            start: Init::HeNormal.weight(8, 8),
            normalised: false,
        };
        let values = |index, seed| {
            let mut values = vec![0.0; 64];
            draw(&spec, index, seed, &mut values);
            values
        };
        assert_eq!(values(0, 1), values(0, 1));
        assert_ne!(values(0, 1), values(1, 1));
        assert_ne!(values(0, 1), values(0, 2));
    }
}
