//! The NPY format: one array of NumPy.

const MAGIC: &[u8] = b"\x93NUMPY";

/// Shape and values of an array.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Values,
}

/// Values by kind, in C order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    /// Unsigned bytes, which pixels are, and booleans.
    Bytes(Vec<u8>),
    Integers(Vec<i64>),
    Floats(Vec<f64>),
    Texts(Vec<String>),
}

/// Reads numbers, booleans and texts of versions 1 to 3, in C or Fortran order.
///
/// ```text
/// 93 'NUMPY' major minor   header length (u16, from version 2 u32)   {'descr': '<f4', .. 'shape': (3,), }   values
/// ```
///
/// # Errors
/// What is wrong, to be read after the array's name.
///
/// # Source
/// <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
pub(crate) fn parse_npy(bytes: &[u8]) -> Result<Array, String> {
    let header = Header::of(bytes)?;
    let shape = header.shape;
    let values = match decode(header.descr, header.data, &shape)? {
        Values::Bytes(values) if header.fortran => Values::Bytes(in_c_order(values, &shape)),
        Values::Integers(values) if header.fortran => Values::Integers(in_c_order(values, &shape)),
        Values::Floats(values) if header.fortran => Values::Floats(in_c_order(values, &shape)),
        Values::Texts(values) if header.fortran => Values::Texts(in_c_order(values, &shape)),
        values => values,
    };
    Ok(Array { shape, values })
}

/// Bytes that [`parse_npy`] takes beside the file's; 0 of what it refuses.
pub(crate) fn npy_needs(bytes: &[u8]) -> u64 {
    /// A text in memory: its place in a vector, and the least that an allocation costs.
    const TEXT: u64 = 64;
    let Ok(header) = Header::of(bytes) else {
        return 0;
    };
    let stored = header.data.len() as u64;
    let once = match header.descr.get(1..).unwrap_or_default() {
        "i1" => 8 * stored,
        "f2" | "i2" | "u2" => 4 * stored,
        "f4" | "i4" | "u4" => 2 * stored,
        kind if kind.starts_with(['U', 'S']) => {
            let texts: u64 = header.shape.iter().map(|&size| size as u64).product();
            stored.saturating_add(TEXT.saturating_mul(texts))
        }
        _ => stored,
    };
    if header.fortran {
        once.saturating_mul(2)
    } else {
        once
    }
}

/// What stands before the values, and their bytes.
struct Header<'a> {
    descr: &'a str,
    fortran: bool,
    shape: Vec<usize>,
    data: &'a [u8],
}

impl<'a> Header<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, String> {
        let rest = bytes.strip_prefix(MAGIC).ok_or("is not in NPY format")?;
        let cut = || "ends within its header".to_owned();
        let (version, rest) = rest.split_at_checked(2).ok_or_else(cut)?;
        let width = if version[0] == 1 { 2 } else { 4 };
        let (length, rest) = rest.split_at_checked(width).ok_or_else(cut)?;
        let length = length
            .iter()
            .rev()
            .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
        let (header, data) = rest.split_at_checked(length).ok_or_else(cut)?;
        let header = std::str::from_utf8(header).map_err(|_| "has a header that is not text")?;
        let descr = field(header, "'descr':").and_then(quoted);
        let shape = field(header, "'shape':").and_then(tuple);
        Ok(Self {
            descr: descr.ok_or("has no simple type, only numbers and texts are read")?,
            fortran: field(header, "'fortran_order':").is_some_and(|text| text.starts_with("True")),
            shape: shape.ok_or("has a header without a shape")?,
            data,
        })
    }
}

/// A matrix of single precision as an array of NumPy, version 1, in C order.
///
/// # Shapes
/// - `values`: `[rows, columns]`, row-major
pub fn matrix_npy(values: &[f32], [rows, columns]: [usize; 2]) -> Vec<u8> {
    let header =
        format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // Values begin at a multiple of 64 bytes, 10 of which come before the header.
    let length = (10 + header.len() + 1).next_multiple_of(64) - 10;
    let mut bytes = MAGIC.to_vec();
    bytes.extend([1, 0]);
    bytes.extend((length as u16).to_le_bytes());
    bytes.extend(format!("{header:<width$}\n", width = length - 1).into_bytes());
    bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
    bytes
}

/// The text after a key of the header.
fn field<'a>(header: &'a str, key: &str) -> Option<&'a str> {
    Some(header[header.find(key)? + key.len()..].trim_start())
}

fn quoted(text: &str) -> Option<&str> {
    text.strip_prefix('\'')?.split('\'').next()
}

fn tuple(text: &str) -> Option<Vec<usize>> {
    let inner = text.strip_prefix('(')?.split(')').next()?;
    let sizes = inner.split(',').map(str::trim);
    let sizes = sizes.filter(|size| !size.is_empty());
    sizes.map(|size| size.parse().ok()).collect()
}

/// The last axis fastest, of values with the first axis fastest.
fn in_c_order<T: Clone>(values: Vec<T>, shape: &[usize]) -> Vec<T> {
    let place = |mut index: usize| {
        let mut place = 0;
        // From the last axis: its own index, and how far a step along it goes.
        for (axis, &size) in shape.iter().enumerate().rev() {
            place += index % size * shape[..axis].iter().product::<usize>();
            index /= size;
        }
        place
    };
    (0..values.len())
        .map(|index| values[place(index)].clone())
        .collect()
}

fn decode(descr: &str, data: &[u8], shape: &[usize]) -> Result<Values, String> {
    let unsupported = || format!("has type '{descr}', only numbers and texts are read");
    let (order, kind) = descr.split_at_checked(1).ok_or_else(unsupported)?;
    let length = kind.get(1..).and_then(|size| size.parse::<usize>().ok());
    // The length of a text counts characters of four bytes.
    let bytes = if kind.starts_with('U') { 4 } else { 1 };
    let size = length
        .and_then(|length| length.checked_mul(bytes))
        .ok_or_else(unsupported)?;
    let product = |product: usize, &dim: &usize| product.checked_mul(dim);
    let expected = shape.iter().try_fold(size, product);
    if expected != Some(data.len()) {
        let found = data.len();
        return Err(format!(
            "of shape {shape:?} and type '{descr}' has {found} bytes"
        ));
    }
    let big = order == ">";
    macro_rules! numbers {
        ($kind:ty) => {{
            let chunks = data.as_chunks::<{ size_of::<$kind>() }>().0.iter();
            chunks.map(|bytes| {
                if big {
                    <$kind>::from_be_bytes(*bytes)
                } else {
                    <$kind>::from_le_bytes(*bytes)
                }
            })
        }};
    }
    macro_rules! integers {
        ($kind:ty) => {
            Ok(Values::Integers(numbers!($kind).map(i64::from).collect()))
        };
    }
    match kind {
        "f2" => Ok(Values::Floats(numbers!(u16).map(half).collect())),
        "f4" => Ok(Values::Floats(numbers!(f32).map(f64::from).collect())),
        "f8" => Ok(Values::Floats(numbers!(f64).collect())),
        "i1" => integers!(i8),
        "i2" => integers!(i16),
        "i4" => integers!(i32),
        "i8" => integers!(i64),
        "b1" | "u1" => Ok(Values::Bytes(data.to_vec())),
        "u2" => integers!(u16),
        "u4" => integers!(u32),
        "u8" => {
            let all = numbers!(u64).map(|value| {
                i64::try_from(value)
                    .map_err(|_| format!("holds {value}, the limit is {}", i64::MAX))
            });
            Ok(Values::Integers(all.collect::<Result<_, _>>()?))
        }
        _ if size == 0 => Err(unsupported()),
        _ if kind.starts_with('U') => {
            let texts = data.chunks_exact(size).map(|text| unicode(text, big));
            let texts = texts.collect::<Option<_>>();
            Ok(Values::Texts(texts.ok_or("holds what is no character")?))
        }
        _ if kind.starts_with('S') => {
            let texts = data.chunks_exact(size).map(|text| {
                let end = text
                    .iter()
                    .rposition(|&byte| byte != 0)
                    .map_or(0, |last| last + 1);
                String::from_utf8_lossy(&text[..end]).into_owned()
            });
            Ok(Values::Texts(texts.collect()))
        }
        _ => Err(unsupported()),
    }
}

/// A number of 16 bits: `(-1)^s 2^(e - 15) (1 + m / 1024)`, subnormal where `e` is 0.
fn half(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let size = match exponent {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + mantissa / 1024.0) * 2f64.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

/// Characters of four bytes each, up to the zeros that fill the end.
fn unicode(bytes: &[u8], big: bool) -> Option<String> {
    let codes = bytes.as_chunks::<4>().0.iter();
    let codes = codes.map(|code| {
        if big {
            u32::from_be_bytes(*code)
        } else {
            u32::from_le_bytes(*code)
        }
    });
    let text: Option<String> = codes.map(char::from_u32).collect();
    text.map(|text| text.trim_end_matches('\0').to_owned())
}

impl Array {
    /// Where the single 1 among 0 of each row is, if every row of a matrix has one.
    ///
    /// # Errors
    /// The first row that has none, from 0.
    pub(crate) fn places_of_ones(&self) -> Result<Vec<usize>, usize> {
        let width = self.shape.last().copied().unwrap_or(0);
        let values = self.clone().numbers().unwrap_or_default();
        let rows = values.chunks_exact(width.max(1)).enumerate();
        rows.map(|(row, values)| {
            let one = values.iter().position(|&value| value == 1.0);
            let zeros = values.iter().filter(|&&value| value == 0.0).count();
            one.filter(|_| zeros + 1 == width).ok_or(row)
        })
        .collect()
    }

    /// The values of a vector of floats or integers.
    pub(crate) fn floats(self) -> Option<Vec<f64>> {
        let vector = self.shape.len() == 1;
        self.numbers().filter(|_| vector)
    }

    /// All values in C order, unless they are texts.
    pub(crate) fn numbers(self) -> Option<Vec<f64>> {
        match self.values {
            Values::Floats(values) => Some(values),
            Values::Bytes(values) => Some(values.into_iter().map(f64::from).collect()),
            Values::Integers(values) => Some(values.into_iter().map(|v| v as f64).collect()),
            Values::Texts(_) => None,
        }
    }

    /// The values of a vector of whole numbers that are not negative.
    pub(crate) fn counts(self) -> Option<Vec<usize>> {
        match self.values {
            Values::Bytes(values) if self.shape.len() == 1 => {
                Some(values.into_iter().map(usize::from).collect())
            }
            Values::Integers(values) if self.shape.len() == 1 => {
                let whole = |value: i64| usize::try_from(value).ok();
                values.into_iter().map(whole).collect()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
