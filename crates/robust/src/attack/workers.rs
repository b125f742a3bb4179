//! Tiles of members and rows, and the threads that work on them.

use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Builder;

use burn::tensor::Device;
use decay_kernels::{POOL_THREADS, catch_panic, is_gpu};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::RobustError;
use crate::population::Population;

/// Members and rows that are attacked together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tile {
    pub(crate) members: Range<usize>,
    pub(crate) rows: Range<usize>,
}

/// Cuts a population and its rows into tiles.
///
/// On a CPU what a tile's pass keeps fits the second-level cache, so that a worker stays with it through an attack; on a GPU it is what
/// keeps the device busy. The result does not depend on it: rows of different tiles never meet.
pub(crate) fn tiles(population: &Population, rows: usize) -> Vec<Tile> {
    let members = population.states.len();
    let activations = population.network.activations().max(1);
    let pairs = if population.devices.iter().any(is_gpu) {
        /// Values between layers: 512 MiB.
        const BUSY: usize = 1 << 27;
        (BUSY / activations).max(1)
    } else {
        /// Values between layers: 512 KiB, beside which the attack keeps as many points.
        const CACHE: usize = 1 << 17;
        /// Two tiles for each thread even out who is done first.
        const FEWEST: usize = 16;
        let even = (members * rows).div_ceil(2 * population.threads.max(1));
        (CACHE / activations).clamp(32, 512).min(even.max(FEWEST))
    };
    let height = pairs.min(rows).max(1);
    // Of even height, so that no tile is a sliver.
    let height = rows.div_ceil(rows.div_ceil(height).max(1)).max(1);
    let width = (pairs / height).max(1);
    let ranges = |count: usize, size: usize| {
        (0..count)
            .step_by(size)
            .map(move |start| start..(start + size).min(count))
    };
    ranges(members, width)
        .flat_map(|members| {
            ranges(rows, height).map(move |rows| Tile {
                members: members.clone(),
                rows,
            })
        })
        .collect()
}

/// Thread pools bound to devices, as in training: on a CPU one thread each, on a GPU one worker that queues its operations.
pub(crate) struct Workers<'a> {
    pools: Vec<(&'a Device, ThreadPool)>,
    population: Population<'a>,
}

impl<'a> Workers<'a> {
    /// CPU devices share the population's threads, and none starts more workers than there are `tiles`.
    ///
    /// # Errors
    /// [`RobustError::Threads`].
    pub(crate) fn start(population: Population<'a>, tiles: usize) -> Result<Self, RobustError> {
        let Population {
            devices, threads, ..
        } = population;
        let processors = devices.iter().filter(|device| !is_gpu(device)).count();
        let each = (threads / processors.max(1)).max(1);
        let mut pools = Vec::new();
        for device in devices {
            let workers = if is_gpu(device) {
                1
            } else {
                each.min(tiles).max(1)
            };
            for worker in 0..workers {
                // Fewer tiles than threads: the kernels split their products over what is left.
                let size = if is_gpu(device) { 1 } else { each / workers };
                let pool = ThreadPoolBuilder::new()
                    .num_threads(size)
                    .thread_name(move |t| format!("{POOL_THREADS}{worker}-{t}"))
                    .build()
                    .map_err(|error| RobustError::Threads {
                        threads,
                        reason: error.to_string(),
                    })?;
                pools.push((device, pool));
            }
        }
        Ok(Self { pools, population })
    }

    /// `work` of every item, in their order; each worker takes the next item when it is done with one.
    ///
    /// # Errors
    /// [`RobustError::Device`], [`RobustError::Fault`] if `work` panics, as Burn and the drivers do; [`RobustError::Interrupted`].
    pub(crate) fn map<T: Sync, U: Send>(
        &self,
        items: &[T],
        work: impl Fn(&Device, &T) -> U + Sync,
        progress: &(dyn Fn(f64) + Sync),
    ) -> Result<Vec<U>, RobustError> {
        let (next, done, failed) = (
            AtomicUsize::new(0),
            AtomicUsize::new(0),
            AtomicBool::new(false),
        );
        let run = |device: &Device| {
            let mut results = Vec::new();
            while !failed.load(Ordering::Relaxed) {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(index) else { break };
                let result = catch_panic(|| work(device, item));
                failed.fetch_or(result.is_err(), Ordering::Relaxed);
                let result = result.map_err(|reason| self.population.failure(device, reason));
                results.push((index, result));
                let finished = done.fetch_add(1, Ordering::Relaxed) + 1;
                progress(finished as f64 / items.len() as f64);
            }
            results
        };
        let run = &run;
        let by_worker = std::thread::scope(|scope| {
            let started = self.pools.iter().map(|(device, pool)| {
                Builder::new().spawn_scoped(scope, move || pool.install(|| run(device)))
            });
            let started: Vec<_> = started.collect();
            if started.iter().any(Result::is_err) {
                failed.store(true, Ordering::Relaxed);
            }
            let joined = started.into_iter().map(|thread| match thread?.join() {
                Ok(results) => Ok(results),
                Err(panic) => std::panic::resume_unwind(panic),
            });
            joined.collect::<io::Result<Vec<_>>>()
        })
        .map_err(|error| RobustError::Threads {
            threads: self.population.threads,
            reason: error.to_string(),
        })?;
        let mut results: Vec<_> = by_worker.into_iter().flatten().collect();
        results.sort_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }
}
