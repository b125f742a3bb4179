//! Values of typed arrays.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type,
    Decimal256Type, DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType,
    DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType,
    Time64NanosecondType, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_schema::{DataType, TimeUnit};

use crate::table::column::builder::EXACT;
use crate::table::value::moment::{Moment, zone_of};
use crate::target::number_name;

/// Numbers of an array.
pub(super) struct Found {
    /// NaN where there is none.
    pub(super) values: Vec<f64>,
    /// Whether a whole number is too large to be told from its neighbours.
    pub(super) beyond_exact: bool,
}

/// The values of an array of numbers, of booleans in lists 0 and 1; of durations seconds.
pub(super) fn numbers(array: &dyn Array) -> Option<Found> {
    use DataType as T;
    macro_rules! plain {
        ($kind:ty) => {
            floats::<$kind>(array, f64::from)
        };
    }
    let values = match array.data_type() {
        T::Int8 => plain!(Int8Type),
        T::Int16 => plain!(Int16Type),
        T::Int32 => plain!(Int32Type),
        T::Int64 => floats::<Int64Type>(array, |value| value as f64),
        T::UInt8 => plain!(UInt8Type),
        T::UInt16 => plain!(UInt16Type),
        T::UInt32 => plain!(UInt32Type),
        T::UInt64 => floats::<UInt64Type>(array, |value| value as f64),
        T::Float16 => plain!(Float16Type),
        T::Float32 => plain!(Float32Type),
        T::Float64 => plain!(Float64Type),
        T::Duration(unit) => {
            let of_second = of_second(*unit);
            ticks(array)?
                .into_iter()
                .map(|own| own.map_or(f64::NAN, |own| own as f64 / of_second))
                .collect()
        }
        T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..) => {
            let number = |row| decimal(array, row)?.parse().ok();
            let numbers = (0..array.len()).map(number);
            numbers.map(|own| own.unwrap_or(f64::NAN)).collect()
        }
        T::Boolean => {
            let own = array.as_boolean().iter();
            own.map(|own| own.map_or(f64::NAN, |own| f64::from(u8::from(own))))
                .collect()
        }
        _ => return None,
    };
    let whole = matches!(array.data_type(), T::Int64 | T::UInt64);
    Some(Found {
        beyond_exact: whole && values.iter().any(|value| value.abs() >= EXACT),
        values,
    })
}

fn floats<T: ArrowPrimitiveType>(array: &dyn Array, float: impl Fn(T::Native) -> f64) -> Vec<f64> {
    let values = array.as_primitive::<T>().iter();
    values.map(|value| value.map_or(f64::NAN, &float)).collect()
}

/// A decimal number with all of its digits.
fn decimal(array: &dyn Array, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Decimal32(..) => array.as_primitive::<Decimal32Type>().value_as_string(row),
        DataType::Decimal64(..) => array.as_primitive::<Decimal64Type>().value_as_string(row),
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(row),
        _ => array.as_primitive::<Decimal256Type>().value_as_string(row),
    })
}

fn of_second(unit: TimeUnit) -> f64 {
    match unit {
        TimeUnit::Second => 1.0,
        TimeUnit::Millisecond => 1e3,
        TimeUnit::Microsecond => 1e6,
        TimeUnit::Nanosecond => 1e9,
    }
}

/// Counts of an array's unit of time; of dates days, or milliseconds.
fn ticks(array: &dyn Array) -> Option<Vec<Option<i64>>> {
    use DataType as T;
    use TimeUnit as U;
    macro_rules! all {
        ($kind:ty) => {
            array
                .as_primitive::<$kind>()
                .iter()
                .map(|own| own.map(i64::from))
                .collect()
        };
    }
    Some(match array.data_type() {
        T::Date32 => all!(Date32Type),
        T::Date64 => all!(Date64Type),
        T::Timestamp(U::Second, _) => all!(TimestampSecondType),
        T::Timestamp(U::Millisecond, _) => all!(TimestampMillisecondType),
        T::Timestamp(U::Microsecond, _) => all!(TimestampMicrosecondType),
        T::Timestamp(U::Nanosecond, _) => all!(TimestampNanosecondType),
        T::Time32(U::Second) => all!(Time32SecondType),
        T::Time32(_) => all!(Time32MillisecondType),
        T::Time64(U::Nanosecond) => all!(Time64NanosecondType),
        T::Time64(_) => all!(Time64MicrosecondType),
        T::Duration(U::Second) => all!(DurationSecondType),
        T::Duration(U::Millisecond) => all!(DurationMillisecondType),
        T::Duration(U::Microsecond) => all!(DurationMicrosecondType),
        T::Duration(U::Nanosecond) => all!(DurationNanosecondType),
        _ => return None,
    })
}

/// The moments of an array of dates or times.
pub(super) fn moments(array: &dyn Array) -> Option<Vec<Option<Moment>>> {
    use DataType as T;
    let (of_second, zone) = match array.data_type() {
        T::Date32 => (1.0 / 86400.0, 0.0),
        T::Date64 => (1e3, 0.0),
        T::Timestamp(unit, zone) => {
            let zone = zone.as_deref().and_then(zone_of);
            (of_second(*unit), zone.unwrap_or(0.0))
        }
        T::Time32(unit) | T::Time64(unit) => {
            let time = |ticks: i64| Moment::of_day(ticks as f64 / of_second(*unit));
            let all = ticks(array)?.into_iter();
            return Some(all.map(|own| own.map(time)).collect());
        }
        _ => return None,
    };
    let day = matches!(array.data_type(), T::Date32);
    let moment = |ticks: i64| {
        let seconds = if day {
            ticks as f64 * 86400.0
        } else {
            ticks as f64 / of_second
        };
        Moment::of_instant(seconds, zone)
    };
    let all = ticks(array)?.into_iter();
    Some(all.map(|own| own.map(moment)).collect())
}

/// A value as delimited text would hold it; `None` where there is none.
pub(super) fn text(array: &dyn Array, row: usize) -> Option<String> {
    use DataType as T;
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        T::Utf8 => array.as_string::<i32>().value(row).to_owned(),
        T::LargeUtf8 => array.as_string::<i64>().value(row).to_owned(),
        T::Utf8View => array.as_string_view().value(row).to_owned(),
        T::Boolean => array.as_boolean().value(row).to_string(),
        T::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        T::UInt64 => array.as_primitive::<UInt64Type>().value(row).to_string(),
        T::Dictionary(..) => {
            let own = array.as_any_dictionary();
            let key = own.keys().slice(row, 1);
            let key = numbers(&key)?.values[0];
            return text(own.values(), key as usize);
        }
        T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..) => {
            return decimal(array, row);
        }
        _ => {
            let one = array.slice(row, 1);
            if let Some(found) = moments(&one) {
                return found[0].as_ref().map(Moment::text);
            }
            return Some(number_name(numbers(&one)?.values[0])).filter(|name| name != "NaN");
        }
    })
}
