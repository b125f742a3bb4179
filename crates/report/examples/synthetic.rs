//! Writes `report.html` from synthetic records into the folder given, or into the system's temporary one:
//! `cargo run -p decay-report --example synthetic -- out/`.

#[allow(unused_imports, dead_code, reason = "the tests use the rest")]
#[path = "../tests/suite/synthetic/mod.rs"]
mod synthetic;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(std::env::temp_dir, PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("report.html");
    let page = synthetic::report(&synthetic::demonstration_rates(), 20).to_html();
    std::fs::write(&path, page)?;
    println!("{}", path.display());
    Ok(())
}
