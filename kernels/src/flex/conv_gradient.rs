//! The gradients of a convolution, an image at a time.

use std::ops::Range;
use std::sync::OnceLock;

use super::linear::sum_rows;
use super::padding::{Padded, crop, fold};
use super::product::{Finish, Matrix, Unit, product};
use super::share::{Shared, each, threads};
use super::upstream::Upstream;
use super::windowed::{Panels, Sliding};
use crate::Window;
use crate::sizes::Convolution;

/// `(dW, db)`; writes `dx` where the kernels and room for it are given.
///
/// Sums over images go through partial sums whose number depends on the shape alone, so that neither the number of threads nor that of
/// the members changes a bit.
pub(super) fn gradients(
    convolution: &Convolution,
    x: &[f32],
    weight: Option<(&[f32], Shared)>,
    upstream: &Upstream,
) -> (Vec<f32>, Vec<f32>) {
    let pass = Pass::new(convolution, x, weight, upstream);
    let Convolution {
        members, outputs, ..
    } = *convolution;
    let of_weight = convolution.depth() * outputs;
    let (mut dw, mut db) = (vec![0.0; members * of_weight], vec![0.0; members * outputs]);
    let (all_dw, all_db) = (Shared::new(&mut dw), Shared::new(&mut db));
    let of_member = |r: usize| {
        // SAFETY: each member has its own part, and is summed by one thread.
        unsafe {
            Sums {
                dw: all_dw.slice(r * of_weight, of_weight),
                db: all_db.slice(r * outputs, outputs),
            }
        }
    };
    let groups = pass.groups();
    if members >= threads() || groups == 1 {
        each(members, |r| {
            let (mut worker, mut total) = (pass.worker(), of_member(r));
            pass.group(r, pass.images(0, groups), &mut worker, &mut total);
            let mut partial = Partial::new(if groups > 1 { of_weight } else { 0 }, outputs);
            for group in 1..groups {
                let mut sums = partial.cleared();
                pass.group(r, pass.images(group, groups), &mut worker, &mut sums);
                total.add(&sums);
            }
        });
        return (dw, db);
    }
    let partials: Vec<OnceLock<Partial>> = (0..members * groups).map(|_| OnceLock::new()).collect();
    each(partials.len(), |item| {
        let mut partial = Partial::new(of_weight, outputs);
        let images = pass.images(item % groups, groups);
        pass.group(
            item / groups,
            images,
            &mut pass.worker(),
            &mut partial.sums(),
        );
        // Nobody else has this place.
        let _ = partials[item].set(partial);
    });
    for (r, partials) in partials.chunks(groups).enumerate() {
        let mut total = of_member(r);
        for (group, partial) in partials.iter().filter_map(OnceLock::get).enumerate() {
            total.take(group == 0, &partial.dw, &partial.db);
        }
    }
    (dw, db)
}

/// Sums over some images of a member.
struct Partial {
    dw: Vec<f32>,
    db: Vec<f32>,
}

struct Sums<'a> {
    dw: &'a mut [f32],
    db: &'a mut [f32],
}

impl Partial {
    fn new(of_weight: usize, outputs: usize) -> Self {
        Self {
            dw: vec![0.0; of_weight],
            db: vec![0.0; outputs],
        }
    }

    fn sums(&mut self) -> Sums<'_> {
        Sums {
            dw: &mut self.dw,
            db: &mut self.db,
        }
    }

    fn cleared(&mut self) -> Sums<'_> {
        self.dw.fill(0.0);
        self.db.fill(0.0);
        self.sums()
    }
}

impl Sums<'_> {
    fn add(&mut self, other: &Sums) {
        self.take(false, other.dw, other.db);
    }

    fn take(&mut self, first: bool, dw: &[f32], db: &[f32]) {
        if first {
            self.dw.copy_from_slice(dw);
            self.db.copy_from_slice(db);
        } else {
            sum_rows(self.dw, dw);
            sum_rows(self.db, db);
        }
    }
}

/// What a thread works in.
struct Worker {
    padded: Padded,
    dz: Vec<f32>,
    panels: Panels,
    padded_dz: Padded,
    held: Vec<f32>,
    padded_dx: Vec<f32>,
}

/// A member's kernels as its input's gradient wants them.
enum Turned {
    /// Turned by 180 degrees, outputs for inputs: where windows move by one pixel, the gradient is a convolution of the gradient.
    Sliding(Panels),
    /// `W^T`: otherwise what each window holds is folded back.
    Transposed(Vec<f32>),
}

struct Pass<'a> {
    convolution: Convolution,
    unit: Unit,
    sliding: Sliding,
    x: &'a [f32],
    weight: Option<(&'a [f32], Shared)>,
    upstream: &'a Upstream<'a>,
    /// The window over the output's gradient, if windows move by one pixel.
    back: Option<Window>,
    turned: Vec<OnceLock<Turned>>,
}

impl<'a> Pass<'a> {
    fn new(
        convolution: &Convolution,
        x: &'a [f32],
        weight: Option<(&'a [f32], Shared)>,
        upstream: &'a Upstream<'a>,
    ) -> Self {
        let window = convolution.window;
        let back = Window {
            size: window.output(),
            padding: [0, 1].map(|axis| window.kernel[axis] - 1 - window.padding[axis]),
            ..window
        };
        Self {
            convolution: *convolution,
            unit: Unit::detect(),
            sliding: Sliding::of(window, convolution.channels),
            x,
            weight,
            upstream,
            back: (window.stride == [1, 1]).then_some(back),
            turned: (0..convolution.members).map(|_| OnceLock::new()).collect(),
        }
    }

    /// Partial sums of a member: at most 32, of at least 512 pixels each, in at most 16 MiB.
    fn groups(&self) -> usize {
        let Convolution {
            images, outputs, ..
        } = self.convolution;
        let pixels = images * self.convolution.window.outputs();
        let room = (1 << 22) / (self.convolution.depth() * outputs).max(1);
        pixels.div_ceil(512).min(32).min(images).min(room).max(1)
    }

    fn images(&self, group: usize, groups: usize) -> Range<usize> {
        let images = self.convolution.images;
        images * group / groups..images * (group + 1) / groups
    }

    fn worker(&self) -> Worker {
        let Convolution {
            channels,
            outputs,
            window,
            ..
        } = self.convolution;
        let (back, needs_room) = match (self.weight, self.back) {
            (Some(_), Some(back)) => (back.padding, false),
            (Some(_), None) => ([0, 0], true),
            (None, _) => ([0, 0], false),
        };
        let [height, width] = window.padded();
        Worker {
            padded: Padded::new(window.size, window.padding, channels),
            dz: vec![0.0; window.outputs() * outputs],
            panels: Panels::new(self.unit),
            padded_dz: Padded::new(window.output(), back, outputs),
            held: Vec::new(),
            padded_dx: vec![
                0.0;
                if needs_room {
                    height * width * channels
                } else {
                    0
                }
            ],
        }
    }

    /// Adds the gradients of some images of member `r`.
    fn group(&self, r: usize, images: Range<usize>, worker: &mut Worker, sums: &mut Sums) {
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
                let (panels, dw) = (&mut worker.panels, sums.dw.as_mut_ptr());
                let image = pixels.as_ptr();
                self.sliding
                    .weight_gradient(self.unit, image, dz, panels, outputs, dw);
            }
            if let Some((weight, all_dx)) = self.weight {
                let of_member = self.convolution.depth() * outputs;
                let weight = &weight[r * of_member..][..of_member];
                // SAFETY: each image has its own part of the gradient, all of which is written.
                let dx = unsafe { all_dx.room(index * size, size) };
                match self.turned[r].get_or_init(|| self.turn(weight)) {
                    // SAFETY: as above.
                    Turned::Sliding(panels) => unsafe {
                        let padded = worker.padded_dz.of(dz);
                        self.slide_back(padded, panels, dx.as_mut_ptr().cast());
                    },
                    Turned::Transposed(weight) => {
                        dx.fill(std::mem::MaybeUninit::new(0.0));
                        // SAFETY: it was just initialised.
                        let dx = unsafe { all_dx.slice(index * size, size) };
                        self.fold_back(dz, weight, &mut worker.held, &mut worker.padded_dx, dx);
                    }
                }
            }
        }
    }

    fn turn(&self, weight: &[f32]) -> Turned {
        let Convolution {
            channels,
            outputs,
            window,
            ..
        } = self.convolution;
        let depth = self.convolution.depth();
        if self.back.is_none() {
            let turned = (0..outputs * depth).map(|i| weight[i % depth * outputs + i / depth]);
            return Turned::Transposed(turned.collect());
        }
        let taps = window.taps();
        // Row (tap, o) of the turned kernels holds what output `o` takes from each channel at the opposite tap.
        let row = |i: usize| {
            let (tap, o) = (taps - 1 - i / outputs, i % outputs);
            (0..channels).map(move |c| weight[(tap * channels + c) * outputs + o])
        };
        let turned: Vec<f32> = (0..taps * outputs).flat_map(row).collect();
        let mut panels = Panels::new(self.unit);
        panels.pack(taps * outputs, channels, |i| &turned[i * channels..]);
        Turned::Sliding(panels)
    }

    /// `dx` as a convolution of the padded gradient.
    ///
    /// # Safety
    /// `dx` has room for one image.
    unsafe fn slide_back(&self, dz: &[f32], turned: &Panels, dx: *mut f32) {
        let Convolution {
            channels, outputs, ..
        } = self.convolution;
        if let Some(back) = self.back {
            let sliding = Sliding::of(back, outputs);
            // SAFETY: the gradient is padded as its window wants; the rest is the caller's promise.
            unsafe {
                sliding.forward(
                    self.unit,
                    dz.as_ptr(),
                    turned,
                    channels,
                    std::ptr::null(),
                    false,
                    dx,
                );
            }
        }
    }

    /// `dx` as the sum of `dz W^T` over the windows that hold a pixel, some rows of the output at a time.
    fn fold_back(
        &self,
        dz: &[f32],
        transposed: &[f32],
        held: &mut Vec<f32>,
        padded: &mut [f32],
        dx: &mut [f32],
    ) {
        let Convolution {
            channels,
            outputs,
            window,
            ..
        } = self.convolution;
        let depth = self.convolution.depth();
        let width = window.output()[1];
        // As many as one product is worth starting for.
        let rows = 64usize.div_ceil(width);
        padded.fill(0.0);
        for (block, dz) in dz.chunks(rows * width * outputs).enumerate() {
            let pixels = dz.len() / outputs;
            held.resize(pixels * depth, 0.0);
            // SAFETY: the slices have these shapes.
            unsafe {
                product(
                    [pixels, depth, outputs],
                    Matrix::new(dz.as_ptr(), outputs),
                    Matrix::new(transposed.as_ptr(), depth),
                    held.as_mut_ptr(),
                    depth,
                    Finish::NOTHING,
                );
            }
            fold(window, channels, block * rows, held, padded);
        }
        crop(window, channels, padded, dx);
    }
}
