//! Lines and bands that break where a value is missing.

use std::fmt::Write as _;

/// A polyline through the given positions; it breaks at each `None`.
///
/// A point alone between two breaks becomes a dot, drawn by its round cap.
pub(crate) fn line_path(points: impl IntoIterator<Item = Option<(f64, f64)>>) -> String {
    let mut d = String::new();
    let mut run: Vec<(f64, f64)> = Vec::new();
    for point in points.into_iter().chain([None]) {
        match point {
            Some(point) => run.push(point),
            None => {
                append(&mut d, &run);
                if run.len() == 1 {
                    d.push_str("h0");
                }
                run.clear();
            }
        }
    }
    d
}

/// The area between two lines, given as positions `(x, y_low, y_high)`; it breaks at each `None`.
pub(crate) fn band_path(points: impl IntoIterator<Item = Option<(f64, f64, f64)>>) -> String {
    let mut d = String::new();
    let mut run: Vec<(f64, f64, f64)> = Vec::new();
    for point in points.into_iter().chain([None]) {
        match point {
            Some(point) => run.push(point),
            None => {
                if run.len() > 1 {
                    let there = run.iter().map(|&(x, low, _)| (x, low));
                    let back = run.iter().rev().map(|&(x, _, high)| (x, high));
                    append(&mut d, &there.chain(back).collect::<Vec<_>>());
                    d.push('Z');
                }
                run.clear();
            }
        }
    }
    d
}

fn append(d: &mut String, points: &[(f64, f64)]) {
    for (index, (x, y)) in points.iter().enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        // Writing to a String cannot fail.
        let _ = write!(d, "{command}{x:.1} {y:.1}");
    }
}

/// Keeps at most `most` of `n` positions, the first and the last among them.
pub(crate) fn thinned(n: usize, most: usize) -> Vec<usize> {
    if n <= most || most < 2 {
        return (0..n).collect();
    }
    (0..most).map(|k| k * (n - 1) / (most - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_at_missing_values() {
        let points = [Some((0.0, 1.0)), Some((1.0, 2.0)), None, Some((3.0, 4.0))];
        assert_eq!(line_path(points), "M0.0 1.0L1.0 2.0M3.0 4.0h0");
        assert_eq!(line_path([None, None]), "");
    }

    #[test]
    fn a_band_runs_there_and_back() {
        let points = [
            Some((0.0, 5.0, 3.0)),
            Some((1.0, 6.0, 2.0)),
            None,
            Some((9.0, 1.0, 1.0)),
        ];
        assert_eq!(band_path(points), "M0.0 5.0L1.0 6.0L1.0 2.0L0.0 3.0Z");
    }

    #[test]
    fn thinning_keeps_both_ends() {
        assert_eq!(thinned(5, 10), [0, 1, 2, 3, 4]);
        assert_eq!(thinned(101, 5), [0, 25, 50, 75, 100]);
        assert_eq!(thinned(0, 5), [0usize; 0]);
    }
}
