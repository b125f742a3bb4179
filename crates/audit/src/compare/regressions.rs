//! Two regressions on the same rows.

use super::difference::{Better, Comparison, judged};
use super::paired::paired_findings;
use crate::audit::{Errors, Panels, regressions_fit};
use crate::interval::Bootstrap;
use crate::{MemberPredictions, Result};

/// Compares two regressions on the same rows: `rmse`, `mae` and, given `sigma2`, `nll`.
///
/// Intervals and p-values by paired bootstrap. `mse` and `r2` on the same rows differ in the same
/// direction as `rmse` and ask no question of their own.
///
/// # Shapes
/// - `a`, `b`: `[rows]` predictions; `targets`: `[rows]`
///
/// # Errors
/// Lengths that differ, values that are not finite, `sigma2` not positive or given for one model only,
/// settings out of range.
pub fn compare_regressions(
    a: MemberPredictions<'_>,
    b: MemberPredictions<'_>,
    targets: &[f64],
    settings: &Bootstrap,
) -> Result<Comparison> {
    settings.check()?;
    regressions_fit(&[a, b], targets)?;
    let panels = |model| -> Panels { vec![Box::new(Errors::new(&model, targets))] };
    let (mut panels_a, mut panels_b) = (panels(a), panels(b));
    let better = |metric: &str| {
        ["rmse", "mae", "nll"]
            .contains(&metric)
            .then_some(Better::Lower)
    };
    let rows = targets.len();
    let findings = paired_findings(&mut panels_a, &mut panels_b, rows, settings, better)?;
    Ok(Comparison {
        differences: judged(findings, settings.level),
        rows,
        level: settings.level,
        resamples: settings.resamples,
    })
}
