//! What a user should know about the data before anything is trained.

use decay_data::{Inputs, Task};

use super::Data;

impl Data {
    /// What reading the data has decided, one sentence each.
    pub fn notes(&self) -> Vec<String> {
        let schema = &self.dataset.schema;
        let mut notes = schema.notes.clone();
        let table = matches!(schema.inputs, Inputs::Columns(_));
        if let (Task::Classification { classes }, None, true) =
            (&schema.task, self.settings.task, table)
            && classes.iter().all(|class| class.parse::<f64>().is_ok())
        {
            notes.push(format!(
                "{}: few whole numbers, taken as a classification of {} classes ({}); --task regression takes them as numbers",
                schema.target(),
                classes.len(),
                classes.join(", ")
            ));
        }
        notes.extend(self.tied());
        notes.extend(self.several().filter(|_| self.settings.task.is_none()));
        notes
    }

    /// What groups and times of the rows are used for, in a sentence.
    fn tied(&self) -> Option<String> {
        let (ties, settings) = (&self.dataset.ties, &self.settings);
        if let (Some(groups), Some(column)) = (&ties.groups, &settings.group) {
            let different = groups.iter().max().map_or(0, |last| last + 1);
            return Some(format!(
                "the rows of each of {different} groups of '{column}' stay together in folds and held-out rows; intervals count rows, and \
                 are too narrow where those of a group are alike"
            ));
        }
        let column = settings.time.as_ref().filter(|_| ties.times.is_some())?;
        Some(format!(
            "rows are split by '{column}': the latest are held out, and folds validate on stretches of the later half of the others, each \
             after training on everything before it"
        ))
    }

    /// What several targets were taken for, in a sentence.
    fn several(&self) -> Option<String> {
        let schema = &self.dataset.schema;
        if schema.targets.len() < 2 {
            return None;
        }
        match &schema.task {
            Task::Classification { .. } => None,
            Task::Regression { targets } => Some(format!(
                "{}: {} columns of numbers, predicted together; --task names another reading",
                schema.target(),
                targets.len()
            )),
            Task::Multilabel { labels } => {
                let yes = labels
                    .iter()
                    .map(|own| format!("{} = {}", own.name, own.values[1]));
                Some(format!(
                    "{} columns of two values, taken as labels that apply where {}; --task regression takes numbers as such",
                    labels.len(),
                    yes.collect::<Vec<_>>().join(", ")
                ))
            }
        }
    }
}
