//! Daily prices from CSV, and returns.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use decay_claim::{Failure, Result};
use flate2::read::GzDecoder;
use nalgebra::DMatrix;

/// Daily returns of stocks.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Returns {
    /// `price / price before - 1`, `[days, stocks]`; NaN where either is missing.
    pub(crate) values: DMatrix<f64>,
    /// The file that they are from.
    pub(crate) source: String,
}

/// Prices of stocks by date.
type Table = BTreeMap<String, BTreeMap<String, f64>>;

impl Returns {
    /// Those of AAPL, FB, GOOG, IBM and MSFT from March 2000 to March 2013, dividends included; provenance in `crates/data/vendor`.
    pub(crate) fn embedded() -> Result<Self> {
        let bytes = include_bytes!("../../../crates/data/vendor/stocks.csv.gz");
        Self::parse(bytes, "stocks.csv.gz")
    }

    /// Those of a file, `.csv` or `.csv.gz`, as [`Returns::parse`] reads it.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let source = path.display().to_string();
        let bytes = fs::read(path).map_err(|error| refused(&source, error))?;
        Self::parse(&bytes, &source)
    }

    /// Either a line for each stock and day, with columns `Ticker`, `Date` and `Adj Close` (or `Close`), or a line for each day, whose
    /// first column is the date and every other one the price of the stock that it is named after. Dates are ISO; an empty price is
    /// missing.
    pub(crate) fn parse(bytes: &[u8], source: &str) -> Result<Self> {
        let mut text = Vec::new();
        let read = match bytes {
            [0x1f, 0x8b, ..] => GzDecoder::new(bytes).read_to_end(&mut text),
            _ => (&mut &*bytes).read_to_end(&mut text),
        };
        read.map_err(|error| refused(source, error))?;
        let mut reader = csv::Reader::from_reader(text.as_slice());
        let head = reader.headers().map_err(|error| refused(source, error))?;
        let head: Vec<String> = head.iter().map(|name| name.trim().to_owned()).collect();
        let mut table = Table::new();
        for (line, record) in (2..).zip(reader.records()) {
            let record = record.map_err(|error| refused(source, error))?;
            let cells: Vec<&str> = record.iter().map(str::trim).collect();
            add(&head, &cells, &mut table)
                .map_err(|reason| refused(source, format!("line {line}: {reason}")))?;
        }
        Ok(Self::of(&table, source))
    }

    fn of(table: &Table, source: &str) -> Self {
        let stocks: BTreeSet<&String> = table.values().flat_map(BTreeMap::keys).collect();
        let price = |day: &BTreeMap<String, f64>, stock: &String| {
            day.get(stock).copied().unwrap_or(f64::NAN)
        };
        let days: Vec<_> = table.values().collect();
        let values: Vec<f64> = days
            .windows(2)
            .flat_map(|pair| {
                let change = |stock| price(pair[1], stock) / price(pair[0], stock) - 1.0;
                stocks.iter().map(move |&stock| change(stock))
            })
            .collect();
        Self {
            values: DMatrix::from_row_slice(days.len().saturating_sub(1), stocks.len(), &values),
            source: source.to_owned(),
        }
    }

    /// Stocks without a missing return on some days.
    pub(crate) fn complete(&self, first: usize, days: usize) -> Vec<usize> {
        let whole = |stock: &usize| {
            let column = self.values.column(*stock);
            column.rows(first, days).iter().all(|r| r.is_finite())
        };
        (0..self.values.ncols()).filter(whole).collect()
    }
}

/// Adds the prices of one line.
fn add(head: &[String], cells: &[&str], table: &mut Table) -> Result<(), String> {
    let place = |names: &[&str]| {
        let found = |name: &String| names.contains(&name.to_lowercase().as_str());
        head.iter().position(found)
    };
    let Some(ticker) = place(&["ticker", "symbol"]) else {
        let day = day_of(cells[0], table)?;
        for (stock, cell) in head.iter().zip(cells).skip(1) {
            note(day, stock, cell)?;
        }
        return Ok(());
    };
    let date = place(&["date"]).ok_or("no column 'Date'")?;
    let price = place(&["adj close", "adj_close"]).or_else(|| place(&["close"]));
    let price = price.ok_or("no column 'Adj Close' or 'Close'")?;
    note(day_of(cells[date], table)?, cells[ticker], cells[price])
}

fn day_of<'a>(date: &str, table: &'a mut Table) -> Result<&'a mut BTreeMap<String, f64>, String> {
    let iso = date.len() == 10
        && date.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !iso {
        return Err(format!("'{date}' is no date like 2013-03-01"));
    }
    Ok(table.entry(date.to_owned()).or_default())
}

fn note(day: &mut BTreeMap<String, f64>, stock: &str, cell: &str) -> Result<(), String> {
    if cell.is_empty() {
        return Ok(());
    }
    let price: f64 = cell.parse().unwrap_or(f64::NAN);
    if !(price > 0.0 && price.is_finite()) {
        return Err(format!("'{cell}' is no price"));
    }
    match day.insert(stock.to_owned(), price) {
        Some(_) => Err(format!("'{stock}' has two prices on one day")),
        None => Ok(()),
    }
}

/// A failure that names the file.
pub(crate) fn refused(source: &str, reason: impl ToString) -> Failure {
    Failure::Data {
        path: source.to_owned(),
        reason: reason.to_string(),
    }
}
