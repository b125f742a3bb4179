//! What a claim has to say for itself.

use decay_report::plot::Picture;

use crate::failure::Result;
use crate::judgement::Judgement;
use crate::lab::Lab;
use crate::measurements::Measurements;

/// What is claimed, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct About {
    /// The crate: `env!("CARGO_PKG_NAME")`.
    pub name: &'static str,
    /// A few words.
    pub title: &'static str,
    /// The claim in one sentence.
    pub statement: &'static str,
    /// Who claims it.
    pub source: &'static str,
}

/// A picture with what it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Name of the files, without `.svg` and `.png`.
    pub file: &'static str,
    /// One sentence.
    pub caption: String,
    /// The picture.
    pub picture: Picture,
}

/// One statement of the literature, and the experiment that tests it.
///
/// Only [`Claim::measure`] trains. The verdict and the pictures are made of the measurements alone, as they are read back from their
/// file, so that anybody can repeat them without a device.
pub trait Claim {
    /// What is claimed.
    fn about(&self) -> About;

    /// What a file after `--data` is to hold, of a claim that can be measured on data of one's own.
    fn own_data(&self) -> Option<&'static str> {
        None
    }

    /// Trains populations and notes their figures.
    ///
    /// # Errors
    /// Whatever prevents it.
    fn measure(&self, lab: &Lab) -> Result<Measurements>;

    /// What the measurements say of each part of the claim, the headline first.
    ///
    /// # Errors
    /// If the measurements are not those of this claim.
    fn judge(&self, measured: &Measurements) -> Result<Judgement>;

    /// The measurements as pictures, the most telling first.
    ///
    /// # Errors
    /// If the measurements are not those of this claim.
    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>>;
}
