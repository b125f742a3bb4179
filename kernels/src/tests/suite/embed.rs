//! Embeddings of categories: values by hand, the reference, gradients.

use super::Subject;
use super::gradients::{Tape, Tracked, constant, differences, gradients};
use super::values::{
    Floats, assert_close, bits, draws, floats, host, however_spread, member, scattered,
};
use crate::{Categories, Category, EmbedOps, reference};

fn category(start: usize, levels: usize, width: usize) -> Category {
    Category {
        start,
        levels,
        width,
    }
}

/// Of columns and categories: numbers around and between, nothing but a category, two that touch.
fn cases() -> [Categories; 3] {
    [
        Categories::new(&[category(1, 3, 2), category(5, 2, 1)], 8),
        Categories::new(&[category(0, 4, 4)], 4),
        Categories::new(&[category(1, 2, 2), category(3, 9, 5)], 12),
    ]
}

/// Flags of three members: one of each category, but none in every fifth row; the other columns are draws.
fn flagged(categories: &Categories, batch: usize) -> Floats {
    let count = categories.count();
    let mut values = host(&draws([3, batch, count], 1));
    for (place, row) in values.chunks_exact_mut(count).enumerate() {
        for own in categories.places() {
            let flags = &mut row[own.columns];
            flags.fill(0.0);
            if place % 5 > 0 {
                flags[place * 7 % flags.len()] = 1.0;
            }
        }
    }
    floats(values, [3, batch, count])
}

/// A number between a category of three labels and one of two; the second row lacks a label, the third is a mixture.
#[test]
fn vectors_are_looked_up_by_hand() {
    let categories = Categories::new(&[category(0, 3, 2), category(4, 2, 1)], 6);
    assert_eq!((categories.width(), categories.size()), (4, 8));
    let x = [
        [0.0, 1.0, 0.0, 0.5, 1.0, 0.0],
        [0.0, 0.0, 0.0, -2.0, 0.0, 1.0],
        [0.25, 0.0, 0.75, 3.0, 0.0, 1.0],
    ];
    let x = floats(x.as_flattened().to_vec(), [1, 3, 6]);
    let tables = floats(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], [1, 8]);
    let want = [
        [0.5, 3.0, 4.0, 7.0],
        [-2.0, 0.0, 0.0, 8.0],
        [3.0, 4.0, 5.0, 8.0],
    ];
    let y = host(&Subject::embed(
        x.clone(),
        tables.clone(),
        categories.clone(),
    ));
    assert_eq!(y, want.as_flattened());
    let grad = floats((0..12).map(|i| i as f32).collect(), [1, 3, 4]);
    let dx = Subject::embed_backward_input(tables, grad.clone(), categories.clone());
    let want = [5.0, 11.0, 17.0, 0.0, 21.0, 24.0];
    assert_eq!(host(&dx)[..6], want);
    let dtables = Subject::embed_backward_tables(x, grad, categories);
    let want = [2.25, 2.5, 1.0, 2.0, 6.75, 7.5, 3.0, 18.0];
    assert_eq!(host(&dtables), want);
}

#[test]
fn embeddings_agree_with_the_reference() {
    for categories in cases() {
        for batch in [1, 33] {
            let shape = [3, batch, categories.count()];
            // Of flags, and of rows that are anything at all, as noise on the inputs makes them.
            for x in [flagged(&categories, batch), draws(shape, 1)] {
                let tables = draws([3, categories.size()], 2);
                let grad = draws([3, batch, categories.width()], 3);
                let own = however_spread(|| {
                    let (x, grad) = (scattered(&x), grad.clone());
                    let (of, tables) = (|| categories.clone(), tables.clone());
                    [
                        Subject::embed(x.clone(), tables.clone(), of()),
                        Subject::embed_backward_input(tables, grad.clone(), of()),
                        Subject::embed_backward_tables(x, grad, of()),
                    ]
                });
                let of = || categories.clone();
                let expected = [
                    reference::embed::embed::<Subject>(x.clone(), tables.clone(), of()),
                    reference::embed::embed_backward_input::<Subject>(
                        tables.clone(),
                        grad.clone(),
                        of(),
                    ),
                    reference::embed::embed_backward_tables::<Subject>(x.clone(), grad, of()),
                ];
                let names = ["y", "dx", "d tables"];
                for ((name, actual), expected) in names.into_iter().zip(&own).zip(&expected) {
                    assert_close(name, actual, expected, 2e-6);
                }
                for r in 0..3 {
                    let alone = Subject::embed(member(&x, r), member(&tables, r), of());
                    assert_close("alone", &alone, &member(&own[0], r), 1e-6);
                }
            }
        }
    }
}

#[test]
fn embeddings_agree_with_finite_differences() {
    for categories in cases() {
        let inputs = [flagged(&categories, 6), draws([3, categories.size()], 2)];
        let cotangent = draws([3, 6, categories.width()], 3);
        let embed = |inputs: &[Tracked]| {
            Tape::embed(inputs[0].clone(), inputs[1].clone(), categories.clone())
        };
        let all = gradients(&inputs, &cotangent, embed);
        for (i, actual) in all.iter().enumerate() {
            let expected = differences(&inputs, i, &cotangent, embed);
            assert_close(&format!("embed {i}"), actual, &expected, 1e-3);
        }
        // What training asks for: the tables alone.
        let alone = gradients(&inputs[1..], &cotangent, |tables| {
            Tape::embed(constant(&inputs[0]), tables[0].clone(), categories.clone())
        });
        assert_eq!(bits(&alone[0]), bits(&all[1]));
    }
}

#[test]
#[should_panic(expected = "categories")]
fn categories_that_overlap_are_refused() {
    Categories::new(&[category(0, 3, 1), category(2, 2, 1)], 8);
}
