//! The gradients of a convolution, an image at a time.

use std::ops::Range;
use std::sync::OnceLock;

use super::input_gradient::{InputGradient, Room};
use super::padding::Padded;
use super::partial::{Partial, Sums};
use super::upstream::Upstream;
use super::windowed::{Scratch, Sliding};
use crate::conv::Convolution;
use crate::cpu::product::Unit;
use crate::cpu::share::{Shared, each, threads};
use crate::linear::cpu::sum_rows;

/// `(dW, db)`; writes `dx` where the kernels and room for it are given.
///
/// Sums over images go through partial sums whose number depends on the shape alone, so that neither the number of threads nor that of
/// the members changes a bit.
pub(crate) fn gradients(
    convolution: &Convolution,
    x: &[f32],
    weight: Option<(&[f32], Shared)>,
    upstream: &Upstream,
) -> (Vec<f32>, Vec<f32>) {
    let unit = Unit::detect();
    let pass = Pass {
        convolution: *convolution,
        unit,
        sliding: Sliding::of(convolution.window, convolution.channels),
        x,
        upstream,
        input: weight.map(|(weight, dx)| InputGradient::new(convolution, unit, weight, dx)),
    };
    let (members, outputs) = (convolution.members, convolution.outputs);
    let of_weight = convolution.depth() * outputs;
    let (mut dw, mut db) = (vec![0.0; members * of_weight], vec![0.0; members * outputs]);
    let (all_dw, all_db) = (Shared::new(&mut dw), Shared::new(&mut db));
    // SAFETY: each member has its own part, and is summed by one thread.
    let total_of = |r: usize| unsafe {
        Sums {
            dw: all_dw.slice(r * of_weight, of_weight),
            db: all_db.slice(r * outputs, outputs),
        }
    };
    if members >= threads() || pass.groups() == 1 {
        each(members, |r| pass.member(r, &mut total_of(r)));
    } else {
        for (r, partials) in pass.partials().chunks(pass.groups()).enumerate() {
            let mut total = total_of(r);
            for (group, partial) in partials.iter().filter_map(OnceLock::get).enumerate() {
                total.take(group == 0, &partial.dw, &partial.db);
            }
        }
    }
    (dw, db)
}

/// What a thread works in.
struct Worker {
    padded: Padded,
    dz: Vec<f32>,
    scratch: Scratch,
    input: Option<Room>,
}

struct Pass<'a> {
    convolution: Convolution,
    unit: Unit,
    sliding: Sliding,
    x: &'a [f32],
    upstream: &'a Upstream<'a>,
    input: Option<InputGradient<'a>>,
}

impl Pass<'_> {
    /// Partial sums of a member: at most 32, of at least 512 pixels each, in at most 16 MiB.
    fn groups(&self) -> usize {
        let (images, outputs) = (self.convolution.images, self.convolution.outputs);
        let pixels = images * self.convolution.window.outputs();
        let room = (1 << 22) / (self.convolution.depth() * outputs).max(1);
        pixels.div_ceil(512).min(32).min(images).min(room).max(1)
    }

    /// Images of one of the partial sums.
    fn images(&self, group: usize) -> Range<usize> {
        let (images, groups) = (self.convolution.images, self.groups());
        images * group / groups..images * (group + 1) / groups
    }

    /// All sums of member `r`, by this thread.
    fn member(&self, r: usize, total: &mut Sums) {
        let mut worker = self.worker();
        self.add_images(r, self.images(0), &mut worker, total);
        if self.groups() > 1 {
            let mut partial = Partial::new(total.dw.len(), total.db.len());
            for group in 1..self.groups() {
                let mut sums = partial.cleared();
                self.add_images(r, self.images(group), &mut worker, &mut sums);
                total.add(&sums);
            }
        }
    }

    /// All partial sums of all members, by all threads.
    fn partials(&self) -> Vec<OnceLock<Partial>> {
        let (groups, outputs) = (self.groups(), self.convolution.outputs);
        let count = self.convolution.members * groups;
        let partials: Vec<_> = (0..count).map(|_| OnceLock::new()).collect();
        each(count, |item| {
            let (r, group) = (item / groups, item % groups);
            partials[item].get_or_init(|| {
                let mut partial = Partial::new(self.convolution.depth() * outputs, outputs);
                let mut worker = self.worker();
                self.add_images(r, self.images(group), &mut worker, &mut partial.sums());
                partial
            });
        });
        partials
    }

    fn worker(&self) -> Worker {
        let Convolution {
            channels,
            outputs,
            window,
            ..
        } = self.convolution;
        Worker {
            padded: Padded::new(window.size, window.padding, channels),
            dz: vec![0.0; window.outputs() * outputs],
            scratch: Scratch::new(self.unit),
            input: self.input.as_ref().map(InputGradient::room),
        }
    }

    /// Adds the gradients of some images of member `r`.
    fn add_images(&self, r: usize, images: Range<usize>, worker: &mut Worker, sums: &mut Sums) {
        let Convolution {
            channels,
            outputs,
            window,
            ..
        } = self.convolution;
        let size = window.inputs() * channels;
        for image in images {
            let index = r * self.convolution.images + image;
            let start = self.convolution.input_offset(r, image);
            let pixels = worker.padded.of(&self.x[start..start + size]);
            let dz = self.upstream.image(index, &mut worker.dz);
            sum_rows(sums.db, dz);
            // SAFETY: the unit was detected, the image is padded, and `dw` has the shape of the kernels.
            unsafe {
                self.sliding.weight_gradient(
                    self.unit,
                    pixels,
                    dz,
                    &mut worker.scratch,
                    outputs,
                    sums.dw,
                );
            }
            if let (Some(input), Some(room)) = (&self.input, &mut worker.input) {
                // SAFETY: every image is written once.
                unsafe { input.write(r, index, dz, room) };
            }
        }
    }
}
