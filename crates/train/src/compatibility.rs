//! Settings that contradict each other, or that the data or the network leave without a meaning.

use decay_model::Precision;

use crate::error::TrainError;
use crate::job::Job;
use crate::plan::Member;
use crate::problem::Truth;
use crate::regulariser::Regulariser;
use crate::schedule::Schedule;

impl Job<'_> {
    /// Refuses what could only be ignored, before any work is done.
    pub(crate) fn check_compatibility(&self) -> Result<(), TrainError> {
        self.check_plateau()?;
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

    fn check_targets(&self, member: &Member) -> Result<(), TrainError> {
        let classes = matches!(self.problem.truth, Truth::Classes(_));
        let reason = "it changes the probabilities of classes, and a regression has none";
        for regulariser in [Regulariser::LabelSmoothing, Regulariser::ConfidencePenalty] {
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
        refuse_if(sparse, Regulariser::InputNoise, member, noise)?;
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
            refuse_if(refused, Regulariser::Jacobian, member, reason)?;
        }
        Ok(())
    }

    fn check_averages(&self, member: &Member) -> Result<(), TrainError> {
        let both = "ema averages the same weights in another way; choose one";
        refuse_if(member.ema > 0.0, Regulariser::SwaFrom, member, both)?;
        let normed = !self.network.buffers().is_empty();
        let statistics = "the averaged weights would need batch statistics of their own; use ema";
        refuse_if(normed, Regulariser::SwaFrom, member, statistics)
    }
}

/// A member's strengths may be its own, and need not come from a configuration that was checked.
fn check_ranges(member: &Member) -> Result<(), TrainError> {
    for regulariser in Regulariser::ALL {
        let value = regulariser.of_member(member);
        if !regulariser.allows(value) {
            return Err(TrainError::OutOfRange {
                field: regulariser.key(),
                range: regulariser.range(),
                value,
            });
        }
    }
    Ok(())
}

fn refuse_if(
    refused: bool,
    regulariser: Regulariser,
    member: &Member,
    reason: &'static str,
) -> Result<(), TrainError> {
    let strength = regulariser.of_member(member);
    if refused && strength > 0.0 {
        return Err(TrainError::Pointless {
            field: regulariser.key(),
            value: strength.to_string(),
            reason,
        });
    }
    Ok(())
}
