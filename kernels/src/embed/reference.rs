//! [`embed`](crate::embed) as a product for each category, with the gradients written out.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::Shape;

use super::{Categories, Places};
use crate::encode::reference::{added, part, picked};

/// The other columns, then a product for each category.
pub fn embed<B: Backend>(
    x: FloatTensor<B>,
    tables: FloatTensor<B>,
    categories: Categories,
) -> FloatTensor<B> {
    let vectors = categories.places().map(|own| {
        let flags = part::<B>(x.clone(), 2, own.columns.start, own.columns.end);
        B::float_matmul(flags, table::<B>(tables.clone(), &own))
    });
    let others = &categories.others;
    let others = (!others.is_empty()).then(|| picked::<B>(x.clone(), others));
    B::float_cat(others.into_iter().chain(vectors).collect(), 2)
}

/// `dx`: the other columns' own, and of each category `grad table^T`.
pub fn embed_backward_input<B: Backend>(
    tables: FloatTensor<B>,
    grad: FloatTensor<B>,
    categories: Categories,
) -> FloatTensor<B> {
    let [members, batch, _] = grad.shape().dims();
    let others = categories.others.len();
    let shape = Shape::new([members, batch, categories.count()]);
    let mut dx = B::float_zeros(shape, &grad.device(), grad.dtype().into());
    if others > 0 {
        let own = part::<B>(grad.clone(), 2, 0, others);
        dx = added::<B>(dx, own, &categories.others);
    }
    for own in categories.places() {
        let table = B::float_swap_dims(table::<B>(tables.clone(), &own), 1, 2);
        let grad = part::<B>(grad.clone(), 2, own.vector.start, own.vector.end);
        let columns: Vec<usize> = own.columns.collect();
        dx = added::<B>(dx, B::float_matmul(grad, table), &columns);
    }
    dx
}

/// `d tables`: of each category `flags^T grad`.
pub fn embed_backward_tables<B: Backend>(
    x: FloatTensor<B>,
    grad: FloatTensor<B>,
    categories: Categories,
) -> FloatTensor<B> {
    let members = x.shape()[0];
    let own = categories.places().map(|own| {
        let flags = part::<B>(x.clone(), 2, own.columns.start, own.columns.end);
        let grad = part::<B>(grad.clone(), 2, own.vector.start, own.vector.end);
        let table = B::float_matmul(B::float_swap_dims(flags, 1, 2), grad);
        B::float_reshape(table, Shape::new([members, own.table.len()]))
    });
    B::float_cat(own.collect(), 1)
}

/// One category's vectors, `[R, levels, width]`.
fn table<B: Backend>(tables: FloatTensor<B>, own: &Places) -> FloatTensor<B> {
    let members = tables.shape()[0];
    let table = part::<B>(tables, 1, own.table.start, own.table.end);
    let shape = Shape::new([members, own.columns.len(), own.vector.len()]);
    B::float_reshape(table, shape)
}
