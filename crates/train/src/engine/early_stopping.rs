//! When a member stops before the last epoch.

use decay_model::MemberState;
use serde::{Deserialize, Serialize};

/// Why and when a member ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Status {
    /// All epochs done.
    Finished {
        /// Epochs trained.
        epochs: u32,
    },
    /// No improvement for long enough; the weights of the best epoch are kept.
    Stopped {
        /// Last epoch trained, counted from 1.
        epoch: u32,
        /// Epoch of the lowest validation loss.
        best_epoch: u32,
    },
    /// The loss stopped being a finite number; the weights are those of that epoch's end.
    Diverged {
        /// The epoch, counted from 1.
        epoch: u32,
    },
}

/// The best weights of a member so far.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Best {
    pub(crate) loss: f64,
    pub(crate) epoch: u32,
    pub(crate) state: MemberState,
}

/// Follows one member's validation loss.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Patience {
    pub(crate) best: Option<Best>,
    pub(crate) waited: u32,
}

impl Patience {
    /// Notes a validation loss; `state` is called where the weights are to be kept. Returns whether patience is over.
    pub(crate) fn note(
        &mut self,
        loss: f64,
        epoch: u32,
        (patience, min_delta): (u32, f64),
        state: impl FnOnce() -> MemberState,
    ) -> bool {
        let improves = self
            .best
            .as_ref()
            .is_none_or(|best| loss < best.loss - min_delta);
        if improves {
            self.waited = 0;
            self.best = Some(Best {
                loss,
                epoch,
                state: state(),
            });
        } else {
            self.waited += 1;
        }
        self.waited >= patience
    }
}

#[cfg(test)]
mod tests {
    use super::Patience;
    use decay_model::MemberState;

    fn state(mark: f32) -> MemberState {
        MemberState {
            parameters: vec![vec![mark]],
            buffers: vec![],
        }
    }

    #[test]
    fn patience_counts_evaluations_without_enough_improvement() {
        let mut patience = Patience::default();
        let losses = [1.0, 0.5, 0.49, 0.6, 0.3];
        let over: Vec<_> = (1..)
            .zip(losses)
            .map(|(epoch, loss)| patience.note(loss, epoch, (2, 0.05), || state(loss as f32)))
            .collect();
        assert_eq!(over, [false, false, false, true, false]);
        let best = patience.best.unwrap();
        assert_eq!((best.epoch, best.state), (5, state(0.3)));
    }
}
