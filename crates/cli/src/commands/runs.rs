//! `decay runs`: the runs below a directory, sorted and filtered.

use std::cmp::Ordering;
use std::path::Path;

use crate::arguments::RunsRequest;
use crate::output;
use decay::Error;
use decay::run::{RunSummary, runs_below};
use decay_report::text::{Table, number, short};

/// What the list shows, and can be sorted and filtered by beside metrics.
const COLUMNS: [&str; 6] = ["run", "data", "task", "rate", "status", "when"];
/// How a test compares; longer ones first, since they begin alike.
const SIGNS: [&str; 6] = [">=", "<=", "!=", ">", "<", "="];

/// `decay runs`.
pub(crate) fn runs(request: &RunsRequest) -> Result<(), Error> {
    if !request.dir.is_dir() {
        return Err(Error::Setting(format!(
            "{}: is no folder in which runs could be",
            request.dir.display()
        )));
    }
    let mut all = runs_below(&request.dir)?;
    let tests = request.filters.iter().map(|text| Test::of(text, &all));
    let tests: Vec<Test<'_>> = tests.collect::<Result<_, _>>()?;
    let mut shown: Vec<&str> = tests.iter().map(|test| test.column).collect();
    let mut order = None;
    if let Some(sort) = &request.sort {
        let column = sort.strip_prefix('-').unwrap_or(sort);
        known("--sort", column, &all)?;
        shown.push(column);
        order = Some((column, sort.starts_with('-')));
    }
    let held: Vec<bool> = all
        .iter()
        .map(|run| tests.iter().all(|test| test.holds(run)))
        .collect();
    let mut held = held.into_iter();
    all.retain(|_| held.next().unwrap_or(false));
    if let Some((column, falling)) = order {
        all.sort_by(|a, b| compared(&value(a, column), &value(b, column), falling));
    }
    shown.retain(|column| !COLUMNS.contains(column));
    output::print(&listed(&all, &shown, &request.dir))
}

/// `accuracy>0.9`
struct Test<'a> {
    column: &'a str,
    sign: &'static str,
    value: Value,
}

/// A cell of the list.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(f64),
    Text(String),
    Missing,
}

impl<'a> Test<'a> {
    fn of(text: &'a str, all: &[RunSummary]) -> Result<Self, Error> {
        let split = SIGNS
            .iter()
            .find_map(|sign| Some((text.split_once(sign)?, *sign)));
        let Some(((column, value), sign)) = split else {
            return Err(Error::Setting(format!(
                "--where needs a column, a sign of {} and a value, as in 'accuracy>0.9', got '{text}'",
                SIGNS.join(" ")
            )));
        };
        let (column, value) = (column.trim(), value.trim());
        known("--where", column, all)?;
        let number = value.parse().map(Value::Number);
        Ok(Self {
            column,
            sign,
            value: number.unwrap_or_else(|_| Value::Text(value.to_owned())),
        })
    }

    fn holds(&self, run: &RunSummary) -> bool {
        let order = match (value(run, self.column), &self.value) {
            (Value::Number(own), Value::Number(asked)) => own.partial_cmp(asked),
            (Value::Text(own), Value::Text(asked)) => Some(own.cmp(asked)),
            (Value::Text(own), Value::Number(asked)) => Some(own.cmp(&asked.to_string())),
            _ => None,
        };
        let Some(order) = order else {
            return self.sign == "!=";
        };
        match self.sign {
            ">=" => order != Ordering::Less,
            "<=" => order != Ordering::Greater,
            "!=" => order != Ordering::Equal,
            ">" => order == Ordering::Greater,
            "<" => order == Ordering::Less,
            _ => order == Ordering::Equal,
        }
    }
}

/// Refuses a column that no run has.
fn known(flag: &str, column: &str, all: &[RunSummary]) -> Result<(), Error> {
    let mut metrics: Vec<&str> = all
        .iter()
        .flat_map(|run| run.metrics.keys())
        .map(String::as_str)
        .collect();
    metrics.sort_unstable();
    metrics.dedup();
    if all.is_empty() || COLUMNS.contains(&column) || metrics.contains(&column) {
        return Ok(());
    }
    let all = COLUMNS.iter().copied().chain(metrics);
    Err(Error::Setting(format!(
        "{flag} knows no '{column}'; there are {}",
        all.collect::<Vec<_>>().join(", ")
    )))
}

fn value(run: &RunSummary, column: &str) -> Value {
    let text = match column {
        "run" => run.path.display().to_string(),
        "data" => run.data.clone(),
        "task" => run.task.clone(),
        "status" => run.status.clone(),
        "when" => run.started.clone(),
        "rate" => return run.rate.map_or(Value::Missing, Value::Number),
        metric => {
            return run
                .metrics
                .get(metric)
                .map_or(Value::Missing, |own| Value::Number(*own));
        }
    };
    Value::Text(text)
}

/// Runs without the value come last either way.
fn compared(a: &Value, b: &Value, falling: bool) -> Ordering {
    let order = match (a, b) {
        (Value::Missing, Value::Missing) => return Ordering::Equal,
        (Value::Missing, _) => return Ordering::Greater,
        (_, Value::Missing) => return Ordering::Less,
        (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Number(_), Value::Text(_)) => Ordering::Less,
        (Value::Text(_), Value::Number(_)) => Ordering::Greater,
    };
    if falling { order.reverse() } else { order }
}

fn listed(all: &[RunSummary], more: &[&str], dir: &Path) -> String {
    if all.is_empty() {
        return format!("no such runs below {}\n", dir.display());
    }
    let head = ["run", "data", "rate", "result"]
        .into_iter()
        .chain(more.iter().copied());
    let head = head.chain(["status", "when"]).map(str::to_owned);
    let mut table = Table::with_head(head.collect(), 2);
    for run in all {
        let name = run.path.strip_prefix(dir).unwrap_or(&run.path);
        let name = if name.as_os_str().is_empty() {
            &run.path
        } else {
            name
        };
        let result = run.main_metric();
        let more = more.iter().map(|column| match value(run, column) {
            Value::Number(own) => number(own),
            _ => "-".into(),
        });
        let first = [
            name.display().to_string(),
            run.data.clone(),
            run.rate.map_or_else(|| "-".into(), short),
            result.map_or_else(
                || "-".into(),
                |(key, mean)| format!("{key} {}", number(mean)),
            ),
        ];
        let when = run.started.get(..16).unwrap_or_default().replace('T', " ");
        table.push(
            first
                .into_iter()
                .chain(more)
                .chain([run.status.clone(), when])
                .collect(),
        );
    }
    table.unwrapped()
}
