//! Numbers as they are written.

use super::{Decimal, Unit, number, short_decimal};

fn both(cell: &str) -> [Option<f64>; 2] {
    Decimal::ALL.map(|decimal| number(cell, decimal).map(|number| number.value))
}

#[test]
fn short_decimals_equal_the_general_parser() {
    for text in [
        "0",
        "-0",
        "1.5",
        "-12.25",
        ".5",
        "5.",
        "123456789012345",
        "0.1",
        "9.99999999999999",
    ] {
        let value = short_decimal(text.as_bytes()).unwrap();
        let expected: f64 = text.parse().unwrap();
        assert_eq!(value.to_bits(), expected.to_bits(), "{text}");
    }
    for text in [
        "",
        "-",
        ".",
        "1-2",
        "1.2.3",
        "12a",
        "--1",
        "1,5",
        "1234567890123456",
    ] {
        assert_eq!(short_decimal(text.as_bytes()), None, "{text}");
    }
}

/// What either reading makes of a cell.
#[test]
fn a_cell_fits_one_reading_both_or_none() {
    for (cell, point, comma) in [
        ("0,125", None, Some(0.125)),
        ("1,23", None, Some(1.23)),
        ("1,234", Some(1234.0), Some(1.234)),
        ("1.234", Some(1.234), Some(1234.0)),
        ("1.5", Some(1.5), None),
        ("1,234,567", Some(1_234_567.0), None),
        ("1.234.567,25", None, Some(1_234_567.25)),
        ("1,234.5", Some(1234.5), None),
        ("1 234,5", None, Some(1234.5)),
        ("1\u{a0}234", Some(1234.0), Some(1234.0)),
        ("1'234.50", Some(1234.5), None),
        ("12,34,567", Some(1_234_567.0), None),
        ("-7", Some(-7.0), Some(-7.0)),
        ("\u{2212}0.5", Some(-0.5), None),
        ("0.5D5", Some(5e4), None),
        ("1,5d-2", None, Some(0.015)),
        ("1e3", Some(1000.0), Some(1000.0)),
        ("0123", Some(123.0), Some(123.0)),
        ("012,345", None, Some(12.345)),
        ("1,2345", None, Some(1.2345)),
        ("-inf", Some(f64::NEG_INFINITY), Some(f64::NEG_INFINITY)),
    ] {
        assert_eq!(both(cell), [point, comma], "{cell}");
    }
    for cell in [
        "", "abc", "-", ".", ",", "1-2", "1.2.3", "12a", "--1", "(-1)", "$-+1", "1e", "e5",
        "12:30", "$", "%", "1 2", "0x1f", "nan",
    ] {
        assert_eq!(both(cell), [None; 2], "{cell}");
    }
}

#[test]
fn money_shares_and_parentheses() {
    for (cell, value, unit) in [
        ("$1,234", 1234.0, Some(Unit::Currency('$'))),
        ("-$1,234.50", -1234.5, Some(Unit::Currency('$'))),
        ("$-3", -3.0, Some(Unit::Currency('$'))),
        ("US$ 12", 12.0, Some(Unit::Currency('$'))),
        ("12.5%", 12.5, Some(Unit::Percent)),
        ("-0.2 %", -0.2, Some(Unit::Percent)),
        ("7 €", 7.0, Some(Unit::Currency('€'))),
        ("EUR 7", 7.0, Some(Unit::Currency('E'))),
        ("(1,234)", -1234.0, None),
        ("($5)", -5.0, Some(Unit::Currency('$'))),
        ("+4", 4.0, None),
    ] {
        let number = number(cell, Decimal::Point).unwrap_or_else(|| panic!("{cell}"));
        assert_eq!((number.value, number.unit), (value, unit), "{cell}");
    }
}
