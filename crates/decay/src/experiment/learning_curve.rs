//! The chosen setting on parts of each fold's training rows: what more rows gave, and so may give.

use decay_data::{Dataset, Nested};
use decay_report::{LearningCurve, RowsModel};
use decay_train::{FoldRows, FoldScales, Keep, Member, Plan, member_seed};

use super::session::Stage;
use super::{CrossValidation, Measured, Population, Session};
use crate::error::Error;
use crate::event::Event;
use crate::records::learning_curve_record;

/// Parts of the training rows beside all of them: one of so many, and its name.
pub(crate) const PARTS: [(usize, &str); 3] = [(8, "1/8"), (4, "1/4"), (2, "1/2")];
/// What all rows are called.
pub(crate) const ALL: &str = "all";
/// Fewest training rows of a part; a smaller one is left out.
const FEWEST: usize = 8;

/// Parts of each fold's training rows, each within all larger ones.
#[derive(Debug, Clone)]
pub(crate) struct Parts {
    /// What they are in words.
    words: &'static str,
    shares: Vec<Share>,
    folds: Vec<FoldRows>,
}

/// One part of each fold's training rows.
#[derive(Debug, Clone)]
struct Share {
    name: &'static str,
    /// `[folds]`
    rows: Vec<Vec<usize>>,
}

/// The chosen setting on parts of the training rows, and on all.
#[derive(Debug, Clone, PartialEq)]
pub struct OnParts {
    /// What they come to.
    pub curve: LearningCurve,
    /// The models that it is of, those of the sweep last.
    pub models: Vec<RowsModel>,
}

impl Parts {
    /// Parts of the folds' training rows: of every class its share, whole groups, or the latest rows.
    ///
    /// # Errors
    /// [`Error::Setting`] for a graph, and where a fold has too few rows, or groups, to be halved.
    pub(super) fn new(data: &Dataset, folds: &[FoldRows], seed: u64) -> Result<Self, Error> {
        let refuse = |reason: &str| Error::Setting(format!("sweep.learning_curve = true {reason}"));
        if data.graph.is_some() {
            return Err(refuse(
                "is for tables and images: a part of a graph's nodes would still see all others as neighbours",
            ));
        }
        let (words, nested) = nested(data, folds, seed)?;
        let counted = |rows: &[usize]| match &data.weights {
            Some(weights) => rows.iter().any(|&row| weights[row] > 0.0),
            None => true,
        };
        let mut shares: Vec<Share> = Vec::new();
        for (part, name) in PARTS.into_iter().rev() {
            let pairs = nested.iter().zip(folds);
            let rows = pairs.map(|(own, fold)| own.first(fold.train.len() / part));
            let rows: Vec<Vec<usize>> = rows.collect();
            // Whole groups may make two parts the same.
            let smaller = |(fold, own): (usize, &Vec<usize>)| {
                let next = shares
                    .last()
                    .map_or(&folds[fold].train, |next| &next.rows[fold]);
                own.len() < next.len() && own.len() >= FEWEST && counted(own)
            };
            if rows.iter().enumerate().all(smaller) {
                shares.push(Share { name, rows });
            }
        }
        if shares.is_empty() {
            let rows = folds.iter().map(|fold| fold.train.len()).min().unwrap_or(0);
            return Err(refuse(&format!(
                "needs at least {} training rows in every fold, and groups or times that can be divided; the smallest fold has {rows} rows",
                2 * FEWEST
            )));
        }
        shares.reverse();
        Ok(Self {
            words,
            shares,
            folds: folds.to_vec(),
        })
    }

    /// Trains the chosen setting on the parts, as one population, and sets the sweep's models beside it, which are those of all rows.
    ///
    /// Scales that were given to the folds hold for their parts, too.
    fn measure(
        &self,
        session: &Session<'_>,
        validated: &CrossValidation,
        chosen: usize,
        scales: Option<Vec<FoldScales>>,
    ) -> Result<OnParts, Error> {
        let config = &session.settings.train;
        let own = &validated.plan;
        let plan = Plan {
            axes: Vec::new(),
            folds: self.shares.len() * own.folds,
            seeds: own.seeds,
            members: self.members(&own.members[own.of_setting(chosen)], config.keep),
        };
        let scales = scales.map(|own| vec![own; self.shares.len()].concat());
        let names = self
            .shares
            .iter()
            .map(|own| format!("{} of the rows", own.name));
        let names = names.collect();
        let folds = self.fold_rows(config.is_exact());
        let stage = Stage::from("learning-curve");
        let population = Population::train(session, stage, plan, names, folds, scales)?;
        let found = population.validated(session, validated.metric, &validated.scales)?;
        let places = population.plan.members.iter().zip(&found.measured);
        let of_parts = places.map(|(member, measured)| {
            let share = &self.shares[member.fold / own.folds];
            let fold = member.fold % own.folds;
            model(share.name, share.rows[fold].len(), fold, member, *measured)
        });
        let of_sweep = own.of_setting(chosen).map(|place| {
            let (member, measured) = (&own.members[place], validated.measured[place]);
            let rows = self.folds[member.fold].train.len();
            model(ALL, rows, member.fold, member, measured)
        });
        let models: Vec<RowsModel> = of_parts.chain(of_sweep).collect();
        let words = match config.is_exact() {
            true => self.words.to_owned(),
            false => format!("{}, for as many steps as on all of them", self.words),
        };
        Ok(OnParts {
            curve: learning_curve_record(&models, validated.metric.shown(), &words)?,
            models,
        })
    }

    /// The members of the sweep again, on each part.
    ///
    /// An epoch passes over a part's rows as often as these are within the fold's, so that a time-scale in passes is kept by
    ///
    /// ```text
    /// λ_part = λ rows / rows_of_part      λ n stays, the weight of the penalty beside the sum of the losses
    /// ```
    fn members(&self, all: &[Member], keep: Keep) -> Vec<Member> {
        let folds = self.folds.len();
        let of_share = |(place, share): (usize, &Share)| -> Vec<Member> {
            let member = |own: &Member| {
                let counts = [&self.folds[own.fold].train, &share.rows[own.fold]];
                let [rows, part] = counts.map(|rows| u32::try_from(rows.len()).unwrap_or(u32::MAX));
                Member {
                    fold: place * folds + own.fold,
                    decay: keep.rate(own.decay, rows, part),
                    ..own.clone()
                }
            };
            all.iter().map(member).collect()
        };
        self.shares.iter().enumerate().flat_map(of_share).collect()
    }

    /// `[shares x folds]`, with the validation rows of each fold. Where models are trained by steps, a part is repeated until it is as long as the
    /// fold's rows: the steps are as many, of batches as large, and a schedule ends where it did.
    fn fold_rows(&self, solved: bool) -> Vec<FoldRows> {
        let fold = |(part, fold): (&Vec<usize>, &FoldRows)| {
            let passes = part.iter().copied().cycle();
            FoldRows {
                train: if solved {
                    part.clone()
                } else {
                    passes.take(fold.train.len()).collect()
                },
                validation: fold.validation.clone(),
            }
        };
        let of_share = |share: &Share| -> Vec<FoldRows> {
            share.rows.iter().zip(&self.folds).map(fold).collect()
        };
        self.shares.iter().flat_map(of_share).collect()
    }
}

/// Measures the chosen setting on parts of the rows, where there are to be any, and tells of it.
pub(super) fn on_parts(
    session: &mut Session<'_>,
    parts: Option<&Parts>,
    validated: &CrossValidation,
    chosen: usize,
    scales: Option<Vec<FoldScales>>,
) -> Result<Option<OnParts>, Error> {
    let Some(parts) = parts else {
        return Ok(None);
    };
    let found = parts.measure(session, validated, chosen, scales)?;
    session.stages.end("learning curve");
    session.tell(Event::LearningCurve(Box::new(found.curve.clone())));
    Ok(Some(found))
}

/// An order of each fold's training rows, and what its beginnings are.
fn nested(
    data: &Dataset,
    folds: &[FoldRows],
    seed: u64,
) -> Result<(&'static str, Vec<Nested>), Error> {
    let orders = folds.iter().enumerate().map(|(fold, rows)| {
        // Of each fold another, or the folds' parts would share more rows than the folds do.
        let (rows, seed) = (&rows.train, member_seed(seed, fold));
        match (data.groups(), &data.ties.times) {
            (Some(groups), _) => Nested::of_groups(groups, rows, seed),
            (None, Some(times)) => Nested::latest(times, rows),
            (None, None) => Nested::stratified(&data.target, rows, seed),
        }
    });
    let words = match (data.groups(), &data.ties.times) {
        (Some(_), _) => "whole groups of each fold's training rows",
        (None, Some(_)) => "the latest of each fold's training rows",
        (None, None) => "parts of each fold's training rows",
    };
    Ok((words, orders.collect::<Result<_, _>>()?))
}

fn model(
    share: &str,
    rows: usize,
    fold: usize,
    member: &Member,
    measured: Option<Measured>,
) -> RowsModel {
    RowsModel {
        share: share.into(),
        rows,
        fold,
        seed: member.seed,
        rate: member.decay,
        validation: measured.map(|own| own.validation),
        accuracy: measured.and_then(|own| own.accuracy),
    }
}
