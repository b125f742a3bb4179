//! Every kernel against its reference body, against other people's numbers, and by the properties that name it.

mod dropout;
mod gather;
mod gradients;
mod linear;
mod loss;
mod oracle;
mod oracle_layers;
mod oracle_optim;
mod product;
mod refusals;
mod update;
mod update_in_place;
mod values;
