//! The public functions between the data set and the network.

use burn::tensor::{Device, Int, Tensor};
use decay_random::At;

use super::Subject;
use super::suite::values::{Floats, Integers, bits, draws, floats, integers};
use crate::{AugmentOps, Augmentation, Mixture, MixupOps, augment, mix};

const AT: At = At {
    site: 0,
    epoch: 2,
    step: 7,
};
const IMAGE: [usize; 3] = [2, 6, 5];
const STRENGTHS: Augmentation = Augmentation {
    flip: 0.5,
    rotation: 30.0,
    shift: 2,
    cutout: 3,
    brightness: 0.5,
};

fn tensor<const D: usize>(values: Floats) -> Tensor<D> {
    Tensor::from_data(values.into_data(), &Device::flex())
}

fn ints<const D: usize>(values: Integers) -> Tensor<D, Int> {
    Tensor::from_data(values.into_data(), &Device::flex())
}

fn words<const D: usize>(tensor: Tensor<D>) -> Vec<u32> {
    tensor.into_data().iter::<f32>().map(f32::to_bits).collect()
}

/// Transformations are those of the seed, epoch and step, whatever the site.
#[test]
fn a_batch_is_drawn_for_and_then_transformed() {
    let (x, border) = (draws([2, 4, 60], 1), draws([2, 2], 2));
    let strengths = floats(STRENGTHS.row().repeat(2), [2, Augmentation::COUNT]);
    let seed = integers(vec![3, 1, 4, 1], [2, 2]);
    let transforms = Subject::draw_transforms(strengths.clone(), seed.clone(), [4, 6, 5], AT);
    let expected = bits(&Subject::transform(
        x.clone(),
        border.clone(),
        transforms,
        IMAGE,
    ));
    let run = |at| {
        let (x, strengths, border) = (x.clone(), strengths.clone(), border.clone());
        let seed = ints(seed.clone());
        words(augment(
            tensor(x),
            IMAGE,
            tensor(strengths),
            tensor(border),
            seed,
            at,
        ))
    };
    assert_eq!(run(AT), expected);
    assert_eq!(run(At { site: 5, ..AT }), expected);
    assert_ne!(run(At { epoch: 3, ..AT }), expected);
    assert_ne!(run(At { step: 8, ..AT }), expected);
}

#[test]
fn a_batch_is_mixed_as_drawn() {
    let mixture = Mixture::draw(1.0, 8, AT, 3, 4);
    let (x, share) = (draws([1, 4, 60], 1), floats(mixture.share, [1, 4]));
    let partner = integers(mixture.partner, [1, 4]);
    let expected = bits(&Subject::mix(x.clone(), partner.clone(), share.clone()));
    assert_eq!(
        words(mix(tensor(x), ints(partner), tensor(share))),
        expected
    );
}
