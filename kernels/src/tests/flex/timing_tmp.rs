use crate::{Activation, Csr, EntryDropout, dropout, sparse_linear};
use burn::tensor::{Device, Int, Tensor, TensorData};
use decay_random::{At, Purpose, Stream};
use std::time::Instant;

fn random(rows: usize, columns: usize, per_row: usize) -> Csr {
    // Zipf-like columns.
    let mut u = vec![0.0f32; rows * per_row];
    Stream::new(1, Purpose::Initialise, At::default()).fill_uniform(&mut u);
    let offsets: Vec<u32> = (0..=rows).map(|i| (i * per_row) as u32).collect();
    let mut indices: Vec<u32> = u
        .iter()
        .map(|&u| ((u.powf(1.6)) * columns as f32) as u32)
        .collect();
    for row in indices.chunks_mut(per_row) {
        row.sort();
    }
    let values = vec![0.05f32; rows * per_row];
    Csr::new(rows, columns, &offsets, &indices, &values, &Device::flex())
}
fn time(name: &str, members: usize, mut f: impl FnMut()) {
    let mut best = f64::MAX;
    for _ in 0..30 {
        let t = Instant::now();
        f();
        best = best.min(t.elapsed().as_secs_f64());
    }
    println!("{name}: {:.1} us a member", best * 1e6 / members as f64);
}
#[test]
#[ignore]
fn timing() {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    pool.install(|| {
        for members in [1usize, 4, 20] {
            println!("members {members}");
            let d = Device::flex();
            let features = random(2708, 1433, 18);
            let graph = random(2708, 2708, 5);
            let ramp = |n: usize| (0..n).map(|i| (i % 17) as f32 / 17.0).collect::<Vec<_>>();
            let t = |a: usize, b: usize| {
                Tensor::<3>::from_data(TensorData::new(ramp(members * a * b), [members, a, b]), &d)
            };
            let (w, h16, h7) = (t(1433, 16), t(2708, 16), t(2708, 7));
            let rate =
                Tensor::<1>::from_data(TensorData::new(vec![0.5f32; members], [members]), &d);
            let seeds = Tensor::<2, Int>::from_data(
                TensorData::new((0..2 * members as i32).collect::<Vec<_>>(), [members, 2]),
                (&d, burn::tensor::DType::I32),
            );
            let drop = || EntryDropout {
                rate: rate.clone(),
                seeds: seeds.clone(),
                at: At::default(),
            };
            time("mask", members, || {
                drop().keep(features.entries());
            });
            let kept = drop().keep(features.entries());
            use crate::SparseOps;
            use burn::backend::Dispatch;
            time("X W", members, || {
                Dispatch::sparse_product(
                    features.to_dispatch(),
                    w.clone().into_dispatch(),
                    crate::Kept::All,
                );
            });
            time("X W kept", members, || {
                Dispatch::sparse_product(
                    features.to_dispatch(),
                    w.clone().into_dispatch(),
                    kept.clone(),
                );
            });
            time("X^T dY kept", members, || {
                Dispatch::sparse_product(
                    features.to_dispatch().transposed(),
                    h16.clone().into_dispatch(),
                    kept.clone(),
                );
            });
            let b = Tensor::<2>::zeros([members, 16], &d);
            time("A H16 +b relu", members, || {
                sparse_linear(&graph, h16.clone(), Some(b.clone()), Activation::Relu, None);
            });
            time("A H7", members, || {
                sparse_linear(&graph, h7.clone(), None, Activation::Identity, None);
            });
            time("dropout 2708x16", members, || {
                dropout(h16.clone(), rate.clone(), seeds.clone(), At::default());
            });
        }
    });
}
