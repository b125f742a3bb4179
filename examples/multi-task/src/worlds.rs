//! Data with two tasks.

use decay::train::{HeadLoss, Heads};
use decay_claim::{Lab, Result};
use decay_data::{Dataset, Embedded, Images, Options, Raw, Scaling, Target, Task, load};
use decay_train::FoldRows;

use crate::{DIGITS, REST, TABLE};

/// Side of a digit, how far the second one is from the first, down and to the right, and the side of both together.
const SIDE: usize = 8;
const OFFSET: usize = 2;
const CANVAS: usize = SIDE + OFFSET;
/// Digits that a replicate draws to train on and to be validated on, and pairs that it makes of each.
const DRAWN: [usize; 2] = [150, 100];
const PAIRS: [usize; 2] = [300, 400];
/// Rows of the table that a replicate draws to train on and to be validated on.
const ROWS: [usize; 2] = [110, 110];
/// Where the draws of pairs begin.
const SITE: u32 = 1 << 20;

/// Correlation `ρ` of replicates as `ρ / (1 - ρ)`: the share of its training rows that one has in common with another.
pub(crate) fn overlap(world: &str) -> f64 {
    let [drawn, all] = if world == DIGITS {
        [DRAWN[0], Embedded::Digits.rows()]
    } else {
        [ROWS[0], Embedded::Diabetes.rows()]
    };
    drawn as f64 / (all - drawn) as f64
}

/// Two tasks on the same rows.
pub(crate) struct World {
    /// As measurements name it.
    pub(crate) name: &'static str,
    pub(crate) data: Dataset,
    pub(crate) replicates: Vec<FoldRows>,
    pub(crate) scaling: Scaling,
    pub(crate) heads: [HeadLoss; 2],
    /// Units of the trunk's layers.
    pub(crate) trunk: &'static [usize],
    /// Whether its activation is.
    pub(crate) smooth: bool,
    pub(crate) lr: f64,
    pub(crate) epochs: u32,
}

impl World {
    /// Both heads, of whose gradients those of the trunk are held against each other.
    pub(crate) fn objective(&self) -> Heads {
        Heads::new(self.heads).sharing(["trunk.*"])
    }
}

pub(crate) fn worlds(lab: &Lab, replicates: usize) -> Result<[World; 2]> {
    Ok([overlaid(lab, replicates)?, table(lab, replicates)?])
}

/// Pairs of digits laid over each other, as in MultiMNIST: which is in the upper left, and which in the lower right?
///
/// Every replicate draws digits of its own; training pairs are of some of them, validation pairs of the others.
fn overlaid(lab: &Lab, replicates: usize) -> Result<World> {
    let digits = lab.draws(Embedded::Digits.rows(), replicates, DRAWN);
    let (mut pairs, mut folds) = (Vec::new(), Vec::new());
    for (replicate, own) in digits.iter().enumerate() {
        let mut drawn = |side: u32, rows: &[usize]| {
            let (first, count) = (pairs.len(), PAIRS[side as usize]);
            let sites = SITE + 64 * replicate as u32 + 32 * side;
            pairs.extend(drawn_pairs(lab, sites, rows, count));
            (first..first + count).collect::<Vec<_>>()
        };
        folds.push(FoldRows {
            train: drawn(0, &own.train),
            validation: drawn(1, &own.validation),
        });
    }
    Ok(World {
        name: DIGITS,
        data: pictures(&pairs)?,
        replicates: folds,
        scaling: Scaling::UnitRange,
        heads: [HeadLoss::Classes(10); 2],
        trunk: &[64, 32],
        smooth: false,
        lr: 0.05,
        epochs: 60,
    })
}

/// Rows in two random orders beside each other, as often as it takes.
fn drawn_pairs(lab: &Lab, sites: u32, rows: &[usize], count: usize) -> Vec<(usize, usize)> {
    let times = count.div_ceil(rows.len()) as u32;
    let order = |place: u32| -> Vec<usize> {
        let sites = (0..times).map(|time| sites + 16 * place + time);
        sites
            .flat_map(|site| lab.sample(site, rows, rows.len()))
            .collect()
    };
    order(0).into_iter().zip(order(1)).take(count).collect()
}

/// The darker ink of both at every pixel, and both labels.
fn pictures(pairs: &[(usize, usize)]) -> Result<Dataset> {
    let Raw::Images { train, .. } = Raw::read("embedded:digits", &Options::default())? else {
        unreachable!("the digits are images");
    };
    let digits = *train;
    let image = |row: usize| &digits.pixels[row * SIDE * SIDE..][..SIDE * SIDE];
    let both = pairs
        .iter()
        .map(|&(a, b)| [a, b].map(|row| digits.labels[row]));
    let labels: Vec<[u32; 2]> = both.collect();
    let overlaid = pairs.iter().flat_map(|&(a, b)| overlay([a, b].map(image)));
    let mut data = Dataset::from_images(&Images {
        shape: vec![1, CANVAS, CANVAS],
        pixels: overlaid.collect(),
        labels: labels.iter().map(|own| own[0]).collect(),
        ..digits.clone()
    })?;
    let names = vec!["upper left".to_owned(), "lower right".to_owned()];
    data.target = Target::Values {
        values: labels.into_iter().flatten().map(f64::from).collect(),
        names: names.clone(),
    };
    data.schema.task = Task::Regression { targets: names };
    Ok(data)
}

/// The first in the upper left corner, the second in the lower right one.
pub(crate) fn overlay([first, second]: [&[u8]; 2]) -> Vec<u8> {
    let at = |image: &[u8], row: Option<usize>, column: Option<usize>| match (row, column) {
        (Some(row @ ..SIDE), Some(column @ ..SIDE)) => image[row * SIDE + column],
        _ => 0,
    };
    let pixel = |place: usize| {
        let (row, column) = (place / CANVAS, place % CANVAS);
        let upper = at(first, Some(row), Some(column));
        let lower = at(second, row.checked_sub(OFFSET), column.checked_sub(OFFSET));
        upper.max(lower)
    };
    (0..CANVAS * CANVAS).map(pixel).collect()
}

/// Progress of diabetes after a year and blood sugar, from the nine other measures.
pub(crate) fn table(lab: &Lab, replicates: usize) -> Result<World> {
    let options = Options {
        targets: vec!["progression".into(), "s6".into()],
        ..Options::default()
    };
    let data = load("embedded:diabetes", &options)?.train;
    Ok(World {
        name: TABLE,
        replicates: lab.draws(data.rows, replicates, ROWS),
        data,
        scaling: Scaling::Auto,
        heads: [HeadLoss::Squared; 2],
        trunk: &[64, 32],
        smooth: false,
        lr: 0.02,
        epochs: 120,
    })
}

/// The same table under a smaller network, for training that comes to rest.
pub(crate) fn table_at_rest(lab: &Lab, replicates: usize) -> Result<World> {
    Ok(World {
        name: REST,
        trunk: &[16],
        smooth: true,
        lr: 0.05,
        epochs: 3000,
        ..table(lab, replicates)?
    })
}
