//! Grows one column while a file is read, and finds out its type on the way.

use std::collections::HashMap;

use crate::table::field::{Field, parse_field};
use crate::table::{Cells, MISSING};

/// Why a field cannot be stored; the reader adds file and column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Refusal {
    NotUtf8,
    TooManyLevels { found: usize },
}

/// Values of a column so far.
#[derive(Debug)]
pub(crate) enum Builder {
    /// Ignored on request, or complete since the first pass.
    Skipped,
    /// Only numbers so far.
    Numbers {
        values: Vec<f64>,
        present: bool,
        infinite: Option<u64>,
    },
    /// At least one label.
    Labels {
        codes: Vec<u32>,
        dictionary: HashMap<Box<str>, u32>,
        limit: usize,
    },
    /// A label came after numbers, whose text is gone: the column needs a second pass.
    TextNeeded,
}

impl Builder {
    pub(crate) fn numbers() -> Self {
        Self::Numbers {
            values: Vec::new(),
            present: false,
            infinite: None,
        }
    }

    pub(crate) fn labels(limit: usize) -> Self {
        Self::Labels {
            codes: Vec::new(),
            dictionary: HashMap::new(),
            limit,
        }
    }

    /// Appends a field found on `line`. `limit` is the most levels allowed, should it be a label.
    pub(crate) fn push(&mut self, field: &[u8], line: u64, limit: usize) -> Result<(), Refusal> {
        match self {
            Self::Skipped | Self::TextNeeded => Ok(()),
            Self::Numbers {
                values,
                present,
                infinite,
            } => match parse_field(field.trim_ascii()) {
                Field::Missing => {
                    values.push(f64::NAN);
                    Ok(())
                }
                Field::Number(value) => {
                    if value.is_infinite() {
                        infinite.get_or_insert(line);
                    }
                    *present = true;
                    values.push(value);
                    Ok(())
                }
                Field::Label => self.turn_into_labels(field, line, limit),
            },
            Self::Labels {
                codes,
                dictionary,
                limit,
            } => {
                codes.push(code_of(field.trim_ascii(), dictionary, *limit)?);
                Ok(())
            }
        }
    }

    fn turn_into_labels(&mut self, field: &[u8], line: u64, limit: usize) -> Result<(), Refusal> {
        let Self::Numbers {
            values, present, ..
        } = self
        else {
            return Ok(());
        };
        if *present {
            *self = Self::TextNeeded;
            return Ok(());
        }
        let codes = vec![MISSING; values.len()];
        *self = Self::Labels {
            codes,
            dictionary: HashMap::new(),
            limit,
        };
        self.push(field, line, limit)
    }

    /// Moves the row that was pushed last to the front.
    pub(crate) fn last_to_front(&mut self) {
        match self {
            Self::Numbers { values, .. } => values.rotate_right(1),
            Self::Labels { codes, .. } => codes.rotate_right(1),
            Self::Skipped | Self::TextNeeded => {}
        }
    }

    /// The finished column, `None` if it is skipped or incomplete.
    pub(crate) fn cells(self) -> Option<Cells> {
        match self {
            Self::Numbers { values, .. } => Some(Cells::Numbers(values)),
            Self::Labels {
                codes, dictionary, ..
            } => {
                let mut levels = vec![String::new(); dictionary.len()];
                for (label, code) in dictionary {
                    levels[code as usize] = label.into();
                }
                Some(Cells::Labels { codes, levels })
            }
            Self::Skipped | Self::TextNeeded => None,
        }
    }
}

fn code_of(
    label: &[u8],
    dictionary: &mut HashMap<Box<str>, u32>,
    limit: usize,
) -> Result<u32, Refusal> {
    if parse_field(label) == Field::Missing {
        return Ok(MISSING);
    }
    let label = std::str::from_utf8(label).map_err(|_| Refusal::NotUtf8)?;
    if let Some(&code) = dictionary.get(label) {
        return Ok(code);
    }
    if dictionary.len() >= limit {
        return Err(Refusal::TooManyLevels {
            found: dictionary.len() + 1,
        });
    }
    let code = dictionary.len() as u32;
    dictionary.insert(label.into(), code);
    Ok(code)
}
