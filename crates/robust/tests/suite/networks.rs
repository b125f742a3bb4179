//! Networks, populations and rows that the tests of certificates share.

use burn::tensor::{Device, Tensor, TensorData};
use decay_model::maps::Map;
use decay_model::{
    CnnConfig, Encoding, InputFeatures, MemberState, MlpConfig, ModelConfig, Network, Nonlinearity,
    Norm as Normalisation, RowTargets,
};
use decay_random::{At, Purpose, Stream};
use decay_robust::certificate::TargetModel;
use decay_robust::{InputScale, TargetPopulation};

/// Features of a row of [`population`]'s networks.
pub(crate) const FEATURES: usize = 5;

/// A stream of draws that a seed and a purpose name.
pub(crate) fn normals(seed: u64, site: u32, len: usize) -> Vec<f64> {
    let mut values = vec![0f32; len];
    let at = At {
        site,
        ..At::default()
    };
    Stream::new(seed, Purpose::Attack, at).fill_normal(&mut values);
    values.into_iter().map(f64::from).collect()
}

/// Starting values with every bias, norm and running statistic moved away from where it starts.
pub(crate) fn member(network: &Network, seed: u64) -> MemberState {
    let mut state = network.initial(seed);
    let lists = [&mut state.parameters, &mut state.buffers];
    for (list, values) in lists.into_iter().enumerate() {
        for (index, values) in values.iter_mut().enumerate() {
            let moved = normals(seed, (100 * (list + 1) + index) as u32, values.len());
            let step = moved.into_iter().map(|m| (0.2 * m) as f32);
            let signed = step.map(|step| if list == 1 { step.abs() } else { step });
            values.iter_mut().zip(signed).for_each(|(v, s)| *v += s);
        }
    }
    let columns = network.fitted_columns().iter();
    let columns = columns.map(|&column| {
        let values = normals(seed, 1000 + column as u32, 30);
        values.into_iter().map(|value| value as f32).collect()
    });
    let (columns, targets) = (
        columns.collect::<Vec<_>>(),
        RowTargets::Classes(vec![0; 30]),
    );
    for (place, values) in network.fitted_buffers(&columns, &targets) {
        state.buffers[place] = values;
    }
    state
}

/// A scaling of its own for every input.
pub(crate) fn scale(inputs: usize) -> InputScale {
    InputScale {
        center: (0..inputs).map(|i| 0.4 + 0.01 * (i % 3) as f32).collect(),
        factor: (0..inputs).map(|i| 2.0 + 0.25 * (i % 4) as f32).collect(),
    }
}

/// Three classes.
pub(crate) fn perceptron(
    inputs: usize,
    activation: Nonlinearity,
    hidden: &[usize],
    norm: Normalisation,
) -> Network {
    let config = MlpConfig {
        hidden: hidden.to_vec(),
        activation,
        norm,
        ..MlpConfig::default()
    };
    ModelConfig::Mlp(config).init(inputs, 3).expect("a network")
}

/// Three classes; the inputs but for the third are numbers, which are encoded and have factors.
pub(crate) fn encoded(inputs: usize, encoding: Encoding, hidden: &[usize]) -> Network {
    let config = MlpConfig {
        hidden: hidden.to_vec(),
        encoding,
        bins: 3,
        feature_scale: true,
        ..MlpConfig::default()
    };
    let numbers = (0..inputs).filter(|&column| column != 2).collect();
    let inputs = InputFeatures::new(inputs, numbers);
    ModelConfig::Mlp(config).init(inputs, 3).expect("a network")
}

/// Three classes.
pub(crate) fn convolutional(stages: &str, norm: Normalisation, image: [usize; 3]) -> Network {
    let stages = stages.split(' ').map(|text| text.parse().expect("a stage"));
    let config = CnnConfig {
        stages: stages.collect(),
        norm,
        ..CnnConfig::default()
    };
    let network = ModelConfig::Cnn(config).init(image.as_slice(), 3);
    network.expect("a network")
}

/// Image shapes and stages that between them have every map.
pub(crate) fn images() -> [(Network, usize); 3] {
    let batch = Normalisation::Batch;
    [
        (
            convolutional("conv3:4 max2 dense:5", Normalisation::None, [2, 6, 5]),
            60,
        ),
        (
            convolutional("conv3:3 res3:3 res3:4/2 global", batch, [1, 6, 6]),
            36,
        ),
        (
            convolutional("avg3/2p1 depthwise3 max3/1p1 dense:4", batch, [2, 7, 5]),
            70,
        ),
    ]
}

/// The whole chain of maps.
pub(crate) fn maps(target: &TargetModel) -> Vec<Map> {
    let mut maps = target.body().to_vec();
    maps.push(Map::Dense(target.head().clone()));
    maps
}

/// The class of the largest logit.
pub(crate) fn answer(logits: &[f64]) -> usize {
    let best = (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b]));
    best.expect("a class")
}

/// Draws from `[0, 1)`.
pub(crate) fn uniforms(seed: u64, len: usize) -> Vec<f32> {
    let mut values = vec![0f32; len];
    Stream::new(seed, Purpose::Attack, At::default()).fill_uniform(&mut values);
    values
}

/// Members with scalings of their own.
pub(crate) fn population(network: &Network, members: u64) -> (Vec<MemberState>, Vec<InputScale>) {
    let scale = |member: u64| InputScale {
        center: uniforms(100 + member, FEATURES),
        factor: uniforms(200 + member, FEATURES)
            .iter()
            .map(|u| 1.0 + u)
            .collect(),
    };
    let states = (0..members).map(|seed| network.initial(seed));
    (states.collect(), (0..members).map(scale).collect())
}

/// What every member answers on its device.
pub(crate) fn answers(targets: &TargetPopulation<'_>, rows: &[f32]) -> Vec<Vec<usize>> {
    let n = rows.len() / FEATURES;
    let x = TensorData::new(
        rows.repeat(targets.members()),
        [targets.members(), n, FEATURES],
    );
    let logits = targets.logits(Tensor::from_data(x, &Device::default()));
    let classes = logits.dims()[2];
    let values: Vec<f32> = logits.into_data().iter().collect();
    let best = |z: &[f32]| {
        (0..classes)
            .max_by(|&a, &b| z[a].total_cmp(&z[b]))
            .expect("a class")
    };
    let answers: Vec<usize> = values.chunks_exact(classes).map(best).collect();
    answers.chunks_exact(n).map(<[usize]>::to_vec).collect()
}
