//! Settings that contradict each other, or that the data or the network leave without a meaning.

use decay_model::Precision;

use crate::engine::job::Job;
use crate::error::TrainError;
use crate::options::decay::DecayKind;
use crate::options::hyper::Hyper;
use crate::options::optimizer::Optimizer;
use crate::plan::Member;
use crate::problem::Truth;
use crate::schedule::Schedule;

impl Job<'_> {
    /// Refuses what could only be ignored, before any work is done.
    pub(crate) fn check_compatibility(&self) -> Result<(), TrainError> {
        self.check_plateau()?;
        self.check_decay()?;
        for member in self.members {
            check_ranges(member)?;
            self.check_targets(member)?;
            self.check_inputs(member)?;
            self.check_averages(member)?;
        }
        Ok(())
    }

    fn check_plateau(&self) -> Result<(), TrainError> {
        if self.config.schedule != Schedule::Plateau {
            return Ok(());
        }
        let validation = |member: &Member| &self.problem.folds[member.fold].validation;
        let blind = self.members.iter().any(|m| validation(m).is_empty());
        let refused = |reason| TrainError::Pointless {
            field: "schedule",
            value: "plateau".into(),
            reason,
        };
        match (blind, self.config.evaluate_every) {
            (true, _) => Err(refused(
                "it follows the validation loss, and there are no validation rows",
            )),
            (_, 0) => Err(refused(
                "it follows the validation loss, which evaluate_every = 0 measures at the end only",
            )),
            _ => Ok(()),
        }
    }

    /// Decay that contradicts the optimiser's name, or that acts on nothing.
    fn check_decay(&self) -> Result<(), TrainError> {
        let config = self.config;
        let refused = |field, value: &str, reason| {
            Err(TrainError::Pointless {
                field,
                value: value.into(),
                reason,
            })
        };
        if config.decay_schedule == Schedule::Plateau {
            let reason = "a plateau reduces the learning rate, which most kinds of decay follow";
            return refused("decay_schedule", "plateau", reason);
        }
        let parameters = self.network.parameters();
        let normalised = parameters.iter().any(|spec| spec.normalised);
        match (config.optimizer, config.decay) {
            (Optimizer::Adamw, Some(DecayKind::Coupled)) => {
                let reason = "adamw is Adam with decoupled decay; choose the optimizer adam";
                return refused("decay", "coupled", reason);
            }
            (_, Some(DecayKind::Corrected)) if !normalised => {
                let reason = "it corrects weights before a normalisation, and the network has none; choose decoupled";
                return refused("decay", "corrected", reason);
            }
            _ => {}
        }
        let penalises = |member: &Member| {
            let strengths = [member.l1, member.l2, member.group_lasso, member.max_norm];
            member.decay > 0.0 || strengths.iter().any(|&strength| strength > 0.0)
        };
        let exempt = !parameters.iter().any(|spec| config.decays(spec));
        if exempt && self.members.iter().any(penalises) {
            let reason = "every parameter is exempt, so that the decay would act on nothing";
            return refused("exempt", "all", reason);
        }
        Ok(())
    }

    fn check_targets(&self, member: &Member) -> Result<(), TrainError> {
        let classes = matches!(self.problem.truth, Truth::Classes(_));
        let reason = "it changes the probabilities of classes, and a regression has none";
        for regulariser in [Hyper::LabelSmoothing, Hyper::ConfidencePenalty] {
            refuse_if(!classes, regulariser, member, reason)?;
        }
        Ok(())
    }

    fn check_inputs(&self, member: &Member) -> Result<(), TrainError> {
        let graph = self.network.reads_edges();
        let sparse = self.problem.residents.iter().any(|r| r.inputs.is_sparse());
        let normed = !self.network.buffers().is_empty();
        let noise =
            "it would fill the graph's sparse features; use dropout, which leaves them sparse";
        refuse_if(sparse, Hyper::InputNoise, member, noise)?;
        let reasons = [
            (
                graph,
                "a node's output depends on its neighbours' inputs, too; use laplacian",
            ),
            (
                normed,
                "batch normalisation ties a sample's output to the other samples' inputs",
            ),
            (
                self.config.precision != Precision::F32,
                "slopes are differences, which bf16 rounds away",
            ),
        ];
        for (refused, reason) in reasons {
            refuse_if(refused, Hyper::Jacobian, member, reason)?;
        }
        Ok(())
    }

    fn check_averages(&self, member: &Member) -> Result<(), TrainError> {
        let both = "ema averages the same weights in another way; choose one";
        refuse_if(member.ema > 0.0, Hyper::SwaFrom, member, both)?;
        let normed = !self.network.buffers().is_empty();
        let statistics = "the averaged weights would need batch statistics of their own; use ema";
        refuse_if(normed, Hyper::SwaFrom, member, statistics)
    }
}

/// A member's strengths may be its own, and need not come from a configuration that was checked.
fn check_ranges(member: &Member) -> Result<(), TrainError> {
    Hyper::ALL
        .into_iter()
        .try_for_each(|hyper| hyper.check(hyper.get(member)))
}

fn refuse_if(
    refused: bool,
    regulariser: Hyper,
    member: &Member,
    reason: &'static str,
) -> Result<(), TrainError> {
    let strength = regulariser.get(member);
    if refused && strength > 0.0 {
        return Err(TrainError::Pointless {
            field: regulariser.key(),
            value: strength.to_string(),
            reason,
        });
    }
    Ok(())
}
