//! `decay data`: data sets that are part of the program.

use decay_data::Embedded;

use crate::output;
use decay::Error;
use decay_report::text::Table;

/// `decay data`.
pub(crate) fn data() -> Result<(), Error> {
    let mut table = Table::new(["name", "rows", "shape", "what", "licence", "source"], 6);
    for set in Embedded::ALL {
        let shape: Vec<String> = set.shape().iter().map(usize::to_string).collect();
        table.push(vec![
            set.name().into(),
            set.rows().to_string(),
            shape.join("×"),
            set.description().into(),
            set.licence().into(),
            set.source().into(),
        ]);
    }
    output::print(&format!(
        "{}\nuse one as in: decay tune --data {}\n",
        table.text(),
        Embedded::ALL[0].name()
    ))
}
