//! Where a condition that holds on one side ends.

/// The place nearest to `no` at which the condition holds, which it does from `yes` up to there.
pub(crate) fn edge(mut yes: f64, mut no: f64, steps: usize, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..steps {
        let middle = 0.5 * (yes + no);
        if holds(middle) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    yes
}
