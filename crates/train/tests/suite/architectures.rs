//! What the population engine promises, for networks on images and on graphs.

use std::sync::atomic::AtomicBool;

use decay_data::{Dataset, Embedded, Graph, Scaling, Storage, Target};
use decay_kernels::is_gpu;
use decay_model::{CnnConfig, GnnConfig, GraphLayer, MemberState, ModelConfig, Network, Norm};
use decay_random::{At, Purpose, Stream};
use decay_train::{
    Device, Evaluation, FoldRows, Job, Member, Optimizer, Plan, Problem, Resources, TrainConfig,
    TrainError, Trained, representations, train,
};

struct Setup {
    network: Network,
    data: Dataset,
    folds: Vec<FoldRows>,
    config: TrainConfig,
}

impl Setup {
    fn train(&self, members: &[Member], threads: usize, chunk: Option<usize>) -> Trained {
        self.try_train(members, threads, chunk).expect("training")
    }

    fn try_train(
        &self,
        members: &[Member],
        threads: usize,
        chunk: Option<usize>,
    ) -> Result<Trained, TrainError> {
        let devices = [Device::default()];
        let problem = Problem::new(&self.data, self.folds.clone(), Scaling::Auto, &devices)?;
        train(&Job {
            network: &self.network,
            problem: &problem,
            members,
            config: &self.config,
            resources: &Resources {
                threads,
                memory: 1 << 30,
                chunk,
            },
            checkpoints: None,
            resume: false,
            train_losses: true,
            cancel: &AtomicBool::new(false),
            observe: &|_| {},
        })
    }

    fn plan(&self, rates: &[f64], seeds: usize) -> Vec<Member> {
        let plan = Plan::grid(&self.config, rates, self.folds.len(), seeds, 3);
        plan.expect("a plan").members
    }
}

fn folds(rows: usize, folds: usize) -> Vec<FoldRows> {
    let of_fold = |fold| {
        let (validation, train) = (0..rows).partition(|row| row % folds == fold);
        FoldRows { train, validation }
    };
    (0..folds).map(of_fold).collect()
}

/// Digits as 8x8 images, under a network with all that a convolutional one can have.
fn images(norm: Norm) -> Setup {
    let mut data = Embedded::Digits.load().expect("the embedded digits");
    if let Storage::U8(pixels) = &data.features {
        data.features = Storage::F32(pixels.iter().map(|&pixel| f32::from(pixel)).collect());
    }
    let stages = ["conv3:6", "max2", "res3:8/2", "depthwise3", "dense:12"];
    let stages = stages.map(|text| text.parse().expect("a stage"));
    let network = ModelConfig::Cnn(CnnConfig {
        stages: stages.to_vec(),
        norm,
        ..CnnConfig::default()
    });
    Setup {
        network: network.init(data.shape.as_slice(), 10).expect("a network"),
        data,
        folds: folds(240, 3),
        config: TrainConfig {
            epochs: 2,
            batch: 32,
            dropout: 0.2,
            // The gradient of a bias before a norm is rounding, of which Adam makes full steps.
            optimizer: Optimizer::Momentum,
            lr: 0.02,
            ..TrainConfig::default()
        },
    }
}

/// 60 nodes in two circles with chords, each with noisy features of its class.
fn graph(layer: GraphLayer) -> Setup {
    const NODES: usize = 60;
    let mut noise = vec![0.0; NODES * 5];
    Stream::new(1, Purpose::Initialise, At::default()).fill_normal(&mut noise);
    let class = |node: usize| (node / 10) % 3;
    for (node, row) in noise.chunks_exact_mut(5).enumerate() {
        row[class(node)] += 1.5;
    }
    let mut edges: Vec<[u32; 2]> = (0..NODES as u32)
        .flat_map(|i| {
            let (circle, place) = (i / 30 * 30, i % 30);
            [1, 7].map(|step| [i, circle + (place + step) % 30])
        })
        .flat_map(|[a, b]| [[a, b], [b, a]])
        .collect();
    edges.sort_by_key(|&[source, target]| (target, source));
    edges.dedup();
    let mut data = Embedded::Digits.load().expect("a data set to start from");
    data.features = Storage::F32(noise);
    data.rows = NODES;
    data.shape = vec![5];
    data.target = Target::Classes {
        labels: (0..NODES).map(|node| class(node) as u32).collect(),
        names: ["a", "b", "c"].map(str::to_owned).to_vec(),
    };
    data.graph = Some(Graph {
        nodes: NODES,
        edges,
        weights: None,
        directed: false,
        node_names: None,
        groups: None,
        group_names: Vec::new(),
    });
    data.schema.inputs = decay_data::Inputs::Pixels {
        shape: vec![1, 1, 5],
        max: 1.0,
    };
    data.default_scaling = Scaling::Standard;
    let network = ModelConfig::Gnn(GnnConfig {
        layer,
        hidden: vec![8],
        heads: 2,
        ..GnnConfig::default()
    });
    Setup {
        network: network.init(5, 3).expect("a network"),
        data,
        folds: folds(NODES, 3),
        config: TrainConfig {
            epochs: 12,
            batch: NODES,
            lr: 0.05,
            dropout: 0.3,
            edge_dropout: 0.1,
            laplacian: 0.05,
            ..TrainConfig::default()
        },
    }
}

fn every_setup() -> Vec<Setup> {
    let mut augmented = images(Norm::None);
    augmented.config = TrainConfig {
        flip: 0.1,
        shift: 1,
        rotation: 5.0,
        cutout: 1,
        brightness: 0.1,
        mixup: 0.2,
        ..augmented.config
    };
    let mut all = vec![
        images(Norm::None),
        images(Norm::Batch),
        images(Norm::Layer),
        augmented,
    ];
    all.extend(GraphLayer::ALL.map(graph));
    all
}

/// Bit for bit on a CPU, to rounding on a GPU.
#[track_caller]
fn assert_same_state(a: &MemberState, b: &MemberState) {
    if !is_gpu(&Device::default()) {
        assert_eq!(a, b);
        return;
    }
    for (a, b) in a.parameters.iter().zip(&b.parameters) {
        let differences = a.iter().zip(b).map(|(a, b)| (a - b).abs());
        assert!(differences.fold(0.0, f32::max) < 1e-5);
    }
}

#[test]
fn a_member_alone_equals_itself_in_the_population_whatever_the_chunks_and_threads() {
    for setup in every_setup() {
        let members = setup.plan(&[0.0, 0.1], 1);
        let together = setup.train(&members, 2, Some(members.len()));
        for (threads, chunk) in [(1, Some(1)), (2, Some(4)), (2, None)] {
            let other = setup.train(&members, threads, chunk);
            for (a, b) in together.outcomes.iter().zip(&other.outcomes) {
                assert_same_state(&a.state, &b.state);
            }
        }
        for &place in &[0, 5] {
            let alone = setup.train(&members[place..=place], 2, None);
            assert_same_state(&together.outcomes[place].state, &alone.outcomes[0].state);
        }
    }
}

/// Strengths are a member's own: one that changes nothing trains as it does without the others.
#[test]
fn members_differ_in_their_augmentation_without_disturbing_each_other() {
    let setup = images(Norm::None);
    let plain = setup.plan(&[0.01], 1);
    let mut mixed = plain.clone();
    for (member, mixup) in mixed[1..].iter_mut().zip([0.0, 0.5]) {
        member.flip = 1.0;
        member.mixup = mixup;
    }
    let alone = setup.train(&plain, 2, None);
    let beside = setup.train(&mixed, 2, Some(3));
    assert_same_state(&alone.outcomes[0].state, &beside.outcomes[0].state);
    for place in 1..3 {
        assert_ne!(alone.outcomes[place].state, beside.outcomes[place].state);
    }
}

#[test]
fn validation_images_never_reach_the_weights() {
    let mut setup = images(Norm::Batch);
    setup.folds.truncate(1);
    let members = setup.plan(&[0.01], 2);
    let before = setup.train(&members, 2, None);
    if let Storage::F32(values) = &mut setup.data.features {
        for &row in &setup.folds[0].validation {
            values[row * 64..(row + 1) * 64].fill(f32::NAN);
        }
    }
    let after = setup.train(&members, 2, None);
    for (a, b) in before.outcomes.iter().zip(&after.outcomes) {
        assert_same_state(&a.state, &b.state);
        assert_ne!(a.validation, b.validation);
    }
}

/// Neighbours see each other's features by design, but no label of a validation node may teach anything.
#[test]
fn labels_of_validation_nodes_never_reach_the_weights() {
    for layer in GraphLayer::ALL {
        let mut setup = graph(layer);
        setup.folds.truncate(1);
        let members = setup.plan(&[0.01], 2);
        let before = setup.train(&members, 2, None);
        if let Target::Classes { labels, .. } = &mut setup.data.target {
            for &node in &setup.folds[0].validation {
                labels[node] = (labels[node] + 1) % 3;
            }
        }
        let after = setup.train(&members, 2, None);
        for (a, b) in before.outcomes.iter().zip(&after.outcomes) {
            assert_same_state(&a.state, &b.state);
            assert_eq!(a.train, b.train);
            assert_ne!(a.validation, b.validation);
        }
    }
}

/// Of two graphs in a disjoint union, the one that is not trained on may hold anything.
#[test]
fn nothing_crosses_between_the_graphs_of_a_disjoint_union() {
    for layer in GraphLayer::ALL {
        let mut setup = graph(layer);
        setup.data.default_scaling = Scaling::None;
        setup.config.laplacian = 0.0;
        setup.folds = vec![FoldRows {
            train: (0..30).collect(),
            validation: (30..60).collect(),
        }];
        let members = setup.plan(&[0.01], 1);
        let before = setup.train(&members, 2, None);
        if let Storage::F32(values) = &mut setup.data.features {
            values[30 * 5..].fill(7.5);
        }
        let after = setup.train(&members, 2, None);
        assert_same_state(&before.outcomes[0].state, &after.outcomes[0].state);
        assert_ne!(before.outcomes[0].validation, after.outcomes[0].validation);
    }
}

#[test]
fn networks_learn_what_there_is_to_learn() {
    for setup in every_setup() {
        let (epochs, lr) = match setup.data.graph {
            // An epoch is one step.
            Some(_) => (100, 0.05),
            None => (40, 0.01),
        };
        let setup = Setup {
            config: TrainConfig {
                epochs,
                optimizer: Optimizer::Adamw,
                lr,
                ..setup.config
            },
            ..setup
        };
        let trained = setup.train(&setup.plan(&[0.001], 1), 2, None);
        let chance = match setup.data.graph {
            Some(_) => 1.0 / 3.0,
            None => 0.1,
        };
        for outcome in trained.outcomes {
            let accuracy = outcome.validation.and_then(|losses| losses.accuracy);
            let accuracy = accuracy.expect("a classification");
            assert!(accuracy > 1.5 * chance, "{accuracy} of {:?}", setup.network);
        }
    }
}

/// Features that are not sparse are gathered row by row, and a graph needs the rows of all its nodes.
#[test]
fn nodes_with_dense_features_have_layers() {
    for layer in GraphLayer::ALL {
        let setup = graph(layer);
        let trained = setup.train(&setup.plan(&[0.01], 1)[..1], 1, None);
        let devices = [Device::default()];
        let problem = Problem::new(&setup.data, setup.folds.clone(), Scaling::Auto, &devices);
        let members = [Evaluation {
            state: &trained.outcomes[0].state,
            fold: 0,
            rows: &[3, 1],
        }];
        let resources = Resources {
            threads: 1,
            memory: 1 << 30,
            chunk: None,
        };
        let problem = problem.expect("a problem");
        let seen = representations(
            &setup.network,
            &problem,
            &members,
            &resources,
            &AtomicBool::new(false),
        );
        let seen = seen.expect("layers");
        // Two heads side by side.
        let hidden = if layer == GraphLayer::Gat { 16 } else { 8 };
        assert_eq!(seen.widths, [hidden, 3], "{layer:?}");
        assert_eq!(seen.values[0].len(), 2 * (hidden + 3));
    }
}

#[test]
fn a_graph_is_one_batch() {
    let mut setup = graph(GraphLayer::Gcn);
    setup.config.batch = 16;
    let error = setup
        .try_train(&setup.plan(&[0.01], 1), 1, None)
        .unwrap_err();
    let message = error.to_string();
    assert!(
        message.contains("train.batch") && message.contains("16"),
        "{message}"
    );
}

#[test]
fn a_network_is_refused_data_that_it_cannot_read() {
    let mut setup = graph(GraphLayer::Gcn);
    setup.data.graph = None;
    let error = setup
        .try_train(&setup.plan(&[0.01], 1), 1, None)
        .unwrap_err();
    assert!(error.to_string().contains("graph"), "{error}");
}
