//! What the kernels refuse: a sentence instead of a read out of bounds.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;
use decay_random::At;

use super::suite::matrix::Matrix;
use super::suite::values::{draws, floats, integers};
use crate::Kept;
use crate::{
    Activation, AttentionOps, AugmentOps, Decay, Direction, DropoutOps, GatherOps, LinearOps,
    LossOps, MixupOps, Rule, Scalars, SparseOps, UpdateOps,
};

fn linear(x: [usize; 3], weight: [usize; 3], bias: [usize; 2]) -> FlexTensor {
    let (x, weight, bias) = (draws(x, 1), draws(weight, 2), draws(bias, 3));
    Flex::population_linear(x, weight, bias, Activation::Relu)
}

#[test]
#[should_panic(expected = "linear: weight has shape [2, 5, 3], expected [2, 4, 3]")]
fn a_weight_of_the_wrong_width() {
    linear([2, 6, 4], [2, 5, 3], [2, 3]);
}

#[test]
#[should_panic(expected = "linear: the input has 3 members, expected 2 or one that all share")]
fn an_input_of_other_members() {
    linear([3, 6, 4], [2, 4, 3], [2, 3]);
}

#[test]
#[should_panic(expected = "linear: bias has shape [1, 3], expected [2, 3]")]
fn a_bias_of_other_members() {
    linear([2, 6, 4], [2, 4, 3], [1, 3]);
}

#[test]
#[should_panic(expected = "linear: gradient has shape [2, 5, 3], expected [2, 6, 3]")]
fn a_gradient_of_another_batch() {
    let (x, y, grad) = (
        draws([2, 6, 4], 1),
        draws([2, 6, 3], 2),
        draws([2, 5, 3], 3),
    );
    Flex::linear_backward_parameters(x, y, grad, Activation::Relu);
}

#[test]
#[should_panic(expected = "linear: output has shape [2, 6, 2], expected [2, 6, 3]")]
fn an_output_of_another_width() {
    let (x, y, grad) = (
        draws([2, 6, 4], 1),
        draws([2, 6, 2], 2),
        draws([2, 6, 3], 3),
    );
    Flex::linear_backward(x, draws([2, 4, 3], 4), y, grad, Activation::Relu);
}

#[test]
#[should_panic(expected = "a kernel wants rank 3")]
fn a_matrix_where_a_population_of_matrices_belongs() {
    let (x, weight, bias) = (draws([6, 4], 1), draws([2, 4, 3], 2), draws([2, 3], 3));
    Flex::population_linear(x, weight, bias, Activation::Relu);
}

fn cross_entropy(labels: Vec<i32>) {
    let weights = floats(vec![1.0; 6], [2, 3]);
    let smoothing = floats(vec![0.0; 2], [2]);
    Flex::cross_entropy_with_gradient(
        draws([2, 3, 4], 1),
        integers(labels, [2, 3]),
        weights,
        smoothing,
    );
}

#[test]
#[should_panic(expected = "sample 1 of member 1 has label 4, but there are 4 classes")]
fn a_label_above_the_classes() {
    cross_entropy(vec![0, 1, 2, 3, 4, 0]);
}

#[test]
#[should_panic(expected = "sample 0 of member 0 has label -1, but there are 4 classes")]
fn a_negative_label() {
    cross_entropy(vec![-1, 1, 2, 3, 0, 0]);
}

fn gather(rows: Vec<i32>, fold: Vec<i32>, folds: usize) {
    let (rows, fold) = (integers(rows, [2, 2]), integers(fold, [2]));
    let values = FlexTensor::from_data(TensorData::new(vec![1u8; 15], [5, 3]));
    let (center, scale) = (draws([folds, 3], 1), draws([folds, 3], 2));
    Flex::gather_bytes(values, rows, fold, center, scale);
}

#[test]
#[should_panic(expected = "sample 1 of member 1 is row 5, but the data has 5 rows")]
fn a_row_after_the_last() {
    gather(vec![0, 1, 2, 5], vec![0, 0], 1);
}

#[test]
#[should_panic(expected = "sample 1 of member 0 is row -1, but the data has 5 rows")]
fn a_negative_row() {
    gather(vec![0, -1, 2, 3], vec![0, 0], 1);
}

#[test]
#[should_panic(expected = "member 1 uses fold 2, but there are statistics of 2 folds")]
fn a_fold_without_statistics() {
    gather(vec![0, 1, 2, 3], vec![0, 2], 2);
}

#[test]
#[should_panic(expected = "gather: center has shape [1, 2], expected [1, 3]")]
fn statistics_of_other_features() {
    let values = FlexTensor::from_data(TensorData::new(vec![1u8; 15], [5, 3]));
    let (rows, fold) = (integers(vec![0], [1, 1]), integers(vec![0], [1]));
    Flex::gather_bytes(values, rows, fold, draws([1, 2], 1), draws([1, 3], 2));
}

#[test]
#[should_panic(expected = "dropout: rate has shape [3], expected [2]")]
fn a_rate_too_many() {
    let seed = integers(vec![0; 4], [2, 2]);
    Flex::dropout(
        draws([2, 3], 1),
        floats(vec![0.5; 3], [3]),
        seed,
        At::default(),
    );
}

const ADAMW: Rule = Rule::new(Direction::ADAM, Decay::Plain);

#[test]
#[should_panic(
    expected = "update: the slots have shape [1, 2, 3], expected [2] followed by [2, 3]"
)]
fn a_moment_too_few() {
    let scalars = floats(vec![0.1; 2 * Scalars::COUNT], [1, 2, Scalars::COUNT]);
    Flex::update(
        draws([2, 3], 1),
        draws([2, 3], 2),
        draws([1, 2, 3], 3),
        scalars,
        0,
        ADAMW,
    );
}

#[test]
#[should_panic(expected = "update: the gradient has shape [2, 2], the parameter [2, 3]")]
fn a_gradient_of_another_shape() {
    let scalars = floats(vec![0.1; 2 * Scalars::COUNT], [1, 2, Scalars::COUNT]);
    Flex::update(
        draws([2, 3], 1),
        draws([2, 2], 2),
        draws([2, 2, 3], 3),
        scalars,
        0,
        ADAMW,
    );
}

#[test]
#[should_panic(expected = "update: scalars has shape [1, 1, 13], expected [1, 2, 13]")]
fn scalars_of_other_members() {
    let scalars = floats(vec![0.1; Scalars::COUNT], [1, 1, Scalars::COUNT]);
    Flex::update(
        draws([2, 3], 1),
        draws([2, 3], 2),
        draws([2, 2, 3], 3),
        scalars,
        0,
        ADAMW,
    );
}

#[test]
#[should_panic(expected = "update: group 1 of a table of 1")]
fn a_group_that_the_table_lacks() {
    let scalars = floats(vec![0.1; 2 * Scalars::COUNT], [1, 2, Scalars::COUNT]);
    Flex::update(
        draws([2, 3], 1),
        draws([2, 3], 2),
        draws([2, 2, 3], 3),
        scalars,
        1,
        ADAMW,
    );
}

#[test]
#[should_panic(expected = "augment: an image of 2 x 3 x 4 does not have 25 values")]
fn images_of_another_size() {
    let (border, transforms) = (draws([2, 2], 1), draws([2, 5, 10], 2));
    Flex::transform(draws([2, 5, 25], 3), border, transforms, [2, 3, 4]);
}

#[test]
#[should_panic(expected = "augment: border has shape [2, 1], expected [2, 2]")]
fn a_border_without_a_channel() {
    let (border, transforms) = (draws([2, 1], 1), draws([2, 5, 10], 2));
    Flex::transform(draws([2, 5, 24], 3), border, transforms, [2, 3, 4]);
}

#[test]
#[should_panic(expected = "augment: strengths has shape [2, 4], expected [2, 5]")]
fn a_strength_too_few() {
    let (strengths, seed) = (draws([2, 4], 1), integers(vec![0; 4], [2, 2]));
    Flex::draw_transforms(strengths, seed, [5, 3, 4], At::default());
}

#[test]
#[should_panic(expected = "mix: sample 1 of member 1 has partner 3, but there are 3 samples")]
fn a_partner_after_the_last() {
    let (x, share) = (draws([2, 3, 4], 1), floats(vec![0.5; 6], [2, 3]));
    Flex::mix(x, integers(vec![0, 1, 2, 0, 3, 2], [2, 3]), share);
}

#[test]
#[should_panic(expected = "sparse product: right factor has shape [2, 6, 3], expected [2, 5, 3]")]
fn a_factor_of_other_rows() {
    Flex::sparse_product(
        Matrix::new(7, 5).on_device(),
        draws([2, 6, 3], 1),
        Kept::All,
    );
}

#[test]
#[should_panic(expected = "sparse matrix: an entry lies outside the 5 columns")]
fn an_entry_beyond_the_columns() {
    let mut matrix = Matrix::new(7, 5).on_device();
    let [entries] = matrix.matrix.values.layout().shape().dims();
    matrix.matrix.columns = integers(vec![5; entries], [entries]);
    Flex::sparse_product(matrix, draws([2, 5, 3], 1), Kept::All);
}

#[test]
#[should_panic(expected = "sparse matrix: mask has shape [2, 3], expected [2, 1]")]
fn a_mask_of_another_matrix() {
    let kept = Kept::Some {
        words: integers(vec![0; 6], [2, 3]),
        rate: floats(vec![0.5; 2], [2]),
    };
    Flex::sparse_product(Matrix::new(7, 5).on_device(), draws([2, 5, 3], 1), kept);
}

#[test]
#[should_panic(expected = "attention: 5 features cannot be shared by 2 heads")]
fn heads_that_do_not_divide_the_features() {
    let graph = Matrix::pattern(3, vec![(0, 1)]).on_device();
    let (h, vectors) = (draws([2, 3, 5], 1), draws([2, 5], 2));
    Flex::graph_attention(graph, h, vectors.clone(), vectors, Kept::All, 2, 0.2);
}
