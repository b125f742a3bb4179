//! How fast files are read. Run alone: `cargo test --release -p decay-data -- --ignored --nocapture speed`.

use std::fmt::Write;
use std::time::Instant;

use decay_data::{Dataset, Embedded, Options, Preprocess, Table, read_image_folders};

use crate::files::Files;
use crate::image_folders::{COLOUR, png};

/// 100 MB of numbers, with labels in one column of ten; or the file that `DECAY_CSV` names.
#[test]
#[ignore = "takes seconds and needs an idle machine"]
fn speed_of_csv() {
    let files = Files::new();
    let path = match std::env::var_os("DECAY_CSV") {
        Some(path) => path.into(),
        None => files.write("big.csv", numbers(100_000_000)),
    };
    let megabytes = std::fs::metadata(&path).unwrap().len() as f64 / 1e6;
    let start = Instant::now();
    let table = Table::read(path, &Options::default()).unwrap();
    let read = start.elapsed().as_secs_f64();
    let data = Dataset::from_table(&table, &Options::default()).unwrap();
    let encoded = start.elapsed().as_secs_f64() - read;
    let rate = megabytes / read;
    println!(
        "{} rows: read {rate:.0} MB/s, encoded in {encoded:.2} s",
        data.rows
    );
    assert!(rate > 50.0);
}

/// Rows of nine columns of numbers and one of labels.
fn numbers(bytes: usize) -> String {
    let mut text = String::from("a,b,c,d,e,f,g,h,kind,y\n");
    let mut row = 0_u64;
    while text.len() < bytes {
        row += 1;
        let x = (row.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / 1000.0;
        writeln!(
            text,
            "{x},{row},{:.4},-{x},0,{:.6},{x},1.5,k{},{}",
            x / 3.0,
            x / 7.0,
            row % 50,
            row % 2
        )
        .unwrap();
    }
    text
}

#[test]
#[ignore = "measures"]
fn speed_of_preprocess() {
    let data = Embedded::FashionMini.load().unwrap();
    let rows: Vec<usize> = (0..data.rows).cycle().take(48_000).collect();
    let start = Instant::now();
    std::hint::black_box(Preprocess::fit(&data, &rows));
    println!(
        "48,000 x 784 bytes fitted in {:.2} s",
        start.elapsed().as_secs_f64()
    );
}

#[test]
#[ignore = "measures"]
fn speed_of_image_folders() {
    let files = Files::new();
    for image in 0..5000_u32 {
        let noise = (0..3072_u32).map(|i| (image.wrapping_mul(i ^ 0x9E37_79B9) >> 11) as u8);
        let bytes = png(32, 32, 8, COLOUR, &noise.collect::<Vec<u8>>());
        files.write(&format!("{}/{image}.png", image % 10), bytes);
    }
    let start = Instant::now();
    let (images, _) = read_image_folders(files.root(), None).unwrap();
    println!(
        "{} PNG files of 32 x 32 in {:.2} s",
        images.labels.len(),
        start.elapsed().as_secs_f64()
    );
}
