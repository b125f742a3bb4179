//! More than two models on the same rows: all beside the best, corrected for how many there are.

use std::path::{Path, PathBuf};

use decay_audit::compare::{Comparison, Difference};
use decay_audit::interval::Bootstrap;
use decay_audit::{Better, Estimate, MetricTask};
use decay_data::write_atomically;
use decay_report::text::{Table, number};
use decay_report::{Finding, PlainTable, Report, Section};
use serde::Serialize;

use super::{label, names_of, too_few};
use crate::error::Error;

/// Several models on the same rows.
#[derive(Debug, Clone, Serialize)]
pub struct ComparedMany {
    /// What they are called.
    pub names: Vec<String>,
    /// The place of the one that is best by the first metric.
    pub best: usize,
    /// Rows of the data.
    pub rows: usize,
    /// Confidence level of each interval, so that all of a metric hold together in 95 % of cases.
    pub level: f64,
    /// A row for each metric.
    pub metrics: Vec<ManyFigures>,
    #[serde(skip)]
    task: MetricTask,
}

/// One metric of all models.
#[derive(Debug, Clone, Serialize)]
pub struct ManyFigures {
    /// Its key.
    pub metric: String,
    /// Which way it improves.
    pub better: Better,
    /// Of each model.
    pub figures: Vec<f64>,
    /// Each less the best one's; `None` for that.
    pub differences: Vec<Option<ManyDifference>>,
}

/// A model less the best.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ManyDifference {
    /// With its interval, corrected for the number of models.
    pub difference: Estimate,
    /// Corrected for the number of metrics and of models.
    pub p: f64,
}

/// How the models at two places are compared.
type ComparePair<'a> = dyn Fn([usize; 2], &Bootstrap) -> Result<Comparison, Error> + 'a;

impl ComparedMany {
    /// Asks `compare` about pairs: which model is best by the first metric, then how all others differ from it.
    ///
    /// ```text
    /// level = 1 - 0.05 / (models - 1)      p = (models - 1) p_pair
    /// ```
    ///
    /// # Errors
    /// [`Error::Setting`] for fewer than two models; else those of `compare`.
    pub(super) fn of(
        models: &[PathBuf],
        task: MetricTask,
        compare: &ComparePair<'_>,
    ) -> Result<Self, Error> {
        let others = models.len().saturating_sub(1);
        let mut settings = Bootstrap::default();
        settings.level = 1.0 - (1.0 - settings.level) / others.max(1) as f64;
        let pairs = |best: usize| -> Result<Vec<Option<Comparison>>, Error> {
            let pair = |place: usize| {
                let differs = place != best;
                differs
                    .then(|| compare([best, place], &settings))
                    .transpose()
            };
            (0..models.len()).map(pair).collect()
        };
        let mut found = pairs(0)?;
        let best = best_of(&found);
        if best != 0 {
            found = pairs(best)?;
        }
        let first = found.iter().flatten().next().ok_or_else(too_few)?;
        let metrics = 0..first.differences.len();
        Ok(Self {
            names: names_of(models),
            best,
            rows: first.rows,
            level: settings.level,
            task,
            metrics: metrics
                .map(|metric| figures(&found, metric, others))
                .collect(),
        })
    }

    /// Figures of all models, and below them their differences to the best.
    pub fn table(&self) -> String {
        let head = ["metric"]
            .into_iter()
            .map(str::to_owned)
            .chain(self.names.iter().cloned());
        let mut table = Table::with_head(head.collect(), 1);
        for row in self.cells() {
            table.push(row);
        }
        format!(
            "{}* differs from {} beyond chance, corrected for {} models and all metrics\n",
            table.text(),
            self.names[self.best],
            self.names.len()
        )
    }

    fn cells(&self) -> impl Iterator<Item = Vec<String>> {
        self.metrics.iter().map(|own| {
            let figure = |(place, figure): (usize, &f64)| {
                let differs = own.differences[place].is_some_and(|d| d.p <= 0.05);
                format!("{}{}", number(*figure), if differs { " *" } else { "" })
            };
            let figures = own.figures.iter().enumerate().map(figure);
            [label(self.task, &own.metric)]
                .into_iter()
                .chain(figures)
                .collect()
        })
    }

    /// Who is best, and of whom these rows can tell.
    pub fn sentences(&self) -> String {
        let findings = self.findings();
        findings
            .iter()
            .map(|finding| format!("{finding}\n"))
            .collect()
    }

    fn findings(&self) -> Vec<Finding> {
        let best = &self.names[self.best];
        let mut findings = Vec::new();
        let Some(first) = self.metrics.first() else {
            return findings;
        };
        let metric = label(self.task, &first.metric);
        let worse = first.differences.iter().enumerate();
        let worse = worse.filter(|(_, own)| own.is_some_and(|own| own.p <= 0.05));
        let worse: Vec<&str> = worse.map(|(place, _)| self.names[place].as_str()).collect();
        let rest = self.names.len() - 1 - worse.len();
        let told = match (worse.is_empty(), rest) {
            (true, _) => "These rows cannot tell it from any other.".to_owned(),
            (false, 0) => "It is better than all others beyond chance.".to_owned(),
            (false, rest) => format!(
                "It is better than {} beyond chance; of {rest} more these rows cannot tell.",
                worse.join(", ")
            ),
        };
        findings.push(Finding {
            headline: format!("{best} is best by {metric} on {} rows.", self.rows),
            detail: told,
        });
        findings
    }

    /// Writes `comparison.json` and `comparison.html`.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Data`] if the disk does not take them.
    pub fn write(&self, dir: impl AsRef<Path>) -> Result<(), Error> {
        let dir = dir.as_ref();
        std::fs::create_dir_all(dir).map_err(|error| Error::file(dir, "created", error))?;
        let json = decay_report::to_json("comparison.json", self)?;
        write_atomically(&dir.join("comparison.json"), &json)?;
        let page = self.page().to_html();
        Ok(write_atomically(
            &dir.join("comparison.html"),
            page.as_bytes(),
        )?)
    }

    fn page(&self) -> Report {
        let heads = ["metric".to_owned()]
            .into_iter()
            .chain(self.names.iter().cloned());
        let percent = number(100.0 * self.level);
        let differences = self.metrics.iter().map(|own| {
            let cell = |own: &Option<ManyDifference>| match own {
                None => "best".to_owned(),
                Some(ManyDifference { difference, p }) => format!(
                    "{} ({} to {}), p {}",
                    number(difference.mean),
                    number(difference.low),
                    number(difference.high),
                    number(*p)
                ),
            };
            let cells = own.differences.iter().map(cell);
            [label(self.task, &own.metric)]
                .into_iter()
                .chain(cells)
                .collect()
        });
        let table = |caption: String, rows: Vec<Vec<String>>| PlainTable {
            caption,
            heads: heads.clone().collect(),
            names: 1,
            rows,
        };
        let best = &self.names[self.best];
        Report {
            title: format!("{} models on the same rows", self.names.len()),
            subtitle: format!("{} on {} rows.", self.names.join(", "), self.rows),
            findings: self.findings(),
            sections: vec![Section {
                heading: "Comparison".into(),
                tables: vec![
                    table(
                        format!("Figures; * differs from {best} beyond chance."),
                        self.cells().collect(),
                    ),
                    table(
                        format!(
                            "Each less {best}, paired by row, with intervals of {percent} %, so that those of a metric hold together in 95 % of \
                             cases; p corrected for all metrics and models."
                        ),
                        differences.collect(),
                    ),
                ],
                ..Section::default()
            }],
            ..Report::default()
        }
    }
}

/// By the first metric of pairs with the first model.
fn best_of(pairs: &[Option<Comparison>]) -> usize {
    let figure = |pair: &Comparison| {
        let own = pair.differences.first()?;
        let lower = own.better == Better::Lower;
        Some([own.a, own.b].map(|figure| if lower { -figure } else { figure }))
    };
    let first = pairs.iter().flatten().find_map(figure);
    let (mut best, mut most) = (0, first.map_or(f64::NEG_INFINITY, |[own, _]| own));
    for (place, pair) in pairs.iter().enumerate() {
        if let Some([_, own]) = pair.as_ref().and_then(figure)
            && own > most
        {
            (best, most) = (place, own);
        }
    }
    best
}

fn figures(pairs: &[Option<Comparison>], metric: usize, others: usize) -> ManyFigures {
    let own: Vec<_> = pairs
        .iter()
        .map(|pair| pair.as_ref().and_then(|pair| pair.differences.get(metric)))
        .collect();
    let first = own.iter().flatten().next();
    let figure = |pair: &Option<&Difference>| match (pair, first) {
        (Some(pair), _) => pair.b,
        (None, Some(first)) => first.a,
        (None, None) => f64::NAN,
    };
    let difference = |pair: &Option<&Difference>| {
        pair.map(|pair| ManyDifference {
            difference: pair.difference,
            p: (pair.p_adjusted * others as f64).min(1.0),
        })
    };
    ManyFigures {
        metric: first.map_or_else(String::new, |own| own.metric.clone()),
        better: first.map_or(Better::Lower, |own| own.better),
        figures: own.iter().map(figure).collect(),
        differences: own.iter().map(difference).collect(),
    }
}

#[cfg(test)]
mod tests;
