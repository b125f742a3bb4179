//! [`augment`](crate::augment()) as draws on the host and gathers over all pixels at once.

use burn::backend::tensor::{BoolTensor, FloatTensor, IntTensor};
use burn::backend::{Backend, Scalar, TensorMetadata};
use burn::tensor::{DType, Shape, Slice, TensorData};
use decay_random::{At, Purpose, Stream};

use super::{Augmentation, Transform, column};
use crate::reference::{booleans, host_floats, member_seeds};
use crate::sizes::{dims, expect_shape};

/// `[R, B, 10]` for a batch of `[B, H, W]`, drawn on the host.
pub fn draw_transforms<B: Backend>(
    strengths: FloatTensor<B>,
    seed: IntTensor<B>,
    [batch, height, width]: [usize; 3],
    at: At,
) -> FloatTensor<B> {
    let (device, [members, _]) = (strengths.device(), dims(&strengths));
    expect_shape(
        "augment: strengths",
        &strengths,
        [members, Augmentation::COUNT],
    );
    expect_shape("augment: seed", &seed, [members, 2]);
    let (strengths, seeds) = (host_floats::<B>(strengths), member_seeds::<B>(seed));
    let mut table = Vec::with_capacity(members * batch * Transform::COUNT);
    for (own, seed) in strengths.chunks_exact(Augmentation::COUNT).zip(seeds) {
        let stream = Stream::new(seed, Purpose::Augment, at);
        for index in 0..batch as u32 {
            table.extend(Transform::draw(&stream, index, own, [height, width]).0);
        }
    }
    let data = TensorData::new(table, [members, batch, Transform::COUNT]);
    B::float_from_data(data.convert_dtype(DType::F32), &device)
}

/// The images under drawn transformations; indices are computed as floats, exact for fewer than `2^24` values of an image.
pub fn transform<B: Backend>(
    x: FloatTensor<B>,
    border: FloatTensor<B>,
    transforms: FloatTensor<B>,
    image: [usize; 3],
) -> FloatTensor<B> {
    let frame = Frame::<B>::new(&x, border, &transforms, image);
    let own = |index: usize| own::<B>(&transforms, index);
    let row = B::float_sub(frame.row.clone(), own(column::DOWN));
    let right = B::float_sub(frame.column.clone(), own(column::RIGHT));
    let framed = frame.holds(&row, &right);
    let [cosine, sine] = [column::COSINE, column::SINE].map(own);
    let rotated = frame.rotated(&x, row, right, &cosine, &sine);
    let framed = B::float_mask_where(frame.border.clone(), framed, rotated);
    let cut = frame.cut(own);
    let cut = B::float_mask_where(framed, cut, frame.border);
    let added = own(column::BRIGHTNESS);
    let unchanged = B::float_equal_elem(added.clone(), Scalar::from(0.0), booleans::<B>(&x));
    let unchanged = B::bool_expand(unchanged, x.shape());
    B::float_mask_where(B::float_add(cut.clone(), added), unchanged, cut)
}

/// One column of the table, `[R, B, 1]`.
fn own<B: Backend>(transforms: &FloatTensor<B>, index: usize) -> FloatTensor<B> {
    let slices = [Slice::full(), Slice::full(), Slice::from(index..index + 1)];
    B::float_slice(transforms.clone(), &slices)
}

/// Where each of the `F = C * H * W` values of an image lies.
struct Frame<B: Backend> {
    image: [usize; 3],
    /// `[1, 1, F]` each: row, column and the channel's first value.
    row: FloatTensor<B>,
    column: FloatTensor<B>,
    plane: FloatTensor<B>,
    /// `[R, B, F]`.
    border: FloatTensor<B>,
    /// `[R, B, 1]`.
    flip: FloatTensor<B>,
}

impl<B: Backend> Frame<B> {
    fn new(
        x: &FloatTensor<B>,
        border: FloatTensor<B>,
        transforms: &FloatTensor<B>,
        image: [usize; 3],
    ) -> Self {
        let [members, batch, features] = x.shape().dims();
        let [channels, height, width] = image;
        let pixels = height * width;
        let place = |of: fn(usize, usize, usize) -> usize| {
            let values = (0..features).map(|i| of(i, pixels, width) as f32);
            let data = TensorData::new(values.collect::<Vec<f32>>(), [1, 1, features]);
            B::float_from_data(data, &x.device())
        };
        let border = B::float_reshape(border, Shape::new([members, 1, channels, 1]));
        let border = B::float_expand(border, Shape::new([members, batch, channels, pixels]));
        Self {
            image,
            row: place(|i, pixels, width| i % pixels / width),
            column: place(|i, _, width| i % width),
            plane: place(|i, pixels, _| i / pixels * pixels),
            border: B::float_reshape(border, x.shape()),
            flip: own::<B>(transforms, column::FLIP),
        }
    }

    /// Whether a pixel lies in the image.
    fn holds(&self, row: &FloatTensor<B>, column: &FloatTensor<B>) -> BoolTensor<B> {
        let [_, height, width] = self.image;
        let within = |value: &FloatTensor<B>, length: usize| {
            let kept = clamped::<B>(value.clone(), length);
            B::float_equal(value.clone(), kept, booleans::<B>(value))
        };
        B::bool_and(within(row, height), within(column, width))
    }

    /// The value of a pixel of the mirrored image, the border's where there is none.
    fn tap(
        &self,
        x: &FloatTensor<B>,
        row: FloatTensor<B>,
        column: FloatTensor<B>,
    ) -> FloatTensor<B> {
        let [_, height, width] = self.image;
        let held = self.holds(&row, &column);
        let (row, column) = (clamped::<B>(row, height), clamped::<B>(column, width));
        let mirrored = B::float_add_scalar(
            B::float_mul_scalar(column.clone(), Scalar::from(-2.0)),
            Scalar::from(width as f32 - 1.0),
        );
        let column = B::float_add(column, B::float_mul(mirrored, self.flip.clone()));
        let place = B::float_add(B::float_mul_scalar(row, Scalar::from(width as f32)), column);
        let place = B::float_add(place, self.plane.clone());
        let place = B::float_into_int(place, DType::I32.into());
        let found = B::float_gather(2, x.clone(), place);
        B::float_mask_where(self.border.clone(), held, found)
    }

    /// Bilinear values at the places that a rotation brings to `(row, column)`; exact copies without one.
    fn rotated(
        &self,
        x: &FloatTensor<B>,
        row: FloatTensor<B>,
        column: FloatTensor<B>,
        cosine: &FloatTensor<B>,
        sine: &FloatTensor<B>,
    ) -> FloatTensor<B> {
        let [_, height, width] = self.image;
        let middle = |length: usize| Scalar::from((length as f32 - 1.0) / 2.0);
        let up = B::float_sub_scalar(row, middle(height));
        let right = B::float_sub_scalar(column, middle(width));
        let turned = |a: &FloatTensor<B>, b: &FloatTensor<B>| {
            (
                B::float_mul(a.clone(), up.clone()),
                B::float_mul(b.clone(), right.clone()),
            )
        };
        let (down, across) = turned(cosine, sine);
        let row = B::float_add_scalar(B::float_add(across, down), middle(height));
        let (down, across) = turned(sine, cosine);
        let column = B::float_add_scalar(B::float_sub(across, down), middle(width));
        let (top, left) = (B::float_floor(row.clone()), B::float_floor(column.clone()));
        let (below, beside) = (
            B::float_sub(row, top.clone()),
            B::float_sub(column, left.clone()),
        );
        let next = |value: &FloatTensor<B>| B::float_add_scalar(value.clone(), Scalar::from(1.0));
        let first = self.tap(x, top.clone(), left.clone());
        let upper = self.tap(x, top.clone(), next(&left));
        let upper = between::<B>(first.clone(), upper, &beside);
        let lower = self.tap(x, next(&top), left.clone());
        let lower = between::<B>(lower, self.tap(x, next(&top), next(&left)), &beside);
        let upright = B::bool_and(
            B::float_equal_elem(cosine.clone(), Scalar::from(1.0), booleans::<B>(x)),
            B::float_equal_elem(sine.clone(), Scalar::from(0.0), booleans::<B>(x)),
        );
        let upright = B::bool_expand(upright, x.shape());
        B::float_mask_where(between::<B>(upper, lower, &below), upright, first)
    }

    /// Whether a pixel lies in the emptied square.
    fn cut(&self, own: impl Fn(usize) -> FloatTensor<B>) -> BoolTensor<B> {
        let within = |value: &FloatTensor<B>, from: usize, to: usize| {
            let (from, to) = (own(from), own(to));
            let bools = booleans::<B>(value);
            B::bool_and(
                B::float_greater_equal(value.clone(), from, bools),
                B::float_lower(value.clone(), to, bools),
            )
        };
        B::bool_and(
            within(&self.row, column::CUT_TOP, column::CUT_BOTTOM),
            within(&self.column, column::CUT_LEFT, column::CUT_RIGHT),
        )
    }
}

/// The nearest of `0..length`.
fn clamped<B: Backend>(value: FloatTensor<B>, length: usize) -> FloatTensor<B> {
    B::float_clamp(value, Scalar::from(0.0), Scalar::from(length as f32 - 1.0))
}

/// `a + share (b - a)`.
fn between<B: Backend>(
    a: FloatTensor<B>,
    b: FloatTensor<B>,
    share: &FloatTensor<B>,
) -> FloatTensor<B> {
    B::float_add(a.clone(), B::float_mul(share.clone(), B::float_sub(b, a)))
}
