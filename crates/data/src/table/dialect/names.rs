//! Names of the columns, and what users call them.

use std::collections::HashSet;

use crate::{DataError, Options, Result};

/// A column's name, and whether the file gave it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) given: bool,
}

/// The names alone.
pub(crate) fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.text.clone()).collect()
}

/// Names from the fields of a header, `c0, c1, ...` where one is empty or there is none. One that comes again is numbered, as in
/// `a`, `a.1`; each name that did is told.
pub(crate) fn column_names(header: &[String], width: usize) -> (Vec<Name>, Vec<String>) {
    let mut taken: HashSet<String> = header.iter().cloned().collect();
    let (mut seen, mut repeated): (HashSet<String>, Vec<String>) = (HashSet::new(), Vec::new());
    let name = |index: usize| {
        let text = header.get(index).filter(|name| !name.is_empty());
        let Some(text) = text else {
            let text = free(format!("c{index}"), &mut taken);
            return Name { text, given: false };
        };
        if seen.insert(text.clone()) {
            return Name {
                text: text.clone(),
                given: true,
            };
        }
        let numbered = (1..).map(|number| format!("{text}.{number}"));
        let own = numbered
            .into_iter()
            .find(|own| !taken.contains(own))
            .unwrap_or_default();
        taken.insert(own.clone());
        repeated.push(format!("'{text}' (column {} is '{own}')", index + 1));
        Name {
            text: own,
            given: true,
        }
    };
    let names = (0..width).map(name).collect();
    (names, repeated)
}

/// The name, with underscores behind it if it is taken.
fn free(mut name: String, taken: &mut HashSet<String>) -> String {
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    name
}

/// The column that a user means: by its name, else as `c2`, else by its position from 0, negative from the end.
pub(crate) fn place_of(wanted: &str, names: &[String]) -> Option<usize> {
    if let Some(named) = names.iter().position(|name| name == wanted) {
        return Some(named);
    }
    let digits = wanted
        .strip_prefix('c')
        .filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let position: i64 = digits.unwrap_or(wanted).parse().ok()?;
    let from_start = if position < 0 {
        position + names.len() as i64
    } else {
        position
    };
    usize::try_from(from_start)
        .ok()
        .filter(|&place| place < names.len())
}

/// The options with the columns' own names in place of positions.
///
/// # Errors
/// [`DataError::UnknownColumn`] for one to drop or to read as labels that does not exist; those to keep come from a schema, too,
/// which knows which of them it needs.
pub(crate) fn resolved(options: &Options, names: &[String], path: &str) -> Result<Options> {
    let own = |wanted: &String| place_of(wanted, names).map(|place| names[place].clone());
    let or_same = |wanted: &String| own(wanted).unwrap_or_else(|| wanted.clone());
    let kept: Option<Vec<String>> = options
        .keep
        .as_ref()
        .map(|keep| keep.iter().map(or_same).collect());
    let categorical: Vec<String> = options.categorical.iter().map(or_same).collect();
    let drop: Vec<String> = options.drop.iter().map(or_same).collect();
    let optional = |name: &&String| kept.iter().flatten().any(|kept| kept == *name);
    let mut listed = drop
        .iter()
        .chain(categorical.iter().filter(|name| !optional(name)));
    if let Some(name) = listed.find(|name| !names.contains(name)) {
        return Err(DataError::unknown_column(path, name, names));
    }
    Ok(Options {
        keep: kept,
        categorical,
        drop,
        weight: options.weight.as_ref().map(or_same),
        group: options.group.as_ref().map(or_same),
        time: options.time.as_ref().map(or_same),
        by: options.by.as_ref().map(or_same),
        ..options.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::{column_names, place_of};

    #[test]
    fn repeated_and_empty_names() {
        let header = ["a", "", "a", "a.1", "a", "c1"].map(str::to_owned);
        let (names, repeated) = column_names(&header, 7);
        let texts: Vec<&str> = names.iter().map(|name| name.text.as_str()).collect();
        assert_eq!(texts, ["a", "c1_", "a.2", "a.1", "a.3", "c1", "c6"]);
        assert_eq!(
            (names[1].given, names[2].given, repeated.len()),
            (false, true, 2)
        );
    }

    #[test]
    fn columns_by_name_and_by_position() {
        let names = ["a", "2", "c0"].map(str::to_owned);
        for (wanted, place) in [
            ("a", Some(0)),
            ("2", Some(1)),
            ("c0", Some(2)),
            ("c2", Some(2)),
            ("0", Some(0)),
            ("-1", Some(2)),
            ("3", None),
            ("-4", None),
            ("c9", None),
            ("b", None),
        ] {
            assert_eq!(place_of(wanted, &names), place, "{wanted}");
        }
    }
}
