//! Embeddings on the CPU: flags that are zero, nearly all of them, cost no arithmetic.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{Categories, EmbedOps};
use crate::cpu::share::each_part;
use crate::cpu::storage::{contiguous, floats, tensor};
use crate::sizes::{dims, expect_shape};

impl EmbedOps for Flex {
    fn embed(x: FlexTensor, tables: FlexTensor, categories: Categories) -> FlexTensor {
        let [members, batch, count] = dims(&x);
        let (width, size) = (categories.width(), categories.size());
        assert_eq!(count, categories.count(), "embed: columns of the inputs");
        expect_shape("embed: tables", &tables, [members, size]);
        let (x, tables) = (contiguous(x), contiguous(tables));
        let (x, tables) = (floats(&x), floats(&tables));
        let mut y = vec![0.0; members * batch * width];
        each_part(&mut y, width, |place, y| {
            let row = &x[place * count..][..count];
            let tables = &tables[place / batch * size..][..size];
            for (y, &column) in y.iter_mut().zip(&*categories.others) {
                *y = row[column];
            }
            for own in categories.places() {
                let y = &mut y[own.vector];
                let vectors = tables[own.table].chunks_exact(y.len());
                for (&flag, vector) in row[own.columns].iter().zip(vectors) {
                    if flag != 0.0 {
                        add_scaled(y, flag, vector);
                    }
                }
            }
        });
        tensor(y, [members, batch, width])
    }

    fn embed_backward_input(
        tables: FlexTensor,
        grad: FlexTensor,
        categories: Categories,
    ) -> FlexTensor {
        let [members, batch, width] = dims(&grad);
        let (count, size) = (categories.count(), categories.size());
        assert_eq!(width, categories.width(), "embed: width of the gradient");
        expect_shape("embed: tables", &tables, [members, size]);
        let (tables, grad) = (contiguous(tables), contiguous(grad));
        let (tables, grad) = (floats(&tables), floats(&grad));
        let mut dx = vec![0.0; members * batch * count];
        each_part(&mut dx, count, |place, dx| {
            let grad = &grad[place * width..][..width];
            let tables = &tables[place / batch * size..][..size];
            for (grad, &column) in grad.iter().zip(&*categories.others) {
                dx[column] = *grad;
            }
            for own in categories.places() {
                let grad = &grad[own.vector];
                let vectors = tables[own.table].chunks_exact(grad.len());
                for (dx, vector) in dx[own.columns].iter_mut().zip(vectors) {
                    *dx = vector.iter().zip(grad).map(|(v, g)| v * g).sum();
                }
            }
        });
        tensor(dx, [members, batch, count])
    }

    fn embed_backward_tables(
        x: FlexTensor,
        grad: FlexTensor,
        categories: Categories,
    ) -> FlexTensor {
        let [members, batch, count] = dims(&x);
        let (width, size) = (categories.width(), categories.size());
        assert_eq!(count, categories.count(), "embed: columns of the inputs");
        expect_shape("embed: gradient", &grad, [members, batch, width]);
        let (x, grad) = (contiguous(x), contiguous(grad));
        let (x, grad) = (floats(&x), floats(&grad));
        let mut dtables = vec![0.0; members * size];
        each_part(&mut dtables, size, |r, dtables| {
            for place in r * batch..(r + 1) * batch {
                let row = &x[place * count..][..count];
                let grad = &grad[place * width..][..width];
                for own in categories.places() {
                    let grad = &grad[own.vector];
                    let dvectors = dtables[own.table].chunks_exact_mut(grad.len());
                    for (&flag, dvector) in row[own.columns].iter().zip(dvectors) {
                        if flag != 0.0 {
                            add_scaled(dvector, flag, grad);
                        }
                    }
                }
            }
        });
        tensor(dtables, [members, size])
    }
}

/// `y += a x`.
fn add_scaled(y: &mut [f32], a: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}
