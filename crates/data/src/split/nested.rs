//! Rows in an order of which every beginning is a smaller data set like the whole.

use crate::split::groups::shuffled_groups;
use crate::split::philox::Philox;
use crate::split::stratified::shuffled_strata;
use crate::split::{Purpose, check_rows};
use crate::{Result, Target};

/// Fewest rows of a quantile bin of a number: an eighth of the rows still has one of each bin.
const SMALLEST_BIN: usize = 8;

/// Subsets of rows, each within all larger ones.
///
/// ```text
/// first(12)  ⊂  first(25)  ⊂  first(50)  ⊂  all rows
/// ```
///
/// They depend on the set of rows and the seed, not on the order in which rows are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nested {
    order: Vec<usize>,
    /// Lengths at which the order may be cut.
    ends: Vec<usize>,
}

impl Nested {
    /// Subsets with their share of every class.
    ///
    /// A row is ordered by its place among the rows of its class over their number, so that each class has a row among the first ones,
    /// and its share of them all along, to within one row for each class. A target of numbers is cut into quantile bins, which take the place of
    /// classes; with several targets or labels, which no order can serve at once, the order is random.
    ///
    /// # Errors
    /// [`DataError::RowOutOfRange`](crate::DataError::RowOutOfRange), [`DataError::RepeatedRow`](crate::DataError::RepeatedRow).
    pub fn stratified(target: &Target, rows: &[usize], seed: u64) -> Result<Self> {
        check_rows(rows, target.len())?;
        let mut rng = Philox::new(seed, Purpose::Nested as u64);
        let one = match target {
            Target::Classes { .. } => true,
            Target::Values { names, .. } => names.len() == 1,
            Target::Flags { labels, .. } => labels.len() == 1,
        };
        let mut strata = if one {
            shuffled_strata(target, rows, SMALLEST_BIN, &mut rng)
        } else {
            let mut all = rows.to_vec();
            all.sort_unstable();
            rng.shuffle(&mut all);
            vec![all]
        };
        // Or the first class would come first wherever places tie.
        rng.shuffle(&mut strata);
        let places = strata.iter().flat_map(|own| {
            let place = |(place, &row): (usize, &usize)| (place as f64 / own.len() as f64, row);
            own.iter().enumerate().map(place)
        });
        let mut places: Vec<(f64, usize)> = places.collect();
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        let row = |row: (f64, usize)| vec![row.1];
        Ok(Self::of(places.into_iter().map(row)))
    }

    /// Subsets of whole groups, in random order.
    ///
    /// # Shapes
    /// - `groups`: one group for each row of the data
    ///
    /// # Errors
    /// As [`Nested::stratified`].
    pub fn of_groups(groups: &[u32], rows: &[usize], seed: u64) -> Result<Self> {
        let mut rng = Philox::new(seed, Purpose::Nested as u64);
        let units = shuffled_groups(groups, rows, 1, &mut rng)?;
        Ok(Self::of(units))
    }

    /// Subsets of the latest rows; rows of one time stay together.
    ///
    /// # Shapes
    /// - `times`: one time for each row of the data
    ///
    /// # Errors
    /// As [`Nested::stratified`].
    pub fn latest(times: &[f64], rows: &[usize]) -> Result<Self> {
        check_rows(rows, times.len())?;
        let mut ordered = rows.to_vec();
        ordered.sort_unstable();
        ordered.sort_by(|&a, &b| times[b].total_cmp(&times[a]));
        let moments = ordered.chunk_by(|&a, &b| times[a].total_cmp(&times[b]).is_eq());
        Ok(Self::of(moments.map(<[usize]>::to_vec)))
    }

    fn of(units: impl IntoIterator<Item = Vec<usize>>) -> Self {
        let (mut order, mut ends) = (Vec::new(), Vec::new());
        for unit in units {
            order.extend(unit);
            ends.push(order.len());
        }
        Self { order, ends }
    }

    /// About `count` rows in ascending order: as near as whole groups, or times, allow, and at least one of these.
    pub fn first(&self, count: usize) -> Vec<usize> {
        let nearest = self.ends.iter().min_by_key(|end| end.abs_diff(count));
        let mut rows = self.order[..nearest.copied().unwrap_or(0)].to_vec();
        rows.sort_unstable();
        rows
    }
}
