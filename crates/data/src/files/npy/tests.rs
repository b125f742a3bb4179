//! The format against bytes as NumPy writes them.

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
    assert!(scalar.shape.is_empty() && scalar.values == Values::Bytes(vec![1]));
}

/// What NumPy writes for `np.arange(6.0).reshape(2, 3)` in Fortran order, `np.float16([1.5, -2, 6e-8, inf])`, and texts.
#[test]
fn orders_halves_and_texts() {
    let columns: Vec<u8> = [0.0f32, 3.0, 1.0, 4.0, 2.0, 5.0]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let fortran = npy("'<f4'", "(2, 3)", &columns);
    let text = String::from_utf8_lossy(&fortran[10..70]).replace("False, ", "True,  ");
    let fortran = [&fortran[..10], text.as_bytes(), &fortran[70..]].concat();
    let read = parse_npy(&fortran).unwrap();
    assert_eq!(
        read.values,
        Values::Floats(vec![0.0, 1.0, 2.0, 3.0, 4.0, 5.0])
    );
    let halves: Vec<u8> = [0x3e00u16, 0xc000, 0x0001, 0x7c00]
        .iter()
        .flat_map(|v| v.to_le_bytes())
        .collect();
    let read = parse_npy(&npy("'<f2'", "(4,)", &halves)).unwrap();
    let expected = [1.5, -2.0, 2f64.powi(-24), f64::INFINITY].to_vec();
    assert_eq!(read.values, Values::Floats(expected));
    let wide: Vec<u8> = "ab\0ü\0\0"
        .chars()
        .flat_map(|c| u32::from(c).to_le_bytes())
        .collect();
    let texts = parse_npy(&npy("'<U3'", "(2,)", &wide)).unwrap();
    assert_eq!(texts.values, Values::Texts(vec!["ab".into(), "ü".into()]));
    let narrow = parse_npy(&npy("'|S2'", "(2,)", b"ab\0\0")).unwrap();
    assert_eq!(
        narrow.values,
        Values::Texts(vec!["ab".into(), String::new()])
    );
    let large = parse_npy(&npy("'<u8'", "(1,)", &u64::MAX.to_le_bytes())).unwrap_err();
    assert_eq!(
        large,
        "holds 18446744073709551615, the limit is 9223372036854775807"
    );
}

/// Golden bytes: `numpy.save` of numpy 2.3 writes the same for `numpy.array([[1.5, -2], [0.25, 3]], "float32")`.
#[test]
fn a_matrix_is_written_as_numpy_does() {
    let bytes = super::matrix_npy(&[1.5, -2.0, 0.25, 3.0], [2, 2]);
    let header =
        b"\x93NUMPY\x01\x00v\x00{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
    assert!(bytes.starts_with(header));
    assert_eq!((bytes.len(), bytes[127]), (128 + 16, b'\n'));
    assert!(bytes[header.len()..127].iter().all(|&byte| byte == b' '));
    let array = parse_npy(&bytes).unwrap();
    assert_eq!(array.shape, [2, 2]);
    assert_eq!(
        array.values,
        super::Values::Floats(vec![1.5, -2.0, 0.25, 3.0])
    );
}

#[test]
fn everything_else_is_refused() {
    let message = |bytes: &[u8]| parse_npy(bytes).unwrap_err();
    assert_eq!(message(b"PK"), "is not in NPY format");
    assert_eq!(message(b"\x93NUMPY\x01"), "ends within its header");
    let object = npy("'|O'", "(2,)", &[0; 16]);
    assert_eq!(
        message(&object),
        "has type '|O', only numbers and texts are read"
    );
    let record = npy("[('a', '<i4')]", "(2,)", &[0; 8]);
    assert_eq!(
        message(&record),
        "has no simple type, only numbers and texts are read"
    );
    let short = npy("'<i4'", "(3,)", &[0; 8]);
    assert_eq!(message(&short), "of shape [3] and type '<i4' has 8 bytes");
    let huge = npy("'<i4'", "(4611686018427387904, 16)", &[0; 8]);
    assert!(message(&huge).contains("has 8 bytes"));
}
