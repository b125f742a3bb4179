//! JSON lines: an object on each line, whose keys are the columns.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::allowance::COLUMN;
use crate::files::{Source, TextLines};
use crate::table::assemble::About;
use crate::table::built::Header;
use crate::table::column::tally::Tally;
use crate::table::dialect::names::{Name, column_names, resolved};
use crate::table::place::Counted;
use crate::table::reading::Reading;
use crate::table::records::{RecordRows, Records, skipped_note};
use crate::table::value::missing::Missing;
use crate::{DataError, FileDigest, FormatError, Line, Options, Result, Table};

/// Rows by which a column is guessed before it is read.
const SAMPLE: usize = 1000;

/// Reads an object a line: keys are columns in the order of the lines, a key that is not there is a missing value.
///
/// Texts are judged as the cells of delimited text are, so that dates are dates; `true` and `false` are labels.
///
/// # Errors
/// [`FormatError::JsonLine`] for a line that is no object or has a key twice, [`FormatError::JsonNested`] for a list or an object as a value;
/// else as [`Table::read`].
pub(crate) fn read_json_lines(source: &Source, options: &Options) -> Result<Table> {
    let found = Survey::of(source, options)?;
    let path = source.name();
    let header = Header {
        path: path.clone(),
        allowance: &source.allowance,
        names: &found.names,
        sample: &found.sample,
        declared: &vec![None; found.names.len()],
        points: true,
        counted: Counted::Lines,
    };
    let open = || Objects::open(source, &found.places, &found.left_out);
    let mut rows = RecordRows::new(source, &found.names, options, open);
    header.table(&mut rows, options, |settled| About {
        words: format!(
            "{path}: {} rows, {} keys, JSON lines",
            settled.lines.len(),
            found.names.len()
        ),
        notes: skipped_note(settled.skipped).into_iter().collect(),
        reading: Reading::of(options, b',', true),
    })
}

/// What the keys of all lines are, and what the first lines hold.
struct Survey {
    names: Vec<Name>,
    places: HashMap<String, usize>,
    /// Whether a column is not wanted, so that anything may stand in it.
    left_out: Vec<bool>,
    sample: Vec<Tally>,
}

impl Survey {
    fn of(source: &Source, options: &Options) -> Result<Self> {
        let missing = Missing::with(&options.missing);
        let mut lines = TextLines::open(source)?;
        let (mut met, mut read) = (Keys::default(), 0);
        let mut sample: Vec<Tally> = Vec::new();
        while let Some((at, text)) = lines.next()? {
            let mut before = None;
            for (key, value) in object(&at, text)?.0 {
                let (known, length) = (met.order.len(), key.len() as u64);
                let own = met.number_of(key, before);
                before = Some(own);
                if met.order.len() > known {
                    // The file need not hold more than its keys.
                    let allowance = &source.allowance;
                    allowance.take(&at.path, "its columns", COLUMN + 4 * length)?;
                }
                sample.resize_with(met.order.len(), Tally::default);
                if let Scalar::Text(cell) = &value
                    && read < SAMPLE
                {
                    sample[own].add(cell.as_bytes(), at.number, 1, &missing);
                }
            }
            read += 1;
            // What the columns will take is known before they are read.
            if read.is_multiple_of(SAMPLE) {
                let cells = 8 * read as u64 * (1 + met.order.len() as u64);
                drop(source.allowance.hold(&at.path, "its rows", cells)?);
            }
        }
        if read == 0 {
            return Err(DataError::Empty {
                path: source.name(),
            });
        }
        let keys = met.in_order();
        let (names, _) = column_names(&keys, keys.len());
        let own = resolved(options, &keys, &source.name())?;
        Ok(Self {
            left_out: keys.iter().map(|key| !own.reads(key)).collect(),
            names,
            sample: met.order.iter().map(|&own| sample[own].clone()).collect(),
            places: keys.into_iter().zip(0..).collect(),
        })
    }
}

/// Keys in the order of the lines: one that a line has first stands behind the key before it there.
#[derive(Default)]
struct Keys {
    /// In the order in which they were met.
    numbers: HashMap<String, usize>,
    order: Vec<usize>,
}

impl Keys {
    fn number_of(&mut self, key: String, before: Option<usize>) -> usize {
        if let Some(&known) = self.numbers.get(&key) {
            return known;
        }
        let number = self.order.len();
        let place = self.order.iter().position(|own| Some(*own) == before);
        self.order
            .insert(place.map_or(0, |place| place + 1), number);
        self.numbers.insert(key, number);
        number
    }

    fn in_order(&self) -> Vec<String> {
        let mut names = vec![String::new(); self.order.len()];
        for (key, &number) in &self.numbers {
            names[number].clone_from(key);
        }
        let name = |&number: &usize| std::mem::take(&mut names[number]);
        self.order.iter().map(name).collect()
    }
}

/// The objects of an open file.
struct Objects<'a> {
    lines: TextLines,
    places: &'a HashMap<String, usize>,
    left_out: &'a [bool],
}

impl<'a> Objects<'a> {
    fn open(
        source: &Source,
        places: &'a HashMap<String, usize>,
        left_out: &'a [bool],
    ) -> Result<Self> {
        Ok(Self {
            lines: TextLines::open(source)?,
            places,
            left_out,
        })
    }
}

impl Records for Objects<'_> {
    fn next(&mut self, cells: &mut [String]) -> Result<Option<u64>> {
        let Some((at, text)) = self.lines.next()? else {
            return Ok(None);
        };
        cells.iter_mut().for_each(String::clear);
        for (key, value) in object(&at, text)?.0 {
            // The file has grown a key since it was surveyed.
            let place = self.places.get(&key).copied();
            let place = place.ok_or_else(|| DataError::Changed {
                path: at.path.to_string(),
            })?;
            match value {
                Scalar::Text(text) => cells[place] = text,
                Scalar::Nested(what) if !self.left_out[place] => {
                    return Err(DataError::from(FormatError::JsonNested { at, key, what }));
                }
                Scalar::Nested(_) => {}
            }
        }
        Ok(Some(at.number))
    }

    fn finish(self) -> Result<FileDigest> {
        self.lines.finish()
    }
}

fn object(at: &Line, text: &str) -> Result<Fields> {
    let text = text.trim_start_matches('\u{feff}');
    serde_json::from_str(text).map_err(|error| {
        // The message ends with a place in the line, of which only the column means something.
        let words = error.to_string();
        let reason = words
            .split_once(" at line ")
            .map_or(words.as_str(), |(reason, _)| reason);
        DataError::from(FormatError::JsonLine {
            at: at.clone(),
            reason: format!("{reason}, character {}", error.column()),
        })
    })
}

/// The fields of an object, in their order.
struct Fields(Vec<(String, Scalar)>);

/// The value of a key as text; a missing one is empty.
enum Scalar {
    Text(String),
    Nested(&'static str),
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields: Vec<(String, Scalar)> = Vec::new();
                while let Some(field) = map.next_entry::<String, Scalar>()? {
                    fields.push(field);
                }
                let mut keys: Vec<&str> = fields.iter().map(|(key, _)| key.as_str()).collect();
                keys.sort_unstable();
                if let Some(twice) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
                    let words = format!("the key '{}' stands twice", twice[0]);
                    return Err(A::Error::custom(words));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Value)
    }
}

struct Value;

impl<'de> Visitor<'de> for Value {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_string()))
    }

    /// As few digits as name the number.
    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Text(format!("{value:?}")))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Text(String::new()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scalar, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nested("an object"))
    }
}
