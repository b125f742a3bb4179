//! The hand-written CPU bodies, and what concerns them alone.

use std::fmt::Debug;
use std::sync::LazyLock;

use burn::backend::Flex as Subject;
use rayon::ThreadPool;

use super::Habits;

mod augmented_batch;
mod product;
mod refusals;
mod refused_images;
mod subnormals;
#[path = "../suite/mod.rs"]
mod suite;
mod update_in_place;
mod weighted_rows;

impl Habits for Subject {
    fn assert_spread_is_immaterial<T: PartialEq + Debug + Send>(run: impl Fn() -> T + Send + Sync) {
        let mut results = POOLS.iter().map(|pool| pool.install(&run));
        let first = results.next();
        for other in results {
            assert_eq!(
                first,
                Some(other),
                "the result depends on the number of threads"
            );
        }
    }
}

/// Of one, two and three threads.
static POOLS: LazyLock<[ThreadPool; 3]> = LazyLock::new(|| [1, 2, 3].map(pool));

fn pool(threads: usize) -> ThreadPool {
    let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
    builder.build().expect("a pool of threads")
}
