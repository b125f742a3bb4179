//! Where a claim is measured: devices, seeds, and how much of everything.

use std::env;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use decay::device::Machine;
use decay::settings::Memory;
use decay_data::{Dataset, Loaded, Options, load};
use decay_train::FoldRows;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::Arguments;
use crate::failure::Result;
use crate::measuring::folds::holdouts;

/// What a claim measures with.
#[derive(Debug, Clone)]
pub struct Lab {
    /// Whether there is time for the large version.
    pub full: bool,
    /// Keys every random draw.
    pub seed: u64,
    /// What trains.
    pub machine: Machine,
    /// A file of the user's own, of a claim that takes one.
    pub data: Option<PathBuf>,
    reduced: bool,
    quiet: bool,
}

impl Lab {
    pub(crate) fn new(arguments: &Arguments) -> Result<Self> {
        let memory = Memory::default();
        Ok(Self {
            full: arguments.full,
            seed: arguments.seed,
            machine: Machine::new(&arguments.device, arguments.threads, &memory, &|_| ())?,
            data: arguments.data.clone(),
            reduced: arguments.reduced,
            quiet: arguments.quiet,
        })
    }

    /// The first of the two in a quick run, the second with `--full`.
    pub fn pick<T>(&self, quick: T, full: T) -> T {
        if self.full { full } else { quick }
    }

    /// Epochs or steps of a population that has so many in a quick run: a tenth of them with `--reduced`.
    pub fn epochs(&self, planned: u32) -> u32 {
        if self.reduced {
            planned.div_ceil(10)
        } else {
            planned
        }
    }

    /// Steps of a program of a claim's own: a tenth of them with `--reduced`, as of the epochs of populations.
    pub fn steps(&self, planned: usize) -> usize {
        if self.reduced {
            planned.div_ceil(10)
        } else {
            planned
        }
    }

    /// Replicates: 5 in a quick run, 20 with `--full`.
    pub fn replicates(&self) -> usize {
        self.pick(5, 20)
    }

    /// A random stratified split for each replicate, with this share of the rows to validate on.
    ///
    /// Such splits overlap; [`overlap`] is what the tests need to know of that.
    ///
    /// # Errors
    /// If a part would have no rows.
    pub fn splits(&self, data: &Dataset, share: f64) -> Result<Vec<FoldRows>> {
        self.splits_of(data, share, 0..self.replicates())
    }

    /// The random stratified splits of these replicates.
    ///
    /// # Errors
    /// If a part would have no rows.
    pub fn splits_of(
        &self,
        data: &Dataset,
        share: f64,
        replicates: Range<usize>,
    ) -> Result<Vec<FoldRows>> {
        holdouts(&data.target, share, replicates, self.seed)
    }

    /// Rows of each replicate, drawn anew from all: some to train on and some, in random order, to validate on.
    pub fn draws(
        &self,
        rows: usize,
        replicates: usize,
        [train, validation]: [usize; 2],
    ) -> Vec<FoldRows> {
        let all: Vec<usize> = (0..rows).collect();
        let draw = |replicate: usize| {
            let mut own = self.sample(replicate as u32, &all, train + validation);
            FoldRows {
                validation: own.split_off(train),
                train: own,
            }
        };
        (0..replicates).map(draw).collect()
    }

    /// A folder of larger data below `DECAY_DATA`, if there is one.
    ///
    /// # Errors
    /// As [`load`], if it is there and cannot be read.
    pub fn larger_data(&self, folder: &str) -> Result<Option<Loaded>> {
        let Some(path) = env::var_os("DECAY_DATA").map(PathBuf::from) else {
            return Ok(None);
        };
        let path: &Path = &path.join(folder);
        if !path.is_dir() {
            return Ok(None);
        }
        Ok(Some(load(&path.to_string_lossy(), &Options::default())?))
    }

    /// Does the same for `0..count` under a bar, where it is not training that takes its time.
    ///
    /// # Errors
    /// The first of the work.
    pub fn each<T>(
        &self,
        what: &str,
        count: usize,
        mut work: impl FnMut(usize) -> Result<T>,
    ) -> Result<Vec<T>> {
        let (bar, start) = (self.bar(what, count as u64), Instant::now());
        let one = |place: usize| {
            let found = work(place)?;
            bar.inc(1);
            Ok(found)
        };
        let all = (0..count).map(one).collect::<Result<_>>()?;
        self.done(&bar, what, start.elapsed());
        Ok(all)
    }

    /// A bar for `length` units of work.
    pub(crate) fn bar(&self, what: &str, length: u64) -> ProgressBar {
        let target = if self.quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr_with_hz(10)
        };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        let style = ProgressStyle::with_template("{prefix}  {bar:24}  {percent:>3} %  {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_prefix(what.to_owned());
        bar
    }

    /// Says what is done, unless quiet.
    pub(crate) fn done(&self, bar: &ProgressBar, what: &str, took: Duration) {
        bar.finish_and_clear();
        if !self.quiet {
            // Nobody may be reading.
            let _ = writeln!(io::stderr(), "{what}: {:.1} s", took.as_secs_f64());
        }
    }
}

/// Validation rows per training row of random splits of the same rows, by which tests allow for their dependence.
pub fn overlap(share: f64) -> f64 {
    share / (1.0 - share)
}

/// Labels of some rows of a classification.
///
/// # Panics
/// If the data are no classification.
pub fn labels(data: &Dataset, rows: &[usize]) -> Vec<usize> {
    match &data.target {
        decay_data::Target::Classes { labels, .. } => {
            rows.iter().map(|&row| labels[row] as usize).collect()
        }
        _ => panic!("'{}' has no classes", data.name),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Lab;
    use crate::arguments::Arguments;

    #[test]
    fn draws_share_no_row_within_a_replicate_and_differ_between_replicates() {
        let lab = Lab::new(&Arguments::parse_from(["claim", "--quiet"])).unwrap();
        let draws = lab.draws(50, 3, [20, 7]);
        for rows in &draws {
            let mut all = [rows.train.as_slice(), &rows.validation].concat();
            all.sort_unstable();
            all.dedup();
            assert_eq!((rows.train.len(), rows.validation.len()), (20, 7));
            assert!(all.len() == 27 && all[26] < 50);
        }
        assert!(draws.len() == 3 && draws[0] != draws[1] && draws[1] != draws[2]);
    }
}
