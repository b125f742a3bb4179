//! `decay devices`: where this build can compute, and what this machine has for it.

use decay_train::{Adapter, AdapterKind, BACKENDS, Resources, adapters, available_memory};

use crate::output;
use decay::Error;
use decay_report::text::Table;

/// `decay devices`.
pub(crate) fn devices() -> Result<(), Error> {
    let best = match decay_train::devices("auto") {
        Ok(choice) => {
            let why = choice.reason.map(|reason| format!(": {reason}"));
            format!("auto is {}{}", choice.name, why.unwrap_or_default())
        }
        Err(error) => error.to_string(),
    };
    output::print(&format!("{}\n{}\n{best}\n", compiled().text(), found()))
}

/// Every backend, with the command that adds it where this build lacks it.
fn compiled() -> Table {
    let mut table = Table::new(["backend", "in this build", "what"], 3);
    for backend in BACKENDS {
        let here = if backend.compiled {
            "yes".to_owned()
        } else {
            format!("no: cargo run --release --features {}", backend.name)
        };
        table.push(vec![backend.name.into(), here, backend.description.into()]);
    }
    table
}

/// Every device of the backends in this build, and what kept a driver from being asked.
fn found() -> String {
    let mut table = Table::new(["device", "adapter", "kind", "memory"], 4);
    let mut failures = String::new();
    for backend in BACKENDS.iter().filter(|backend| backend.compiled) {
        match adapters(backend) {
            Ok(found) if found.is_empty() => {
                failures.push_str(&format!("{}: no device found\n", backend.name));
            }
            Ok(found) => found.iter().for_each(|adapter| table.push(row(adapter))),
            Err(error) => failures.push_str(&format!("{error}\n")),
        }
    }
    format!("{}{failures}", table.text())
}

fn row(adapter: &Adapter) -> Vec<String> {
    let name = adapter.name.clone();
    let (part, memory) = match (adapter.kind, adapter.open()) {
        (_, Err(error)) => (error.to_string(), None),
        (AdapterKind::Processor, Ok(_)) => {
            let devices = std::slice::from_ref(&adapter.device);
            let threads = Resources::detect(devices, None, Some(0)).threads;
            let free = available_memory(devices);
            (format!("{threads} threads"), Some((free, " free")))
        }
        (_, Ok(opened)) => (
            opened.part.unwrap_or_else(|| "unknown".into()),
            opened.memory.map(|bytes| (bytes, "")),
        ),
    };
    let memory = memory.map_or_else(
        || "unknown".into(),
        |(bytes, which)| format!("{} MiB{which}", bytes >> 20),
    );
    vec![name, part, adapter.kind.to_string(), memory]
}
