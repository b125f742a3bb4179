//! What a model says of rows, and how that is written.

use decay_data::TaskKind;
use decay_report::text::csv_field;

/// What a model says of some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// Probabilities `[rows, classes]` or `[rows, labels]`, or values `[rows, targets]`, each in its target's unit.
    pub values: Vec<f64>,
    /// Of a regression, between what the targets of each row lie: `[low, high]`, `[rows, targets]`.
    pub intervals: Option<Vec<[f64; 2]>>,
    /// The places of the classes that each row's prediction set holds, where sets were asked for ([`Model::cover`](crate::Model::cover)).
    pub sets: Option<Vec<Vec<usize>>>,
    /// What is predicted.
    pub task: TaskKind,
    /// Names of the classes; none of a regression or of labels.
    pub classes: Vec<String>,
    /// Names of what is predicted.
    pub targets: Vec<String>,
    /// Number of rows.
    pub rows: usize,
    /// The file of each row, if each is one.
    pub files: Vec<String>,
    /// What was odd about the rows, in a sentence.
    pub warning: Option<String>,
    /// Outputs of one network, or what several come to before temperature and scale.
    pub(super) raw: Vec<f32>,
}

impl Predictions {
    /// The most probable class of each row; none of a regression or of labels.
    pub fn labels(&self) -> Vec<&str> {
        if self.classes.is_empty() {
            return Vec::new();
        }
        let rows = self.values.chunks_exact(self.classes.len());
        rows.map(|row| self.classes[first_largest(row)].as_str())
            .collect()
    }

    /// `class,p_A,p_B,...`, after `file` where each row is one, or the target's values under its name, with `low,high` where there are intervals; of several targets
    /// `a,low_a,high_a,b,low_b,high_b,...`; of labels the probability that each applies, `p_a,p_b,...`.
    pub fn csv(&self) -> String {
        if self.classes.is_empty() {
            return self.values_csv();
        }
        let names = self.classes.iter().map(|class| format!("p_{class}"));
        let head = ["class".to_owned()].into_iter();
        let rows = self.values.chunks_exact(self.classes.len());
        let rows = rows.zip(self.labels()).map(|(row, class)| {
            let cells = row.iter().map(f64::to_string);
            [csv_field(class)].into_iter().chain(cells)
        });
        self.lines(head.chain(names.map(|name| csv_field(&name))), rows)
    }

    fn values_csv(&self) -> String {
        let ends = if self.intervals.is_some() {
            &["low", "high"][..]
        } else {
            &[]
        };
        let head = self.targets.iter().flat_map(|target| {
            let ends = ends.iter().map(|end| self.about(end, target));
            let own = match self.task {
                TaskKind::Multilabel => csv_field(&format!("p_{target}")),
                _ => csv_field(target),
            };
            [own].into_iter().chain(ends)
        });
        let cell = |place: usize| {
            let ends = self.intervals.as_ref().map(|all| all[place]);
            let ends = ends.into_iter().flatten();
            [self.values[place]].into_iter().chain(ends)
        };
        let width = self.targets.len();
        let rows = (0..self.rows).map(|row| {
            let cells = (row * width..(row + 1) * width).flat_map(cell);
            cells.map(|value| value.to_string())
        });
        self.lines(head, rows)
    }

    /// Of the outputs for each target: all of one kind, then all of the next.
    fn raw_names(&self) -> Vec<String> {
        let of_part = |part: &str| -> Vec<String> {
            let targets = self.targets.iter();
            targets.map(|target| self.about(part, target)).collect()
        };
        let outputs = self.raw.len() / (self.rows * self.targets.len()).max(1);
        match (self.task, outputs) {
            (TaskKind::Multilabel, _) => {
                let labels = self.targets.iter();
                labels
                    .map(|label| csv_field(&format!("logit_{label}")))
                    .collect()
            }
            (_, 2) => [of_part("output_mean"), of_part("output_variance")].concat(),
            _ => of_part("output"),
        }
    }

    /// The head of a column that says something about a target; the only one needs no name.
    fn about(&self, what: &str, target: &str) -> String {
        match self.targets.len() {
            1 => what.to_owned(),
            _ => csv_field(&format!("{what}_{target}")),
        }
    }

    /// Before temperature and scale, `logit_A,logit_B,...`: the outputs of one network as they are, of several the logarithm
    /// of their mean probability, or their mean output. Of the loss `gaussian` `output_mean` and `output_variance`, `x` and `s` of
    /// [`Loss`](decay_train::Loss); of several targets each with a name, as `output_a`; of labels the log-odds, `logit_a,logit_b,...`.
    pub fn raw_csv(&self) -> String {
        let names = self.classes.iter();
        let mut names: Vec<String> = names
            .map(|class| csv_field(&format!("logit_{class}")))
            .collect();
        if names.is_empty() {
            names = self.raw_names();
        }
        let rows = self.raw.chunks_exact(names.len());
        let rows = rows.map(|row| row.iter().map(f32::to_string));
        self.lines(names.clone(), rows)
    }

    /// The cells of every row, its file before them.
    fn lines<Row: IntoIterator<Item = String>>(
        &self,
        head: impl IntoIterator<Item = String>,
        rows: impl Iterator<Item = Row>,
    ) -> String {
        let line = |file: Option<String>, cells: Vec<String>| {
            let cells: Vec<String> = file.into_iter().chain(cells).collect();
            cells.join(",") + "\n"
        };
        let rows = rows.enumerate().map(|(row, cells)| {
            let file = self.files.get(row).map(|file| csv_field(file));
            line(file, cells.into_iter().collect())
        });
        let file = (!self.files.is_empty()).then(|| "file".to_owned());
        line(file, head.into_iter().collect()) + &rows.collect::<String>()
    }
}

/// The place of the largest value, the first of several.
pub(crate) fn first_largest(row: &[f64]) -> usize {
    let mut best = 0;
    for (place, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = place;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::{Predictions, TaskKind};

    #[test]
    fn intervals_stand_beside_the_values_where_there_are_any() {
        let mut answers = Predictions {
            values: vec![1.5, -2.0],
            intervals: None,
            sets: None,
            task: TaskKind::Regression,
            classes: Vec::new(),
            targets: vec!["price".into()],
            rows: 2,
            files: Vec::new(),
            warning: None,
            raw: Vec::new(),
        };
        assert_eq!(answers.csv(), "price\n1.5\n-2\n");
        answers.intervals = Some(vec![[1.0, 2.25], [-3.0, -1.0]]);
        assert_eq!(answers.csv(), "price,low,high\n1.5,1,2.25\n-2,-3,-1\n");
    }

    #[test]
    fn several_targets_have_a_column_each_with_their_own_ends() {
        let answers = Predictions {
            values: vec![1.5, 7.0, -2.0, 8.0],
            intervals: Some(vec![[1.0, 2.0], [6.0, 8.0], [-3.0, -1.0], [7.0, 9.0]]),
            sets: None,
            task: TaskKind::Regression,
            classes: Vec::new(),
            targets: vec!["price".into(), "a,b".into()],
            rows: 2,
            files: Vec::new(),
            warning: None,
            raw: vec![0.5, 1.0, -0.5, 2.0],
        };
        let csv = "price,low_price,high_price,\"a,b\",\"low_a,b\",\"high_a,b\"\n1.5,1,2,7,6,8\n-2,-3,-1,8,7,9\n";
        assert_eq!(answers.csv(), csv);
        let raw = "output_price,\"output_a,b\"\n0.5,1\n-0.5,2\n";
        assert_eq!(answers.raw_csv(), raw);
    }
}
