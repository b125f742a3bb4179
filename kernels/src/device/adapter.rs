//! What this machine has.

use burn::backend::DispatchDevice;
#[cfg(feature = "wgpu")]
use burn::backend::{CubeDevice, WgpuDeviceKind};
#[cfg(any(feature = "cuda", feature = "rocm", feature = "wgpu"))]
use burn::tensor::DeviceType;
use burn::tensor::{DType, Device};

use super::panics::catch_panic;
use super::{BACKENDS, Backend, DeviceError};

/// What computes, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdapterKind {
    /// A GPU with memory of its own.
    Discrete,
    /// A GPU that its interface does not classify.
    Gpu,
    /// A GPU of a virtual machine.
    Virtual,
    /// A GPU that shares the processor's memory.
    Integrated,
    /// A processor that plays a GPU.
    Software,
    /// A processor.
    Processor,
}

impl std::fmt::Display for AdapterKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Discrete => "discrete GPU",
            Self::Gpu => "GPU",
            Self::Virtual => "virtual GPU",
            Self::Integrated => "integrated GPU",
            Self::Software => "software",
            Self::Processor => "CPU",
        })
    }
}

/// A device that this machine has.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// By which it is asked for: `flex`, `cuda:0`.
    pub name: String,
    /// What computes.
    pub kind: AdapterKind,
    /// Its handle.
    pub device: Device,
}

/// What a device tells once it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What its driver calls it.
    pub part: Option<String>,
    /// Bytes of its memory.
    pub memory: Option<u64>,
}

impl Adapter {
    /// Starts the device, if it is not running.
    ///
    /// # Errors
    /// [`DeviceError::Failed`], with what the driver said.
    pub fn open(&self) -> Result<Opened, DeviceError> {
        catch_panic(|| Opened {
            part: part(&self.device),
            memory: device_memory(&self.device),
        })
        .map_err(|reason| DeviceError::Failed {
            name: self.name.clone(),
            reason,
        })
    }
}

/// The devices of a backend, best first; a GPU's place is its index. None where it is not compiled in.
///
/// # Errors
/// [`DeviceError::Failed`] if its driver cannot be asked.
pub fn adapters(backend: &Backend) -> Result<Vec<Adapter>, DeviceError> {
    let found = catch_panic(|| enumerate(backend.name));
    let mut found = found.map_err(|reason| DeviceError::Failed {
        name: backend.name.into(),
        reason,
    })?;
    found.sort_by_key(kind);
    let named = found
        .into_iter()
        .enumerate()
        .map(|(index, device)| Adapter {
            name: if backend.gpu {
                format!("{}:{index}", backend.name)
            } else {
                backend.name.into()
            },
            kind: kind(&device),
            device,
        });
    Ok(named.collect())
}

/// The name that a device is asked for by; for one that is in no list, how Burn describes it.
pub fn device_name(device: &Device) -> String {
    BACKENDS
        .iter()
        .filter(|backend| backend.compiled && backend.gpu == is_gpu(device))
        .filter_map(|backend| adapters(backend).ok())
        .flatten()
        .find(|adapter| adapter.device == *device)
        .map_or_else(|| format!("{device:?}"), |adapter| adapter.name)
}

/// Whether a device computes beside the processor, so that reading from it has to wait. A software adapter does, too.
pub fn is_gpu(device: &Device) -> bool {
    kind(device) != AdapterKind::Processor
}

/// Bytes of a GPU's memory, where its driver tells.
pub fn device_memory(device: &Device) -> Option<u64> {
    match inner(device.as_dispatch()) {
        #[cfg(any(feature = "cuda", feature = "rocm", feature = "wgpu"))]
        DispatchDevice::Cube(device) => device.client().properties().memory.max_memory(),
        _ => None,
    }
}

/// Whether a device has `bf16` products; the CPU bodies have not.
pub fn computes_in_bf16(device: &Device) -> bool {
    is_gpu(device) && device.supports_dtype(DType::BF16)
}

fn inner(device: &DispatchDevice) -> &DispatchDevice {
    match device {
        DispatchDevice::Autodiff(outer) => inner(outer),
        device => device,
    }
}

fn kind(device: &Device) -> AdapterKind {
    match inner(device.as_dispatch()) {
        #[cfg(feature = "wgpu")]
        DispatchDevice::Cube(CubeDevice::Wgpu(device)) => match device.kind {
            WgpuDeviceKind::DiscreteGpu(_) => AdapterKind::Discrete,
            WgpuDeviceKind::IntegratedGpu(_) => AdapterKind::Integrated,
            WgpuDeviceKind::VirtualGpu(_) => AdapterKind::Virtual,
            WgpuDeviceKind::Cpu => AdapterKind::Software,
            _ => AdapterKind::Gpu,
        },
        #[cfg(any(feature = "cuda", feature = "rocm", feature = "wgpu"))]
        DispatchDevice::Cube(_) => AdapterKind::Gpu,
        _ => AdapterKind::Processor,
    }
}

#[cfg(any(feature = "cuda", feature = "rocm", feature = "wgpu"))]
fn part(device: &Device) -> Option<String> {
    device.identity().map(|identity| identity.name)
}

#[cfg(not(any(feature = "cuda", feature = "rocm", feature = "wgpu")))]
fn part(_: &Device) -> Option<String> {
    None
}

/// The devices of a backend in the order of its driver.
fn enumerate(backend: &str) -> Vec<Device> {
    match backend {
        #[cfg(feature = "cuda")]
        "cuda" => Device::enumerate(DeviceType::Cuda).into_iter().collect(),
        #[cfg(feature = "rocm")]
        "rocm" => Device::enumerate(DeviceType::Rocm).into_iter().collect(),
        #[cfg(feature = "metal")]
        "metal" => Device::enumerate(DeviceType::Metal).into_iter().collect(),
        #[cfg(feature = "vulkan")]
        "vulkan" => Device::enumerate(DeviceType::Vulkan).into_iter().collect(),
        #[cfg(feature = "wgpu")]
        "wgpu" => Device::enumerate(DeviceType::Wgpu).into_iter().collect(),
        #[cfg(feature = "flex")]
        "flex" => vec![Device::flex()],
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)]
        "ndarray" => vec![Device::ndarray()],
        _ => Vec::new(),
    }
}
