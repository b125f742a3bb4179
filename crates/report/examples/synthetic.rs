//! Writes `report.html` from synthetic records into the folder given, or into the system's temporary one; with a number of
//! rates, a page of so many, and says how long and how large it was:
//! `cargo run --release -p decay-report --example synthetic -- out/ 64`.

#[allow(unused_imports, dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/synthetic/mod.rs"]
mod synthetic;

use std::path::PathBuf;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments
        .next()
        .map_or_else(std::env::temp_dir, PathBuf::from);
    let count = arguments
        .next()
        .and_then(|count| count.to_str()?.parse().ok());
    let rates = count.map_or_else(synthetic::demonstration_rates, |count| {
        synthetic::rates(1e-4, 10.0, count)
    });
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("report.html");
    let report = synthetic::report(&rates, 20);
    let start = Instant::now();
    let page = report.to_html();
    let seconds = start.elapsed().as_secs_f64();
    std::fs::write(&path, &page)?;
    println!("{}", path.display());
    println!(
        "{} rates: {} bytes in {seconds:.3} s",
        rates.len(),
        page.len()
    );
    Ok(())
}
