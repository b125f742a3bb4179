//! Pooling on the CPU, an image at a time.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::flex::{FlexTensor, Layout};
use burn::tensor::{Bytes, DType};

use crate::Window;
use crate::cpu::share::{Shared, each, filled, filled_parts};
use crate::cpu::storage::{contiguous, elements, floats, tensor};
use crate::pool::PoolOps;
use crate::sizes::{dims, expect_shape};
use crate::window::Images;

mod average;
pub(crate) mod max;

impl PoolOps for Flex {
    /// The places are `u16`.
    fn max_pool_with_places(x: FlexTensor, window: Window) -> (FlexTensor, FlexTensor) {
        let images = Images::of("max pool: the input", &x, window.size);
        let x = contiguous(x);
        let (values, channels) = (floats(&x), images.channels);
        let from = window.inputs() * channels;
        let write = |room: Maxima| {
            each(images.members * images.count, |i| {
                // SAFETY: each image has its own part.
                let (y, places) = unsafe { room.of(i) };
                max::pool(window, channels, &values[i * from..][..from], y, places);
            });
        };
        // SAFETY: each image is written.
        unsafe { maxima(images, window, write) }
    }

    fn max_pool_backward(places: FlexTensor, grad: FlexTensor, window: Window) -> FlexTensor {
        let images = Images::of("max pool: the gradient", &grad, window.output());
        expect_shape("max pool: places", &places, dims::<3>(&grad));
        let (grad, places) = (contiguous(grad), contiguous(places));
        let (grad, places) = (floats(&grad), elements::<u16>(&places));
        let from = window.outputs() * images.channels;
        cleared_images(images, window.inputs(), |i, dx| {
            let own = i * from..(i + 1) * from;
            max::unpool(
                window,
                images.channels,
                &places[own.clone()],
                &grad[own],
                dx,
            );
        })
    }

    fn average_pool(x: FlexTensor, window: Window, count_padding: bool) -> FlexTensor {
        let images = Images::of("average pool: the input", &x, window.size);
        let x = contiguous(x);
        let (x, from) = (floats(&x), window.inputs() * images.channels);
        cleared_images(images, window.outputs(), |i, y| {
            let x = &x[i * from..][..from];
            average::pool(window, images.channels, count_padding, x, y);
        })
    }

    fn average_pool_backward(grad: FlexTensor, window: Window, count_padding: bool) -> FlexTensor {
        let images = Images::of("average pool: the gradient", &grad, window.output());
        let grad = contiguous(grad);
        let (grad, from) = (floats(&grad), window.outputs() * images.channels);
        cleared_images(images, window.inputs(), |i, dx| {
            let grad = &grad[i * from..][..from];
            average::unpool(window, images.channels, count_padding, grad, dx);
        })
    }
}

/// Where the maxima of all images go.
#[derive(Clone, Copy)]
pub(crate) struct Maxima {
    y: Shared,
    places: Shared<u16>,
    of_image: usize,
}

impl Maxima {
    /// Room for those of image `i`.
    ///
    /// # Safety
    /// `i` is one of the images, and nobody else uses its room.
    pub(crate) unsafe fn of<'a>(
        self,
        i: usize,
    ) -> (&'a mut [MaybeUninit<f32>], &'a mut [MaybeUninit<u16>]) {
        let (start, len) = (i * self.of_image, self.of_image);
        // SAFETY: the caller's promise.
        unsafe { (self.y.room(start, len), self.places.room(start, len)) }
    }
}

/// `(y, places)` of all images.
///
/// # Safety
/// `write` must fill the room of every image.
pub(crate) unsafe fn maxima(
    images: Images,
    window: Window,
    write: impl FnOnce(Maxima),
) -> (FlexTensor, FlexTensor) {
    assert!(
        window.taps() <= 1 << u16::BITS,
        "max pool: a window of {:?} pixels, expected at most 65536",
        window.kernel
    );
    let of_image = window.outputs() * images.channels;
    let len = images.members * images.count * of_image;
    let mut y = Vec::new();
    // SAFETY: the caller's promise.
    let places = unsafe {
        filled(len, |places| {
            y = filled(len, |y| {
                write(Maxima {
                    y,
                    places,
                    of_image,
                })
            });
        })
    };
    let shape = [
        images.members,
        images.count * window.outputs(),
        images.channels,
    ];
    let places = FlexTensor::new(
        Bytes::from_elems(places),
        Layout::contiguous(shape.into()),
        DType::U16,
    );
    (tensor(y, shape), places)
}

/// A tensor of images of so many `pixels`, each of which `write` gets filled with zeros.
pub(crate) fn cleared_images(
    images: Images,
    pixels: usize,
    write: impl Fn(usize, &mut [f32]) + Send + Sync,
) -> FlexTensor {
    let Images {
        members,
        count,
        channels,
    } = images;
    let size = pixels * channels;
    let clear = |i: usize, image: &mut [MaybeUninit<f32>]| {
        image.fill(MaybeUninit::new(0.0));
        // SAFETY: that was all of it.
        write(i, unsafe { image.assume_init_mut() });
    };
    // SAFETY: all images are filled.
    let values = unsafe { filled_parts(members * count, size, clear) };
    tensor(values, [members, count * pixels, channels])
}
