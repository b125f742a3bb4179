//! Writes the seeds of a target into a folder, for a fuzzer to begin with: `seeds NAME FOLDER`; without arguments the targets' names.

use std::path::Path;

use decay_fuzz::TARGETS;

fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = words.as_slice() else {
        TARGETS
            .iter()
            .for_each(|target| println!("{}", target.name));
        return Ok(());
    };
    std::fs::create_dir_all(folder)?;
    let target = TARGETS.iter().find(|target| target.name == name);
    let seeds = target.map(|target| (target.seeds)()).unwrap_or_default();
    for (number, seed) in seeds.iter().enumerate() {
        std::fs::write(Path::new(folder).join(format!("seed-{number}")), seed)?;
    }
    Ok(())
}
