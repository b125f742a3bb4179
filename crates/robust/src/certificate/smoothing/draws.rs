//! Noisy inputs through a population, counted by class.

use burn::tensor::{Int, Tensor, TensorData};
use decay_kernels::{perturb, read};
use decay_random::{At, Purpose, split_seed};

use super::Smoothing;
use crate::target::TargetPopulation;

/// Draws that share a Philox stream: a whole number of them makes a batch, so that its size changes no draw.
const BLOCK: usize = 64;

/// What draws are for; each has streams of its own.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stage {
    /// To choose the class.
    Selection,
    /// To bound its probability.
    Estimation,
    /// To answer without a radius.
    Vote,
}

/// Draws of one row that share a stream.
#[derive(Debug, Clone, Copy)]
struct Block {
    row: usize,
    index: usize,
    draws: usize,
}

/// How often each class has the largest logit under noise; a row of logits with NaN counts for none.
///
/// ```text
/// x + sigma z        z from the stream (seed of the member, Smoothing, site = stage, epoch = row, step = draw / 64)
/// ```
///
/// # Shapes
/// - `rows`: `[rows, inputs]`; returns: `[R]` of `[rows]` of `[classes]`
pub(super) fn counts(
    setting: &Smoothing,
    target: &TargetPopulation<'_>,
    seeds: &[u64],
    rows: &Tensor<2>,
    stage: Stage,
) -> Vec<Vec<Vec<u64>>> {
    let n_rows = rows.dims()[0];
    let blocks = blocks(setting, n_rows, stage);
    let noise = Noise::new(setting, seeds, rows, stage);
    let mut counts = vec![vec![Vec::new(); n_rows]; seeds.len()];
    for batch in blocks.chunks(setting.batch.div_ceil(BLOCK)) {
        let noisy = batch.iter().map(|&block| noise.around(block)).collect();
        let logits = target.logits(Tensor::cat(noisy, 1));
        let [_, _, classes] = logits.dims();
        let values = read(logits);
        let mut logits = values.chunks_exact(classes);
        for counts in &mut counts {
            for block in batch {
                let own = &mut counts[block.row];
                own.resize(classes, 0);
                for logits in logits.by_ref().take(block.draws) {
                    if let Some(class) = largest(logits) {
                        own[class] += 1;
                    }
                }
            }
        }
    }
    counts
}

/// All draws of a stage, row by row.
fn blocks(setting: &Smoothing, rows: usize, stage: Stage) -> Vec<Block> {
    let draws = match stage {
        Stage::Selection | Stage::Vote => setting.selection,
        Stage::Estimation => setting.estimation,
    };
    let each = |row| {
        (0..draws).step_by(BLOCK).map(move |first| Block {
            row,
            index: first / BLOCK,
            draws: BLOCK.min(draws - first),
        })
    };
    (0..rows).flat_map(each).collect()
}

/// What the noisy inputs of every block are made of.
struct Noise<'a> {
    rows: &'a Tensor<2>,
    /// `[R]`.
    sigma: Tensor<1>,
    /// `[R, 2]`.
    seeds: Tensor<2, Int>,
    site: u32,
}

impl<'a> Noise<'a> {
    fn new(setting: &Smoothing, seeds: &[u64], rows: &'a Tensor<2>, stage: Stage) -> Self {
        let device = rows.device();
        let halves = seeds
            .iter()
            .flat_map(|&seed| split_seed(seed).map(|half| half as i32));
        let halves = TensorData::new(halves.collect::<Vec<i32>>(), [seeds.len(), 2]);
        Self {
            rows,
            sigma: Tensor::full([seeds.len()], setting.sigma, &device),
            seeds: Tensor::from_data(halves, &device),
            site: stage as u32,
        }
    }

    /// `[R, draws, inputs]`, every member's own noise around one row.
    fn around(&self, block: Block) -> Tensor<3> {
        let row = self.rows.clone().narrow(0, block.row, 1);
        let members = self.sigma.dims()[0];
        let clean = row.unsqueeze_dim::<3>(0).repeat(&[members, block.draws, 1]);
        let at = At {
            site: self.site,
            epoch: block.row as u32,
            step: block.index as u32,
        };
        let (sigma, seeds) = (self.sigma.clone(), self.seeds.clone());
        perturb(clean, sigma, seeds, Purpose::Smoothing, at)
    }
}

/// The first of the largest logits, `None` if one is NaN.
fn largest(logits: &[f32]) -> Option<usize> {
    if logits.iter().any(|logit| logit.is_nan()) {
        return None;
    }
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    logits.iter().position(|&logit| logit == most)
}
