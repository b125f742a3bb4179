//! Devices by name: what this build has, what this machine has, and what a name stands for.

mod adapter;
mod choice;
mod error;
mod panics;
mod reads;

pub use adapter::{
    Adapter, AdapterKind, Opened, adapters, computes_in_bf16, device_memory, device_name, is_gpu,
};
pub use choice::{Choice, devices};
pub use error::DeviceError;
pub use panics::catch_panic;
pub use reads::{host_reads, read};

/// How the names of the threads begin that compute in pools, so that a panic in one is told from others.
pub const POOL_THREADS: &str = "decay-";

/// A backend that decay can be built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend {
    /// Name of the cargo feature and of its devices.
    pub name: &'static str,
    /// What it is, in a few words.
    pub description: &'static str,
    /// Whether its devices are GPUs, which have indices.
    pub gpu: bool,
    /// Whether this build has it.
    pub compiled: bool,
}

impl Backend {
    const fn gpu(name: &'static str, description: &'static str, compiled: bool) -> Self {
        Self {
            name,
            description,
            gpu: true,
            compiled,
        }
    }

    const fn cpu(name: &'static str, description: &'static str, compiled: bool) -> Self {
        Self {
            name,
            description,
            gpu: false,
            compiled,
        }
    }
}

/// Every backend, best first.
pub const BACKENDS: [Backend; 7] = [
    Backend::gpu("cuda", "NVIDIA GPUs through CUDA", cfg!(feature = "cuda")),
    Backend::gpu("rocm", "AMD GPUs through ROCm", cfg!(feature = "rocm")),
    Backend::gpu(
        "metal",
        "Apple GPUs, shaders in Metal's language",
        cfg!(feature = "metal"),
    ),
    Backend::gpu(
        "vulkan",
        "Vulkan GPUs, shaders in SPIR-V",
        cfg!(feature = "vulkan"),
    ),
    Backend::gpu("wgpu", "any GPU, shaders in WGSL", cfg!(feature = "wgpu")),
    Backend::cpu(
        "flex",
        "CPU, hand-written kernels on all cores",
        cfg!(feature = "flex"),
    ),
    Backend::cpu(
        "ndarray",
        "CPU, reference bodies in Burn's operations; slow, for comparison",
        cfg!(feature = "ndarray"),
    ),
];
