//! A run in a few numbers.

use crate::learner::Batch;

/// Share of the steps at the end that final figures are of.
const LAST: f64 = 0.2;
/// Share of the steps over which returns are smoothed.
const SMOOTHED: f64 = 0.02;

/// A figure of the batches, by steps: over the whole run.
pub(crate) fn over_all(course: &[Batch], figure: impl Fn(&Batch) -> f64) -> f64 {
    since(course, 0.0, figure)
}

/// The same over the end of the run.
pub(crate) fn at_last(course: &[Batch], figure: impl Fn(&Batch) -> f64) -> f64 {
    since(course, 1.0 - LAST, figure)
}

/// Mean over the steps after a share of all, of each batch as many as lie there.
fn since(course: &[Batch], share: f64, figure: impl Fn(&Batch) -> f64) -> f64 {
    let first = share * course.last().map_or(0, |batch| batch.steps) as f64;
    let (mut sum, mut count, mut before) = (0.0, 0.0, 0.0);
    for batch in course {
        let end = batch.steps as f64;
        let steps = (end - f64::max(before, first)).max(0.0);
        before = end;
        sum += steps * figure(batch);
        count += steps;
    }
    sum / count
}

/// Steps until the smoothed return is above a goal, as a share of the budget; 1 where it never is.
pub(crate) fn until(course: &[Batch], goal: f64, budget: usize) -> f64 {
    let (budget, mut before) = (budget as f64, 0.0);
    let mut smoothed = course.first().map_or(0.0, |batch| batch.total);
    for batch in course {
        let steps = batch.steps as f64 - before;
        before = batch.steps as f64;
        smoothed += (1.0 - (-steps / (SMOOTHED * budget)).exp()) * (batch.total - smoothed);
        // One lucky batch is no beginning.
        if smoothed > goal && before > SMOOTHED * budget {
            return (before / budget).min(1.0);
        }
    }
    1.0
}
