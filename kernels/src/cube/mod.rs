//! Hand-written bodies for every CubeCL runtime (CUDA, ROCm, Metal, Vulkan, wgpu): one source, compiled for the device a tensor is on.
//!
//! A kernel is launched over a grid whose second axis is the member, so that no body divides to find whose element it holds.
//! Wherever nobody else holds a tensor its buffer is reused for the result.

mod activation;
mod attention;
mod attention_gradient;
mod augment;
mod columns;
mod conv;
mod depthwise;
mod gather;
mod launch;
mod linear;
mod loss;
mod mixup;
mod norm;
mod perturb;
mod philox;
mod pool;
mod random;
mod sliding;
mod smooth;
mod sparse;
mod update;
