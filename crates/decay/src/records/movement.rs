//! How the optimum of a row moves with the second axis, in words.

use decay_report::text::{capitalised, short};
use decay_report::{Finding, Surface};

/// How the lowest value of a row moves from row to row.
pub(super) fn movement(surface: &Surface) -> Option<Finding> {
    let Surface { x, y, .. } = surface;
    let rows = 0..y.values.len();
    let optima: Vec<(f64, f64)> = rows
        .filter_map(|row| Some((y.values[row], x.values[surface.optimum(row)?])))
        .collect();
    let best: Vec<f64> = optima.iter().map(|(_, best)| *best).collect();
    let (&first, &last) = (best.first()?, best.last()?);
    let (least, most) = (
        best.iter().copied().fold(f64::INFINITY, f64::min),
        best.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    );
    let (x, y, good) = (&x.symbol, &y.symbol, surface.metric.best());
    let headline = if least == most {
        format!(
            "The mean is {good} at the {x} {} whatever the {y}.",
            short(first)
        )
    } else if best.is_sorted() || best.is_sorted_by(|a, b| a >= b) {
        let word = if first < last { "rises" } else { "falls" };
        let (from, to) = (short(first), short(last));
        format!("The {x} of the {good} mean {word} from {from} to {to} as the {y} grows.")
    } else {
        let (least, most) = (short(least), short(most));
        format!(
            "The {x} of the {good} mean lies between {least} and {most}, by {y}, without a trend."
        )
    };
    let row = |(row, best): &(f64, f64)| format!("{} at {}", short(*best), short(*row));
    Some(Finding {
        headline,
        detail: format!(
            "{} mean validation {} for each {y}: {}.",
            capitalised(surface.metric.best()),
            surface.metric.name,
            optima.iter().map(row).collect::<Vec<_>>().join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::movement;
    use decay_report::{Metric, Spread, Surface, SurfaceAxis, SurfaceCell};

    /// A surface with the lowest mean of each row in the given column.
    fn headline(lowest: &[usize]) -> String {
        let axis = |symbol: &str, values: &[f64]| SurfaceAxis {
            key: symbol.into(),
            label: symbol.into(),
            symbol: symbol.into(),
            values: values.to_vec(),
        };
        let cell = |mean: f64| SurfaceCell {
            half_life_epochs: None,
            tau_epochs: None,
            validation: Spread::of(&[mean, mean]),
            diverged: 0,
        };
        let row = |best: usize| {
            let means = (0..3).map(|column: usize| column.abs_diff(best) as f64);
            means.map(cell).collect()
        };
        let surface = Surface {
            metric: Metric {
                name: "NLL".into(),
                unit: String::new(),
                higher_is_better: false,
            },
            x: axis("λ", &[0.1, 1.0, 10.0]),
            y: axis("dropout", &[0.0, 0.25, 0.5]),
            cells: lowest.iter().map(|&best| row(best)).collect(),
            chosen: (0, 0),
            best: (0, 0),
        };
        movement(&surface).unwrap().headline
    }

    #[test]
    fn a_trend_is_said_only_where_there_is_one() {
        for (lowest, said) in [
            ([0, 1, 2], "rises from 0.1 to 10 as the dropout grows"),
            ([2, 2, 0], "falls from 10 to 0.1"),
            (
                [1, 1, 1],
                "The mean is lowest at the λ 1 whatever the dropout",
            ),
            ([1, 0, 2], "between 0.1 and 10, by dropout, without a trend"),
        ] {
            let headline = headline(&lowest);
            assert!(headline.contains(said), "{headline}");
        }
    }
}
