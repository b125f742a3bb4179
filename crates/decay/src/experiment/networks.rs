//! Several networks on the same folds, of which the validation rows choose one.

use std::fmt;

use decay_audit::significance::corrected_resampled_t_test;
use decay_model::Network;
use decay_report::Metric;
use decay_report::text::{Table, number, short};
use decay_train::{FoldScales, Hyper};
use serde::Serialize;

use super::choice::by_fold;
use super::{CrossValidation, Decision, Planned, Session, choose, cross_validate};
use crate::error::Error;
use crate::event::Event;
use crate::settings::Alternative;

/// Level of the intervals of differences.
const LEVEL: f64 = 0.95;

/// Networks that were compared, each at the setting that was best for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Networks {
    /// In the order of their settings.
    pub tried: Vec<Tried>,
    /// The one with the best mean, which the final models have.
    pub chosen: usize,
    /// What was compared.
    #[serde(skip)]
    pub metric: Metric,
}

/// One of several networks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tried {
    /// What tells it from the others, as `encoding = "piecewise"`.
    pub network: String,
    /// What was found; `None` if a model diverged at every setting.
    pub found: Option<Found>,
}

/// What the validation rows say of a network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// The setting that was chosen for it, as `decay = 0.1`.
    pub setting: String,
    /// Of the validation metric there.
    pub mean: f64,
    /// Over folds.
    pub standard_error: f64,
    /// By which the mean is worse than that of the chosen network, with a 95 % interval, paired over folds; `None` of that network.
    pub worse_by: Option<WorseBy>,
    /// Losses by fold, the smaller the better.
    #[serde(skip)]
    losses: Vec<f64>,
}

/// A difference of means and its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct WorseBy {
    /// Positive, or 0.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A network that is to be compared.
pub(super) struct Rival {
    pub(super) alternative: Alternative,
    pub(super) network: Network,
}

impl Rival {
    /// `encoding = "piecewise", hidden = [64, 64]`
    fn words(&self) -> String {
        let values = self.alternative.values.iter();
        let words: Vec<String> = values
            .map(|(name, value)| format!("{name} = {value}"))
            .collect();
        words.join(", ")
    }
}

/// Cross-validates the session's network, or all of several, of which the session then has the one with the lowest mean loss.
pub(super) fn validated(
    session: &mut Session<'_>,
    planned: Planned,
    scales: Option<Vec<FoldScales>>,
) -> Result<(CrossValidation, Decision, Option<Networks>), Error> {
    let rule = session.settings.sweep.rule;
    let rivals = std::mem::take(&mut session.rivals);
    if rivals.is_empty() {
        let validated = cross_validate(session, planned, scales, 0)?;
        let decision = choose(&validated, rule)?;
        return Ok((validated, decision, None));
    }
    let mut tried: Vec<Tried> = Vec::new();
    let mut best: Option<(usize, f64, CrossValidation, Decision)> = None;
    for (place, rival) in rivals.iter().enumerate() {
        let network = rival.words();
        session.tell(Event::Network {
            place,
            count: rivals.len(),
            words: network.clone(),
        });
        session.network = rival.network.clone();
        let validated = cross_validate(session, planned.clone(), scales.clone(), place)?;
        let decision = match choose(&validated, rule) {
            // Others may do.
            Err(Error::Diverged(_)) => {
                tried.push(Tried {
                    network,
                    found: None,
                });
                continue;
            }
            decision => decision?,
        };
        let found = Found::of(&validated, decision.chosen)?;
        let loss = found.losses.iter().sum::<f64>();
        tried.push(Tried {
            network,
            found: Some(found),
        });
        if best.as_ref().is_none_or(|(_, least, ..)| loss < *least) {
            best = Some((place, loss, validated, decision));
        }
    }
    let Some((chosen, _, validated, decision)) = best else {
        return Err(Error::Diverged(
            "every network had a model whose loss stopped being a number at every rate; lower train.lr".into(),
        ));
    };
    compare(&mut tried, chosen)?;
    session.network = rivals[chosen].network.clone();
    session.settings.model = rivals[chosen].alternative.config.clone().into();
    let metric = validated.metric.shown();
    let networks = Networks {
        tried,
        chosen,
        metric,
    };
    Ok((validated, decision, Some(networks)))
}

impl Found {
    fn of(validated: &CrossValidation, chosen: usize) -> Result<Self, Error> {
        let errors = validated.errors(chosen).unwrap_or_default();
        let losses: Vec<f64> = by_fold(&[errors], validated.plan.folds).concat();
        let spread = decay_report::Spread::of(&losses);
        let values = [(Hyper::Decay, validated.rate(chosen))].into_iter();
        let others = validated.plan.values(chosen).into_iter();
        let others = others.filter(|(hyper, _)| *hyper != Hyper::Decay);
        let words = values
            .chain(others)
            .map(|(hyper, value)| format!("{} = {}", hyper.key(), short(value)));
        Ok(Self {
            setting: words.collect::<Vec<_>>().join(", "),
            mean: validated.metric.loss(spread.mean),
            standard_error: spread.se,
            worse_by: None,
            losses,
        })
    }
}

/// Notes by how much the others are worse than the chosen one.
fn compare(tried: &mut [Tried], chosen: usize) -> Result<(), Error> {
    let Some(best) = tried[chosen].found.clone() else {
        return Ok(());
    };
    for (place, tried) in tried.iter_mut().enumerate() {
        let Some(found) = tried.found.as_mut().filter(|_| place != chosen) else {
            continue;
        };
        let per_train = 1.0 / (best.losses.len() - 1) as f64;
        let test = corrected_resampled_t_test(&found.losses, &best.losses, per_train)?;
        let (low, high) = test.interval(LEVEL)?;
        found.worse_by = Some(WorseBy {
            mean: test.mean_difference,
            low,
            high,
        });
    }
    Ok(())
}

impl Networks {
    /// The chosen one in words, `encoding = "piecewise"`.
    pub fn chosen_in_words(&self) -> &str {
        &self.tried[self.chosen].network
    }

    /// A row for each: what it is, its setting, its mean and by how much it is worse.
    pub(crate) fn rows(&self) -> Vec<[String; 4]> {
        let row = |tried: &Tried| {
            let Some(found) = &tried.found else {
                return [&*tried.network, "diverged", "", ""].map(str::to_owned);
            };
            let mean = format!("{} ± {}", number(found.mean), number(found.standard_error));
            let worse = found
                .worse_by
                .map_or("chosen".to_owned(), |worse| worse.to_string());
            [tried.network.clone(), found.setting.clone(), mean, worse]
        };
        self.tried.iter().map(row).collect()
    }

    /// Heads of the rows.
    pub(crate) fn heads(&self) -> [String; 4] {
        let mean = format!("validation {}", self.metric.name);
        [
            "network".into(),
            "best setting".into(),
            mean,
            "worse by".into(),
        ]
    }
}

impl fmt::Display for WorseBy {
    /// `0.012 (0.004 to 0.02)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [mean, low, high] = [self.mean, self.low, self.high].map(number);
        write!(f, "{mean} ({low} to {high})")
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = self.heads();
        let mut table = Table::with_head(heads.to_vec(), heads.len());
        for row in self.rows() {
            table.push(row.to_vec());
        }
        f.write_str(&table.text())
    }
}
