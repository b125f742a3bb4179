//! Figures of things without an order: methods, data sets, mistakes.

use decay_audit::Estimate;
use decay_audit::interval::mean_interval;
use decay_report::picture::{Horizontal, Panel, Series};

use super::{panel, point_of};
use crate::failure::Result;

/// Level of every interval that is drawn.
const LEVEL: f64 = 0.95;

/// A panel of series over names: label, colour and what `figure` finds each by, at the place of every name.
///
/// # Errors
/// Those of `figure`.
pub fn names_panel<K: Copy>(
    title: &str,
    (axis, names): (&str, &[&str]),
    y: &str,
    series: &[(&str, usize, K)],
    figure: impl Fn(usize, K) -> Result<Estimate>,
) -> Result<Panel> {
    let x = Horizontal::Names {
        label: axis.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    let one = |&(label, colour, key): &(&str, usize, K)| {
        let point = |place: usize| Ok(point_of(place as f64, figure(place, key)?));
        Ok(Series {
            label: label.to_owned(),
            colour,
            points: (0..names.len()).map(point).collect::<Result<_>>()?,
            ..Series::default()
        })
    };
    let all = series.iter().map(one).collect::<Result<_>>()?;
    Ok(panel(title, x, y, all))
}

/// Mean and Student's 95 % interval of the replicates' values; NaN where there is none.
pub fn spread(values: &[f64]) -> Estimate {
    mean_interval(values, LEVEL).unwrap_or(Estimate {
        mean: f64::NAN,
        low: f64::NAN,
        high: f64::NAN,
        n: values.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::{names_panel, spread};

    #[test]
    fn every_figure_stands_at_its_name() {
        let names = ("method", &["none", "decay"][..]);
        let series = [("raw", 3, 0.0), ("tempered", 4, 10.0)];
        let figure = |place: usize, offset: f64| {
            let middle = offset + place as f64;
            Ok(spread(&[middle - 1.0, middle, middle + 1.0]))
        };
        let panel = names_panel("digits", names, "nats", &series, figure).unwrap();
        let found = panel.series.iter().flat_map(|series| &series.points);
        let found: Vec<_> = found.map(|point| (point.x, point.mean)).collect();
        assert_eq!(found, [(0.0, 0.0), (1.0, 1.0), (0.0, 10.0), (1.0, 11.0)]);
        // Student's quantile for two degrees of freedom is 4.303.
        let high = panel.series[0].points[0].high;
        assert!((high - 4.303 / 3f64.sqrt()).abs() < 1e-3, "{high}");
        assert!(!panel.series[0].joined && panel.series[1].colour == 4);
    }

    #[test]
    fn an_interval_needs_two_replicates_and_a_mean_one() {
        let one = spread(&[1.0]);
        assert_eq!([one.low, one.mean, one.high], [1.0; 3]);
        assert!(spread(&[]).mean.is_nan() && spread(&[1.0, f64::NAN]).low.is_nan());
    }
}
