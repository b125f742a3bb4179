//! ARFF, the format of Weka: attributes with their types, then rows.

mod attributes;
mod rows;

use crate::files::Source;
use crate::table::assemble::About;
use crate::table::built::Header;
use crate::table::column::tally::Tally;
use crate::table::dialect::names::column_names;
use crate::table::place::Counted;
use crate::table::reading::Reading;
use crate::table::records::{RecordRows, skipped_note};
use crate::table::settle::Declared;
use crate::{Options, Result, Table};

use attributes::Attributes;
use rows::Instances;

/// Reads attributes as columns of the types that they say, and rows in full or sparse (`{1 0.5, 3 red}`), in which what is left out is 0
/// or the first of an attribute's values.
///
/// `?` is a missing value, `%` begins a comment. Texts are judged as the cells of delimited text are.
///
/// # Errors
/// [`FormatError::Arff`](crate::FormatError::Arff) for a line that is not as the format says, with the line; else as [`Table::read`].
///
/// # Source
/// <https://waikato.github.io/weka-wiki/formats_and_processing/arff_stable/>.
pub(crate) fn read_arff(source: &Source, options: &Options) -> Result<Table> {
    let attributes = Attributes::read(source)?;
    let declared: Vec<Option<Declared>> = attributes.declared().collect();
    let path = source.name();
    let (names, _) = column_names(&attributes.names(), declared.len());
    let header = Header {
        path: path.clone(),
        allowance: &source.allowance,
        names: &names,
        sample: &vec![Tally::default(); names.len()],
        declared: &declared,
        points: true,
        counted: Counted::Lines,
    };
    let open = || Instances::open(source, &attributes);
    let mut rows = RecordRows::new(source, &names, options, open);
    header.table(&mut rows, options, |settled| About {
        words: format!(
            "{path}: {} rows, {} attributes, ARFF",
            settled.lines.len(),
            names.len()
        ),
        notes: skipped_note(settled.skipped).into_iter().collect(),
        reading: Reading::of(options, b',', true),
    })
}
