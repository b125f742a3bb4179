//! Columns of dates and times as numbers.

use crate::table::assemble::decided;
use crate::table::column::builder::Moments;
use crate::table::reading::{MomentPart, form_words};
use crate::table::value::Form;
use crate::table::value::moment::{Moment, MomentForm};
use crate::{Cells, Column, Decided, Decisions};

/// The numbers that dates or times become; hours also where no cell has a time if that is wanted.
pub(crate) fn moment_columns(
    name: &str,
    moments: &Moments,
    hours: bool,
    decisions: &mut Decisions,
) -> Vec<Column> {
    let timed = |moment: &Moment| moment.hour.is_some();
    let hours = hours || moments.values.iter().flatten().any(timed);
    let parts = MomentPart::ALL.into_iter().filter(|part| match part {
        MomentPart::Hour => hours,
        _ => moments.form != MomentForm::Time,
    });
    let column = |part: MomentPart| {
        let number =
            |moment: &Option<Moment>| moment.as_ref().map_or(f64::NAN, |own| value(part, own));
        Column {
            name: part.name_for(name),
            cells: Cells::Numbers(moments.values.iter().map(number).collect()),
        }
    };
    let columns: Vec<Column> = parts.map(column).collect();
    let made: Vec<&str> = columns
        .iter()
        .filter_map(|column| column.name.rsplit('.').next())
        .collect();
    let kind = format!(
        "{}: {}",
        form_words(Form::Moment(moments.form)),
        made.join(", ")
    );
    let last = columns.last().map(|column| decided(column, kind.clone()));
    decisions.columns.extend(last.map(|decided| Decided {
        column: name.to_owned(),
        examples: moments.first.iter().map(|text| text.to_string()).collect(),
        ..decided
    }));
    columns
}

/// Dates or times as one column: their instants, by which they are ordered.
pub(crate) fn instants(name: &str, moments: &Moments) -> Column {
    let number = |moment: &Option<Moment>| moment.map_or(f64::NAN, |own| own.instant);
    Column {
        name: name.to_owned(),
        cells: Cells::Numbers(moments.values.iter().map(number).collect()),
    }
}

fn value(part: MomentPart, moment: &Moment) -> f64 {
    match part {
        MomentPart::Year => moment.year as f64,
        MomentPart::Month => moment.month as f64,
        MomentPart::Weekday => moment.weekday as f64,
        MomentPart::Hour => moment.hour.unwrap_or(0.0),
        MomentPart::Instant => moment.instant,
    }
}
