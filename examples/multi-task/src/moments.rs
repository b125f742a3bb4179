//! Gradients of both tasks on all training rows, at some moments of training, and what decay's part makes of them.

use decay::network::{MemberState, ParameterKind};
use decay::train::Sum;
use decay_claim::measuring::conflict::{Agreement, cosine, shared_gradients};
use decay_claim::{Lab, Measurements, Population, Result};
use decay_train::{Evaluation, Schedule, TrainConfig, task_gradients};

use crate::measure::{config, replicates, train, usual_rates};
use crate::worlds::{World, table_at_rest};
use crate::{
    ACROSS, AT_REST, BALANCED, COSINE, DECAYED, END, HALVED, IMBALANCE, JOINT, MIDDLE, MOMENTS,
    OFF, START,
};

/// Gradients of both tasks on all training rows, at the start, in the middle and at the end of joint training.
pub(crate) fn moments(
    lab: &Lab,
    world: &World,
    end: &Population<'_>,
    out: &mut Measurements,
) -> Result<()> {
    let heads = world.objective().combined_by(Sum);
    let half = (config(world, world.epochs.div_ceil(2)), usual_rates());
    let middle = train(lab, world, JOINT, heads, half)?;
    let members = &end.models.plan.members;
    let start = members
        .iter()
        .map(|own| end.models.network.initial(own.seed));
    let of = |population: &Population<'_>| {
        let all = (0..population.len()).map(|member| population.state(member).clone());
        all.collect::<Vec<_>>()
    };
    for (moment, states) in [
        (START, start.collect()),
        (MIDDLE, of(&middle)),
        (END, of(end)),
    ] {
        note_moment(end, world, (moment, states), out)?;
    }
    Ok(())
}

/// Gradients of both tasks where gradient descent on all rows has come to rest.
pub(crate) fn at_rest(lab: &Lab, out: &mut Measurements) -> Result<()> {
    let world = table_at_rest(lab, replicates(lab))?;
    let config = TrainConfig {
        full_batch: true,
        schedule: Schedule::Cosine,
        ..config(&world, world.epochs)
    };
    let still = (config, AT_REST.to_vec());
    let population = train(lab, &world, JOINT, world.objective(), still)?;
    let states = (0..population.len()).map(|member| population.state(member).clone());
    note_moment(&population, &world, (END, states.collect()), out)
}

fn note_moment(
    population: &Population<'_>,
    world: &World,
    (moment, states): (f64, Vec<MemberState>),
    out: &mut Measurements,
) -> Result<()> {
    let models = &population.models;
    let evaluation = |(member, state)| Evaluation {
        state,
        fold: population.replicate(member),
        rows: &population.rows(member).train,
    };
    let evaluations: Vec<_> = states.iter().enumerate().map(evaluation).collect();
    let heads = world.objective();
    let resources = &models.machine.resources;
    let found = task_gradients(
        &models.network,
        &models.problem,
        &heads,
        &evaluations,
        resources,
    )?;
    let kinds: Vec<_> = models
        .network
        .parameters()
        .iter()
        .map(|own| own.kind)
        .collect();
    for (member, (found, state)) in found.iter().zip(&states).enumerate() {
        let decays = |place: usize| kinds[place] == ParameterKind::Matrix;
        let (gradients, weights) = shared_gradients(found, &state.parameters, decays);
        let mut key = population.key(member);
        key.series = MOMENTS;
        for (metric, value) in figures(&gradients, &weights, key.rate) {
            out.add_at(key, moment, metric, value);
        }
    }
    Ok(())
}

/// What is noted of two gradients and the weights that decay pulls on.
fn figures(gradients: &[Vec<f64>; 2], weights: &[f64], rate: f64) -> [(&'static str, f64); 7] {
    let agreement = Agreement::of([&gradients[0], &gradients[1]], weights);
    let with_decay = |own: &Vec<f64>| -> Vec<f64> {
        own.iter().zip(weights).map(|(g, w)| g + rate * w).collect()
    };
    let [a, b] = gradients.each_ref().map(with_decay);
    let decayed = agreement.decayed(rate);
    [
        (COSINE, agreement.cosine),
        (DECAYED, decayed),
        (HALVED, agreement.decayed(rate / 2.0)),
        (ACROSS, agreement.across_weights()),
        (BALANCED, agreement.balanced(rate)),
        (IMBALANCE, agreement.imbalance(rate)),
        (OFF, (cosine(&a, &b) - decayed).abs()),
    ]
}
