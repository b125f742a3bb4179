//! Whether the first row names the columns.

use std::collections::HashMap;

use csv::ByteRecord;

use crate::table::column::tally::{Judged, Prior, Tally};
use crate::table::value::missing::{Missing, trimmed};
use crate::table::value::{Field, Form, field_of};

/// The first row against the rows below it.
pub(crate) struct Evidence<'a> {
    pub(crate) first: &'a ByteRecord,
    pub(crate) below: &'a [ByteRecord],
    pub(crate) missing: &'a Missing,
    /// Whether a model was trained on a file without names.
    pub(crate) nameless: bool,
}

/// The most that one column may say for names, in nats, and what it says against them if the word stands below.
const MOST: f64 = 4.0;
const SEEN: f64 = 12.0;

/// What the columns say for names, as logarithms of odds.
#[derive(Default)]
struct Odds {
    plain: f64,
    /// What counts only if the numbers of the row are such as name columns.
    numeric: f64,
}

impl Evidence<'_> {
    /// Sums over the columns how likely the first field is among the values below it.
    ///
    /// A word above numbers is a name. A word or number that never occurs below, where others do again and again, is hardly a
    /// value (Good 1953: the chance of something new is the share of what was seen once). Numbers are names only if they count
    /// up, as `0, 1, 2` or years do: such numbers above fractions, or above an index without a name, are names.
    pub(crate) fn is_header(&self) -> bool {
        let fields: Vec<&[u8]> = self.first.iter().map(trimmed).collect();
        let kinds: Vec<Field> = fields
            .iter()
            .map(|field| field_of(field, self.missing))
            .collect();
        let mut odds = Odds::default();
        for (index, (field, kind)) in fields.iter().zip(&kinds).enumerate() {
            self.column(index, field, *kind, &mut odds);
        }
        let words = kinds.iter().zip(&fields);
        let mut words = words.filter(|(_, field)| !field.is_empty());
        let all_words = words.all(|(kind, _)| *kind == Field::Label) && all_different(&fields);
        odds.plain += if all_words { 0.5 } else { -0.5 };
        if self.nameless {
            odds.plain -= 3.0;
        }
        if let Some(steady) = counts_up(&fields, &kinds)
            && (steady || odds.plain > 1.0)
        {
            odds.plain += odds.numeric;
        }
        odds.plain > 0.0
    }

    fn column(&self, index: usize, field: &[u8], kind: Field, odds: &mut Odds) {
        let below = || {
            self.below
                .iter()
                .filter_map(|record| record.get(index))
                .map(trimmed)
        };
        let mut tally = Tally::default();
        below().for_each(|cell| tally.add(cell, 0, 1, self.missing));
        if tally.present == 0 {
            return;
        }
        let judged = tally.judge(Prior::default());
        let words = judged == Judged::Labels;
        match (kind, words) {
            (Field::Label, false) if below().all(|cell| cell != field) => odds.plain += 6.0,
            (Field::Label, false) => odds.plain -= SEEN,
            (Field::Label, true) => odds.plain += newness(field, below()),
            (Field::Missing, _) if field.is_empty() => {
                odds.plain += if index == 0 && counts(below()) {
                    3.0
                } else {
                    0.0
                };
            }
            (Field::Missing, _) => odds.plain -= 1.0,
            (Field::Moment, _) => odds.plain -= MOST,
            (Field::Number, false) if matches!(judged, Judged::As(Form::Moment(_))) => {
                odds.numeric += 1.0
            }
            (Field::Number, _) => self.number(field, below(), odds),
        }
    }

    /// A number as a name: a whole one above fractions, or one that its column never has.
    fn number<'c>(
        &self,
        field: &[u8],
        below: impl Iterator<Item = &'c [u8]> + Clone,
        odds: &mut Odds,
    ) {
        let whole = |cell: &[u8]| cell.iter().all(u8::is_ascii_digit) && !cell.is_empty();
        if !whole(field) {
            odds.plain -= MOST;
            return;
        }
        let rows = below.clone().count() as f64;
        let wholes = below.clone().filter(|cell| whole(cell)).count() as f64;
        let above_fractions = if 2.0 * wholes < rows {
            -((wholes + 1.0) / (rows + 2.0)).ln()
        } else {
            0.0
        };
        odds.numeric += above_fractions.max(newness(field, below)).min(MOST);
    }
}

/// How much less likely a value is that has not been seen: `ln((n + 1) / (values seen once + 1))`; negative if it has been seen.
fn newness<'c>(field: &[u8], below: impl Iterator<Item = &'c [u8]>) -> f64 {
    let mut times: HashMap<&[u8], u32> = HashMap::new();
    let mut rows = 0.0;
    for cell in below {
        *times.entry(cell).or_default() += 1;
        rows += 1.0;
    }
    if times.contains_key(field) {
        return -SEEN;
    }
    let once = times.values().filter(|&&count| count == 1).count() as f64;
    ((rows + 1.0) / (once + 1.0)).ln().min(MOST)
}

/// Whether cells are whole numbers that each occur once, as those of an index.
pub(crate) fn counts<'c>(cells: impl Iterator<Item = &'c [u8]>) -> bool {
    let mut seen = std::collections::HashSet::new();
    let mut cells = cells.peekable();
    cells.peek().is_some()
        && cells.all(|cell| {
            !cell.is_empty() && cell.iter().all(u8::is_ascii_digit) && seen.insert(cell)
        })
}

/// Whether the numbers of a row are plain and ascend; and if so, whether by one at each step.
fn counts_up(fields: &[&[u8]], kinds: &[Field]) -> Option<bool> {
    let numbers = fields
        .iter()
        .zip(kinds)
        .filter(|(_, kind)| **kind == Field::Number);
    let numbers = numbers.map(|(field, _)| {
        let plain = field.iter().all(u8::is_ascii_digit) && (field.len() == 1 || field[0] != b'0');
        std::str::from_utf8(field)
            .ok()
            .filter(|_| plain)?
            .parse::<u64>()
            .ok()
    });
    let numbers: Vec<u64> = numbers.collect::<Option<_>>()?;
    let steps: Vec<_> = numbers
        .windows(2)
        .map(|pair| pair[1].checked_sub(pair[0]))
        .collect();
    let ascend = steps.iter().all(|step| step.is_some_and(|step| step > 0));
    ascend.then(|| !steps.is_empty() && steps.iter().all(|step| *step == Some(1)))
}

fn all_different(fields: &[&[u8]]) -> bool {
    let mut sorted = fields.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.len() == fields.len()
}

#[cfg(test)]
mod tests {
    use super::Evidence;
    use crate::table::dialect::delimiter::{Marks, records};
    use crate::table::value::missing::Missing;

    fn header(text: &str) -> bool {
        let marks = Marks {
            delimiter: b',',
            quote: b'"',
        };
        let records = records(text.as_bytes(), marks, true, 1000);
        let (first, below) = records.split_first().unwrap();
        let missing = &Missing::default();
        Evidence {
            first,
            below,
            missing,
            nameless: false,
        }
        .is_header()
    }

    fn repeated(first: &str, rows: &[&str]) -> String {
        format!("{first}\n{}", format!("{}\n", rows.join("\n")).repeat(10))
    }

    #[test]
    fn names_are_told_from_values() {
        let fractions = ["0.305,-1.04,0.75,yes", "0.941,-1.951,-1.302,no"];
        for (text, expected) in [
            (repeated("a,a,c,y", &fractions), true),
            (repeated("2019,2020,2021,y", &fractions), true),
            (repeated("1990,2000,2010,y", &fractions), true),
            (repeated("0,1,2,3", &fractions), true),
            (repeated("0,1,2,yes", &fractions), false),
            (repeated("0,5,2,yes", &fractions), false),
            (repeated("0.5,0.25,1.5,no", &fractions), false),
            (
                repeated("yes,red,s", &["yes,red,s", "no,blue,m", "no,red,l"]),
                false,
            ),
            (
                repeated("left,colour,size", &["yes,red,s", "no,blue,m", "no,red,l"]),
                true,
            ),
            (repeated("1,2,3", &["1,2,3", "4,5,6", "3,5,1"]), false),
            (",0,1\n0,10,20\n1,30,40\n2,50,60\n3,7,8\n".into(), true),
            (",a\n0,1\n1,2\n".into(), true),
            ("age,city\n3,Rome\n4,Rome\n".into(), true),
            ("animal,city\ncat,Rome\n".into(), true),
            ("1,2,a\n3,4,b\n5,6,a\n".into(), false),
            ("NA,2\n3,4\n".into(), false),
            ("2024-01-01,1\n2024-01-02,2\n".into(), false),
            ("when,x\n2024-01-01,1\n2024-01-02,2\n".into(), true),
        ] {
            assert_eq!(header(&text), expected, "{text}");
        }
    }
}
