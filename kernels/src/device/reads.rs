//! Reading values back, counted: each read waits for the device.

use std::sync::atomic::{AtomicU64, Ordering};

use burn::tensor::Tensor;

static READS: AtomicU64 = AtomicU64::new(0);

/// How often this process has read values from a device; on a CPU a read waits for nothing, but counts, too.
pub fn host_reads() -> u64 {
    READS.load(Ordering::Relaxed)
}

/// The values of a float tensor in row-major order; waits until the device has computed them.
///
/// # Panics
/// Where the device is lost or out of memory; [`catch_panic`](super::catch_panic) makes it a message.
pub fn read<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    READS.fetch_add(1, Ordering::Relaxed);
    match tensor.try_into_data() {
        Ok(data) => data.iter::<f32>().collect(),
        Err(error) => panic!("{error}"),
    }
}
