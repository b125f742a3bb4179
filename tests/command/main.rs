//! The command from outside: what it prints, returns and leaves behind.

mod harness;

mod agreement;
mod audit;
mod audit_elsewhere;
mod bad_input;
#[cfg(target_os = "linux")]
mod budgets;
mod demonstration;
mod details;
mod first_screen;
mod foreign_predictions;
mod kinds_of_data;
mod labels;
mod learning_curve;
mod library;
mod losses;
mod networks;
mod practitioner;
mod predictions;
mod probe;
#[cfg(unix)]
mod resume;
mod run_directory;
mod stopping;
mod sweeps;
mod targets;
mod terminal;
mod ties;
mod time_scale;
mod training_settings;
mod true_sentences;
mod typed_files;
mod untidy_graphs;
mod untidy_images;
mod untidy_tables;
#[cfg(unix)]
mod watching;
