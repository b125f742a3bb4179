//! Whether a checkpoint is one of the run that reads it: every number and length is checked before any worker sees it.
//!
//! A digest says that a file is as it was written, not that it was written well.

use decay_model::MemberState;

use crate::engine::job::Job;
use crate::engine::progress::{Progress, Saved};
use crate::regularisers::HOOKS;
use crate::step::groups::Groups;

/// What the values of a run's members must be like.
pub(crate) struct Wanted<'a> {
    job: &'a Job<'a>,
    groups: &'a Groups,
    /// Any member's, for their lengths.
    state: MemberState,
}

impl<'a> Wanted<'a> {
    pub(crate) fn of(job: &'a Job<'a>, groups: &'a Groups) -> Self {
        Self {
            job,
            groups,
            state: job.network.initial(0),
        }
    }

    /// Refuses a checkpoint that no run of this job has written, with the reason.
    pub(crate) fn check(&self, progress: &Progress) -> Result<(), String> {
        let (members, epochs) = (self.job.members.len(), self.job.config.epochs);
        if progress.epoch > epochs {
            return Err(format!(
                "damaged: its epoch is {} of {epochs}",
                progress.epoch
            ));
        }
        let before = || 0..progress.wave_start;
        if progress.wave_start > members || !before().all(|p| progress.members.contains_key(&p)) {
            return Err("damaged: members of earlier waves are missing".into());
        }
        let recorded = progress.history.iter().map(|record| record.member);
        let watched = progress.layers.iter().map(|record| record.member);
        let places = progress.members.keys().copied();
        if let Some(place) = recorded
            .chain(watched)
            .chain(places)
            .find(|&place| place >= members)
        {
            return Err(format!(
                "damaged: it has a member {place}, the run has {members}"
            ));
        }
        let parameters = self.state.parameters.len();
        if let Some(record) = progress.layers.iter().find(|r| r.parameter >= parameters) {
            let place = record.parameter;
            return Err(format!(
                "damaged: it has a parameter {place}, the network has {parameters}"
            ));
        }
        let mut each = progress.members.iter();
        each.try_for_each(|(&place, saved)| self.check_member(place, saved))
    }

    fn check_member(&self, place: usize, saved: &Saved) -> Result<(), String> {
        let (job, snapshot) = (self.job, &saved.snapshot);
        let member = &job.members[place];
        let rows = job.problem.folds.get(member.fold);
        let steps = job
            .config
            .steps_per_epoch(rows.map_or(0, |rows| rows.train.len()));
        let steps = u64::from(steps) * u64::from(job.config.epochs);
        if u64::from(snapshot.steps) > steps {
            let own = snapshot.steps;
            return Err(format!(
                "damaged: member {place} has made {own} steps of {steps}"
            ));
        }
        let best = saved.patience.best.as_ref().map(|best| &best.state);
        let states = [
            Some(&snapshot.state),
            snapshot.average.as_ref(),
            best.map(|best| &**best),
        ];
        for state in states.into_iter().flatten() {
            same(
                place,
                "parameters",
                &self.state.parameters,
                &state.parameters,
            )?;
            same(place, "buffers", &self.state.buffers, &state.buffers)?;
        }
        // One that has ended needs none of what follows.
        let ended = saved.status.is_some();
        let slots = self.groups.slots().zip(&self.state.parameters);
        let moments = slots.map(|(slots, values)| slots * values.len());
        if !(ended && snapshot.moments.is_empty()) {
            lengths(place, "moments", moments, &snapshot.moments)?;
        }
        let memory = HOOKS.iter().map(|(hyper, hook)| {
            let carried = hyper.get(member) > 0.0;
            let carried = carried.then(|| (hook.memory)(job.network, member.seed).len());
            carried.unwrap_or(0)
        });
        if ended && snapshot.memory.iter().all(Vec::is_empty) {
            return Ok(());
        }
        lengths(place, "memory", memory, &snapshot.memory)
    }
}

fn same(place: usize, what: &str, wanted: &[Vec<f32>], found: &[Vec<f32>]) -> Result<(), String> {
    lengths(place, what, wanted.iter().map(Vec::len), found)
}

fn lengths(
    place: usize,
    what: &str,
    wanted: impl Iterator<Item = usize>,
    found: &[Vec<f32>],
) -> Result<(), String> {
    let wanted: Vec<usize> = wanted.collect();
    let found: Vec<usize> = found.iter().map(Vec::len).collect();
    if wanted == found {
        return Ok(());
    }
    let pairs = wanted.iter().zip(&found);
    Err(match pairs.enumerate().find(|(_, (a, b))| a != b) {
        Some((index, (wanted, found))) => format!(
            "damaged: {what} {index} of member {place} have {found} values, the network's have {wanted}"
        ),
        None => format!(
            "damaged: member {place} has {} {what}, the network has {}",
            found.len(),
            wanted.len()
        ),
    })
}
