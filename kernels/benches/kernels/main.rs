//! Every kernel against its reference body, at the two shapes that matter: a population of small networks and one larger network.
//!
//! `all` in a name means every core. The others run in a pool of one thread, which is how a trainer that gives each
//! thread its own chunk of the population runs the kernels.

mod augmentation;
mod graph;
mod image_layers;
mod images;
mod network;
mod subject;
mod tape;

use std::sync::LazyLock;

use burn::backend::flex::FlexTensor;
use burn::tensor::TensorData;
use decay_kernels::{Decay, Direction, Rule};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

use network::{Network, floats, scalars};
use subject::{AT, Kernel, Reference, Subject};
use tape::Tape;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Every core; the benchmarks' own thread is a pool of one.
static ALL: LazyLock<rayon::ThreadPool> = LazyLock::new(|| {
    rayon::ThreadPoolBuilder::new()
        .build()
        .expect("a pool of all cores")
});

const DIGITS: [usize; 4] = [64, 64, 64, 10];
const FASHION: [usize; 4] = [784, 512, 512, 10];

fn main() {
    let _one = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build()
        .expect("a pool of this thread");
    divan::main();
}

/// Times `work`, which does so many `items`.
fn measure<T>(bencher: Bencher, items: usize, work: impl FnMut() -> T) {
    bencher.counter(ItemsCount::new(items)).bench_local(work);
}

#[divan::bench(types = [Kernel, Reference], args = [1, 8, 32, 160])]
fn digits_forward<S: Subject>(bencher: Bencher, members: usize) {
    let network = Network::new(members, &DIGITS, 64);
    measure(bencher, members, || network.forward::<S>());
}

#[divan::bench(types = [Kernel, Reference], args = [1, 8, 32, 160])]
fn digits_loss<S: Subject>(bencher: Bencher, members: usize) {
    let network = Network::new(members, &DIGITS, 64);
    let logits = network.forward::<S>().pop().expect("an output");
    measure(bencher, members, || network.loss::<S>(logits.clone()));
}

#[divan::bench(types = [Kernel, Reference], args = [1, 8, 32, 160])]
fn digits_backward<S: Subject>(bencher: Bencher, members: usize) {
    let network = Network::new(members, &DIGITS, 64);
    let outputs = network.forward::<S>();
    let gradient = network.loss::<S>(outputs[outputs.len() - 1].clone()).2;
    measure(bencher, members, || {
        network.backward::<S>(&outputs, gradient.clone())
    });
}

#[divan::bench(types = [Kernel, Reference], args = [1, 8, 32, 160])]
fn digits_update<S: Subject>(bencher: Bencher, members: usize) {
    let mut network = Network::new(members, &DIGITS, 64);
    let gradients = network.gradients::<S>();
    measure(bencher, members, || network.update::<S>(&gradients));
}

#[divan::bench(types = [Kernel, Reference], args = [1, 8, 16, 32, 160])]
fn digits_step<S: Subject>(bencher: Bencher, members: usize) {
    let mut network = Network::new(members, &DIGITS, 64);
    measure(bencher, members, || network.step::<S>());
}

/// The step through the public functions and autodiff: what a trainer pays.
#[divan::bench(args = [1, 8, 16, 32, 160])]
fn digits_step_autodiff(bencher: Bencher, members: usize) {
    let mut tape = Tape::new(members, &DIGITS, 64);
    measure(bencher, members, || tape.step());
}

#[divan::bench]
fn fashion_step_autodiff_all(bencher: Bencher) {
    let mut tape = Tape::new(1, &FASHION, 128);
    bencher.bench_local(|| ALL.install(|| tape.step()));
}

#[divan::bench(types = [Kernel, Reference])]
fn fashion_step<S: Subject>(bencher: Bencher) {
    let mut network = Network::new(1, &FASHION, 128);
    bencher.bench_local(|| network.step::<S>());
}

#[divan::bench(types = [Kernel, Reference])]
fn fashion_step_all<S: Subject>(bencher: Bencher) {
    let mut network = Network::new(1, &FASHION, 128);
    bencher.bench_local(|| ALL.install(|| network.step::<S>()));
}

#[divan::bench(types = [Kernel, Reference])]
fn fashion_forward_all<S: Subject>(bencher: Bencher) {
    let network = Network::new(1, &FASHION, 128);
    bencher.bench_local(|| ALL.install(|| network.forward::<S>()));
}

#[divan::bench(types = [Kernel, Reference])]
fn fashion_backward_all<S: Subject>(bencher: Bencher) {
    let network = Network::new(1, &FASHION, 128);
    let outputs = network.forward::<S>();
    let gradient = network.loss::<S>(outputs[outputs.len() - 1].clone()).2;
    bencher.bench_local(|| ALL.install(|| network.backward::<S>(&outputs, gradient.clone())));
}

/// AdamW over sixteen matrices of 1024 x 1024; bytes are four streams read and three written.
#[divan::bench(types = [Kernel, Reference])]
fn adamw_16_of_1024_squared_all<S: Subject>(bencher: Bencher) {
    const SIDE: usize = 1024;
    const TENSORS: usize = 16;
    let mut state: Vec<_> = (0..TENSORS)
        .map(|i| {
            Some((
                floats([1, SIDE, SIDE], i + 1),
                floats([2, 1, SIDE, SIDE], 0),
            ))
        })
        .collect();
    // One per tensor: a shared one would stay in the cache.
    let gradients: Vec<_> = (0..TENSORS)
        .map(|i| floats([1, SIDE, SIDE], i + 20))
        .collect();
    let (scalars, rule) = (scalars(1), ADAMW);
    bencher
        .counter(BytesCount::new(7 * 4 * SIDE * SIDE * TENSORS))
        .bench_local(|| {
            ALL.install(|| {
                for (slot, gradient) in state.iter_mut().zip(&gradients) {
                    let (w, m) = slot.take().expect("a parameter");
                    *slot = Some(S::UPDATE(w, gradient.clone(), m, scalars.clone(), 0, rule));
                }
            })
        });
}

pub(crate) const ADAMW: Rule = Rule::new(Direction::ADAM, Decay::Plain);

#[divan::bench(types = [Kernel, Reference], args = [32])]
fn dropout_64x64<S: Subject>(bencher: Bencher, members: usize) {
    let x = floats([members, 64, 64], 3);
    let rate = FlexTensor::from_data(TensorData::new(vec![0.3f32; members], [members]));
    let seeds: Vec<i32> = (0..2 * members as i32).collect();
    let seeds = FlexTensor::from_data(TensorData::new(seeds, [members, 2]));
    measure(bencher, members, || {
        S::DROPOUT(x.clone(), rate.clone(), seeds.clone(), AT)
    });
}

#[divan::bench(types = [Kernel, Reference], args = [32])]
fn gather_bytes_64x784<S: Subject>(bencher: Bencher, members: usize) {
    let (rows, features, batch) = (10_000, 784, 64);
    let values: Vec<u8> = (0..rows * features).map(|i| (i % 251) as u8).collect();
    let values = FlexTensor::from_data(TensorData::new(values, [rows, features]));
    let picks: Vec<i32> = (0..members * batch)
        .map(|i| (i * 7919 % rows) as i32)
        .collect();
    let picks = FlexTensor::from_data(TensorData::new(picks, [members, batch]));
    let fold = FlexTensor::from_data(TensorData::new(vec![0i32; members], [members]));
    let (center, scale) = (floats([1, features], 3), floats([1, features], 4));
    measure(bencher, members, || {
        S::GATHER(
            values.clone(),
            picks.clone(),
            fold.clone(),
            center.clone(),
            scale.clone(),
        )
    });
}

/// The products of both networks, `[m, n, k]`, as the layer's forward pass.
const PRODUCTS: [[usize; 3]; 13] = [
    [64, 64, 64],
    [64, 10, 64],
    [128, 512, 784],
    [128, 512, 512],
    [128, 10, 512],
    // Of one image of `images`: forward, gradient of the kernels, gradient of the input.
    [784, 32, 9],
    [196, 64, 288],
    [196, 32, 576],
    [784, 8, 9],
    [196, 16, 72],
    [196, 8, 144],
    [288, 64, 196],
    [72, 16, 196],
];

#[divan::bench(args = PRODUCTS.map(Product))]
fn product_linear(bencher: Bencher, &Product([m, n, k]): &Product) {
    let (x, w, b) = (
        floats([1, m, k], 1),
        floats([1, k, n], 2),
        floats([1, n], 3),
    );
    measure(bencher, 2 * m * n * k, || {
        let none = decay_kernels::Activation::Identity;
        Kernel::LINEAR(x.clone(), w.clone(), b.clone(), none)
    });
}

#[divan::bench(args = PRODUCTS.map(Product))]
fn product_gemm_crate(bencher: Bencher, &Product([m, n, k]): &Product) {
    let (x, w) = (vec![0.5f32; m * k], vec![0.25f32; k * n]);
    let mut c = vec![0f32; m * n];
    measure(bencher, 2 * m * n * k, || {
        // SAFETY: the vectors have exactly these shapes and strides.
        unsafe {
            gemm::gemm(
                m,
                n,
                k,
                c.as_mut_ptr(),
                1,
                n as isize,
                false,
                x.as_ptr(),
                1,
                k as isize,
                w.as_ptr(),
                1,
                n as isize,
                0.0,
                1.0,
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
        black_box(&mut c);
    });
}

/// A shape that prints as one.
struct Product([usize; 3]);

impl std::fmt::Display for Product {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [m, n, k] = self.0;
        write!(f, "{m}x{n}x{k}")
    }
}
