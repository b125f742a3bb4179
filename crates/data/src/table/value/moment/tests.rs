//! Dates and times as they are written.

use super::{MomentForm, moment};

/// Instants of python's `datetime(...).timestamp()` in UTC.
#[test]
fn moments_of_every_form() {
    for (cell, form, instant, weekday, hour) in [
        ("2024-02-29", MomentForm::Plain, 1_709_164_800.0, 4, None),
        ("2024/2/29", MomentForm::Plain, 1_709_164_800.0, 4, None),
        ("29.2.2024", MomentForm::Plain, 1_709_164_800.0, 4, None),
        ("29/02/2024", MomentForm::DayFirst, 1_709_164_800.0, 4, None),
        (
            "02-29-2024",
            MomentForm::MonthFirst,
            1_709_164_800.0,
            4,
            None,
        ),
        ("29 Feb 2024", MomentForm::Plain, 1_709_164_800.0, 4, None),
        (
            "29-February-2024",
            MomentForm::Plain,
            1_709_164_800.0,
            4,
            None,
        ),
        ("Feb 29, 2024", MomentForm::Plain, 1_709_164_800.0, 4, None),
        (
            "Thu, 29 Feb 2024 12:00:00 GMT",
            MomentForm::Plain,
            1_709_208_000.0,
            4,
            Some(12.0),
        ),
        (
            "2024-02-29T13:30:15.5Z",
            MomentForm::Plain,
            1_709_213_415.5,
            4,
            Some(13.504_305_555_555_556),
        ),
        (
            "2024-02-29 13:30+02:00",
            MomentForm::Plain,
            1_709_206_200.0,
            4,
            Some(13.5),
        ),
        (
            "2/29/2024 1:30 PM",
            MomentForm::MonthFirst,
            1_709_213_400.0,
            4,
            Some(13.5),
        ),
        ("1969-12-31", MomentForm::Plain, -86_400.0, 3, None),
        ("1900-03-01", MomentForm::Plain, -2_203_891_200.0, 4, None),
        ("2024-02", MomentForm::Plain, 1_706_745_600.0, 4, None),
    ] {
        let found = moment(cell, form).unwrap_or_else(|| panic!("{cell}"));
        assert_eq!(
            (found.instant, found.weekday, found.hour),
            (instant, weekday, hour),
            "{cell}"
        );
    }
    assert_eq!(moment("13:45", MomentForm::Time).unwrap().instant, 49_500.0);
    assert_eq!(
        moment("12:05:30 am", MomentForm::Time).unwrap().instant,
        330.0
    );
}

#[test]
fn what_is_no_moment() {
    for cell in [
        "2023-02-29",
        "31/04/2024",
        "1.5",
        "2024",
        "24:00",
        "12-12",
        "a-b-c",
        "2024-13-01",
        "1.2.3",
        "31.01.24",
        "10:99",
        "Mayor 1 2020",
    ] {
        for form in [MomentForm::Plain, MomentForm::Time] {
            assert_eq!(moment(cell, form), None, "{cell}");
        }
    }
    assert_eq!(moment("13/01/2024", MomentForm::MonthFirst), None);
    assert_eq!(moment("01/13/2024", MomentForm::DayFirst), None);
}
