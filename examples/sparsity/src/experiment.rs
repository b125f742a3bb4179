//! Penalised linear models: their paths, how well they select, and how well what is selected predicts.

use decay_claim::measuring::folds::relative_losses;
use decay_claim::measuring::screening::{keep_correlated, standard_scales};
use decay_claim::measuring::sparsity::{
    Recovery, effective_number, false_selections_bound, selection_shares, selection_stability,
};
use decay_claim::{Lab, MeasurementKey, Measurements, Population, Result, Study};
use decay_model::Mlp;
use decay_train::FoldRows;

use crate::tables::{Table, descent, replicates, rows_of};
use crate::{CHOOSERS, KEPT, L1, L2, NET, STABLE, WHOLE, beyond, refitted};

/// Half-samples of a replicate, as complementary pairs.
const PAIRS: usize = 10;
/// Place of the weakest lasso that is tried there: weaker ones let too many inputs through.
const WEAKEST: usize = 4;
/// Share of the half-samples that a stable input is selected in, and how many wrong ones are put up with.
const THRESHOLD: f64 = 0.9;
const TOLERATED: f64 = 1.0;

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    beyond::orthonormal(lab, &mut out)?;
    for table in Table::embedded(lab)? {
        paths(lab, &table, &mut out)?;
    }
    for table in Table::made_up(lab)? {
        paths(lab, &table, &mut out)?;
        whole(lab, &table, &mut out)?;
        stable(lab, &table, &mut out)?;
    }
    beyond::steps(lab, &mut out)?;
    beyond::irrelevant(lab, &mut out)?;
    beyond::perceptron(lab, &mut out)?;
    Ok(out)
}

/// Every penalty at every strength on both halves of each replicate, and what the inputs that it ranks first are worth alone.
fn paths(lab: &Lab, table: &Table, out: &mut Measurements) -> Result<()> {
    let train = |series| lab.train(table.study(series, 0, table.halves.clone()));
    let [l1, net, l2] = [train(L1)?, train(NET)?, train(L2)?];
    note_halves(table, &l1, out)?;
    note_halves(table, &net, out)?;
    let losses = note_halves(table, &l2, out)?;
    let ranked = |fold: usize| {
        [
            order_of_entry(&l1, fold),
            by_size(&l2.input_weights(best_member(&losses, table.halves.len(), fold))),
            by_correlation(table, &table.halves[fold]),
        ]
    };
    refits(
        lab,
        table,
        &(0..table.halves.len()).map(ranked).collect::<Vec<_>>(),
        out,
    )
}

/// Notes the mean over a replicate's halves of every figure; returns the losses of the members.
fn note_halves(
    table: &Table,
    population: &Population<'_>,
    out: &mut Measurements,
) -> Result<Vec<f64>> {
    let (series, plan) = (population.study.series, &population.models.plan);
    let losses = relative_losses(population)?;
    for first in (0..population.len()).step_by(2) {
        let halves = [first, first + 1];
        let mean = |f: &dyn Fn(usize) -> f64| halves.map(f).iter().sum::<f64>() / 2.0;
        let selected = halves.map(|member| population.selected_inputs(member));
        let strength = table.strengths(series)[plan.setting_of(first)];
        let key = MeasurementKey::of(
            table.name,
            series,
            strength,
            population.replicate(first) / 2,
        );
        let inputs = selected[0].len() as f64;
        let zeros = selected.iter().flatten().filter(|&&own| !own).count() as f64;
        let effective = |member| effective_number(&population.input_weights(member));
        out.add_rounded(
            key,
            [
                ("loss", mean(&|member| losses[member])),
                ("zeros", zeros / 2.0 / inputs),
                ("effective inputs", mean(&effective)),
                ("stability", selection_stability(&selected)),
            ],
        );
        if series != L2 {
            let penalties = [strength, table.ridge(series)];
            let far = halves.map(|member| population.unrest(member, penalties));
            out.add(key, [("unrest", far[0].max(far[1]))]);
        }
    }
    Ok(losses)
}

/// The member of a fold at the strength whose mean loss is lowest.
pub(crate) fn best_member(losses: &[f64], folds: usize, fold: usize) -> usize {
    let mean = |setting: &usize| losses[setting * folds..][..folds].iter().sum::<f64>();
    let best = (0..losses.len() / folds).min_by(|a, b| mean(a).total_cmp(&mean(b)));
    best.unwrap_or(0) * folds + fold
}

/// Inputs in the order in which the lasso's path of a fold takes them up.
fn order_of_entry(path: &Population<'_>, fold: usize) -> Vec<usize> {
    let members = (fold..path.len()).step_by(path.models.plan.folds);
    let weights: Vec<Vec<f64>> = members.map(|member| path.input_weights(member)).collect();
    by_entry(&weights)
}

/// Inputs by the largest strength at which they have a weight, then by its size there.
///
/// # Shapes
/// - `weights`: `[strengths, inputs]`, strengths ascending
pub(crate) fn by_entry(weights: &[Vec<f64>]) -> Vec<usize> {
    let entry = |input: usize| weights.iter().rposition(|own| own[input] != 0.0);
    let size = |input: usize| entry(input).map_or(0.0, |place| weights[place][input].abs());
    let mut inputs: Vec<usize> = (0..weights.first().map_or(0, Vec::len)).collect();
    inputs.sort_by(|&a, &b| {
        let later = entry(b).cmp(&entry(a));
        later.then(size(b).total_cmp(&size(a)))
    });
    inputs
}

/// Inputs by the size of their weights, the largest first.
pub(crate) fn by_size(weights: &[f64]) -> Vec<usize> {
    let mut inputs: Vec<usize> = (0..weights.len()).collect();
    inputs.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]));
    inputs
}

/// Inputs by their correlation with the target on the rows that a fold trains on.
fn by_correlation(table: &Table, rows: &FoldRows) -> Vec<usize> {
    let kept = |count: usize| {
        let mut scales = standard_scales(&table.data, &rows.train, None).features;
        keep_correlated(&table.data, &rows.train, count, &mut scales);
        scales.scale
    };
    let all: Vec<Vec<f32>> = (1..=table.data.features()).map(kept).collect();
    let entry = |input: &usize| all.iter().position(|scale| scale[*input] != 0.0);
    let mut inputs: Vec<usize> = (0..table.data.features()).collect();
    inputs.sort_by_key(|input| entry(input).unwrap_or(usize::MAX));
    inputs
}

/// Linear models of the first few inputs of every ranking, hardly penalised.
fn refits(
    lab: &Lab,
    table: &Table,
    ranked: &[[Vec<usize>; 3]],
    out: &mut Measurements,
) -> Result<()> {
    let (mut rows, mut scales) = (Vec::new(), Vec::new());
    for count in KEPT {
        for place in 0..CHOOSERS.len() {
            for (fold, orders) in ranked.iter().enumerate() {
                let mut own = standard_scales(&table.data, &table.halves[fold].train, None);
                for &input in orders[place].iter().skip(count) {
                    own.features.scale[input] = 0.0;
                }
                rows.push(table.halves[fold].clone());
                scales.push(own);
            }
        }
    }
    let (name, config) = (refitted(table.name), descent(table.lr, table.steps));
    let study = Study::of_decay(
        &name,
        &table.data,
        rows,
        Mlp::hidden([]),
        config,
        vec![0.01],
    );
    let losses = relative_losses(&lab.train_scaled(study, scales)?)?;
    let mut losses = losses.chunks_exact(2);
    for count in KEPT {
        for chooser in CHOOSERS {
            for (replicate, halves) in losses.by_ref().take(ranked.len() / 2).enumerate() {
                let key = MeasurementKey::of(&name, chooser, count as f64, replicate);
                out.add_rounded(key, [("loss", (halves[0] + halves[1]) / 2.0)]);
            }
        }
    }
    Ok(())
}

/// The lasso on all rows of a replicate, validated on those of the next: what it selects against what matters.
fn whole(lab: &Lab, table: &Table, out: &mut Measurements) -> Result<()> {
    let count = replicates(lab);
    let own = |replicate: usize| FoldRows {
        train: rows_of(replicate),
        validation: rows_of((replicate + 1) % count),
    };
    let rows = (0..count).map(own).collect();
    let population = lab.train(table.study(L1, 0, rows))?;
    for (member, loss) in relative_losses(&population)?.into_iter().enumerate() {
        let strength = table.strengths(L1)[member / count];
        let key = MeasurementKey::of(table.name, WHOLE, strength, member % count);
        out.add_rounded(key, [("loss", loss)]);
        note_recovery(table, &population.selected_inputs(member), key, out);
    }
    Ok(())
}

/// Notes what a selection is worth where the truth is known.
fn note_recovery(
    table: &Table,
    selected: &[bool],
    key: MeasurementKey<'_>,
    out: &mut Measurements,
) {
    if let Some(truth) = &table.truth {
        let found = Recovery::of(selected, truth);
        let (precision, recall, wrong) = (found.precision, found.recall, found.wrong as f64);
        out.add_rounded(
            key,
            [
                ("precision", precision),
                ("recall", recall),
                ("wrong", wrong),
            ],
        );
    }
}

/// Stability selection: inputs that the lasso selects in nearly all half-samples of a replicate, at its smallest strength that is
/// promised to let at most one wrong input through.
fn stable(lab: &Lab, table: &Table, out: &mut Measurements) -> Result<()> {
    let count = replicates(lab);
    let pairs = (0..count * PAIRS).flat_map(|pair| {
        let site = (1 << 10) + pair as u32;
        lab.halves(site, &rows_of(pair / PAIRS))
    });
    let population = lab.train(table.study(L1, WEAKEST, pairs.collect()))?;
    for replicate in 0..count {
        let of = |setting: usize| -> Vec<Vec<bool>> {
            let first = (setting * count + replicate) * 2 * PAIRS;
            let members = first..first + 2 * PAIRS;
            members
                .map(|member| population.selected_inputs(member))
                .collect()
        };
        let settings = (0..population.len() / (count * 2 * PAIRS)).map(of);
        let mut kept = settings.filter(|own| false_selections_bound(own, THRESHOLD) <= TOLERATED);
        let shares = kept.next().map(|own| selection_shares(&own));
        let shares = shares.unwrap_or_else(|| vec![0.0; table.data.features()]);
        let selected: Vec<bool> = shares.iter().map(|share| *share >= THRESHOLD).collect();
        let key = MeasurementKey::of(table.name, STABLE, THRESHOLD, replicate);
        note_recovery(table, &selected, key, out);
    }
    Ok(())
}
