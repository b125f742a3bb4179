//! Hand-written bodies for every CubeCL runtime (CUDA, ROCm, Metal, Vulkan, wgpu): one source, compiled for the device a tensor is on.
//!
//! A kernel is launched over a grid whose second axis is the member, so that no body divides to find whose element it holds.
//! Wherever nobody else holds a tensor its buffer is reused for the result.

pub(crate) mod columns;
pub(crate) mod launch;
mod launches;
pub(crate) mod philox;

pub use launches::Launches;
