//! The `[train]` table: every option of training, once.

/// Every row, for each macro that makes something of them.
///
/// To add a regulariser: its row, with `as` the name by which it is swept and `by` the type in `crate::regularisers` that acts on it.
/// What changes the same thing acts in the order of the rows.
macro_rules! table {
    ($make:ident) => { $make! {
        /// How every member is trained.
        ///
        /// A number in which members may differ is a [`Hyper`](crate::Hyper), too, and a [`Member`](crate::Member) has its own.
        pub struct TrainConfig = "train" {
            /// Passes over the training rows.
            epochs: u32 = 20, flag("epochs"), range(Range::AT_LEAST_ONE);
            /// Rows per step.
            batch: usize = 64, flag("batch"), value("ROWS"), range(Range::AT_LEAST_ONE);
            /// Leave out an epoch's last partial batch.
            drop_last: bool = false, flag("drop-last");
            /// All training rows in every step, whatever the batch.
            full_batch: bool = false, flag("full-batch");
            /// Of products and activations: f32, or bf16 where a GPU has it.
            precision: Precision = Precision::default(), flag("precision");
            /// What is minimised: auto (cross-entropy or squared error), or of values absolute, quantile, gaussian, poisson.
            ///
            /// The formulas are those of [`Loss`]. Its validation loss chooses unless `sweep.metric` says otherwise. With a loss of values the
            /// target is read as numbers, also where `data.task` would be decided as classification.
            loss: Loss = Loss::default(), flag("loss"), only(Only::Values);
            /// Of the loss quantile: the share of values below a prediction.
            ///
            /// Losses at different quantiles do not compare: a sweep shows their curves, and its lowest loss is not the best quantile.
            quantile as Quantile: f64 = 0.5, flag("quantile"), value("Q"), range(Range::INNER), only(Only::Regressions),
                axis("quantile", "quantile", Linear, Unordered);
            /// How much classes count in training: none, balanced, or weights as in spam=3,ham=1.
            ///
            /// The formulas are those of [`ClassWeights`]. They weigh the training loss alone: validation losses and the audit count every
            /// row once, or by its sample weight.
            class_weights: ClassWeights = ClassWeights::default(), flag("class-weights"), value("WEIGHTS"), default("none"),
                unless(&[
                    (Unless::Regression, "it weighs classes, and a regression has none"),
                    (Unless::Labels, "it weighs classes, and labels are none"),
                ]);
            /// How models come to their weights: by steps, or exact, at the minimum of the mean loss and rate/2 of the squared weights.
            ///
            /// See [`Solver`]; of linear models, whose minimum is computed. Seeds and all that shapes steps have no part in it. `sweep.rates`
            /// are then 1 / (C n) of scikit-learn's C. Beside squared errors `train.l1` makes the minimum that of the lasso.
            solver: Solver = Solver::default(), flag("solver");
            /// Direction of the steps, as in adamw, adam, sgd, nesterov, rmsprop, lion, muon.
            ///
            /// The formulas are those of [`Optimizer`].
            optimizer: Optimizer = Optimizer::default(), flag("optimizer");
            /// How decay enters: decoupled, independent, coupled, cautious, corrected, anchored.
            ///
            /// The formulas are those of [`DecayKind`]; as the optimiser has it unless said otherwise.
            #[serde(skip_serializing_if = "Option::is_none")]
            decay: Option<DecayKind> = None, flag("decay"), value("KIND"), default("coupled for adam, else decoupled");
            /// Decay rate over time, as train.schedule.
            ///
            /// Any [`Schedule`] but `plateau`.
            decay_schedule: Schedule = Schedule::default();
            /// Factors of the penalties by parameter, as in layers.0.*=0.1.
            ///
            /// `*` stands for any text; the last that fits counts. Multiplies decay rate, `l1`, `l2`, `group_lasso` and `spectral_norm`; 0
            /// lifts `max_norm`, too.
            decay_factors: Vec<DecayFactor> = Vec::new(), value("NAMES=X");
            /// Learning rate.
            lr as Lr: f64 = 1e-3, flag("lr"), value("RATE"), range(Range::POSITIVE),
                axis("learning rate", "learning rate", Logarithmic, Unordered);
            /// Average of gradients of Adam and Lion.
            beta1: f64 = 0.9, range(Range::FRACTION);
            /// Average of squares.
            #[serde(skip_serializing_if = "Option::is_none")]
            beta2: Option<f64> = None, range(Range::FRACTION), default("0.999; 0.99 for lion and rmsprop");
            /// RMSProp measures squares around the mean gradient.
            centered: bool = false;
            /// Adam's denominator.
            epsilon: f64 = 1e-8;
            /// Of momentum, nesterov, rmsprop_momentum and muon.
            #[serde(skip_serializing_if = "Option::is_none")]
            momentum: Option<f64> = None, range(Range::FRACTION), default("0.9; 0.95 for muon");
            /// Of momentum.
            dampening: f64 = 0.0, range(Range::FRACTION);
            /// Learning rate over time: constant, step, exponential, milestones, polynomial, cosine, restarts, one_cycle, plateau.
            ///
            /// The formulas are those of [`Schedule`].
            schedule: Schedule = Schedule::default(), flag("schedule");
            /// Epochs of linear warm-up.
            warmup: f64 = 0.0, value("EPOCHS");
            /// Share of the rate that the warm-up rises from.
            warmup_from: f64 = 0.0, value("SHARE"), range(Range::SHARE);
            /// Share of the rate that a schedule leaves.
            floor: f64 = 0.0, value("SHARE"), range(Range::SHARE);
            /// Factor of each reduction of step, exponential, milestones and plateau.
            gamma: f64 = 0.5, range(Range::FACTOR);
            /// Of step: epochs between reductions.
            step_epochs: f64 = 10.0, value("EPOCHS"), range(Range::POSITIVE);
            /// Of milestones: epochs after which the rate is reduced, as in 30,40.
            milestones: Vec<u32> = Vec::new(), value("EPOCHS"), range(Range::AT_LEAST_ONE);
            /// Of polynomial.
            power: f64 = 1.0, range(Range::POSITIVE);
            /// Of restarts: the first period.
            restart_epochs: f64 = 10.0, value("EPOCHS"), range(Range::POSITIVE);
            /// Of restarts: how much longer each period is than the one before.
            restart_factor: f64 = 2.0, range(Range::AT_LEAST_ONE);
            /// Of one_cycle: share of the steps that rise.
            peak: f64 = 0.3, value("SHARE"), range(Range::FACTOR);
            /// Of plateau: evaluations without improvement before a reduction.
            plateau_patience: u32 = 5, range(Range::AT_LEAST_ONE);

            /// Dropout after every hidden layer.
            dropout as Dropout: f64 = 0.0, flag("dropout"), value("RATE"), range(Range::FRACTION),
                axis("dropout", "dropout", Linear, Larger), probes(0.2, 0.999);
            /// Share of the label spread over all classes.
            label_smoothing as LabelSmoothing: f64 = 0.0, flag("label-smoothing"), value("SHARE"), range(Range::FRACTION),
                unless(&[
                    (Unless::Regression, "it changes the probabilities of classes, and a regression has none"),
                    (Unless::Labels, "it changes the probabilities of classes, and labels are none"),
                ]),
                axis("label smoothing", "label smoothing", Linear, Larger), probes(0.1, 0.999);
            /// Share of a graph's edges that a step does without.
            edge_dropout as EdgeDropout: f64 = 0.0, flag("edge-dropout"), value("RATE"), range(Range::FRACTION), only(Only::Graphs),
                axis("edge dropout", "edge dropout", Linear, Larger), probes(0.2, 0.999);
            /// Penalty on differences of neighbouring nodes' representations.
            ///
            /// `mu / N * sum over edges of w_ij |h_i / sqrt(d_i) - h_j / sqrt(d_j)|^2` on the last hidden representation `h` of a graph's
            /// `N` nodes with degrees `d`.
            laplacian as Laplacian by laplacian::Laplacian: f64 = 0.0, flag("laplacian"), only(Only::Graphs),
                axis("Laplacian penalty", "Laplacian penalty", Logarithmic, Larger), probes(0.1, 1e6);
            /// Images: probability of a mirror image.
            flip as Flip: f64 = 0.0, flag("flip"), value("P"), range(Range::SHARE), only(Only::Images),
                axis("flip", "probability of a mirror image", Linear, Larger), probes(0.5, 1.0);
            /// Images: largest shift, as of a padded crop.
            shift as Shift: u32 = 0, flag("shift"), value("PIXELS"), range(Range::PIXELS), only(Only::Images),
                axis("shift", "largest shift (pixels)", Linear, Larger), probes(2.0, 1000.0);
            /// Images: largest rotation.
            rotation as Rotation: f64 = 0.0, flag("rotation"), value("DEGREES"), range(Range::HALF_TURN), only(Only::Images),
                axis("rotation", "largest rotation (degrees)", Linear, Larger), probes(10.0, 180.0);
            /// Images: side of a blank square.
            cutout as Cutout: u32 = 0, flag("cutout"), value("PIXELS"), range(Range::PIXELS), only(Only::Images),
                axis("cutout", "side of the blank square (pixels)", Linear, Larger), probes(4.0, 1000.0);
            /// Images: largest change of all pixels, in standard deviations.
            brightness as Brightness: f64 = 0.0, flag("brightness"), only(Only::Images),
                axis("brightness", "largest change of brightness", Linear, Larger), probes(0.2, 1e6);
            /// Mixes pairs of samples with weights from Beta(ALPHA, ALPHA).
            ///
            /// Zhang et al. 2018, <https://arxiv.org/abs/1710.09412>.
            mixup as Mixup: f64 = 0.0, flag("mixup"), value("ALPHA"), only(Only::Rows),
                axis("mixup", "mixup's α", Linear, Larger), probes(0.4, 1e6);
            /// Lasso by proximal steps; with l2 the elastic net.
            ///
            /// `λ_1` of `w <- soft(w, lr λ_1) / (1 + lr λ_2)`.
            l1 as L1: f64 = 0.0, flag("l1"), axis("λ₁", "lasso λ₁", Logarithmic, Larger), probes(0.01, 1e9), penalises_weights();
            /// Square part of the elastic net's proximal steps.
            l2 as L2: f64 = 0.0, flag("l2"),
                axis("λ₂", "square part of the elastic net λ₂", Logarithmic, Larger), probes(0.01, 1e9), penalises_weights();
            /// Penalty on the norms of the weights that leave one input.
            ///
            /// Yuan & Lin 2006, by proximal steps on matrices with two axes.
            group_lasso as GroupLasso by group_lasso::GroupLasso: f64 = 0.0, flag("group-lasso"),
                axis("group lasso", "group lasso", Logarithmic, Larger), probes(0.01, 1e9), penalises_weights();
            /// Largest norm of the weights that arrive at one unit; 0 for none.
            ///
            /// Srivastava et al. 2014, section 5.1.
            max_norm as MaxNorm by max_norm::MaxNorm: f64 = 0.0, flag("max-norm"),
                axis("max-norm", "largest norm of a unit's weights", Logarithmic, Unordered), probes(0.8, 1e-30), penalises_weights();
            /// Gaussian noise on the scaled features, fresh in every step.
            ///
            /// For squared errors of a linear map it is ridge regression (Bishop 1995, "Training with noise is equivalent to Tikhonov
            /// regularization").
            input_noise as InputNoise by input_noise::InputNoise: f64 = 0.0, flag("input-noise"), value("SD"),
                unless(&[(Unless::SparseFeatures, "it would fill the graph's sparse features; use dropout, which leaves them sparse")]),
                axis("input noise", "noise on the inputs (standard deviations)", Linear, Larger), probes(0.3, 1e6);
            /// Gaussian noise on the weight matrices in a step's passes.
            ///
            /// The update changes the weights without noise (Graves 2011,
            /// <https://papers.nips.cc/paper/2011/hash/7eb3c8be3d411e8ebfab08eba5f49632-Abstract.html>).
            weight_noise as WeightNoise by weight_noise::WeightNoise: f64 = 0.0, flag("weight-noise"), value("SD"),
                axis("weight noise", "noise on the weights", Linear, Larger), probes(0.05, 1e6);
            /// Penalty on the squared largest singular value of every weight matrix.
            ///
            /// `s / 2 sum of sigma(W)^2`, by a power iteration that is carried from step to step (Yoshida & Miyato 2017,
            /// <https://arxiv.org/abs/1705.10941>). A convolution counts as the matrix `[outputs, inputs * height * width]`.
            spectral_norm as SpectralNorm by spectral_norm::SpectralNorm: f64 = 0.0, flag("spectral-norm"),
                axis("spectral norm", "spectral-norm penalty", Logarithmic, Larger), probes(0.1, 1e9), penalises_weights();
            /// Largest norm of a model's gradient; 0 does not clip.
            ///
            /// Of all gradients of a step together; a larger one is multiplied by `clip_norm / (norm + 1e-6)`, as torch's
            /// `clip_grad_norm_` does (Pascanu et al. 2013, <https://arxiv.org/abs/1211.5063>).
            clip_norm as ClipNorm by clip_norm::ClipNorm: f64 = 0.0, flag("clip-norm"), value("NORM"),
                axis("clip norm", "largest norm of the gradients", Logarithmic, Unordered), probes(0.5, 1e-30);
            /// Gaussian noise on the gradients.
            ///
            /// Added before the update, and after any clipping.
            gradient_noise as GradientNoise by gradient_noise::GradientNoise: f64 = 0.0, flag("gradient-noise"), value("SD"),
                axis("gradient noise", "noise on the gradients", Logarithmic, Larger), probes(0.01, 1e6);
            /// At step t that noise has variance SD^2 / (1 + t)^X, as with 0.55.
            ///
            /// Steps count from 0; 0.55 is the choice of Neelakantan et al. 2015, <https://arxiv.org/abs/1511.06807>.
            gradient_noise_decay as GradientNoiseDecay: f64 = 0.0,
                axis("fading", "fading of the gradients' noise", Linear, Unordered);
            /// Rewards the entropy of the predicted classes.
            ///
            /// The objective is the loss less `beta H(p)`, the mean entropy of the predicted distributions (Pereyra et al. 2017,
            /// <https://arxiv.org/abs/1701.06548>).
            confidence_penalty as ConfidencePenalty by confidence_penalty::ConfidencePenalty: f64 = 0.0, flag("confidence-penalty"), value("BETA"),
                unless(&[
                    (Unless::Regression, "it changes the probabilities of classes, and a regression has none"),
                    (Unless::Labels, "it changes the probabilities of classes, and labels are none"),
                ]),
                axis("confidence penalty", "confidence penalty", Linear, Larger), probes(0.1, 1e6);
            /// Penalty on the squared slope of the outputs along the inputs.
            ///
            /// `mu mean_b |d outputs / d inputs|_F^2` on the scaled inputs (Hoffman et al. 2019, <https://arxiv.org/abs/1908.02729>). A step
            /// takes the slope along one random direction for each sample, from a second pass; of a linear map the penalty is ridge.
            jacobian as Jacobian by jacobian::Jacobian: f64 = 0.0, flag("jacobian"), value("MU"),
                unless(&[
                    (Unless::Graph, "a node's output depends on its neighbours' inputs, too; use laplacian"),
                    (Unless::BatchNorm, "batch normalisation ties a sample's output to the other samples' inputs"),
                    (Unless::Bf16, "slopes are differences, which bf16 rounds away"),
                ]),
                axis("Jacobian penalty", "Jacobian penalty", Logarithmic, Larger), probes(0.01, 1e6);
            /// Keeps the exponential average of the weights, as with 0.999.
            ///
            /// Decay `b` per step, corrected for its start; the average is validated and kept instead of the weights (Polyak & Juditsky
            /// 1992; Kingma & Ba 2015, section 7.2, <https://arxiv.org/abs/1412.6980>).
            ema as Ema: f64 = 0.0, flag("ema"), value("B"), range(Range::FRACTION),
                axis("EMA", "decay of the weights' average", Linear, Unordered), probes(0.9, 0.999999);
            /// Keeps the mean of the weights of all epochs after this share of them, as with 0.75.
            ///
            /// The average is validated and kept (Izmailov et al. 2018, <https://arxiv.org/abs/1803.05407>). Not together with `ema`.
            swa_from as SwaFrom: f64 = 0.0, flag("swa-from"), value("SHARE"), range(Range::FRACTION),
                unless(&[(Unless::BatchNorm, "the averaged weights would need batch statistics of their own; use ema")]),
                axis("SWA from", "share of the epochs before averaging", Linear, Unordered), probes(0.5, 0.999999);

            /// What decay keeps where an epoch has more steps: its time_scale, or the rate.
            ///
            /// Of models that are solved the first keeps the rate times the rows, which is 1 / C.
            keep: Keep = Keep::default(), value("WHAT");
            /// The only parameters to decay, as in convs.0.*; all that are not exempt by default.
            ///
            /// `*` stands for any text.
            decayed: Vec<String> = Vec::new(), value("NAMES");
            /// Parameters that do not decay.
            exempt: Vec<ParameterKind> = vec![ParameterKind::Bias, ParameterKind::NormScale, ParameterKind::NormShift, ParameterKind::Activation], value("KINDS");
            /// Evaluations without improvement before a model stops; 0 never.
            patience: u32 = 0;
            /// What counts as an improvement.
            ///
            /// Of the validation loss.
            min_delta: f64 = 0.0;
            /// Epochs between validations, and between checkpoints; 0 validates at the end only.
            evaluate_every: u32 = 1, value("EPOCHS");
            /// Record norms, angles and the share of decay of every layer in diagnostics.csv.
            ///
            /// Of the last step of every epoch, see `LayerRecord`.
            diagnostics: bool = false, flag("diagnostics");
        }
    } };
}
