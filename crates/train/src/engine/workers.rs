//! Threads that each run whole chunks, on one device each.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use decay_kernels::{POOL_THREADS, catch_panic};
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::TrainError;
use crate::problem::{Problem, Resident};

/// Something that belongs to one of a problem's devices.
pub(crate) struct Placed<T> {
    /// The device's place in the problem.
    pub(crate) device: usize,
    pub(crate) item: T,
}

/// Deals items to devices in even runs and each device's run in groups, so that the order of all groups is that of the items.
pub(crate) fn deal<T: Clone>(items: &[T], devices: usize, group: usize) -> Vec<Placed<Vec<T>>> {
    let run = items.len().div_ceil(devices.max(1)).max(1);
    let runs = items.chunks(run).enumerate();
    runs.flat_map(|(device, run)| {
        run.chunks(group.max(1)).map(move |group| Placed {
            device,
            item: group.to_vec(),
        })
    })
    .collect()
}

/// Thread pools bound to devices: kernels spread their work over the pool they are called in.
///
/// With as many workers as threads every pool has one thread, and a chunk runs without any hand-over between threads. A
/// GPU has one worker of one thread, since its operations are queued by thread.
pub(crate) struct Workers<'a> {
    residents: &'a [Resident],
    /// Of each device.
    pools: Vec<Vec<ThreadPool>>,
}

impl<'a> Workers<'a> {
    /// `each` workers for every device; CPU devices share `threads`.
    pub(crate) fn start(
        problem: &'a Problem,
        each: usize,
        threads: usize,
    ) -> Result<Self, TrainError> {
        let residents = problem.residents.as_slice();
        let workers = each * residents.len();
        let share = |w: usize| (threads * (w + 1) / workers) - (threads * w / workers);
        let pool = |w: usize, gpu: bool| {
            let threads = if gpu { 1 } else { share(w).max(1) };
            ThreadPoolBuilder::new()
                .num_threads(threads)
                .thread_name(move |t| format!("{POOL_THREADS}{w}-{t}"))
                .build()
        };
        let pools = residents.iter().enumerate().map(|(device, resident)| {
            (0..each)
                .map(|w| pool(device * each + w, resident.gpu))
                .collect()
        });
        let pools: Result<_, _> = pools.collect();
        let pools = pools.map_err(|error: rayon::ThreadPoolBuildError| TrainError::Threads {
            threads,
            reason: error.to_string(),
        })?;
        Ok(Self { residents, pools })
    }

    /// `work` of every item on its device, in their order; each worker takes its device's next item when it is done with one.
    ///
    /// # Errors
    /// [`TrainError::Device`] if `work` panics, as Burn and the drivers do; all workers stop after their present items.
    pub(crate) fn map<T: Sync, U: Send>(
        &self,
        items: &[Placed<T>],
        work: impl Fn(&Resident, &T) -> U + Sync,
    ) -> Result<Vec<U>, TrainError> {
        let devices = 0..self.pools.len();
        let queues: Vec<_> = devices.map(|device| Queue::of(items, device)).collect();
        let failed = AtomicBool::new(false);
        let run = |device: usize| {
            let mut done = Vec::new();
            while let Some(index) = queues[device].next() {
                if failed.load(Ordering::Relaxed) {
                    break;
                }
                let resident = &self.residents[device];
                let result = guard(resident, || work(resident, &items[index].item));
                failed.fetch_or(result.is_err(), Ordering::Relaxed);
                done.push((index, result));
            }
            done
        };
        let mut results = self.run(&queues, &run);
        results.sort_by_key(|(index, _)| *index);
        results.into_iter().map(|(_, result)| result).collect()
    }

    /// Calls `run` with its device on every worker that has something to do.
    fn run<U: Send>(&self, queues: &[Queue], run: &(impl Fn(usize) -> Vec<U> + Sync)) -> Vec<U> {
        let mut busy = Vec::new();
        for (device, pools) in self.pools.iter().enumerate() {
            let needed = pools.iter().take(queues[device].items.len());
            busy.extend(needed.map(|pool| (device, pool)));
        }
        if let [(device, pool)] = busy[..] {
            return pool.install(|| run(device));
        }
        std::thread::scope(|scope| {
            let mut started = Vec::with_capacity(busy.len());
            let mut done = Vec::new();
            for (device, pool) in busy {
                let work = move || pool.install(|| run(device));
                match std::thread::Builder::new().spawn_scoped(scope, work) {
                    Ok(thread) => started.push(thread),
                    // Where the system grants no more threads, this one waits for the pool itself.
                    Err(_) => done.extend(pool.install(|| run(device))),
                }
            }
            for thread in started {
                match thread.join() {
                    Ok(own) => done.extend(own),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            done
        })
    }

    /// `work` on the first worker of a device.
    pub(crate) fn on<U: Send>(
        &self,
        device: usize,
        work: impl FnOnce() -> U + Send,
    ) -> Result<U, TrainError> {
        let resident = &self.residents[device];
        self.pools[device][0].install(|| guard(resident, work))
    }

    /// Items in groups of at most `largest`, smaller where that gives every worker one.
    pub(crate) fn groups<T: Clone>(&self, items: &[T], largest: usize) -> Vec<Placed<Vec<T>>> {
        let workers: usize = self.pools.iter().map(Vec::len).sum();
        let even = items.len().div_ceil(workers).max(1);
        deal(items, self.pools.len(), largest.clamp(1, even))
    }
}

/// Places of one device's items.
struct Queue {
    items: Vec<usize>,
    next: AtomicUsize,
}

impl Queue {
    fn of<T>(items: &[Placed<T>], device: usize) -> Self {
        let own = |index: &usize| items[*index].device == device;
        Self {
            items: (0..items.len()).filter(own).collect(),
            next: AtomicUsize::new(0),
        }
    }

    fn next(&self) -> Option<usize> {
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        self.items.get(place).copied()
    }
}

/// `work`, whose panic becomes an error that names the device.
pub(crate) fn guard<U>(resident: &Resident, work: impl FnOnce() -> U) -> Result<U, TrainError> {
    catch_panic(work).map_err(|reason| TrainError::Device {
        device: resident.name.clone(),
        reason,
    })
}
