//! From what a user writes to devices.

use burn::tensor::Device;

use super::{Adapter, AdapterKind, BACKENDS, Backend, DeviceError, adapters};

/// The devices that a name stands for, opened.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Their handles, in the order of their names.
    pub devices: Vec<Device>,
    /// Their names in full: `flex`, `cuda:0`, `cuda:0,cuda:1`.
    pub name: String,
    /// Why these, where `auto` chose and had a choice.
    pub reason: Option<String>,
}

impl Choice {
    fn of(adapters: Vec<Adapter>) -> Self {
        let names: Vec<_> = adapters.iter().map(|a| a.name.as_str()).collect();
        Self {
            name: names.join(","),
            reason: None,
            devices: adapters.into_iter().map(|a| a.device).collect(),
        }
    }
}

/// The devices of this name: `auto`, `BACKEND`, `BACKEND:INDEX`, or a list of GPUs as in `cuda:0,cuda:1`.
///
/// `auto` is the best GPU found by a backend of this build, never a software adapter; without one, the best CPU backend.
///
/// # Errors
/// [`DeviceError`], with the names or the command that would help.
pub fn devices(name: &str) -> Result<Choice, DeviceError> {
    let name = name.trim();
    if name == "auto" {
        return automatic();
    }
    let parts: Vec<&str> = name.split(',').map(str::trim).collect();
    let mut chosen: Vec<Adapter> = Vec::with_capacity(parts.len());
    for part in &parts {
        let adapter = named(part)?;
        if parts.len() > 1 && adapter.kind == AdapterKind::Processor {
            return Err(DeviceError::NotAGpu { name: adapter.name });
        }
        if chosen.iter().any(|other| other.name == adapter.name) {
            return Err(DeviceError::Repeated { name: adapter.name });
        }
        chosen.push(adapter);
    }
    for adapter in &chosen {
        adapter.open()?;
    }
    Ok(Choice::of(chosen))
}

/// One device by name; not opened yet.
fn named(name: &str) -> Result<Adapter, DeviceError> {
    let (backend, index) = match name.split_once(':') {
        Some((backend, index)) => (backend, Some(index)),
        None => (name, None),
    };
    let backend = BACKENDS
        .iter()
        .find(|known| known.name == backend)
        .ok_or_else(|| DeviceError::Unknown { name: name.into() })?;
    let index: usize = match index {
        None => 0,
        Some(text) if backend.gpu => text
            .parse()
            .map_err(|_| DeviceError::NoIndex { name: name.into() })?,
        Some(_) => return Err(DeviceError::IndexOfCpu { name: name.into() }),
    };
    if !backend.compiled {
        return Err(DeviceError::NotCompiled {
            feature: backend.name,
        });
    }
    let mut found = adapters(backend)?;
    if index >= found.len() {
        return Err(DeviceError::Absent {
            name: name.into(),
            found: found.into_iter().map(|adapter| adapter.name).collect(),
        });
    }
    Ok(found.swap_remove(index))
}

/// The best GPU that opens, else the best CPU backend.
fn automatic() -> Result<Choice, DeviceError> {
    let compiled = |gpu: bool| {
        BACKENDS
            .iter()
            .filter(move |backend| backend.compiled && backend.gpu == gpu)
    };
    let mut passed_over = Vec::new();
    for backend in compiled(true) {
        match best_gpu(backend) {
            Ok((adapter, part)) => {
                return Ok(Choice {
                    reason: Some(format!("the best GPU found, {part}")),
                    ..Choice::of(vec![adapter])
                });
            }
            Err(why) => passed_over.push(why),
        }
    }
    let best = compiled(false).next().ok_or(DeviceError::NothingFound)?;
    let mut choice = Choice::of(adapters(best)?);
    if !passed_over.is_empty() {
        choice.reason = Some(passed_over.join("; "));
    }
    Ok(choice)
}

/// A backend's best GPU and what its driver calls it, or why there is none.
fn best_gpu(backend: &Backend) -> Result<(Adapter, String), String> {
    let found = adapters(backend).map_err(|error| error.to_string())?;
    let Some(best) = found.into_iter().next() else {
        return Err(format!("{} found no GPU", backend.name));
    };
    if best.kind == AdapterKind::Software {
        return Err(format!(
            "{} found only a software adapter, {}",
            backend.name, best.name
        ));
    }
    let opened = best.open().map_err(|error| error.to_string())?;
    let part = opened.part.unwrap_or_else(|| best.kind.to_string());
    Ok((best, part))
}

#[cfg(test)]
mod tests {
    use super::super::{BACKENDS, DeviceError, device_name, is_gpu};
    use super::devices;

    fn refused(name: &str) -> String {
        devices(name).expect_err(name).to_string()
    }

    #[test]
    fn names_that_cannot_be_are_answered_with_what_can() {
        let all = refused("cudda");
        assert!(all.contains("'cudda'") && all.contains("auto"), "{all}");
        for backend in BACKENDS {
            assert!(all.contains(backend.name), "{all}");
        }
        assert!(refused("").contains("got ''"));
        assert!(refused("cuda:x").contains("whole number"));
        assert!(refused("cuda:-1").contains("whole number"));
        assert!(refused("flex:0").contains("only GPUs have an index"));
        assert!(refused("flex,").contains("got ''") || refused("flex,").contains("GPUs only"));
    }

    #[test]
    fn a_backend_that_is_not_compiled_is_answered_with_the_command() {
        let missing = BACKENDS.iter().filter(|backend| !backend.compiled);
        for backend in missing {
            assert_eq!(
                devices(backend.name).expect_err("not compiled"),
                DeviceError::NotCompiled {
                    feature: backend.name
                }
            );
            assert!(
                refused(backend.name)
                    .contains(&format!("cargo run --release --features {}", backend.name))
            );
        }
    }

    #[cfg(feature = "flex")]
    #[test]
    fn a_cpu_is_found_by_its_name_and_used_alone() {
        let choice = devices("flex").expect("the CPU");
        assert_eq!((choice.name.as_str(), choice.devices.len()), ("flex", 1));
        assert_eq!(device_name(&choice.devices[0]), "flex");
        assert!(!is_gpu(&choice.devices[0]));
        assert!(refused("flex,flex").contains("GPUs only"));
    }

    #[test]
    fn an_index_past_the_end_is_answered_with_what_is_there() {
        for backend in BACKENDS.iter().filter(|b| b.compiled && b.gpu) {
            let name = format!("{}:999", backend.name);
            let message = refused(&name);
            assert!(
                message.contains(&format!("'{name}' is not there")),
                "{message}"
            );
        }
    }

    #[test]
    fn auto_explains_itself_only_where_it_had_a_choice() {
        let gpus = BACKENDS.iter().any(|b| b.compiled && b.gpu);
        let choice = devices("auto").expect("a device");
        assert_eq!(choice.reason.is_some(), gpus);
        assert_eq!(choice.devices.len(), 1);
    }
}
