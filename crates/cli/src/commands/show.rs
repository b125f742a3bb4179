//! `decay show`: what a run came to, from its records.

use std::path::Path;

use crate::output;
use decay::Error;

/// `decay show`.
pub(crate) fn show(run: &Path) -> Result<(), Error> {
    output::print_words(&decay::run::shown(run)?)
}
