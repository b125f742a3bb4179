//! Work that takes a whole population to its first device.

use decay_kernels::{POOL_THREADS, catch_panic, device_name};
use rayon::ThreadPoolBuilder;

use crate::RobustError;
use crate::attack::Population;
use crate::victim::Victim;

/// Runs `work` on a pool of the population's threads; kernels spread over it.
pub(crate) fn on_first_device<T: Send>(
    population: &Population<'_>,
    work: impl FnOnce(&Victim<'_>) -> T + Send,
) -> Result<T, RobustError> {
    let Some(device) = population.devices.first() else {
        return Err(RobustError::Length {
            what: "devices",
            expected: 1,
            got: 0,
        });
    };
    let threads = population.threads.max(1);
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|t| format!("{POOL_THREADS}0-{t}"))
        .build()
        .map_err(|error| RobustError::Threads {
            threads,
            reason: error.to_string(),
        })?;
    let (network, states, scales) = (population.network, population.states, population.scales);
    let run = || catch_panic(|| work(&Victim::new(network, states, scales, device)));
    pool.install(run).map_err(|reason| RobustError::Device {
        device: device_name(device),
        reason,
    })
}
