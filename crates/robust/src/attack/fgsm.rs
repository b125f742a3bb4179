//! One step of steepest ascent.

use super::ball::ascend_within;
use super::cases::{Attempt, Cases, row, row_mut};
use super::objective::Objective;
use super::probe::Probe;
use super::threat::Threat;

/// Fast gradient (sign) method: the point of the ball that raises the cross-entropy the most to first order, clipped to the bounds.
///
/// ```text
/// linf  x + r sign(g)        l2  x + r g / |g|        l1  x + r sign(g_i) at the largest |g_i|
/// ```
///
/// # Source
/// Goodfellow et al. 2015, section 4, <https://arxiv.org/abs/1412.6572>; Miyato et al. 2017 for l2.
pub(crate) fn run(probe: &Probe, cases: &Cases, threat: &Threat) -> Attempt {
    let features = cases.features;
    let answer = probe.ask(cases, &cases.x, Objective::CrossEntropy, None);
    let mut x = cases.x.clone();
    for i in 0..cases.len() {
        let point = row_mut(&mut x, i, features);
        let slope = row(&answer.gradient, i, features);
        ascend_within(point, slope, cases.clean(i), threat.radius, 1, threat);
    }
    let broken = probe.correct(cases, &x).iter().map(|c| !c).collect();
    Attempt { x, broken }
}
