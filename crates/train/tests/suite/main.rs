//! What training promises, in one program.

mod architectures;
mod averages;
mod devices;
mod exact;
mod golden;
mod identities;
mod losses;
mod objectives;
mod optimizers;
mod population;
mod refusals;
mod regularisers;
mod setup;
mod sparse_paths;
mod table_networks;
mod targets;
mod training_choices;
