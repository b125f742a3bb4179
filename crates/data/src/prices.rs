//! Daily prices that are part of the program.

use crate::files::Source;
use crate::table::delimited::read_delimited;
use crate::{Options, Result, Table};

/// Days of AAPL, FB, GOOG, IBM and MSFT from March 2000 to March 2013, share after share, the oldest day first.
///
/// Columns: `Ticker`, `Open`, `High`, `Low`, `Close`, `Volume` and `Adj Close`, the close without the jumps of dividends and
/// splits. Provenance: `vendor/README.md`.
///
/// # Errors
/// [`DataError`](crate::DataError) if the embedded bytes are damaged.
pub fn daily_prices() -> Result<Table> {
    let bytes = include_bytes!("../vendor/stocks.csv.gz");
    let source = Source::embedded("stocks.csv.gz", bytes);
    // The order of the rows says the days.
    let options = Options {
        drop: vec!["Date".to_owned()],
        ..Options::default()
    };
    read_delimited(&source, &options, 0)
}

#[cfg(test)]
mod tests {
    use super::daily_prices;
    use crate::Cells;

    #[test]
    fn days_stand_share_after_share() {
        let table = daily_prices().unwrap();
        let names: Vec<_> = table.columns.iter().map(|own| own.name.as_str()).collect();
        let wanted = [
            "Ticker",
            "Open",
            "High",
            "Low",
            "Close",
            "Volume",
            "Adj Close",
        ];
        assert_eq!(names, wanted);
        let Cells::Labels { codes, levels } = &table.columns[0].cells else {
            panic!("tickers are labels");
        };
        assert_eq!(levels, &["AAPL", "FB", "GOOG", "IBM", "MSFT"]);
        assert!(codes.is_sorted());
        let days = |share| codes.iter().filter(|&&code| code == share).count();
        assert_eq!([0, 1, 2, 3, 4].map(days), [3270, 196, 2148, 3270, 3270]);
        let Cells::Numbers(high) = &table.columns[2].cells else {
            panic!("prices are numbers");
        };
        assert_eq!(high[..2], [132.06, 127.94]);
    }
}
