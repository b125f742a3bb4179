//! Columns of a file as they are written, to stand beside what is computed of its rows.

use crate::load::read_inputs;
use crate::table::dialect::names::place_of;
use crate::table::options::Known;
use crate::{Cells, Column, DataError, MISSING, Options, Raw, Result, Table};

/// These columns of a table as text, in the order of `names`, blanks around cells left out, missing ones empty; rows are those of
/// [`load_inputs_as`](crate::load_inputs_as).
///
/// # Errors
/// [`DataError::UnknownColumn`], [`DataError::Array`] for images and graphs; else as that.
pub fn read_texts(
    source: &str,
    names: &[String],
    options: &Options,
) -> Result<Vec<(String, Vec<String>)>> {
    let known = options.known.clone().map(|known| Known {
        forms: Default::default(),
        ..known
    });
    let options = Options {
        keep: Some(names.to_vec()),
        categorical: names.to_vec(),
        max_levels: usize::MAX,
        drop: Vec::new(),
        targets: Vec::new(),
        missing: Vec::new(),
        weight: None,
        group: None,
        time: None,
        by: None,
        known,
        every_row: true,
        ..options.clone()
    };
    let Raw::Table(table) = read_inputs(source, &options)? else {
        return Err(DataError::Array {
            path: source.to_owned(),
            reason: "is no table, which alone has columns to keep".into(),
        });
    };
    let found = names.iter().map(|name| {
        let column = own(&table, name)?;
        Ok((column.name.clone(), texts(&column.cells)))
    });
    found.collect()
}

fn own<'t>(table: &'t Table, wanted: &str) -> Result<&'t Column> {
    let name = place_of(wanted, &table.names).map(|place| &table.names[place]);
    table.column(name.map_or(wanted, String::as_str))
}

fn texts(cells: &Cells) -> Vec<String> {
    match cells {
        Cells::Numbers(all) => {
            let text = |value: &f64| match value.is_nan() {
                true => String::new(),
                false => value.to_string(),
            };
            all.iter().map(text).collect()
        }
        Cells::Labels { codes, levels } => {
            let text = |&code: &u32| match code {
                MISSING => String::new(),
                code => levels[code as usize].clone(),
            };
            codes.iter().map(text).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read_texts;
    use crate::Options;

    #[test]
    fn cells_stay_as_they_are_written_even_those_that_would_be_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.csv");
        std::fs::write(
            &path,
            "id,name,when,x\n007,\"a,b\",2024-01-02,1\n008, c ,,2\n009,NA,2024-02-02,\n",
        )
        .unwrap();
        let names = ["when", "id", "name"].map(str::to_owned);
        let found = read_texts(path.to_str().unwrap(), &names, &Options::default()).unwrap();
        assert_eq!(found[0].1, ["2024-01-02", "", "2024-02-02"]);
        assert_eq!(found[1].1, ["007", "008", "009"]);
        assert_eq!(found[2].1, ["a,b", "c", "NA"]);
        let error = read_texts(
            path.to_str().unwrap(),
            &["nam".to_owned()],
            &Options::default(),
        );
        assert!(error.unwrap_err().to_string().contains("'name'"));
    }
}
