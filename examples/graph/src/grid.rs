//! Decay rate by Laplacian penalty for every network, and either alone where labels are fewer.

use decay_claim::{Lab, MeasurementKey, Measurements, Population, Result, Study};
use decay_train::Hyper;

use crate::nets::{Nodes, config, config_of, names, net};
use crate::{DECAY, FEW, FEWER, LABELS, LAPLACIAN, RATES, STRENGTHS, fewer_of, study_of};

pub(crate) fn measure(lab: &Lab, nodes: &Nodes, out: &mut Measurements) -> Result<()> {
    let splits = nodes.splits(lab, LABELS)?;
    for name in names(lab) {
        let study = study_of(nodes.name, name);
        for (series, strength) in STRENGTHS {
            let (rows, config) = (splits.clone(), config_of(name, strength));
            let (data, rates) = (&nodes.data, RATES.to_vec());
            let of = Study::of_decay(&study, data, rows, net(name), config, rates);
            let population = lab.train(of.in_series(series))?;
            note_losses(&population, nodes, out)?;
            note_embeddings(&population, out)?;
        }
    }
    for &labels in lab.pick(&FEWER[..1], &FEWER) {
        let splits = nodes.splits(lab, labels)?;
        for name in FEW {
            let study = fewer_of(nodes.name, name, labels);
            let (rows, rates) = (splits.clone(), RATES.to_vec());
            let decay = Study::of_decay(&study, &nodes.data, rows, net(name), config(0.0), rates);
            let strengths = STRENGTHS.map(|(_, strength)| strength);
            let laplacian = decay.clone().over(Hyper::Laplacian, &strengths);
            for of in [decay.in_series(DECAY), laplacian.in_series(LAPLACIAN)] {
                note_losses(&lab.train(of)?, nodes, out)?;
            }
        }
    }
    Ok(())
}

/// What a member's figures go under. A decay in Adam's gradient has no half-life.
pub(crate) fn key<'a>(population: &Population<'a>, member: usize) -> MeasurementKey<'a> {
    MeasurementKey {
        half_life: f64::NAN,
        ..population.key(member)
    }
}

/// Error and loss on the nodes to choose by and on those to test.
fn note_losses(population: &Population<'_>, nodes: &Nodes, out: &mut Measurements) -> Result<()> {
    let all = population.parted_losses(nodes.held[0])?;
    for (member, [choosing, testing]) in all.into_iter().enumerate() {
        let figures = [
            ("validation error", choosing[0]),
            ("validation NLL", choosing[1]),
            ("test error", testing[0]),
            ("test NLL", testing[1]),
        ];
        out.add_rounded(key(population, member), figures);
    }
    Ok(())
}

fn note_embeddings(population: &Population<'_>, out: &mut Measurements) -> Result<()> {
    for (member, found) in population.smoothness()?.into_iter().enumerate() {
        found.note(key(population, member), f64::NAN, out);
    }
    Ok(())
}
