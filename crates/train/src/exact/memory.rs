//! How many folds fit the memory at once.

use crate::engine::job::Job;
use crate::engine::resources::{PROCESS_MEMORY, workers_per_device};
use crate::error::TrainError;

const MIB: u64 = 1 << 20;
/// Bytes of a feature: as it was read, twice in double precision where it is turned, twice in the basis.
const PER_FEATURE: u64 = 4 + 4 * 8;

/// Workers of each device, as many as there are threads where that many folds fit.
///
/// # Errors
/// [`TrainError::SolverMemory`] where not even one fits.
pub(super) fn workers(job: &Job<'_>, folds: usize) -> Result<usize, TrainError> {
    let problem = job.problem;
    let rows = problem.folds.iter().map(|fold| fold.train.len()).max();
    let (rows, inputs) = (rows.unwrap_or(0) as u64, job.network.activations() as u64);
    // Vectors of the smaller side, their products, and one model for each member.
    let side = rows.min(inputs);
    let fold = PER_FEATURE * rows * inputs + 3 * 8 * side * side + 8 * inputs * side;
    let models = 16 * (job.network.size() * job.members.len()) as u64;
    let beside = PROCESS_MEMORY + problem.bytes + models;
    let fitting = job.resources.memory.saturating_sub(beside) / fold.max(1);
    if fitting == 0 {
        return Err(TrainError::SolverMemory {
            needed: (beside + fold).div_ceil(MIB),
            budget: job.resources.memory / MIB,
        });
    }
    let wanted = workers_per_device(problem, job.resources, folds);
    Ok(wanted.min(usize::try_from(fitting).unwrap_or(usize::MAX)))
}
