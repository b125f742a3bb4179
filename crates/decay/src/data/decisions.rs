//! What was decided about the columns of a table, as a table.

use decay_data::{Decided, Decisions};
use decay_report::text::Table;
use decay_report::{PlainTable, Section};

/// Most columns that are shown one by one.
const SHOWN: usize = 40;
/// Most letters of an example.
const LETTERS: usize = 16;

const HEADS: [&str; 5] = ["column", "kind", "missing", "levels", "examples"];

/// How the file was read and what each of its columns is, to be printed.
pub fn column_table(decisions: &Decisions) -> String {
    let mut table = Table::new(HEADS, 5);
    for row in rows(decisions) {
        table.push(row);
    }
    let rest = decisions.columns.len().saturating_sub(SHOWN);
    let more = if rest > 0 {
        format!("and {rest} columns more\n")
    } else {
        String::new()
    };
    format!("{}\n{}{more}", decisions.dialect, table.text())
}

/// The same on the page.
pub(crate) fn section(decisions: &Decisions) -> Section {
    Section {
        heading: "Columns".into(),
        note: format!("{}.", decisions.dialect),
        tables: vec![PlainTable {
            caption: "What the columns of the file were taken for.".into(),
            heads: HEADS.map(str::to_owned).to_vec(),
            names: 2,
            rows: rows(decisions),
        }],
        ..Section::default()
    }
}

fn rows(decisions: &Decisions) -> Vec<Vec<String>> {
    decisions.columns.iter().take(SHOWN).map(row).collect()
}

fn row(decided: &Decided) -> Vec<String> {
    let number = |count: Option<usize>| count.map_or_else(String::new, |count| count.to_string());
    let examples: Vec<String> = decided
        .examples
        .iter()
        .map(|example| shortened(example))
        .collect();
    vec![
        shortened(&decided.column),
        decided.kind.clone(),
        number(decided.missing),
        number(decided.levels),
        examples.join(", "),
    ]
}

/// The beginning of a text, without line breaks.
fn shortened(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if plain.chars().count() <= LETTERS {
        return plain;
    }
    plain.chars().take(LETTERS - 1).chain(['…']).collect()
}
