//! The NPY format: one array of NumPy.

const MAGIC: &[u8] = b"\x93NUMPY";

/// Shape and values of an array.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Values,
}

/// Values by kind; every integer of a supported type fits `i64`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    Integers(Vec<i64>),
    Floats(Vec<f64>),
}

/// Reads numbers and booleans of versions 1 to 3.
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
    let descr = descr.ok_or("has no simple type, only numbers are supported")?;
    if field(header, "'fortran_order':").is_some_and(|text| text.starts_with("True")) {
        return Err("is in Fortran order, C order is expected".into());
    }
    let shape = field(header, "'shape':").and_then(tuple);
    let shape = shape.ok_or("has a header without a shape")?;
    let values = decode(descr, data, &shape)?;
    Ok(Array { shape, values })
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

fn decode(descr: &str, data: &[u8], shape: &[usize]) -> Result<Values, String> {
    let unsupported = || format!("has type '{descr}', only numbers are supported");
    let (order, kind) = descr.split_at_checked(1).ok_or_else(unsupported)?;
    let size: usize = kind
        .get(1..)
        .and_then(|s| s.parse().ok())
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
    macro_rules! values {
        ($kind:ty, $variant:ident, $as:ty) => {{
            let chunks = data.as_chunks::<{ size_of::<$kind>() }>().0.iter();
            let value = |bytes: &[u8; size_of::<$kind>()]| {
                if big {
                    <$kind>::from_be_bytes(*bytes)
                } else {
                    <$kind>::from_le_bytes(*bytes)
                }
            };
            Ok(Values::$variant(chunks.map(|b| value(b) as $as).collect()))
        }};
    }
    match kind {
        "f4" => values!(f32, Floats, f64),
        "f8" => values!(f64, Floats, f64),
        "i1" => values!(i8, Integers, i64),
        "i2" => values!(i16, Integers, i64),
        "i4" => values!(i32, Integers, i64),
        "i8" => values!(i64, Integers, i64),
        "b1" | "u1" => values!(u8, Integers, i64),
        "u2" => values!(u16, Integers, i64),
        "u4" => values!(u32, Integers, i64),
        _ => Err(unsupported()),
    }
}

impl Array {
    /// The values of a vector of floats or integers.
    pub(crate) fn floats(self) -> Option<Vec<f64>> {
        match self.values {
            _ if self.shape.len() != 1 => None,
            Values::Floats(values) => Some(values),
            Values::Integers(values) => Some(values.into_iter().map(|v| v as f64).collect()),
        }
    }

    /// The values of a vector of whole numbers that are not negative.
    pub(crate) fn counts(self) -> Option<Vec<usize>> {
        match self.values {
            Values::Integers(values) if self.shape.len() == 1 => {
                let whole = |value: i64| usize::try_from(value).ok();
                values.into_iter().map(whole).collect()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npy(descr: &str, shape: &str, data: &[u8]) -> Vec<u8> {
        let header = format!("{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = MAGIC.to_vec();
        bytes.extend([1, 0]);
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    #[test]
    fn both_byte_orders() {
        let little = parse_npy(&npy("'<i4'", "(2,)", &[1, 0, 0, 0, 255, 255, 255, 255])).unwrap();
        assert_eq!(little.values, Values::Integers(vec![1, -1]));
        let big = parse_npy(&npy("'>u2'", "(2,)", &[1, 0, 0, 7])).unwrap();
        assert_eq!(big.values, Values::Integers(vec![256, 7]));
        let floats = parse_npy(&npy("'<f8'", "(1, 1)", &1.5_f64.to_le_bytes())).unwrap();
        assert_eq!(floats.values, Values::Floats(vec![1.5]));
        assert_eq!(floats.shape, [1, 1]);
        let scalar = parse_npy(&npy("'|b1'", "()", &[1])).unwrap();
        assert!(scalar.shape.is_empty());
    }

    #[test]
    fn everything_else_is_refused() {
        let message = |bytes: &[u8]| parse_npy(bytes).unwrap_err();
        assert_eq!(message(b"PK"), "is not in NPY format");
        assert_eq!(message(b"\x93NUMPY\x01"), "ends within its header");
        let object = npy("'|O'", "(2,)", &[0; 16]);
        assert_eq!(
            message(&object),
            "has type '|O', only numbers are supported"
        );
        let record = npy("[('a', '<i4')]", "(2,)", &[0; 8]);
        assert_eq!(
            message(&record),
            "has no simple type, only numbers are supported"
        );
        let short = npy("'<i4'", "(3,)", &[0; 8]);
        assert_eq!(message(&short), "of shape [3] and type '<i4' has 8 bytes");
        let huge = npy("'<i4'", "(4611686018427387904, 16)", &[0; 8]);
        assert!(message(&huge).contains("has 8 bytes"));
    }
}
