//! `decay devices`: where this build can compute.

use decay_train::{BACKENDS, Resources, available_memory};

use crate::failure::Failure;
use crate::output;
use crate::table::Table;

/// `decay devices`.
pub(crate) fn devices() -> Result<(), Failure> {
    let mut table = Table::new(["device", "in this build", "what"], 3);
    for backend in BACKENDS {
        let here = match backend.compiled {
            true => "yes".to_owned(),
            false => format!("no: cargo run --release --features {}", backend.name),
        };
        table.push(vec![backend.name.into(), here, backend.description.into()]);
    }
    let best = decay_train::device("auto").map_or("none", |(_, name)| name);
    let threads = Resources::detect(None, Some(0)).threads;
    let free = available_memory() >> 20;
    output::print(&format!(
        "{}\nauto is {best}; {threads} threads, {free} MiB of memory free\n",
        table.text()
    ))
}
