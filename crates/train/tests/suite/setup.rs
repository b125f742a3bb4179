//! Small problems, and the engine run on them.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use decay_data::{Dataset, Embedded, Graph, Scaling, Storage, Target};
use decay_kernels::is_gpu;
use decay_model::{GnnConfig, MemberState, MlpConfig, ModelConfig, Network, Norm};
use decay_options::Only;
use decay_train::{
    Device, Event, FoldRows, Hyper, Job, Member, Problem, Resources, TrainConfig, TrainError,
    Trained, train,
};

/// A network and what it is trained on.
pub(crate) struct Setup {
    pub(crate) network: Network,
    pub(crate) problem: Problem,
    pub(crate) config: TrainConfig,
}

/// Five folds of the first rows.
pub(crate) fn folds(rows: usize) -> Vec<FoldRows> {
    let fold = |fold: usize| {
        let (validation, train) = (0..rows).partition(|row| row % 5 == fold);
        FoldRows { train, validation }
    };
    (0..5).map(fold).collect()
}

pub(crate) fn mlp(hidden: Vec<usize>, norm: Norm) -> ModelConfig {
    ModelConfig::Mlp(MlpConfig {
        hidden,
        norm,
        ..MlpConfig::default()
    })
}

impl Setup {
    pub(crate) fn new(
        model: &ModelConfig,
        data: &Dataset,
        folds: Vec<FoldRows>,
        scaling: Scaling,
        config: TrainConfig,
    ) -> Self {
        let outputs = config.loss.outputs(&data.target.task());
        let problem = Problem::new(data, folds, scaling, &[Device::default()]);
        Self {
            network: model
                .init(data.shape.as_slice(), outputs)
                .expect("a network"),
            problem: problem.expect("a problem"),
            config,
        }
    }

    /// 200 digits in batches of 64, the last one ragged.
    pub(crate) fn digits(norm: Norm, epochs: u32) -> Self {
        let data = Embedded::Digits.load().expect("the embedded digits");
        let config = TrainConfig {
            epochs,
            lr: 3e-3,
            ..TrainConfig::default()
        };
        let model = mlp(vec![17], norm);
        Self::new(&model, &data, folds(200), Scaling::Auto, config)
    }

    /// 40 nodes on a circle, with dense features.
    pub(crate) fn circle(epochs: u32) -> Self {
        const NODES: usize = 40;
        let mut data = Embedded::Digits.load().expect("a data set to start from");
        let values = (0..NODES * 4).map(|i| ((i * i * 13 % 29) as f32 - 14.0) / 9.0);
        data.features = Storage::F32(values.collect());
        data.rows = NODES;
        data.shape = vec![4];
        data.target = Target::Classes {
            labels: (0..NODES as u32).map(|node| node / 10 % 3).collect(),
            names: ["a", "b", "c"].map(str::to_owned).to_vec(),
        };
        let next = |i: u32| (i + 1) % NODES as u32;
        let mut edges: Vec<_> = (0..NODES as u32)
            .flat_map(|i| [[i, next(i)], [next(i), i]])
            .collect();
        edges.sort_by_key(|&[source, target]| (target, source));
        data.graph = Some(Graph {
            nodes: NODES,
            edges,
            weights: None,
            directed: false,
            node_names: None,
            groups: None,
            group_names: Vec::new(),
        });
        let config = TrainConfig {
            epochs,
            full_batch: true,
            lr: 0.02,
            ..TrainConfig::default()
        };
        let model = ModelConfig::Gnn(GnnConfig {
            hidden: vec![6],
            ..GnnConfig::default()
        });
        Self::new(&model, &data, folds(NODES), Scaling::None, config)
    }

    /// Rows with values, in one fold that holds all of them for training and validation.
    pub(crate) fn regression(x: &[f64], y: &[f64], config: TrainConfig) -> Self {
        Self::linear(x, Target::value("y", y.to_vec()), None, config)
    }

    /// The same of any target, with or without sample weights.
    pub(crate) fn linear(
        x: &[f64],
        target: Target,
        weights: Option<Vec<f64>>,
        config: TrainConfig,
    ) -> Self {
        let mut data = Embedded::Digits.load().expect("a data set to start from");
        let rows = target.len();
        let inputs = x.len() / rows;
        data.features = Storage::F32(x.iter().map(|&v| v as f32).collect());
        data.rows = rows;
        data.shape = vec![inputs];
        (data.target, data.weights) = (target, weights);
        let all = || (0..rows).collect();
        let fold = FoldRows {
            train: all(),
            validation: all(),
        };
        let model = mlp(vec![], Norm::None);
        Self::new(&model, &data, vec![fold], Scaling::None, config)
    }

    /// The problem on which a regulariser means something.
    pub(crate) fn of(regulariser: Hyper, epochs: u32) -> Self {
        match regulariser.row().only {
            Some(Only::Graphs) => Self::circle(epochs),
            _ => Self::digits(Norm::None, epochs),
        }
    }

    /// A member of fold 1 with one regulariser.
    pub(crate) fn member(&self, regulariser: Hyper, strength: f64, seed: u64) -> Member {
        let mut member = Member::new(&self.config, 1e-3, 1, seed);
        regulariser.set(&mut member, strength);
        member
    }

    pub(crate) fn job<'a>(&'a self, members: &'a [Member], resources: &'a Resources) -> Job<'a> {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Job {
            network: &self.network,
            problem: &self.problem,
            members,
            config: &self.config,
            resources,
            checkpoints: None,
            resume: false,
            train_losses: true,
            cancel: &NEVER,
            observe: &|_| {},
        }
    }

    pub(crate) fn try_train(
        &self,
        members: &[Member],
        chunk: usize,
    ) -> Result<Trained, TrainError> {
        train(&self.job(members, &resources(chunk)))
    }

    pub(crate) fn train(&self, members: &[Member], chunk: usize) -> Trained {
        self.try_train(members, chunk).expect("training")
    }

    /// The final weights.
    pub(crate) fn states(&self, members: &[Member], chunk: usize) -> Vec<MemberState> {
        let outcomes = self.train(members, chunk).outcomes;
        outcomes.into_iter().map(|outcome| outcome.state).collect()
    }

    /// Trains until `epoch` is done, cancels, and resumes in chunks of another size.
    pub(crate) fn interrupted(&self, members: &[Member], epoch: u32, dir: &Path) -> Trained {
        let cancel = AtomicBool::new(false);
        let (before, after) = (resources(3), resources(1));
        let observe = |event| {
            if matches!(event, Event::Epoch { epoch: own, .. } if own == epoch) {
                cancel.store(true, Ordering::Relaxed);
            }
        };
        let job = Job {
            cancel: &cancel,
            observe: &observe,
            checkpoints: Some(dir),
            ..self.job(members, &before)
        };
        let stopped = train(&job);
        assert!(
            matches!(stopped, Err(TrainError::Interrupted { epoch: at, .. }) if at == epoch),
            "{stopped:?}"
        );
        let job = Job {
            checkpoints: Some(dir),
            resume: true,
            ..self.job(members, &after)
        };
        train(&job).expect("resuming")
    }
}

pub(crate) fn resources(chunk: usize) -> Resources {
    Resources {
        threads: 1,
        memory: 1 << 30,
        chunk: Some(chunk),
    }
}

pub(crate) fn largest_difference(a: &MemberState, b: &MemberState) -> f32 {
    let all = |state: &MemberState| -> Vec<f32> {
        let values = state.parameters.iter().chain(&state.buffers);
        values.flatten().copied().collect()
    };
    let differences = all(a).into_iter().zip(all(b)).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f32::max)
}

/// Bit for bit on a CPU, to rounding on a GPU, whose products are tuned at run time.
#[track_caller]
pub(crate) fn assert_same(a: &MemberState, b: &MemberState, what: &str) {
    if is_gpu(&Device::default()) {
        let difference = largest_difference(a, b);
        assert!(difference < 1e-5, "{what}: {difference}");
    } else {
        assert!(a == b, "{what}: {}", largest_difference(a, b));
    }
}
