//! Products with matrices as sparse as those of Cora: 2708 nodes, 13,264 entries of the operator, 49,216 of 1433 features.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;
use decay_kernels::{At, AttentionOps, ByRows, Kept, Sparse, SparseOps, reference};
use divan::Bencher;

use crate::measure;
use crate::network::floats;
use crate::subject::{Kernel, Reference};

const NODES: usize = 2708;
const FEATURES: usize = 1433;
const HIDDEN: usize = 16;
const HEADS: usize = 8;

type F = FlexTensor;
/// From the operator, features, the two parts of the scores, kept entries, heads and slope to the output and what the gradient needs.
type Attend = fn(Sparse<Flex>, F, F, F, Kept<Flex>, usize, f32) -> (F, F, F, F);

/// One body of each operation on graphs.
trait Graphs {
    const KEPT: fn(F, F, usize, At) -> F;
    const PRODUCT: fn(Sparse<Flex>, F, Kept<Flex>) -> F;
    const ATTENTION: Attend;
}

impl Graphs for Kernel {
    const KEPT: fn(F, F, usize, At) -> F = Flex::kept_entries;
    const PRODUCT: fn(Sparse<Flex>, F, Kept<Flex>) -> F = Flex::sparse_product;
    const ATTENTION: Attend = Flex::graph_attention_with_coefficients;
}

impl Graphs for Reference {
    const KEPT: fn(F, F, usize, At) -> F = reference::sparse::kept_entries::<Flex>;
    const PRODUCT: fn(Sparse<Flex>, F, Kept<Flex>) -> F =
        |matrix, x, kept| reference::sparse::product::<Flex>(matrix.matrix, x, kept);
    const ATTENTION: Attend = reference::attention::forward::<Flex>;
}

/// Rows of between one and `2 mean - 1` entries, and columns of which the first are the most frequent, as words are.
fn matrix(rows: usize, columns: usize, mean: usize) -> Sparse<Flex> {
    let mut entries = Vec::new();
    for row in 0..rows {
        for k in 0..1 + row * 7919 % (2 * mean - 1) {
            let place = (row * 613 + k * 7907) % 1009;
            entries.push((row, (place * place * columns) / (1009 * 1009)));
        }
    }
    let numbered: Vec<_> = (0..).zip(entries.iter().copied()).collect();
    let mut turned: Vec<_> = (0..)
        .zip(entries.iter().map(|&(row, column)| (column, row)))
        .collect();
    turned.sort_by_key(|&(_, (row, _))| row);
    Sparse {
        matrix: by_rows(rows, &numbered),
        transpose: by_rows(columns, &turned),
    }
}

fn by_rows(rows: usize, entries: &[(i32, (usize, usize))]) -> ByRows<Flex> {
    let integers = |values: Vec<i32>| {
        let shape = [values.len()];
        FlexTensor::from_data(TensorData::new(values, shape))
    };
    let start = |row| entries.partition_point(|&(_, (of, _))| of < row) as i32;
    ByRows {
        offsets: integers((0..=rows).map(start).collect()),
        rows: integers(entries.iter().map(|entry| entry.1.0 as i32).collect()),
        columns: integers(entries.iter().map(|entry| entry.1.1 as i32).collect()),
        values: floats([entries.len()], 1),
        numbers: integers(entries.iter().map(|entry| entry.0).collect()),
    }
}

fn rates_and_seeds(members: usize) -> (FlexTensor, FlexTensor) {
    let rate = FlexTensor::from_data(TensorData::new(vec![0.5f32; members], [members]));
    let seeds: Vec<i32> = (0..2 * members as i32).collect();
    (
        rate,
        FlexTensor::from_data(TensorData::new(seeds, [members, 2])),
    )
}

fn entries(matrix: &Sparse<Flex>) -> usize {
    matrix.matrix.values.layout().num_elements()
}

fn half<S: Graphs>(matrix: &Sparse<Flex>, members: usize) -> Kept<Flex> {
    let (rate, seeds) = rates_and_seeds(members);
    Kept::Some {
        words: S::KEPT(rate.clone(), seeds, entries(matrix), At::default()),
        rate,
    }
}

#[divan::bench(types = [Kernel, Reference], args = [1, 4])]
fn cora_mask<S: Graphs>(bencher: Bencher, members: usize) {
    let features = matrix(NODES, FEATURES, 18);
    measure(bencher, members, || half::<S>(&features, members));
}

#[divan::bench(types = [Kernel, Reference], args = [1, 4])]
fn cora_features_half_dropped<S: Graphs>(bencher: Bencher, members: usize) {
    let features = matrix(NODES, FEATURES, 18);
    let (kept, weight) = (
        half::<S>(&features, members),
        floats([members, FEATURES, HIDDEN], 3),
    );
    measure(bencher, members, || {
        S::PRODUCT(features.clone(), weight.clone(), kept.clone())
    });
}

#[divan::bench(types = [Kernel, Reference], args = [1, 4])]
fn cora_features_backward_half_dropped<S: Graphs>(bencher: Bencher, members: usize) {
    let features = matrix(NODES, FEATURES, 18);
    let (kept, grad) = (
        half::<S>(&features, members),
        floats([members, NODES, HIDDEN], 3),
    );
    let Sparse { matrix, transpose } = features;
    let turned = Sparse {
        matrix: transpose,
        transpose: matrix,
    };
    measure(bencher, members, || {
        S::PRODUCT(turned.clone(), grad.clone(), kept.clone())
    });
}

#[divan::bench(types = [Kernel, Reference], args = [1, 4])]
fn cora_operator<S: Graphs>(bencher: Bencher, members: usize) {
    let (graph, x) = (matrix(NODES, NODES, 5), floats([members, NODES, HIDDEN], 3));
    measure(bencher, members, || {
        S::PRODUCT(graph.clone(), x.clone(), Kept::All)
    });
}

#[divan::bench(types = [Kernel, Reference], args = [1, 4])]
fn cora_attention_8_heads_of_8<S: Graphs>(bencher: Bencher, members: usize) {
    let (graph, row) = (matrix(NODES, NODES, 5), HEADS * 8);
    let (h, vectors) = (floats([members, NODES, row], 3), floats([members, row], 4));
    measure(bencher, members, || {
        let (graph, a, b) = (graph.clone(), vectors.clone(), vectors.clone());
        S::ATTENTION(graph, h.clone(), a, b, Kept::All, HEADS, 0.2)
    });
}
