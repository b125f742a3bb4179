//! Sums over the images of a member, a fixed number of images at a time.

use crate::linear::cpu::sum_rows;

/// The gradients of kernels and bias from some images.
pub(crate) struct Partial {
    pub(crate) dw: Vec<f32>,
    pub(crate) db: Vec<f32>,
}

/// Where they are added up.
pub(crate) struct Sums<'a> {
    pub(crate) dw: &'a mut [f32],
    pub(crate) db: &'a mut [f32],
}

impl Partial {
    pub(crate) fn new(of_weight: usize, outputs: usize) -> Self {
        Self {
            dw: vec![0.0; of_weight],
            db: vec![0.0; outputs],
        }
    }

    pub(crate) fn sums(&mut self) -> Sums<'_> {
        Sums {
            dw: &mut self.dw,
            db: &mut self.db,
        }
    }

    /// Zeros, in the same room.
    pub(crate) fn cleared(&mut self) -> Sums<'_> {
        self.dw.fill(0.0);
        self.db.fill(0.0);
        self.sums()
    }
}

impl Sums<'_> {
    pub(crate) fn add(&mut self, other: &Sums) {
        self.take(false, other.dw, other.db);
    }

    /// Adds, or sets if these are the first.
    pub(crate) fn take(&mut self, first: bool, dw: &[f32], db: &[f32]) {
        if first {
            self.dw.copy_from_slice(dw);
            self.db.copy_from_slice(db);
        } else {
            sum_rows(self.dw, dw);
            sum_rows(self.db, db);
        }
    }
}
