//! [`graph_attention`](crate::graph_attention()) as selections, sums over entries and a softmax, with the gradients written out.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{FloatDType, IndexingUpdateOp, Shape};

use super::AttentionSizes;
use crate::sparse::reference::factors;
use crate::sparse::{Kept, Sparse};

/// `(y, alpha, a_source . h, a_target . h)`.
pub fn forward<B: Backend>(
    graph: Sparse<B>,
    h: FloatTensor<B>,
    att_source: FloatTensor<B>,
    att_target: FloatTensor<B>,
    kept: Kept<B>,
    heads: usize,
    slope: f32,
) -> (
    FloatTensor<B>,
    FloatTensor<B>,
    FloatTensor<B>,
    FloatTensor<B>,
) {
    let sizes = AttentionSizes::of::<B>(&graph, &h, [&att_source, &att_target], heads);
    let graph = graph.matrix;
    let (rows, columns) = (graph.rows, graph.columns);
    let source = scores::<B>(sizes, h.clone(), att_source);
    let target = scores::<B>(sizes, h.clone(), att_target);
    let z = arguments::<B>(&source, &target, &rows, &columns);
    // leaky(z) = relu(z) - slope relu(-z)
    let below = B::float_mul_scalar(B::relu(B::float_neg(z.clone())), slope.into());
    let e = B::float_sub(B::relu(z), below);
    let alpha = softmax::<B>(sizes, e, rows.clone());
    let weights = kept_alpha::<B>(sizes, alpha.clone(), kept, graph.numbers);
    let picked = B::float_select(by_head::<B>(sizes, h), 1, columns);
    let y = over_rows::<B>(sizes, B::float_mul(picked, weights), rows);
    (y, alpha, source, target)
}

/// `(dh, d att_source, d att_target)`.
///
/// ```text
/// d alpha(i, j) = keep / (1 - p) g[i] . h[j]        dz = leaky'(z) alpha (d alpha - sum over row i of alpha d alpha)
/// d source[j] = sum over i of dz(i, j)              d target[i] = sum over j of dz(i, j)
/// dh[j] = sum over i of alpha(i, j) keep / (1 - p) g[i] + d source[j] a_source + d target[j] a_target
/// ```
#[allow(clippy::too_many_arguments)]
pub fn backward<B: Backend>(
    graph: Sparse<B>,
    h: FloatTensor<B>,
    att_source: FloatTensor<B>,
    att_target: FloatTensor<B>,
    alpha: FloatTensor<B>,
    source: FloatTensor<B>,
    target: FloatTensor<B>,
    kept: Kept<B>,
    grad: FloatTensor<B>,
    slope: f32,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    let heads = alpha.shape()[1];
    let sizes = AttentionSizes::of::<B>(&graph, &h, [&att_source, &att_target], heads);
    let graph = graph.matrix;
    let (rows, columns) = (graph.rows, graph.columns);
    let weights = kept_alpha::<B>(sizes, alpha.clone(), kept, graph.numbers);
    let of_target = B::float_select(by_head::<B>(sizes, grad), 1, rows.clone());
    let of_source = B::float_select(by_head::<B>(sizes, h.clone()), 1, columns.clone());
    let agreement = B::float_sum_dim(B::float_mul(of_target.clone(), of_source), 3);
    // alpha d alpha, as [R, heads, E].
    let share = heads_first::<B>(sizes.entries, B::float_mul(agreement, weights.clone()));
    let total = over_entries::<B>(sizes, share.clone(), rows.clone());
    let total = B::float_select(total, 2, rows.clone());
    let de = B::float_sub(share, B::float_mul(alpha, total));
    let z = arguments::<B>(&source, &target, &rows, &columns);
    let above = B::float_mul_scalar(B::relu_backward(z, de.clone()), (1.0 - slope).into());
    let dz = B::float_add(B::float_mul_scalar(de, slope.into()), above);
    let dsource = over_entries::<B>(sizes, dz.clone(), columns.clone());
    let dtarget = over_entries::<B>(sizes, dz, rows);
    let from_rows = over_rows::<B>(sizes, B::float_mul(of_target, weights), columns);
    let (through_source, d_att_source) = pull_scores::<B>(sizes, &h, att_source, dsource);
    let (through_target, d_att_target) = pull_scores::<B>(sizes, &h, att_target, dtarget);
    let dh = B::float_add(from_rows, B::float_add(through_source, through_target));
    (dh, d_att_source, d_att_target)
}

/// `[R, N, heads F]` as `[R, N, heads, F]`.
fn by_head<B: Backend>(sizes: AttentionSizes, x: FloatTensor<B>) -> FloatTensor<B> {
    let AttentionSizes {
        members,
        nodes,
        heads,
        width,
        ..
    } = sizes;
    B::float_reshape(x, Shape::new([members, nodes, heads, width]))
}

/// `[R, heads F]` as `[R, 1, heads, F]`.
fn vector<B: Backend>(sizes: AttentionSizes, a: FloatTensor<B>) -> FloatTensor<B> {
    B::float_reshape(a, Shape::new([sizes.members, 1, sizes.heads, sizes.width]))
}

/// `[R, count, heads, 1]` as `[R, heads, count]`.
fn heads_first<B: Backend>(count: usize, x: FloatTensor<B>) -> FloatTensor<B> {
    let [members, _, heads, _] = x.shape().dims();
    let x = B::float_reshape(x, Shape::new([members, count, heads]));
    B::float_swap_dims(x, 1, 2)
}

/// `[R, heads, count]` as `[R, count, heads, 1]`.
fn heads_last<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let [members, heads, count] = x.shape().dims();
    let x = B::float_swap_dims(x, 1, 2);
    B::float_reshape(x, Shape::new([members, count, heads, 1]))
}

/// `a . h` of every node and head.
fn scores<B: Backend>(
    sizes: AttentionSizes,
    h: FloatTensor<B>,
    a: FloatTensor<B>,
) -> FloatTensor<B> {
    let products = B::float_mul(by_head::<B>(sizes, h), vector::<B>(sizes, a));
    heads_first::<B>(sizes.nodes, B::float_sum_dim(products, 3))
}

/// `(dh, da)` of [`scores`].
fn pull_scores<B: Backend>(
    sizes: AttentionSizes,
    h: &FloatTensor<B>,
    a: FloatTensor<B>,
    grad: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let AttentionSizes { members, nodes, .. } = sizes;
    let grad = heads_last::<B>(grad);
    let dh = B::float_mul(grad.clone(), vector::<B>(sizes, a));
    let dh = B::float_reshape(dh, Shape::new([members, nodes, sizes.row()]));
    let da = B::float_sum_dim(B::float_mul(grad, by_head::<B>(sizes, h.clone())), 1);
    (dh, B::float_reshape(da, Shape::new([members, sizes.row()])))
}

/// `z` of every entry.
fn arguments<B: Backend>(
    source: &FloatTensor<B>,
    target: &FloatTensor<B>,
    rows: &IntTensor<B>,
    columns: &IntTensor<B>,
) -> FloatTensor<B> {
    B::float_add(
        B::float_select(source.clone(), 2, columns.clone()),
        B::float_select(target.clone(), 2, rows.clone()),
    )
}

/// Softmax over the entries of each row.
fn softmax<B: Backend>(
    sizes: AttentionSizes,
    e: FloatTensor<B>,
    rows: IntTensor<B>,
) -> FloatTensor<B> {
    let lowest = B::float_full(
        Shape::new(sizes.of_nodes()),
        f32::MIN.into(),
        &e.device(),
        FloatDType::F32,
    );
    let top = B::float_select_assign(lowest, 2, rows.clone(), e.clone(), IndexingUpdateOp::Max);
    let top = B::float_select(top, 2, rows.clone());
    let p = B::float_exp(B::float_sub(e, top));
    let total = over_entries::<B>(sizes, p.clone(), rows.clone());
    B::float_div(p, B::float_select(total, 2, rows))
}

/// `alpha keep / (1 - p)` as `[R, E, heads, 1]`.
fn kept_alpha<B: Backend>(
    sizes: AttentionSizes,
    alpha: FloatTensor<B>,
    kept: Kept<B>,
    numbers: IntTensor<B>,
) -> FloatTensor<B> {
    let of_head = |head: usize| {
        let first = (head * sizes.entries) as i32;
        B::int_add_scalar(numbers.clone(), first.into())
    };
    let numbers = B::int_cat((0..sizes.heads).map(of_head).collect(), 0);
    heads_last::<B>(match factors::<B>(kept, numbers, &alpha) {
        Some(factors) => {
            let factors = B::float_reshape(factors, Shape::new(sizes.of_entries()));
            B::float_mul(alpha, factors)
        }
        None => alpha,
    })
}

/// `[R, heads, N]`: the sums of `[R, heads, E]` over the entries of each node.
fn over_entries<B: Backend>(
    sizes: AttentionSizes,
    x: FloatTensor<B>,
    nodes: IntTensor<B>,
) -> FloatTensor<B> {
    let zeros = B::float_zeros(Shape::new(sizes.of_nodes()), &x.device(), FloatDType::F32);
    B::float_select_assign(zeros, 2, nodes, x, IndexingUpdateOp::Add)
}

/// `[R, N, heads F]`: the sums of `[R, E, heads, F]` over the entries of each node.
fn over_rows<B: Backend>(
    sizes: AttentionSizes,
    x: FloatTensor<B>,
    nodes: IntTensor<B>,
) -> FloatTensor<B> {
    let AttentionSizes {
        members,
        heads,
        width,
        ..
    } = sizes;
    let shape = Shape::new([members, sizes.nodes, heads, width]);
    let zeros = B::float_zeros(shape, &x.device(), FloatDType::F32);
    let sums = B::float_select_assign(zeros, 1, nodes, x, IndexingUpdateOp::Add);
    B::float_reshape(sums, Shape::new([members, sizes.nodes, sizes.row()]))
}
