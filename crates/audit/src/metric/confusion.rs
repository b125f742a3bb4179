//! Figures that give every class the same say, however rare it is.

/// How often each class occurs, is predicted, and both.
pub(crate) struct Confusion {
    occurs: Vec<f64>,
    predicted: Vec<f64>,
    found: Vec<f64>,
}

impl Confusion {
    pub(crate) fn of(
        labels: &[usize],
        predictions: &[usize],
        weights: &[f64],
        classes: usize,
    ) -> Self {
        let mut out = Self {
            occurs: vec![0.0; classes],
            predicted: vec![0.0; classes],
            found: vec![0.0; classes],
        };
        for ((&label, &prediction), weight) in labels.iter().zip(predictions).zip(weights) {
            out.occurs[label] += weight;
            out.predicted[prediction] += weight;
            if label == prediction {
                out.found[label] += weight;
            }
        }
        out
    }

    /// Share of each class's rows that are predicted as it, of the classes that occur.
    fn recalls(&self) -> impl Iterator<Item = f64> {
        let classes = self.found.iter().zip(&self.occurs);
        classes
            .filter(|(_, occurs)| **occurs > 0.0)
            .map(|(found, occurs)| found / occurs)
    }

    /// Mean over the classes that occur of the share of their rows that are predicted as them.
    ///
    /// ```text
    /// mean_k found_k / occurs_k
    /// ```
    pub(crate) fn balanced_accuracy(&self) -> f64 {
        self.recalls().sum::<f64>() / self.recalls().count() as f64
    }

    /// The smallest share of a class's rows that are predicted as it.
    pub(crate) fn worst_class_accuracy(&self) -> f64 {
        self.recalls().fold(f64::INFINITY, f64::min)
    }

    /// Mean over classes of the harmonic mean of precision and recall.
    ///
    /// ```text
    /// mean_k 2 found_k / (occurs_k + predicted_k)
    /// ```
    ///
    /// Over the classes that occur or are predicted, as scikit-learn takes them.
    pub(crate) fn f1_macro(&self) -> f64 {
        let of_classes = (0..self.found.len()).map(|class| self.f1_of(class));
        let defined: Vec<f64> = of_classes.filter(|f1| f1.is_finite()).collect();
        defined.iter().sum::<f64>() / defined.len() as f64
    }

    /// The harmonic mean of a class's precision and recall; NaN of a class that neither occurs nor is predicted.
    pub(crate) fn f1_of(&self, class: usize) -> f64 {
        2.0 * self.found[class] / (self.occurs[class] + self.predicted[class])
    }
}
