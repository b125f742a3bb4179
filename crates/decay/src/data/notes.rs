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
                schema.target,
                classes.len(),
                classes.join(", ")
            ));
        }
        notes
    }
}
