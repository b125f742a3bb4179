//! What rows of a bin sum up to, and which rows share one, for any weights on the rows.

use super::EqualWidth;

/// Sums over the rows of one bin, each counted as often as its weight says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cell {
    pub(super) count: f64,
    forecast: f64,
    hits: f64,
}

impl Cell {
    fn add(&mut self, weight: f64, forecast: f64, hit: f64) {
        self.count += weight;
        self.forecast += weight * forecast;
        self.hits += weight * hit;
    }

    pub(super) fn accuracy(&self) -> f64 {
        self.hits / self.count
    }

    pub(super) fn confidence(&self) -> f64 {
        self.forecast / self.count
    }
}

/// Murphy's parts of the Brier score of one class's probability, or their sums over classes.
///
/// ```text
/// brier = reliability - resolution + uncertainty + what binning hides
///
/// reliability = 1/n Σ_b n_b (mean p_b - share_b)²      calibration, 0 is best
/// resolution  = 1/n Σ_b n_b (share_b - share)²         sharpness, high is good
/// uncertainty = share (1 - share)                      the labels' own
/// ```
///
/// `share_b` is how often the class occurs in bin `b`. The last part is 0 where a bin holds equal forecasts only.
///
/// # Source
/// Murphy 1973, <https://doi.org/10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2>.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BrierParts {
    pub(crate) reliability: f64,
    pub(crate) resolution: f64,
    pub(crate) uncertainty: f64,
}

impl BrierParts {
    /// Adds the parts of one more class.
    pub(crate) fn add(&mut self, cells: &[Cell], n: f64) {
        let share = cells.iter().map(|cell| cell.hits).sum::<f64>() / n;
        for cell in cells.iter().filter(|cell| cell.count > 0.0) {
            let (forecast, hits) = (cell.confidence(), cell.accuracy());
            self.reliability += cell.count * (forecast - hits).powi(2) / n;
            self.resolution += cell.count * (hits - share).powi(2) / n;
        }
        self.uncertainty += share * (1.0 - share);
    }
}

/// Rows gathered by their bin of equal width, which no weight changes.
pub(crate) struct WidthCells {
    rows: Vec<u32>,
    forecasts: Vec<f64>,
    hits: Vec<f64>,
    ends: Vec<usize>,
}

impl WidthCells {
    pub(crate) fn new(
        forecast: impl Iterator<Item = f64> + Clone,
        hit: impl Fn(usize) -> bool,
        width: EqualWidth,
    ) -> Self {
        let bins: Vec<u32> = forecast.clone().map(|p| width.bin(p) as u32).collect();
        let mut places = vec![0; width.bins + 1];
        for &bin in &bins {
            places[bin as usize + 1] += 1;
        }
        for bin in 0..width.bins {
            places[bin + 1] += places[bin];
        }
        let mut out = Self {
            ends: places[1..].to_vec(),
            rows: vec![0; bins.len()],
            forecasts: vec![0.0; bins.len()],
            hits: vec![0.0; bins.len()],
        };
        for (row, (p, bin)) in forecast.zip(bins).enumerate() {
            let place = &mut places[bin as usize];
            out.rows[*place] = row as u32;
            out.forecasts[*place] = p;
            out.hits[*place] = f64::from(hit(row));
            *place += 1;
        }
        out
    }

    /// The sums of every bin, empty ones included.
    pub(crate) fn sums(&self, weights: &[f64]) -> Vec<Cell> {
        let mut start = 0;
        let sum = |&end: &usize| {
            let mut cell = Cell::default();
            for place in start..end {
                let weight = weights[self.rows[place] as usize];
                cell.add(weight, self.forecasts[place], self.hits[place]);
            }
            start = end;
            cell
        };
        self.ends.iter().map(sum).collect()
    }
}

/// Rows by confidence, to be cut into bins of equal weight.
///
/// Which rows share a bin depends on the weights, but their order does not.
pub(crate) struct MassCells {
    order: Vec<u32>,
    forecasts: Vec<f64>,
    hits: Vec<f64>,
    bins: usize,
}

impl MassCells {
    /// `order` is that of [`by_confidence`].
    pub(crate) fn new(order: &[usize], confidence: &[f64], correct: &[bool], bins: usize) -> Self {
        Self {
            order: order.iter().map(|&row| row as u32).collect(),
            forecasts: order.iter().map(|&row| confidence[row]).collect(),
            hits: order.iter().map(|&row| f64::from(correct[row])).collect(),
            bins,
        }
    }

    /// The sums of every bin; `total` is the sum of the weights, which are whole.
    pub(crate) fn sums(&self, weights: &[f64], total: f64) -> Vec<Cell> {
        let mut sizes = array_split(total as usize, self.bins).map(|size| size as f64);
        let mut cells = Vec::with_capacity(self.bins);
        let (mut cell, mut room) = (Cell::default(), sizes.next().unwrap_or(0.0));
        for ((&row, &forecast), &hit) in self.order.iter().zip(&self.forecasts).zip(&self.hits) {
            let mut copies = weights[row as usize];
            // Copies of one row may end one bin and begin the next.
            while copies > 0.0 {
                if room == 0.0 {
                    cells.push(std::mem::take(&mut cell));
                    room = sizes.next().unwrap_or(f64::INFINITY);
                }
                let taken = copies.min(room);
                cell.add(taken, forecast, hit);
                copies -= taken;
                room -= taken;
            }
        }
        cells.push(cell);
        cells.resize(self.bins, Cell::default());
        cells
    }
}

/// The largest number of equal-mass bins up to which accuracies are monotone, at least 1.
///
/// The number is raised from 1 until accuracies are no longer monotone; the last number that was is used.
///
/// # Source
/// Roelofs et al. 2022, <https://arxiv.org/abs/2012.08668>, algorithm 1.
pub(crate) fn most_monotone_bins(order: &[usize], correct: &[bool]) -> usize {
    let mut hits = Vec::with_capacity(order.len() + 1);
    hits.push(0u64);
    let mut total = 0;
    for &row in order {
        total += u64::from(correct[row]);
        hits.push(total);
    }
    let monotone = |&bins: &usize| {
        let (mut start, mut before) = (0, 0.0);
        array_split(order.len(), bins).all(|size| {
            let end = start + size;
            let accuracy = (hits[end] - hits[start]) as f64 / size as f64;
            let rising = accuracy >= before;
            (start, before) = (end, accuracy);
            rising
        })
    };
    (1..=order.len()).take_while(monotone).last().unwrap_or(1)
}

/// Sizes of `parts` groups of `n` rows, the first ones one larger, as `numpy.array_split` cuts.
pub(crate) fn array_split(n: usize, parts: usize) -> impl Iterator<Item = usize> {
    (0..parts).map(move |part| n / parts + usize::from(part < n % parts))
}

/// Row numbers by increasing confidence, ties in given order; confidences are not negative.
pub(crate) fn by_confidence(confidence: &[f64]) -> Vec<usize> {
    // The bits of numbers that are not negative are ordered as they are; `+ 0.0` makes -0 a 0.
    let keyed = |(row, c): (usize, &f64)| ((c + 0.0).to_bits(), row);
    let mut keys: Vec<(u64, usize)> = confidence.iter().enumerate().map(keyed).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, row)| row).collect()
}
