//! Encodings of numbers: values by hand, the reference, gradients.

use super::Subject;
use super::gradients::{Tape, Tracked, constant, differences, gradients};
use super::values::{
    Floats, assert_close, bits, draws, floats, host, however_spread, member, scattered,
};
use crate::{Columns, EncodeOps, PERIODIC_VALUES, reference};

/// Ascending edges of three members: all distinct, coinciding ones behind, none.
fn edges(numbers: usize, bins: usize) -> Floats {
    let of = |r: usize, f: usize, t: usize| match r {
        0 => t as f32 * 0.5 - 1.0 + 0.1 * f as f32,
        1 => t.min(bins - bins / 2) as f32 * 0.25 - 0.5,
        _ => 0.75,
    };
    let all =
        (0..3).flat_map(|r| (0..numbers).flat_map(move |f| (0..=bins).map(move |t| of(r, f, t))));
    floats(all.collect(), [3, numbers * (bins + 1)])
}

/// Bins from 0 to 1, 1 to 3 and 3 to 4, then -1 to 2 and two empty ones; the label is column 1.
#[test]
fn places_in_bins_by_hand() {
    let columns = Columns::new(&[0, 2], 3);
    let edges = floats(vec![0.0, 1.0, 3.0, 4.0, -1.0, 2.0, 2.0, 2.0], [1, 8]);
    let x = floats(
        vec![
            -2.0, 7.0, -4.0, 0.25, 8.0, 0.5, 2.0, 9.0, 2.0, 5.5, 6.0, 5.0,
        ],
        [1, 4, 3],
    );
    let y = host(&Subject::piecewise(
        x.clone(),
        edges.clone(),
        columns.clone(),
    ));
    let want = [
        [7.0, -2.0, 0.0, 0.0, -1.0, 0.0, 0.0],
        [8.0, 0.25, 0.0, 0.0, 0.5, 0.0, 0.0],
        [9.0, 1.0, 0.5, 0.0, 1.0, 0.0, 0.0],
        [6.0, 1.0, 1.0, 2.5, 2.0, 0.0, 0.0],
    ];
    assert_eq!(y, want.as_flattened());
    let ones = floats(vec![1.0; 28], [1, 4, 7]);
    let dx = host(&Subject::piecewise_backward(x, edges, ones, columns));
    let third = 1.0f32 / 3.0;
    let want = [
        [1.0, 1.0, third],
        [1.0, 1.0, third],
        [0.5, 1.0, third],
        [1.0, 1.0, third],
    ];
    for (got, want) in dx.iter().zip(want.as_flattened()) {
        assert!((got - want).abs() < 1e-6, "{got} {want}");
    }
}

#[test]
fn a_missing_number_stays_missing() {
    let columns = Columns::new(&[0], 1);
    let x = floats(vec![f32::NAN], [1, 1, 1]);
    let edges = floats(vec![0.0, 1.0, 2.0], [1, 3]);
    let y = host(&Subject::piecewise(x, edges, columns));
    assert!(y.iter().all(|y| y.is_nan()), "{y:?}");
}

#[test]
fn bins_agree_with_the_reference() {
    for (numbers, count, bins, batch) in [
        (&[0usize][..], 1, 2, 1),
        (&[1, 2, 4], 6, 16, 33),
        (&[0, 1, 2, 3, 4], 5, 7, 64),
    ] {
        let columns = Columns::new(numbers, count);
        let (x, edges) = (draws([3, batch, count], 1), edges(numbers.len(), bins));
        let [actual] = however_spread(|| {
            [Subject::piecewise(
                x.clone(),
                edges.clone(),
                columns.clone(),
            )]
        });
        let expected =
            reference::encode::piecewise::<Subject>(x.clone(), edges.clone(), columns.clone());
        assert_close("y", &actual, &expected, 1e-6);
        let width = columns.others.len() + numbers.len() * bins;
        let grad = draws([3, batch, width], 2);
        let [actual] = however_spread(|| {
            let (x, edges, grad) = (scattered(&x), edges.clone(), grad.clone());
            [Subject::piecewise_backward(x, edges, grad, columns.clone())]
        });
        let expected = reference::encode::piecewise_backward::<Subject>(
            x.clone(),
            edges.clone(),
            grad,
            columns.clone(),
        );
        assert_close("dx", &actual, &expected, 1e-6);
        let together = Subject::piecewise(x.clone(), edges.clone(), columns.clone());
        for r in 0..3 {
            let (x, edges) = (member(&x, r), member(&edges, r));
            let alone = Subject::piecewise(x, edges, columns.clone());
            assert_eq!(bits(&alone), bits(&member(&together, r)));
        }
    }
}

/// `[x, frequency, phase, weight, offset]` of three members.
fn waves(columns: &Columns, each: usize, batch: usize) -> [Floats; 5] {
    let (numbers, count) = (columns.numbers.len(), columns.count());
    let pairs = numbers * each;
    [
        draws([3, batch, count], 1),
        draws([3, pairs], 2),
        draws([3, pairs], 3),
        draws([3, pairs * PERIODIC_VALUES], 4),
        draws([3, numbers * PERIODIC_VALUES], 5),
    ]
}

/// The definition in double precision.
#[test]
fn waves_are_those_of_the_formula() {
    let (columns, each, batch) = (Columns::new(&[0, 2], 4), 5, 37);
    let inputs = waves(&columns, each, batch);
    let [x, frequency, phase, weight, offset] = inputs.each_ref().map(host);
    let mut want = Vec::new();
    for r in 0..3 {
        for b in 0..batch {
            let row = &x[(r * batch + b) * 4..][..4];
            want.extend_from_slice(row);
            for (f, &column) in columns.numbers.iter().enumerate() {
                for d in 0..PERIODIC_VALUES {
                    let number = r * 2 + f;
                    let mut value = f64::from(offset[number * PERIODIC_VALUES + d]);
                    for k in number * each..(number + 1) * each {
                        let turns =
                            f64::from(frequency[k]) * f64::from(row[column]) + f64::from(phase[k]);
                        let wave = (std::f64::consts::TAU * turns).cos();
                        value += f64::from(weight[k * PERIODIC_VALUES + d]) * wave;
                    }
                    want.push(value as f32);
                }
            }
        }
    }
    let want = floats(want, [3, batch, 4 + 2 * PERIODIC_VALUES]);
    let [x, frequency, phase, weight, offset] = inputs;
    let actual = Subject::periodic(x, frequency, phase, weight, offset, columns);
    assert_close("y", &actual, &want, 5e-6);
}

#[test]
fn waves_agree_with_the_reference() {
    for (numbers, count, each, batch) in [
        (&[0usize][..], 1, 1, 1),
        (&[1, 2, 4], 6, 16, 33),
        (&[0, 1, 2, 3, 4], 5, 7, 64),
    ] {
        let columns = Columns::new(numbers, count);
        let inputs = waves(&columns, each, batch);
        let [x, frequency, phase, weight, offset] = inputs.clone();
        let [actual] = however_spread(|| {
            let [x, frequency, phase, weight, offset] = inputs.clone();
            [Subject::periodic(
                scattered(&x),
                frequency,
                phase,
                weight,
                offset,
                columns.clone(),
            )]
        });
        let expected = reference::encode::periodic::<Subject>(
            x.clone(),
            frequency.clone(),
            phase.clone(),
            weight.clone(),
            offset,
            columns.clone(),
        );
        assert_close("y", &actual, &expected, 5e-6);
        for r in 0..3 {
            let [x, frequency, phase, weight, offset] = inputs.each_ref().map(|t| member(t, r));
            let alone = Subject::periodic(x, frequency, phase, weight, offset, columns.clone());
            assert_close("alone", &alone, &member(&actual, r), 1e-6);
        }
        let grad = draws([3, batch, count + numbers.len() * PERIODIC_VALUES], 6);
        let given = || (x.clone(), frequency.clone(), phase.clone(), weight.clone());
        let (a, b, c, d) = given();
        let dx = Subject::periodic_backward_input(a, b, c, d, grad.clone(), columns.clone());
        let (a, b, c, d) = given();
        let expected = reference::encode::periodic_backward_input::<Subject>(
            a,
            b,
            c,
            d,
            grad.clone(),
            columns.clone(),
        );
        assert_close("dx", &dx, &expected, 1e-5);
        let own = however_spread(|| {
            let (a, b, c, d) = given();
            let (grad, columns) = (grad.clone(), columns.clone());
            Subject::periodic_backward_parameters(a, b, c, d, grad, columns).into()
        });
        let (a, b, c, d) = given();
        let expected: [Floats; 4] = reference::encode::periodic_backward_parameters::<Subject>(
            a,
            b,
            c,
            d,
            grad.clone(),
            columns.clone(),
        )
        .into();
        let names = ["frequency", "phase", "weight", "offset"];
        for ((name, actual), expected) in names.into_iter().zip(&own).zip(&expected) {
            assert_close(name, actual, expected, 1e-5);
        }
    }
}

/// On the tape, with all inputs tracked and with the numbers alone.
#[test]
fn encodings_agree_with_finite_differences() {
    let columns = Columns::new(&[0, 2], 3);
    let mut inputs = waves(&columns, 4, 5);
    // Slow waves, of which a step of 1/128 is a small part.
    for slow in [0, 1] {
        let values = host(&inputs[slow]).into_iter().map(|v| 0.4 * v);
        let shape = burn::backend::TensorMetadata::shape(&inputs[slow]);
        inputs[slow] = floats(values.collect(), shape);
    }
    let cotangent = draws([3, 5, 3 + 2 * PERIODIC_VALUES], 7);
    let encode = |inputs: &[Tracked]| {
        let [x, frequency, phase, weight, offset] = [0, 1, 2, 3, 4].map(|i| inputs[i].clone());
        Tape::periodic(x, frequency, phase, weight, offset, columns.clone())
    };
    let all = gradients(&inputs, &cotangent, encode);
    for (i, actual) in all.iter().enumerate() {
        let expected = differences(&inputs, i, &cotangent, encode);
        assert_close(&format!("periodic {i}"), actual, &expected, 2e-3);
    }
    let alone = gradients(&inputs[..1], &cotangent, |x| {
        let [frequency, phase, weight, offset] = [1, 2, 3, 4].map(|i| constant(&inputs[i]));
        let x = x[0].clone();
        Tape::periodic(x, frequency, phase, weight, offset, columns.clone())
    });
    assert_eq!(bits(&alone[0]), bits(&all[0]));

    // Places well inside the bins, so that no step crosses an edge.
    let edges = edges(2, 4);
    let numbers = [-1.75f32, -0.8, -0.3, 0.2, 0.45, 1.2].iter().cycle();
    let x = floats(numbers.take(45).copied().collect(), [3, 5, 3]);
    let cotangent = draws([3, 5, 1 + 2 * 4], 8);
    let encode = |x: &[Tracked]| Tape::piecewise(x[0].clone(), constant(&edges), columns.clone());
    let inputs = [x];
    let actual = gradients(&inputs, &cotangent, encode);
    let expected = differences(&inputs, 0, &cotangent, encode);
    assert_close("piecewise", &actual[0], &expected, 1e-3);
}
