//! `gather` against a loop on the host.

use super::Subject;
use super::values::{
    Floats, Integers, bits, bytes, draws, floats, host, however_spread, integers, member, scattered,
};
use crate::{GatherOps, reference};

const STORED: usize = 23;
const FOLDS: usize = 4;

struct Request {
    rows: Vec<i32>,
    fold: Vec<i32>,
    members: usize,
    batch: usize,
    features: usize,
    center: Floats,
    scale: Floats,
    fill: Floats,
}

impl Request {
    fn new(members: usize, batch: usize, features: usize) -> Self {
        let row = |i: usize| (i * 17 % STORED) as i32;
        Self {
            rows: (0..members * batch).map(row).collect(),
            fold: (0..members).map(|r| (r * 3 % FOLDS) as i32).collect(),
            members,
            batch,
            features,
            center: draws([FOLDS, features], 1),
            scale: draws([FOLDS, features], 2),
            fill: draws([FOLDS, features], 3),
        }
    }

    fn rows(&self) -> Integers {
        integers(self.rows.clone(), [self.members, self.batch])
    }

    fn fold(&self) -> Integers {
        integers(self.fold.clone(), [self.members])
    }

    /// The definition.
    fn expected(&self, value: impl Fn(usize) -> f32) -> Vec<f32> {
        let (center, scale, fill) = (host(&self.center), host(&self.scale), host(&self.fill));
        let mut out = Vec::new();
        for (sample, &row) in self.rows.iter().enumerate() {
            for f in 0..self.features {
                let of = self.fold[sample / self.batch] as usize * self.features + f;
                let value = value(row as usize * self.features + f);
                out.push(if value.is_nan() {
                    fill[of]
                } else {
                    (value - center[of]) * scale[of]
                });
            }
        }
        out
    }

    fn floats(&self, values: &Floats) -> Floats {
        let (center, scale, fill) = (&self.center, &self.scale, &self.fill);
        Subject::gather_floats(
            values.clone(),
            self.rows(),
            self.fold(),
            center.clone(),
            scale.clone(),
            fill.clone(),
        )
    }
}

fn stored(features: usize) -> Floats {
    let mut values = host(&draws([STORED, features], 4));
    values
        .iter_mut()
        .step_by(5)
        .for_each(|value| *value = f32::NAN);
    floats(values, [STORED, features])
}

const SHAPES: [[usize; 3]; 6] = [
    [1, 1, 1],
    [2, 5, 3],
    [7, 64, 17],
    [1, 64, 33],
    [7, 5, 64],
    [2, 5, 300],
];

#[test]
fn floats_are_standardised_and_missing_values_filled() {
    for [members, batch, features] in SHAPES {
        let (request, values) = (Request::new(members, batch, features), stored(features));
        let [actual] = however_spread(|| [request.floats(&values)]);
        let actual = bits(&actual);
        let table = host(&values);
        let expected = request.expected(|i| table[i]);
        let expected: Vec<u32> = expected.iter().map(|value| value.to_bits()).collect();
        assert_eq!(actual, expected);
        assert_eq!(actual, bits(&request.floats(&scattered(&values))));
        let reference = reference::gather::floats::<Subject>(
            values,
            request.rows(),
            request.fold(),
            request.center.clone(),
            request.scale.clone(),
            request.fill.clone(),
        );
        assert_eq!(actual, bits(&reference));
    }
}

#[test]
fn bytes_are_standardised() {
    for [members, batch, features] in SHAPES {
        let request = Request::new(members, batch, features);
        let table: Vec<u8> = (0..STORED * features)
            .map(|i| (i * 37 % 256) as u8)
            .collect();
        let values = bytes(table.clone(), features);
        let run = || {
            let (center, scale) = (request.center.clone(), request.scale.clone());
            Subject::gather_bytes(
                values.clone(),
                request.rows(),
                request.fold(),
                center,
                scale,
            )
        };
        let [actual] = however_spread(|| [run()]);
        let expected = floats(
            request.expected(|i| f32::from(table[i])),
            [members, batch, features],
        );
        assert_eq!(bits(&actual), bits(&expected));
        let (center, scale) = (request.center.clone(), request.scale.clone());
        let (rows, fold) = (request.rows(), request.fold());
        let plain = table.iter().map(|&byte| i32::from(byte)).collect();
        let plain = integers(plain, [STORED, features]);
        let reference = reference::gather::bytes::<Subject>(plain, rows, fold, center, scale);
        assert_eq!(bits(&reference), bits(&expected));
    }
}

#[test]
fn a_member_alone_equals_the_member_among_others() {
    let (request, values) = (Request::new(7, 5, 17), stored(17));
    let together = request.floats(&values);
    for r in 0..7 {
        let alone = Request {
            rows: request.rows[r * 5..][..5].to_vec(),
            fold: vec![request.fold[r]],
            ..Request::new(1, 5, 17)
        };
        assert_eq!(bits(&alone.floats(&values)), bits(&member(&together, r)));
    }
}
