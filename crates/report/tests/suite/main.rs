//! Everything that the crate promises, in one program.

mod drawn;
mod extremes;
mod files;
mod json;
mod layout;
mod learning_curve;
mod markup;
mod page;
mod picture;
mod pictures;
mod reading;
mod surface;
mod synthetic;
