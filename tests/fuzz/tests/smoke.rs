//! Every target over its seeds and a fixed number of mutations: `DECAY_FUZZ_RUNS=1000000 cargo test --release -p decay-fuzz NAME` for more.

use std::panic::{AssertUnwindSafe, catch_unwind};

use decay_fuzz::{Mutations, TARGETS, Target};

/// Mutations of each target, if nobody says how many.
const RUNS: usize = 300;

fn runs() -> usize {
    std::env::var("DECAY_FUZZ_RUNS").map_or(RUNS, |text| text.parse().unwrap())
}

/// Whether the bytes are taken; keeps what made the reader panic.
fn read(target: &Target, bytes: Vec<u8>) -> bool {
    let read = catch_unwind(AssertUnwindSafe(|| target.read(bytes.clone())));
    read.unwrap_or_else(|_| {
        let path = std::env::temp_dir().join(format!("{}.finding", target.name));
        std::fs::write(&path, &bytes).unwrap();
        panic!("{} panicked on {}", target.name, path.display());
    })
}

fn smoke(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let seeds = (target.seeds)();
    assert!(!seeds.is_empty() && seeds.iter().all(|seed| !seed.is_empty()));
    // Mutations of what is refused at once would reach nothing.
    let taken = seeds
        .iter()
        .filter(|seed| read(target, (target.repair)(seed.to_vec())))
        .count();
    assert!(
        2 * taken >= seeds.len(),
        "{taken} of {} seeds are taken",
        seeds.len()
    );
    let mut mutations = Mutations::new(1);
    for _ in 0..runs() {
        read(target, (target.repair)(mutations.of(&seeds)));
    }
    stayed_small();
}

/// Whether all that has been read so far took no more memory than a small machine has.
fn stayed_small() {
    const MOST: u64 = 2 << 20;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    // Systems without that file have no figure.
    assert!(
        kibibytes.is_none_or(|peak| peak < MOST),
        "{kibibytes:?} KiB"
    );
}

macro_rules! smoke {
    ($($name:ident)*) => {
        /// Every target has a test of its own.
        #[test]
        fn all_are_here() {
            let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
        }

        $(#[test]
        fn $name() {
            smoke(stringify!($name));
        })*
    };
}

smoke! {
    delimited delimited_gz records columns npy npz npz_raw idx cifar picture graph_text graph_tables graph_npz linqs logits safetensors torch model
    record settings settings_of_run checkpoint checkpoint_parts
}
