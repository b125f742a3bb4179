//! Losses on validation rows, of classes and of values alike.

use decay_audit::{Logits, accuracy, nll};
use decay_data::Target;

use crate::failure::Result;
use crate::lab::labels;
use crate::population::Population;

impl Population<'_> {
    /// What a member's validation loss is divided by so that data compare: the variance of its training rows' targets; 1 of classes.
    ///
    /// # Panics
    /// If there are several targets.
    pub fn loss_unit(&self, member: usize) -> f64 {
        let scales = &self.models.problem.scales[self.replicate(member)].targets;
        assert!(scales.len() < 2, "a claim is of classes or of one number");
        scales.first().map_or(1.0, |scale| scale.sd * scale.sd)
    }

    /// Loss of every member on the first and on the second half of its validation rows: mean NLL of classes, mean squared error of
    /// values over [`Population::loss_unit`].
    ///
    /// # Errors
    /// If the device fails or an output is not finite.
    pub fn halved_losses(&self) -> Result<Vec<[f64; 2]>> {
        let all = self.models.outputs(|rows| &rows.validation)?;
        let of = |(member, outputs): (usize, Vec<f32>)| {
            let rows = &self.rows(member).validation;
            let (half, width) = (rows.len() / 2, outputs.len() / rows.len());
            let (first, second) = (&rows[..half], &rows[half..2 * half]);
            let (a, b) = outputs.split_at(half * width);
            Ok([
                self.loss(member, a, first)?,
                self.loss(member, &b[..half * width], second)?,
            ])
        };
        all.into_iter().enumerate().map(of).collect()
    }

    /// Error and mean NLL of every member of a classification on so many of its first validation rows, and on the others.
    ///
    /// # Errors
    /// If the device fails or an output is not finite.
    ///
    /// # Panics
    /// If the data are no classification, or have not so many rows.
    pub fn parted_losses(&self, first: usize) -> Result<Vec<[[f64; 2]; 2]>> {
        let all = self.models.outputs(|rows| &rows.validation)?;
        let of = |(member, outputs): (usize, Vec<f32>)| {
            let truth = labels(self.study.data, &self.rows(member).validation);
            let classes = outputs.len() / truth.len();
            let part = |outputs: &[f32], truth: &[usize]| -> Result<[f64; 2]> {
                let logits = Logits::from_f32(outputs, truth.len(), classes)?;
                Ok([1.0 - accuracy(&logits, truth)?, nll(&logits, truth)?])
            };
            let (a, b) = outputs.split_at(first * classes);
            Ok([part(a, &truth[..first])?, part(b, &truth[first..])?])
        };
        all.into_iter().enumerate().map(of).collect()
    }

    /// Of raw outputs for these rows.
    fn loss(&self, member: usize, outputs: &[f32], rows: &[usize]) -> Result<f64> {
        match &self.study.data.target {
            Target::Values { values, .. } => {
                let scales = &self.models.problem.scales[self.replicate(member)].targets;
                let pairs = outputs.iter().zip(rows);
                let squares = pairs.map(|(&output, &row)| {
                    (f64::from(output) - scales[0].apply(values[row])).powi(2)
                });
                Ok(squares.sum::<f64>() / rows.len() as f64)
            }
            _ => {
                let truth = labels(self.study.data, rows);
                let classes = outputs.len() / rows.len();
                Ok(nll(
                    &Logits::from_f32(outputs, rows.len(), classes)?,
                    &truth,
                )?)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use decay_data::{Dataset, Embedded};
    use decay_model::Mlp;
    use decay_train::{FoldRows, TrainConfig};

    use crate::arguments::Arguments;
    use crate::lab::Lab;
    use crate::population::Population;
    use crate::study::Study;

    fn trained<'a>(lab: &'a Lab, data: &'a Dataset) -> Population<'a> {
        let rows = FoldRows {
            train: (0..data.rows).step_by(2).collect(),
            validation: (1..data.rows - 1).step_by(2).collect(),
        };
        let config = TrainConfig {
            epochs: 3,
            ..TrainConfig::default()
        };
        let study = Study::of_decay(
            "s",
            data,
            vec![rows],
            Mlp::hidden([4]),
            config,
            vec![0.0, 5.0],
        );
        lab.train(study).unwrap()
    }

    /// Of halves it is what halves lose, and the parts together have the engine's own error.
    #[test]
    fn parts_of_half_the_rows_are_halves() {
        let lab = Lab::new(&Arguments::parse_from(["claim", "--quiet"])).unwrap();
        let data = Embedded::Wine.load().unwrap();
        let population = trained(&lab, &data);
        let rows = population.rows(0).validation.len();
        let halves = population.halved_losses().unwrap();
        let [parts, uneven] = [rows / 2, 7].map(|first| population.parted_losses(first).unwrap());
        for (member, losses) in halves.into_iter().enumerate() {
            assert_eq!(parts[member].map(|part| part[1]), losses);
            let [a, b] = uneven[member].map(|part| part[0]);
            let error = (7.0 * a + (rows - 7) as f64 * b) / rows as f64;
            let engine = population.outcome(member).validation.unwrap().accuracy;
            assert!((error - (1.0 - engine.unwrap())).abs() < 1e-9);
        }
    }

    /// The mean over both halves is the engine's own validation loss, in the target's unit for values.
    #[test]
    fn halves_together_are_the_validation_loss() {
        let lab = Lab::new(&Arguments::parse_from(["claim", "--quiet"])).unwrap();
        for (table, unit) in [(Embedded::Wine, 1.0), (Embedded::Diabetes, 5900.0)] {
            let data = table.load().unwrap();
            let population = trained(&lab, &data);
            for (member, [a, b]) in population.halved_losses().unwrap().into_iter().enumerate() {
                let own = population.loss_unit(member);
                assert!((own / unit - 1.0).abs() < 0.2, "{own}");
                let engine = population.outcome(member).validation.unwrap().loss;
                let mean = (a + b) / 2.0 * own;
                assert!((mean / engine - 1.0).abs() < 1e-5, "{mean} {engine}");
                assert!((a - b).abs() > 1e-3 * a);
            }
        }
    }
}
