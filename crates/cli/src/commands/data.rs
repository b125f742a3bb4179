//! `decay data`: what the columns of a table are taken for, and data sets that are part of the program.

use decay_data::{Embedded, Raw};

use crate::output;
use decay::data::column_table;
use decay::settings::{Given, resolve};
use decay::{Data, Error};
use decay_report::text::Table;

/// `decay data FILE`: the table of columns, then what is to be said of them.
pub(crate) fn columns(file: &str, given: &Given) -> Result<(), Error> {
    let settings = resolve(toml::Table::new(), given)?;
    let memory = &settings.run.memory;
    let options = settings.data.options_within(memory);
    let raw = Raw::read(file, &options)?;
    let Raw::Table(table) = raw else {
        return Err(Error::Setting(format!(
            "{file}: is no table, which alone has columns"
        )));
    };
    let table = table.with_targets(&options)?;
    output::print(&format!("{}\n", column_table(&table.decisions)))?;
    // Notes of the whole, and what would keep it from being trained on.
    let data = Data::of(Raw::Table(table), &settings.data, memory, settings.run.seed)?;
    for note in data.notes() {
        output::print(&format!("{note}\n"))?;
    }
    Ok(())
}

/// `decay data`.
pub(crate) fn sets() -> Result<(), Error> {
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
