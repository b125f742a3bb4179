//! Threads that each run whole chunks.

use std::sync::atomic::{AtomicUsize, Ordering};

use decay_model::{Network, State};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::TrainError;
use crate::evaluate::{Evaluation, chunk_outputs};
use crate::problem::Problem;
use crate::resources::Resources;

/// One thread pool per worker: kernels spread their work over the pool they are called in.
///
/// With as many workers as threads every pool has one thread, and a chunk runs without any hand-over between threads.
pub(crate) struct Workers(Vec<ThreadPool>);

impl Workers {
    pub(crate) fn start(workers: usize, threads: usize) -> Result<Self, TrainError> {
        let share = |w: usize| (threads * (w + 1) / workers) - (threads * w / workers);
        let pool = |w: usize| {
            ThreadPoolBuilder::new()
                .num_threads(share(w).max(1))
                .thread_name(move |t| format!("decay-{w}-{t}"))
                .build()
        };
        let pools: Result<_, _> = (0..workers).map(pool).collect();
        pools.map(Self).map_err(|error| TrainError::Threads {
            threads,
            reason: error.to_string(),
        })
    }

    /// `work` of every item, in their order; each worker takes the next item when it is done with one.
    pub(crate) fn map<T: Sync, U: Send>(
        &self,
        items: &[T],
        work: impl Fn(&T) -> U + Sync,
    ) -> Vec<U> {
        let next = AtomicUsize::new(0);
        let run = || {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else {
                    return done;
                };
                done.push((index, work(item)));
            }
        };
        let mut results: Vec<(usize, U)> = match &self.0[..] {
            [pool] => pool.install(run),
            pools => std::thread::scope(|scope| {
                let started: Vec<_> = pools
                    .iter()
                    .take(items.len())
                    .map(|pool| scope.spawn(|| pool.install(run)))
                    .collect();
                let joined = started.into_iter().map(|thread| match thread.join() {
                    Ok(done) => done,
                    Err(panic) => std::panic::resume_unwind(panic),
                });
                joined.flatten().collect()
            }),
        };
        results.sort_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }

    /// Raw outputs of each member on its own rows; members are stacked `chunk` at a time.
    pub(crate) fn outputs(
        &self,
        network: &Network,
        problem: &Problem,
        members: &[Evaluation<'_>],
        chunk: usize,
    ) -> Vec<Vec<f32>> {
        let even = members.len().div_ceil(self.0.len()).max(1);
        let groups: Vec<_> = members.chunks(chunk.clamp(1, even)).collect();
        let outputs = self.map(&groups, |group| {
            let states: Vec<_> = group.iter().map(|e| e.state.clone()).collect();
            let state = State::stack(&states, &problem.device);
            let folds: Vec<_> = group.iter().map(|e| e.fold).collect();
            let rows: Vec<_> = group.iter().map(|e| e.rows).collect();
            chunk_outputs(network, problem, &state, &folds, &rows)
        });
        outputs.into_iter().flatten().collect()
    }
}

/// Raw outputs of each member on its own rows, in evaluation mode.
///
/// # Shapes
/// - returns: per member `[rows, outputs]`, flat
///
/// # Errors
/// [`TrainError::Threads`].
pub fn outputs(
    network: &Network,
    problem: &Problem,
    members: &[Evaluation<'_>],
    resources: &Resources,
) -> Result<Vec<Vec<f32>>, TrainError> {
    let workers = Workers::start(
        resources.threads.min(members.len()).max(1),
        resources.threads,
    )?;
    let chunk = resources.chunk.unwrap_or(8);
    Ok(workers.outputs(network, problem, members, chunk))
}
