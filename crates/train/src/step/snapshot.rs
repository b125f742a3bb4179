//! Everything that continues a member's training, in host memory.

use burn::tensor::{Device, Tensor};
use decay_model::{MemberState, Network, State, stack, unstack};

use crate::options::hyper::Member;
use crate::problem::Fitted;
use crate::regularisers::HOOKS;
use crate::step::groups::Groups;

/// One member between two epochs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Snapshot {
    /// Parameters and buffers.
    pub(crate) state: MemberState,
    /// What the member is judged by and ends with, if it averages its values.
    pub(crate) average: Option<MemberState>,
    /// Moments of each parameter and its reference point, `[K, n]` flat.
    pub(crate) moments: Vec<Vec<f32>>,
    /// What each regulariser carries from step to step, in the order of [`HOOKS`]; empty where it carries nothing.
    pub(crate) memory: Vec<Vec<f32>>,
    /// Optimiser steps made.
    pub(crate) steps: u32,
}

impl Snapshot {
    /// Before the first step; `fitted` are the buffers that come from the rows of the member's fold.
    pub(crate) fn initial(
        network: &Network,
        member: &Member,
        groups: &Groups,
        fitted: &Fitted,
    ) -> Self {
        let mut state = network.initial(member.seed);
        for (place, values) in fitted {
            state.buffers[*place].clone_from(values);
        }
        let slots = groups.slots().zip(&state.parameters).enumerate();
        let moments = slots.map(|(place, (slots, values))| {
            let mut all = vec![0.0; slots * values.len()];
            if let Some(anchor) = groups.group(place).anchor() {
                let start = anchor * values.len();
                all[start..start + values.len()].copy_from_slice(values);
            }
            all
        });
        let memory = HOOKS.iter().map(|(hyper, hook)| {
            if hyper.get(member) > 0.0 {
                (hook.memory)(network, member.seed)
            } else {
                Vec::new()
            }
        });
        Self {
            moments: moments.collect(),
            state,
            average: None,
            memory: memory.collect(),
            steps: 0,
        }
    }

    /// What the member would be kept with if it ended now.
    pub(crate) fn judged(&self) -> &MemberState {
        self.average.as_ref().unwrap_or(&self.state)
    }

    /// The members of a device's state.
    pub(crate) fn members(state: &State) -> Vec<MemberState> {
        let members = state.parameters.first().map_or(0, |p| p.dims()[0]);
        let snapshots = Self::unstack(state, &[], &vec![0; members]);
        snapshots.into_iter().map(|own| own.state).collect()
    }

    /// State and moments `[K, R, n]` of several members on a device.
    pub(crate) fn stack(members: &[&Self], device: &Device) -> (State, Vec<Tensor<3>>) {
        let states: Vec<_> = members.iter().map(|m| m.state.clone()).collect();
        let count = members.first().map_or(0, |m| m.moments.len());
        let moments = (0..count).map(|i| {
            let values = members[0].state.parameters[i].len();
            let slots = members[0].moments[i].len() / values.max(1);
            let all = stack(members.iter().map(|m| m.moments[i].as_slice()), device);
            let [rows, width] = all.dims();
            let by_member = all.reshape([rows, slots, width / slots]);
            // A copy, so that the update finds row-major moments that it may change in place.
            Tensor::cat(
                (0..slots)
                    .map(|k| by_member.clone().slice([0..rows, k..k + 1]).swap_dims(0, 1))
                    .collect(),
                0,
            )
        });
        let moments = moments.collect();
        (State::stack(&states, device), moments)
    }

    /// The inverse of [`Snapshot::stack`].
    pub(crate) fn unstack(state: &State, moments: &[Tensor<3>], steps: &[u32]) -> Vec<Self> {
        let by_member = moments.iter().map(|tensor| {
            let [slots, rows, width] = tensor.dims();
            tensor
                .clone()
                .swap_dims(0, 1)
                .reshape([rows, slots * width])
        });
        let tensors: Vec<_> = state
            .parameters
            .iter()
            .chain(&state.buffers)
            .cloned()
            .chain(by_member)
            .collect();
        let mut of_tensor: Vec<_> = unstack(tensors).into_iter().map(Vec::into_iter).collect();
        let (parameters, buffers) = (state.parameters.len(), state.buffers.len());
        let member = |&steps: &u32| {
            let mut values = of_tensor.iter_mut().map(|of_member| {
                let values = of_member.next();
                values.unwrap_or_default()
            });
            Self {
                state: MemberState {
                    parameters: values.by_ref().take(parameters).collect(),
                    buffers: values.by_ref().take(buffers).collect(),
                },
                average: None,
                moments: values.collect(),
                memory: Vec::new(),
                steps,
            }
        };
        steps.iter().map(member).collect()
    }
}
