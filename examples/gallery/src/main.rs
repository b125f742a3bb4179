//! Measures every claim under `examples/` and shows them on one page.
//!
//! A claim is found because its package depends on `decay-claim`; nothing is registered. Each runs as a program of its own and writes into
//! a folder below the site, from which the page is made.

#![forbid(unsafe_code)]

mod failure;
mod page;
mod workspace;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use decay_claim::Record;
use decay_data::write_atomically;
use decay_train::BACKENDS;

use failure::Failure;
use page::Entry;
use workspace::Described;

/// Measures every claim and builds a page of all pictures and verdicts.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// More replicates, more data and larger models
    #[arg(long)]
    full: bool,
    /// A tenth of the training, to see in seconds that all of it works; the verdicts mean nothing
    #[arg(long, conflicts_with = "full")]
    reduced: bool,
    /// Where to compute: auto, flex, cuda:0, wgpu, ...
    #[arg(long, default_value = "auto")]
    device: String,
    /// Keys every random draw
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder of the site
    #[arg(long, default_value = "runs/gallery")]
    out: PathBuf,
    /// Only these claims [default: all]
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    only: Vec<String>,
    /// Show what earlier runs left in the folder instead of measuring again
    #[arg(long)]
    measured: bool,
}

fn main() -> ExitCode {
    match build(&Arguments::parse()) {
        Ok(index) => {
            println!("\nthe gallery is {}", index.display());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(failure.exit_code())
        }
    }
}

fn build(arguments: &Arguments) -> Result<PathBuf, Failure> {
    let claims = chosen(workspace::claims()?, &arguments.only)?;
    let mut unmeasured = Vec::new();
    if !arguments.measured {
        for Described { name, .. } in &claims {
            let start = Instant::now();
            println!("\n== {name}");
            if !measure(name, arguments)? {
                unmeasured.push(name.clone());
            }
            println!("== {name}: {:.1} s", start.elapsed().as_secs_f64());
        }
    }
    if !unmeasured.is_empty() {
        return Err(Failure::Unmeasured(unmeasured));
    }
    let entries = claims.into_iter().map(|claim| {
        Ok(Entry {
            record: record(&arguments.out.join(&claim.name))?,
            field: claim.field,
        })
    });
    let entries = entries.collect::<Result<Vec<Entry>, Failure>>()?;
    for entry in &entries {
        println!("{}", entry.record.line);
    }
    let index = arguments.out.join("index.html");
    write_atomically(&index, page::index(&entries).as_bytes())?;
    Ok(index)
}

/// The claims that are asked for.
fn chosen(all: Vec<Described>, only: &[String]) -> Result<Vec<Described>, Failure> {
    let names: Vec<&str> = all.iter().map(|claim| claim.name.as_str()).collect();
    if let Some(name) = only.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(Failure::Unknown {
            name: name.clone(),
            known: names.join(", "),
        });
    }
    let wanted = |claim: &Described| only.is_empty() || only.contains(&claim.name);
    Ok(all.into_iter().filter(wanted).collect())
}

/// Runs a claim; whether it reached a verdict.
fn measure(name: &str, arguments: &Arguments) -> Result<bool, Failure> {
    let out = arguments.out.join(name);
    fs::create_dir_all(&out).map_err(|source| Failure::Folder {
        path: out.clone(),
        source,
    })?;
    let mut command = workspace::cargo();
    command.args(["run", "--release", "--quiet", "--package", name]);
    for backend in backends() {
        command.args(["--features", &format!("decay-claim/{backend}")]);
    }
    command.arg("--").arg("--out").arg(&out);
    command.args([
        "--device",
        &arguments.device,
        "--seed",
        &arguments.seed.to_string(),
    ]);
    let extents = [(arguments.full, "--full"), (arguments.reduced, "--reduced")];
    command.args(
        extents
            .iter()
            .filter(|(asked, _)| *asked)
            .map(|(_, flag)| flag),
    );
    let status = command.status();
    Ok(status
        .map_err(|source| Failure::Cargo { source })?
        .success())
}

/// The backends beside the default that the gallery was built with, so that claims are built with them, too.
fn backends() -> impl Iterator<Item = &'static str> {
    let built = BACKENDS.iter().filter(|backend| backend.compiled);
    built
        .map(|backend| backend.name)
        .filter(|name| *name != "flex")
}

fn record(folder: &Path) -> Result<Record, Failure> {
    let path = folder.join("verdict.json");
    let wrong = |reason: String| Failure::Verdict {
        path: path.clone(),
        reason,
    };
    let bytes = fs::read(&path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{Described, chosen};

    #[test]
    fn a_claim_that_does_not_exist_is_refused_with_those_that_do() {
        let all = || {
            let described = |name: &str| Described {
                name: name.into(),
                field: "graphs".into(),
            };
            vec![described("a"), described("b")]
        };
        assert_eq!(chosen(all(), &["b".to_owned()]).unwrap(), all()[1..]);
        assert_eq!(chosen(all(), &[]).unwrap(), all());
        let refused = chosen(all(), &["c".to_owned()]).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "no claim is called 'c'; there are a, b"
        );
        assert_eq!(refused.exit_code(), 2);
    }
}
