//! What happens to images between the data set and the network, in images per second; 3 x 32 x 32 pixels each.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;
use decay_kernels::{AugmentOps, Augmentation, Mixture};
use divan::Bencher;

use crate::measure;
use crate::network::floats;
use crate::subject::{AT, Kernel, Reference, Subject};

const IMAGE: [usize; 3] = [3, 32, 32];
const PIXELS: usize = 3 * 32 * 32;
const MEMBERS: usize = 4;
const BATCH: usize = 64;

const CROPS: Augmentation = Augmentation {
    flip: 0.5,
    rotation: 0.0,
    shift: 4,
    cutout: 0,
    brightness: 0.0,
};
const EVERYTHING: Augmentation = Augmentation {
    rotation: 15.0,
    cutout: 8,
    brightness: 0.2,
    ..CROPS
};

fn integers(values: Vec<i32>, shape: impl Into<Vec<usize>>) -> FlexTensor {
    FlexTensor::from_data(TensorData::new(values, shape.into()))
}

fn drawn(strengths: Augmentation) -> FlexTensor {
    let rows = strengths.row().repeat(MEMBERS);
    let strengths = TensorData::new(rows, [MEMBERS, Augmentation::COUNT]);
    let seeds = integers((0..2 * MEMBERS as i32).collect(), [MEMBERS, 2]);
    Flex::draw_transforms(FlexTensor::from_data(strengths), seeds, [BATCH, 32, 32], AT)
}

fn transform<S: Subject>(bencher: Bencher, strengths: Augmentation) {
    let x = floats([MEMBERS, BATCH, PIXELS], 3);
    let (border, transforms) = (floats([MEMBERS, 3], 2), drawn(strengths));
    measure(bencher, MEMBERS * BATCH, || {
        S::TRANSFORM(x.clone(), border.clone(), transforms.clone(), IMAGE)
    });
}

#[divan::bench(types = [Kernel, Reference])]
fn images_gather<S: Subject>(bencher: Bencher) {
    let rows = 2_000;
    let values: Vec<u8> = (0..rows * PIXELS).map(|i| (i % 251) as u8).collect();
    let values = FlexTensor::from_data(TensorData::new(values, [rows, PIXELS]));
    let picks = (0..MEMBERS * BATCH).map(|i| (i * 7919 % rows) as i32);
    let picks = integers(picks.collect(), [MEMBERS, BATCH]);
    let fold = integers(vec![0; MEMBERS], [MEMBERS]);
    let (center, scale) = (floats([1, PIXELS], 3), floats([1, PIXELS], 4));
    measure(bencher, MEMBERS * BATCH, || {
        S::GATHER(
            values.clone(),
            picks.clone(),
            fold.clone(),
            center.clone(),
            scale.clone(),
        )
    });
}

#[divan::bench]
fn images_draw(bencher: Bencher) {
    measure(bencher, MEMBERS * BATCH, || drawn(EVERYTHING));
}

#[divan::bench(types = [Kernel, Reference])]
fn images_flip_and_shift<S: Subject>(bencher: Bencher) {
    transform::<S>(bencher, CROPS);
}

#[divan::bench(types = [Kernel, Reference])]
fn images_everything<S: Subject>(bencher: Bencher) {
    transform::<S>(bencher, EVERYTHING);
}

#[divan::bench(types = [Kernel, Reference])]
fn images_mix<S: Subject>(bencher: Bencher) {
    let x = floats([MEMBERS, BATCH, PIXELS], 3);
    let mixture = Mixture::draw(0.4, 1, AT, BATCH, BATCH);
    let partner = integers(mixture.partner.repeat(MEMBERS), [MEMBERS, BATCH]);
    let share = TensorData::new(mixture.share.repeat(MEMBERS), [MEMBERS, BATCH]);
    let share = FlexTensor::from_data(share);
    measure(bencher, MEMBERS * BATCH, || {
        S::MIX(x.clone(), partner.clone(), share.clone())
    });
}
