//! The largest radius at which a margin is certified.

/// Factor by which the bracket grows, and how often it may.
const GROWTH: f64 = 4.0;
const GROWTHS: usize = 64;
/// Steps that close the bracket at most; bisection alone needs 53 for a double.
const STEPS: usize = 80;

/// A radius at which `margin` is positive, with a radius at most `tolerance` larger, relatively, at which it is not.
///
/// `margin` is a bound from below that falls as the radius grows. The bracket is closed by secants, set beside the root they point at
/// so that either end moves, and every third time by bisection. Only a radius that was evaluated and found positive is returned.
///
/// 0 if none was found positive; infinity if the margin is positive at `everything`, the radius of a ball that holds every input.
pub(super) fn largest_radius(
    guess: f64,
    everything: Option<f64>,
    tolerance: f64,
    margin: impl Fn(f64) -> f64,
) -> f64 {
    let start = margin(0.0);
    // Also where it is not a number.
    let fails = |margin: f64| margin.is_nan() || margin <= 0.0;
    if fails(start) {
        return 0.0;
    }
    if everything.is_some_and(|radius| margin(radius) > 0.0) {
        return f64::INFINITY;
    }
    let mut low = (0.0, start);
    let mut high = (everything.unwrap_or(f64::INFINITY), f64::NEG_INFINITY);
    let usable = guess.is_finite() && guess > 0.0;
    let mut next = if usable { guess } else { 1.0 }.min(0.5 * high.0);
    for _ in 0..GROWTHS {
        let value = margin(next);
        if fails(value) {
            high = (next, value);
            break;
        }
        low = (next, value);
        if next * GROWTH >= high.0 {
            break;
        }
        next *= GROWTH;
    }
    if high.0.is_infinite() {
        return low.0;
    }
    close(low, high, tolerance, margin)
}

/// The certified end of a bracket `(radius, margin)` that is closed to the tolerance.
fn close(
    mut low: (f64, f64),
    mut high: (f64, f64),
    tolerance: f64,
    margin: impl Fn(f64) -> f64,
) -> f64 {
    for step in 0..STEPS {
        let width = high.0 - low.0;
        if width <= tolerance * high.0 {
            break;
        }
        let secant = low.0 + width * (low.1 / (low.1 - high.1));
        let next = if step % 3 == 2 || !high.1.is_finite() || !secant.is_finite() {
            0.5 * (low.0 + high.0)
        } else {
            // Beside the root, towards the end that is farther from it.
            let aside = 0.4 * tolerance * high.0;
            let moved = if secant - low.0 < high.0 - secant {
                secant + aside
            } else {
                secant - aside
            };
            moved.clamp(low.0 + 0.5 * aside, high.0 - 0.5 * aside)
        };
        let value = margin(next);
        if value > 0.0 {
            low = (next, value);
        } else {
            high = (next, value);
        }
    }
    low.0
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::largest_radius;

    #[test]
    fn the_root_of_a_falling_margin_is_met_from_below() {
        type Curve = fn(f64) -> f64;
        let curves: [(&str, Curve, f64); 4] = [
            ("line", |r| 3.0 - 2.0 * r, 1.5),
            ("parabola", |r| 1.0 - r * r, 1.0),
            (
                "kink",
                |r| {
                    if r < 0.1 {
                        1.0 - r
                    } else {
                        0.9 - 50.0 * (r - 0.1)
                    }
                },
                0.118,
            ),
            ("jump", |r| if r < 7.0 { 1.0 } else { -1.0 }, 7.0),
        ];
        for (name, margin, root) in curves {
            for guess in [1e-6, 1.0, 1e5, f64::NAN] {
                let calls = Cell::new(0);
                let counted = |radius| {
                    calls.set(calls.get() + 1);
                    margin(radius)
                };
                let radius = largest_radius(guess, None, 1e-9, counted);
                assert!(margin(radius) > 0.0, "{name}: {radius}");
                assert!(
                    (root - radius).abs() < 2e-9 * root,
                    "{name} from {guess}: {radius}"
                );
                assert!(calls.get() < 70, "{name}: {} calls", calls.get());
            }
        }
    }

    #[test]
    fn a_margin_that_is_positive_everywhere_has_no_boundary() {
        assert_eq!(largest_radius(0.1, Some(1.0), 1e-6, |_| 1.0), f64::INFINITY);
        assert!(largest_radius(0.1, None, 1e-6, |_| 1.0) > 1e30);
        let narrow = largest_radius(0.9, Some(1.0), 1e-9, |r| 0.999 - r);
        assert!((narrow - 0.999).abs() < 1e-8, "{narrow}");
    }

    #[test]
    fn nothing_is_certified_where_the_margin_is_not_positive() {
        for margin in [0.0, -1.0, f64::NAN] {
            assert_eq!(largest_radius(1.0, None, 1e-6, |_| margin), 0.0);
        }
    }
}
