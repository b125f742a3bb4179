//! Graph attention against its definition, the reference body and finite differences.

use super::Subject;
use super::matrix::{Matrix, mask, mask_of_member};
use super::values::{
    Floats, assert_close, assert_same, draws, floats, host, however_spread, member,
};
use crate::Kept;
use crate::{AttentionOps, reference};

const SLOPE: f32 = 0.2;

/// `(members, nodes, heads, width)`.
const SIZES: [(usize, usize, usize, usize); 5] = [
    (1, 7, 1, 1),
    (3, 11, 2, 7),
    (2, 9, 8, 8),
    (5, 13, 3, 17),
    (2, 23, 1, 33),
];

/// A directed graph: node 0 reaches all others, every fifth has no entry at all, the others have loops.
pub(super) fn graph(nodes: usize) -> Matrix {
    let mut edges = Vec::new();
    for i in (0..nodes).filter(|i| i % 5 != 3) {
        edges.push((i, i));
        edges.extend((i > 0).then_some((i, 0)));
        for step in [2, 3] {
            let j = (i * step + 1) % nodes;
            edges.extend((j % 5 != 3 && j != i && j != 0).then_some((i, j)));
        }
    }
    edges.sort_unstable();
    edges.dedup();
    Matrix::pattern(nodes, edges)
}

struct Request {
    graph: Matrix,
    h: Floats,
    vectors: [Floats; 2],
    grad: Floats,
    kept: Kept<Subject>,
    heads: usize,
}

impl Request {
    fn new((members, nodes, heads, width): (usize, usize, usize, usize), dropped: bool) -> Self {
        let (graph, row) = (graph(nodes), heads * width);
        let kept = match dropped {
            true => mask(members, heads * graph.entries()),
            false => Kept::All,
        };
        Self {
            graph,
            h: draws([members, nodes, row], 1),
            vectors: [draws([members, row], 2), draws([members, row], 3)],
            grad: draws([members, nodes, row], 4),
            kept,
            heads,
        }
    }

    fn of_member(&self, r: usize) -> Self {
        Self {
            graph: self.graph.clone(),
            h: member(&self.h, r),
            vectors: self.vectors.each_ref().map(|vector| member(vector, r)),
            grad: member(&self.grad, r),
            kept: mask_of_member(&self.kept, r),
            heads: self.heads,
        }
    }

    /// `[y, alpha, source, target]`.
    fn forward(&self) -> [Floats; 4] {
        let [a_source, a_target] = self.vectors.clone();
        let (y, alpha, source, target) = Subject::graph_attention_with_coefficients(
            self.graph.on_device(),
            self.h.clone(),
            a_source,
            a_target,
            self.kept.clone(),
            self.heads,
            SLOPE,
        );
        [y, alpha, source, target]
    }

    fn expected(&self) -> [Floats; 4] {
        let [a_source, a_target] = self.vectors.clone();
        let (y, alpha, source, target) = reference::attention::forward::<Subject>(
            self.graph.on_device(),
            self.h.clone(),
            a_source,
            a_target,
            self.kept.clone(),
            self.heads,
            SLOPE,
        );
        [y, alpha, source, target]
    }

    /// `[dh, d source, d target]`.
    fn backward(&self, [_, alpha, source, target]: [Floats; 4]) -> [Floats; 3] {
        let [a_source, a_target] = self.vectors.clone();
        let (dh, ds, dt) = Subject::graph_attention_backward(
            self.graph.on_device(),
            self.h.clone(),
            a_source,
            a_target,
            alpha,
            source,
            target,
            self.kept.clone(),
            self.grad.clone(),
            SLOPE,
        );
        [dh, ds, dt]
    }
}

#[test]
fn agrees_with_the_reference() {
    for size in SIZES {
        for dropped in [false, true] {
            let request = Request::new(size, dropped);
            let actual = however_spread(|| request.forward());
            let names = ["y", "alpha", "source", "target"];
            for ((name, actual), expected) in names.iter().zip(&actual).zip(&request.expected()) {
                assert_close(name, actual, expected, 5e-6);
            }
        }
    }
}

#[test]
fn gradients_agree_with_the_reference() {
    for size in SIZES {
        for dropped in [false, true] {
            let request = Request::new(size, dropped);
            let saved = request.expected();
            let actual = however_spread(|| request.backward(saved.clone()));
            let [_, alpha, source, target] = saved;
            let [a_source, a_target] = request.vectors.clone();
            let (dh, ds, dt) = reference::attention::backward::<Subject>(
                request.graph.on_device(),
                request.h.clone(),
                a_source,
                a_target,
                alpha,
                source,
                target,
                request.kept.clone(),
                request.grad.clone(),
                SLOPE,
            );
            for ((name, actual), expected) in ["dh", "d source", "d target"]
                .iter()
                .zip(&actual)
                .zip(&[dh, ds, dt])
            {
                assert_close(name, actual, expected, 1e-5);
            }
        }
    }
}

#[test]
fn a_member_alone_is_itself_among_others() {
    let request = Request::new((5, 23, 3, 7), true);
    let together = request.forward();
    let gradients = request.backward(together.clone());
    for r in 0..5 {
        let own = request.of_member(r);
        let alone = own.forward();
        for (alone, together) in alone.iter().zip(&together) {
            assert_same("alone", alone, &member(together, r), 1e-6);
        }
        for (alone, together) in own.backward(alone).iter().zip(&gradients) {
            assert_same("gradient", alone, &member(together, r), 1e-6);
        }
    }
}

/// Alike neighbours share the attention evenly; scores far beyond the range of an exponential change nothing.
#[test]
fn coefficients_of_a_row_sum_to_one_and_do_not_overflow() {
    let mut request = Request::new((2, 11, 2, 3), false);
    request.h = floats(vec![100.0; 2 * 11 * 6], [2, 11, 6]);
    let [_, alpha, ..] = request.forward();
    let degrees = request.graph.degrees();
    let mut coefficients = host(&alpha).into_iter();
    for _ in 0..2 * 2 {
        for &degree in &degrees {
            for alpha in coefficients.by_ref().take(degree) {
                assert!((alpha - 1.0 / degree as f32).abs() < 1e-6, "{alpha}");
            }
        }
    }
    assert!(coefficients.next().is_none());
}
