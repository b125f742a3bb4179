//! Trading days: what the last month of a stock says of its next day.

use decay_data::{Cells, Dataset, Table, daily_prices};

use crate::failure::Result;
use crate::synthetic::made_up;

/// Days that inputs look back on: a day, a week and a month.
const WINDOWS: [usize; 3] = [1, 5, 22];

/// One stock by day.
struct Stock {
    /// Logarithm of `ln(high / low)`, which is nearly normal.
    range: Vec<f64>,
    /// Logarithm of the adjusted close.
    close: Vec<f64>,
    /// Logarithm of the number of shares that changed hands.
    volume: Vec<f64>,
}

/// Days of five stocks, with two targets of the day after: the logarithm of its range, and whether it closes higher.
///
/// The nine inputs are, over a day, five and 22: the mean logarithm of the range, the return and the mean logarithm of the volume.
/// Ranges persist for months; the direction is as good as noise.
///
/// # Errors
/// If the embedded data cannot be read.
///
/// # Source
/// Inputs: Corsi 2009, <https://doi.org/10.1093/jjfinec/nbp001>; logarithms of ranges: Alizadeh, Brandt & Diebold 2002,
/// <https://doi.org/10.1111/1540-6261.00454>.
pub fn next_days() -> Result<[Dataset; 2]> {
    let stocks = stocks(&daily_prices()?);
    let mut columns = vec![Vec::new(); 3 * WINDOWS.len()];
    let (mut range, mut rises) = (Vec::new(), Vec::new());
    for stock in &stocks {
        for today in WINDOWS[2]..stock.close.len().saturating_sub(1) {
            for (column, value) in columns.iter_mut().zip(stock.inputs(today)) {
                column.push(value);
            }
            range.push(stock.range[today + 1]);
            rises.push(u8::from(stock.close[today + 1] > stock.close[today]));
        }
    }
    Ok([
        made_up(&columns, |rows| rows.values(&range))?,
        made_up(&columns, |rows| rows.classes(&rises))?,
    ])
}

impl Stock {
    /// What is known at the end of a day.
    fn inputs(&self, today: usize) -> [f64; 9] {
        let mean = |values: &[f64], days: usize| {
            values[today + 1 - days..=today].iter().sum::<f64>() / days as f64
        };
        let [d, w, m] = WINDOWS.map(|days| {
            [
                mean(&self.range, days),
                self.close[today] - self.close[today - days],
                mean(&self.volume, days),
            ]
        });
        [d[0], d[1], d[2], w[0], w[1], w[2], m[0], m[1], m[2]]
    }
}

/// The rows of a table with the columns of [`daily_prices`], stock by stock.
fn stocks(table: &Table) -> Vec<Stock> {
    let numbers = |name: &str| match table.column(name).map(|column| &column.cells) {
        Ok(Cells::Numbers(values)) => values.as_slice(),
        _ => panic!("'{name}' is no column of numbers"),
    };
    let [high, low, close, volume] = ["High", "Low", "Adj Close", "Volume"].map(numbers);
    let Ok(Cells::Labels { codes, .. }) = table.column("Ticker").map(|column| &column.cells) else {
        panic!("stocks have no names");
    };
    let mut first = 0;
    let stock = |codes: &[u32]| {
        let days = first..first + codes.len();
        first = days.end;
        Stock {
            range: days
                .clone()
                .map(|day| (high[day] / low[day]).ln().ln())
                .collect(),
            close: close[days.clone()].iter().map(|price| price.ln()).collect(),
            volume: volume[days].iter().map(|count| count.ln()).collect(),
        }
    };
    codes.chunk_by(|a, b| a == b).map(stock).collect()
}

#[cfg(test)]
mod tests {
    use decay_data::{Target, daily_prices};

    use super::{next_days, stocks};
    use crate::lab::labels;

    /// AAPL by hand: day 22 is 2000-03-31.
    #[test]
    fn inputs_end_today_and_targets_are_of_tomorrow() {
        let all = stocks(&daily_prices().unwrap());
        assert_eq!(all.len(), 5);
        let [range, direction] = next_days().unwrap();
        assert_eq!((range.rows, range.features()), (12_039, 9));
        let near = |found: f32, wanted: f64| {
            assert!((f64::from(found) - wanted).abs() < 1e-5, "{found} {wanted}");
        };
        let own = &all[0];
        near(range.value(0, 0), own.range[22]);
        near(
            range.value(0, 3),
            own.range[18..=22].iter().sum::<f64>() / 5.0,
        );
        near(
            range.value(0, 8),
            own.volume[1..=22].iter().sum::<f64>() / 22.0,
        );
        near(range.value(0, 7), own.close[22] - own.close[0]);
        let Target::Values { values, .. } = &range.target else {
            panic!("a range is a number");
        };
        assert_eq!(values[0], own.range[23]);
        // The first row of the second stock looks at nothing of the first.
        let second = own.close.len() - 23;
        near(range.value(second, 1), all[1].close[22] - all[1].close[21]);
        let rises = labels(&direction, &[0, 1, 2]);
        let wanted = [23, 24, 25].map(|day| usize::from(own.close[day] > own.close[day - 1]));
        assert_eq!(rises, wanted);
    }
}
