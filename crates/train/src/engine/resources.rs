//! Threads and memory, and how large a chunk of a population may be.

use burn::tensor::Device;
use decay_data::free_memory;
use decay_kernels::{device_memory, is_gpu};
use decay_model::Network;

use crate::engine::job::Job;
use crate::engine::progress::Record;
use crate::error::TrainError;
use crate::options::hyper::Member;
use crate::problem::Problem;
use crate::regularisers::HOOKS;
use crate::step::diagnostics::LayerRecord;
use crate::step::groups::Groups;

const MIB: u64 = 1 << 20;
/// Rows per forward pass of an evaluation, at most.
pub(crate) const BLOCK: usize = 512;
/// Members of one tensor program that every GPU runtime takes.
const MOST_ON_A_GPU: usize = 65_535;
/// Taken for a GPU's memory where nobody tells its size.
const UNKNOWN: u64 = 4096 * MIB;

/// Bytes of a process that trains nothing yet: its code, its threads and what the allocator keeps ready.
pub const PROCESS_MEMORY: u64 = 64 * MIB;

/// What a run may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resources {
    /// Threads of the CPU.
    pub threads: usize,
    /// Bytes of memory, of each device.
    pub memory: u64,
    /// Members per chunk; by default what fits the memory and, on a CPU, the cache.
    pub chunk: Option<usize>,
}

impl Resources {
    /// All cores and 60 % of what [`available_memory`] tells, where nothing else is asked for.
    pub fn detect(devices: &[Device], threads: Option<usize>, memory: Option<u64>) -> Self {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            threads: threads.unwrap_or_else(cores).max(1),
            memory: memory.unwrap_or_else(|| available_memory(devices) / 10 * 6),
            chunk: None,
        }
    }
}

/// Bytes that there are to share out on each device: a GPU's memory, the smallest of several; on a CPU what a process can
/// take without swapping. 4 GiB where nobody tells.
pub fn available_memory(devices: &[Device]) -> u64 {
    let of_gpus = devices.iter().filter(|device| is_gpu(device));
    let smallest = of_gpus
        .map(|gpu| device_memory(gpu).unwrap_or(UNKNOWN))
        .min();
    smallest.unwrap_or_else(free_memory)
}

/// How a population is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Members trained at the same time, on all devices; the next wave starts when they are done.
    pub(crate) wave: usize,
    /// Members per tensor program.
    pub(crate) chunk: usize,
    /// Chunks that advance at the same time on each device, on threads of their own.
    pub(crate) workers: usize,
}

/// One worker for a GPU; as many as there are threads for a CPU, but no more than members.
pub(crate) fn workers_per_device(
    problem: &Problem,
    resources: &Resources,
    members: usize,
) -> usize {
    if problem.on_gpus() {
        return 1;
    }
    let devices = problem.residents.len();
    let threads = resources.threads / devices;
    threads.min(members.div_ceil(devices)).max(1)
}

/// Cuts the members of a job so that every device's share fits the budget and, on a CPU, a chunk's working set fits the cache.
///
/// ```text
/// memory >= process + data + members whole + wave resident + in step working
/// ```
///
/// # Errors
/// [`TrainError::Memory`] where waves of one member do not fit.
pub(crate) fn cut(job: &Job<'_>) -> Result<Cut, TrainError> {
    let (problem, resources) = (job.problem, job.resources);
    let devices = problem.residents.len();
    let members = job.members.len();
    let share = members.div_ceil(devices);
    let need = Need::of(job);
    let beside = problem.bytes + need.process + need.whole * members as u64;
    let budget = resources.memory.saturating_sub(beside);
    let workers = workers_per_device(problem, resources, members);
    let wanted = resources
        .chunk
        .unwrap_or_else(|| {
            if problem.on_gpus() {
                share.min(MOST_ON_A_GPU)
            } else {
                need.cache_chunk()
            }
        })
        .clamp(1, share.div_ceil(workers).max(1));
    let chunk = (wanted..=wanted)
        .chain((1..wanted).rev())
        .find(|&chunk| need.bytes(chunk, chunk * workers) <= budget);
    let (chunk, workers) = match chunk {
        Some(chunk) => (chunk, workers),
        None if need.bytes(1, 1) <= budget => (1, 1),
        None => {
            return Err(TrainError::Memory {
                members,
                needed: (beside + need.bytes(1, 1)).div_ceil(MIB),
                budget: resources.memory / MIB,
            });
        }
    };
    let working = need.working * (chunk * workers) as u64;
    let wave = (budget - working.min(budget)) / need.resident.max(1);
    let wave = usize::try_from(wave).unwrap_or(usize::MAX);
    let wave = wave.max(chunk * workers).min(share.max(1));
    // Even chunks, a whole number of them for every worker.
    let rounds = wave.div_ceil(chunk * workers);
    Ok(Cut {
        wave: wave * devices,
        chunk: wave.div_ceil(rounds * workers),
        workers,
    })
}

/// Members that are evaluated together, each on at most so many rows: a few on a CPU, on a GPU what fits.
pub(crate) fn evaluation_chunk(
    network: &Network,
    problem: &Problem,
    resources: &Resources,
    rows: usize,
) -> usize {
    const ON_A_CPU: usize = 8;
    if let Some(chunk) = resources.chunk {
        return chunk;
    }
    if !problem.on_gpus() {
        return ON_A_CPU;
    }
    let block = problem.nodes.unwrap_or(BLOCK);
    let kept = (network.activations() + network.patches()) * block;
    let values = network.size() + kept + outputs(problem, rows);
    let fitting = resources.memory.saturating_sub(problem.bytes) / (4 * values as u64);
    usize::try_from(fitting)
        .unwrap_or(usize::MAX)
        .clamp(1, MOST_ON_A_GPU)
}

/// Values of the outputs on some rows, once in blocks and once joined for a read.
fn outputs(problem: &Problem, rows: usize) -> usize {
    let own = problem.objective.as_ref();
    2 * rows * own.map_or(problem.outputs, |own| own.outputs())
}

/// Bytes per member, and those of the process.
struct Need {
    /// Of the process, where it shares its memory with what is trained.
    process: u64,
    /// Kept from a member's first wave to the end of the run: final values, what was measured, outputs.
    whole: u64,
    /// Kept while its wave trains: parameters and moments on the device and on the host, and their copies in checkpoints.
    resident: u64,
    /// Kept during a step: gradients, activations and the epoch's tables.
    working: u64,
    /// Touched in every step.
    hot: u64,
}

impl Need {
    fn of(job: &Job<'_>) -> Self {
        let (network, problem, config) = (job.network, job.problem, job.config);
        let members = job.members;
        let any = |wants: fn(&Member) -> bool| u64::from(members.iter().any(wants));
        let parameters = 4 * network.size() as u64;
        let groups = Groups::new(network, config);
        let slots = groups.slots().zip(network.parameters());
        let behind = slots.map(|(slots, spec)| 4 * (slots * spec.len()) as u64);
        let kept = parameters * (1 + any(Member::averages)) + behind.sum::<u64>();
        let train = problem.folds.iter().map(|f| f.train.len()).max();
        let batch = config.rows_per_step(train.unwrap_or(0));
        let validation = problem.folds.iter().map(|f| f.validation.len()).max();
        // On a GPU a chunk's validation is one program, too.
        let (rows, outputs, patches) = if problem.on_gpus() {
            let outputs = 4 * outputs(problem, validation.unwrap_or(0)) as u64;
            // Patches once for the product and once for its gradient.
            (batch.max(BLOCK), outputs, 2 * network.patches())
        } else {
            (batch, 0, 0)
        };
        let rows = problem.nodes.unwrap_or(rows);
        let activations = 4 * ((network.activations() + patches) * rows) as u64;
        let costs = HOOKS
            .iter()
            .filter(|(hyper, _)| members.iter().any(|member| hyper.get(member) > 0.0));
        let costs: Vec<_> = costs.map(|(_, hook)| (hook.cost)()).collect();
        let passes = 1 + costs.iter().map(|own| own.passes).sum::<u64>();
        let copies = costs.iter().map(|own| own.copies).sum::<u64>();
        let tables = 8 * train.unwrap_or(0) as u64;
        let best = if config.patience > 0 { parameters } else { 0 };
        let host = Host::of(job);
        Self {
            process: if problem.on_gpus() { 0 } else { PROCESS_MEMORY },
            whole: host.whole(job, parameters),
            resident: kept + host.generations * (kept + best),
            working: (2 + copies) * parameters + passes * activations + tables + outputs,
            hot: kept + (1 + copies) * parameters + passes * activations,
        }
    }

    fn bytes(&self, in_step: usize, resident: usize) -> u64 {
        let in_step = in_step.max(resident) as u64;
        self.resident * resident as u64 + self.working * in_step
    }

    /// Members whose working set fits a core's second-level cache, but enough to spread the cost of a step's launch.
    fn cache_chunk(&self) -> usize {
        /// Where the size of the cache cannot be read: that of common desktop cores.
        const USUAL: u64 = 1 << 20;
        /// Up to this many small members share a step even where they leave the cache a little.
        const LAUNCH: u64 = 4;
        let cache = second_level_cache().unwrap_or(USUAL);
        let fitting = cache / self.hot.max(1);
        let small = self.hot * LAUNCH <= 4 * cache;
        fitting.max(if small { LAUNCH } else { 1 }) as usize
    }
}

/// What members keep in the memory of the host.
struct Host {
    /// Copies of a member's values while it trains.
    generations: u64,
    /// Copies of everything else.
    copies: u64,
}

impl Host {
    fn of(job: &Job<'_>) -> Self {
        match (job.problem.on_gpus(), job.checkpoints) {
            // The present values; those of a checkpoint that is being written, and the bytes of its file; those of one that waits.
            (false, Some(_)) => Self {
                generations: 4,
                copies: 3,
            },
            _ => Self {
                generations: 1,
                copies: 1,
            },
        }
    }

    /// Bytes of one member from its first wave to the end: final values twice, beside them in the file of a checkpoint or among what is
    /// returned, its history, and its outputs on the rows it is validated on, as they come and as logits of twice the size.
    fn whole(&self, job: &Job<'_>, parameters: u64) -> u64 {
        /// A record as JSON in a checkpoint's file, while that is put together.
        const JSON: usize = 512;
        if job.problem.on_gpus() {
            return 0;
        }
        let config = job.config;
        let epochs = u64::from(config.epochs);
        let layers = if config.diagnostics {
            job.network.parameters().len() as u64
        } else {
            0
        };
        let json = if self.copies > 1 { JSON } else { 0 } as u64;
        let record = |size: usize| self.copies * size as u64 + json;
        let history =
            epochs * (2 * record(size_of::<Record>()) + layers * record(size_of::<LayerRecord>()));
        let rows = job.problem.folds.iter().map(|fold| fold.validation.len());
        let outputs = 4 * (rows.max().unwrap_or(0) * job.problem.outputs) as u64;
        2 * parameters + history + 3 * outputs
    }
}

/// Bytes of one core's second-level cache, where the system tells.
fn second_level_cache() -> Option<u64> {
    let text = std::fs::read_to_string("/sys/devices/system/cpu/cpu0/cache/index2/size").ok()?;
    let text = text.trim();
    let (digits, unit) = match text.strip_suffix('K') {
        Some(digits) => (digits, 1 << 10),
        None => (text.strip_suffix('M')?, MIB),
    };
    digits.parse::<u64>().ok().map(|n| n * unit)
}
