//! What is attacked: trained members and labelled rows.

use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Device;
use decay_kernels::{POOL_THREADS, catch_panic};
use decay_model::{InputShape, MemberState, Network};
use rayon::ThreadPoolBuilder;

use crate::attack::threat::Threat;
use crate::error::same_length;
use crate::{InputScale, RobustError, TargetPopulation};

/// A population to attack, and what to attack it on.
#[derive(Debug, Clone, Copy)]
pub struct Population<'a> {
    /// The architecture.
    pub network: &'a Network,
    /// Of each member.
    pub states: &'a [MemberState],
    /// Of each member, from the unit of the attacked inputs.
    pub scales: &'a [InputScale],
    /// Of each member: its random numbers depend on nothing else but the row.
    pub seeds: &'a [u64],
    /// The shape of an input; images let the square attack move squares and the rotation turn.
    pub shape: InputShape,
    /// Where to compute; several share out the members and rows.
    pub devices: &'a [Device],
    /// Threads of the CPU.
    pub threads: usize,
    /// Set to stop before the next pass, with [`RobustError::Interrupted`].
    pub stop: &'a AtomicBool,
}

impl Population<'_> {
    /// What a panic in the work on a device was: a stop, a failure of the device, or a fault.
    pub(crate) fn failure(&self, device: &Device, reason: String) -> RobustError {
        if self.stop.load(Ordering::Relaxed) {
            return RobustError::Interrupted;
        }
        RobustError::of_panic(device, reason)
    }

    /// Number of classes: the outputs of the head, of a network that shows none those of its last parameter.
    pub(crate) fn classes(&self) -> usize {
        let member = self.states.first();
        let head = member.and_then(|member| self.network.head(member));
        let last = || self.network.parameters().last()?.shape.last().copied();
        head.map(|head| head.bias.len()).or_else(last).unwrap_or(0)
    }

    /// # Errors
    /// [`RobustError::Graph`], [`RobustError::Classes`], [`RobustError::Length`], [`RobustError::Member`].
    pub(crate) fn check(&self) -> Result<(), RobustError> {
        if self.network.reads_edges() {
            return Err(RobustError::Graph);
        }
        if self.classes() < 2 {
            return Err(RobustError::Classes {
                got: self.classes(),
            });
        }
        let (members, inputs) = (self.states.len(), self.shape.values());
        same_length("scales", members, self.scales.len())?;
        same_length("seeds", members, self.seeds.len())?;
        for (member, (scale, state)) in self.scales.iter().zip(self.states).enumerate() {
            same_length("centers of a scale", inputs, scale.center.len())?;
            same_length("factors of a scale", inputs, scale.factor.len())?;
            let finite = |values: &[f32]| values.iter().all(|v| v.is_finite());
            if !finite(&scale.center) || !finite(&scale.factor) {
                return Err(RobustError::Member {
                    member,
                    what: "scale",
                });
            }
            same_length(
                "parameters of a member",
                self.network.parameters().len(),
                state.parameters.len(),
            )?;
            if !state.is_finite() {
                return Err(RobustError::Member {
                    member,
                    what: "parameter",
                });
            }
        }
        Ok(())
    }
}

/// Labelled rows, the same for every member.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// `[N, inputs]`, in the unit in which perturbations are measured.
    pub x: &'a [f32],
    /// `[N]`.
    pub labels: &'a [usize],
}

impl Rows<'_> {
    /// # Errors
    /// [`RobustError::Length`], [`RobustError::Label`], [`RobustError::NotFinite`], [`RobustError::OutsideBounds`].
    pub(crate) fn check(
        &self,
        features: usize,
        classes: usize,
        threat: &Threat,
    ) -> Result<(), RobustError> {
        same_length("inputs", self.labels.len() * features, self.x.len())?;
        if let Some(row) = self.labels.iter().position(|&label| label >= classes) {
            let label = self.labels[row];
            return Err(RobustError::Label {
                row,
                label,
                classes,
            });
        }
        let (low, high) = threat.bounds();
        for (i, &value) in self.x.iter().enumerate() {
            let (row, feature) = (i / features, i % features);
            if !value.is_finite() {
                return Err(RobustError::NotFinite {
                    row,
                    feature,
                    value,
                });
            }
            if value < low || value > high {
                return Err(RobustError::OutsideBounds {
                    row,
                    feature,
                    value,
                    low,
                    high,
                });
            }
        }
        Ok(())
    }
}

/// Runs `work` on a pool of the population's threads; kernels spread over it.
pub(crate) fn on_first_device<T: Send>(
    population: &Population<'_>,
    work: impl FnOnce(&TargetPopulation<'_>) -> T + Send,
) -> Result<T, RobustError> {
    let Some(device) = population.devices.first() else {
        return Err(RobustError::Length {
            what: "devices",
            expected: 1,
            got: 0,
        });
    };
    let threads = population.threads.max(1);
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|t| format!("{POOL_THREADS}0-{t}"))
        .build()
        .map_err(|error| RobustError::Threads {
            threads,
            reason: error.to_string(),
        })?;
    let (network, states, scales) = (population.network, population.states, population.scales);
    let target = || TargetPopulation::new(network, states, scales, device);
    let run = || catch_panic(|| work(&target().stopped_by(population.stop)));
    pool.install(run)
        .map_err(|reason| population.failure(device, reason))
}
