//! From the command line to the verdict.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use decay_data::write_atomically;
use decay_report::text::sentence;

use crate::arguments::Arguments;
use crate::claim::{About, Claim, Drawing};
use crate::failure::{Failure, Result};
use crate::lab::Lab;
use crate::measurements::Measurements;
use crate::png::png;
use crate::record::Record;
use crate::tables::{parts_table, rates_tables};

/// Training frees and takes back large activations in every step, which the system's allocator returns to the kernel each time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The `main` of a claim: measures, judges, draws, writes, and ends with the verdict in one line.
///
/// | exit code | meaning |
/// | :-- | :-- |
/// | 0 | there is a verdict, whatever it is |
/// | 1 | failed |
/// | 2 | bad usage or input |
pub fn run(claim: &dyn Claim) -> ExitCode {
    let about = claim.about();
    let matches = Arguments::command()
        .name(about.name)
        .about(about.statement)
        .mut_arg("data", |data| match claim.own_data() {
            Some(holds) => data.help(holds),
            None => data.hide(true),
        })
        .get_matches();
    // What clap has matched it can also read.
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match perform(claim, about, &arguments).and_then(|text| print(&text)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "error: {}", sentence(&failure));
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Prints to stdout, where nobody may be reading any more.
fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => {
            Err(decay::Error::file(Path::new("stdout"), "written", source).into())
        }
        _ => Ok(()),
    }
}

/// What is to be printed, the verdict last.
fn perform(claim: &dyn Claim, about: About, arguments: &Arguments) -> Result<String> {
    if let (Some(path), None) = (&arguments.data, claim.own_data()) {
        return Err(Failure::Data {
            path: path.display().to_string(),
            reason: format!("{} is measured on its own data alone", about.name),
        });
    }
    let (bytes, name) = match &arguments.measured {
        Some(path) => (read(path)?, path.display().to_string()),
        None => {
            let lab = Lab::new(arguments)?;
            (claim.measure(&lab)?.to_csv()?, "measurements".to_owned())
        }
    };
    // What is judged is what is in the file, to the last digit.
    let measured = Measurements::from_csv(&bytes, &name)?;
    let drawings = claim.draw(&measured)?;
    let mut record = Record::new(about, claim.judge(&measured)?, &drawings);
    if arguments.reduced {
        record.line.insert_str(0, "after a tenth of the training, ");
    }
    let default = || PathBuf::from("runs/claims").join(about.name);
    let out = arguments.out.clone().unwrap_or_else(default);
    write(&out, &bytes, &drawings, &record)?;
    let mut text = String::new();
    if !arguments.quiet {
        text.push_str(&rates_tables(&measured)?);
        text.push_str(&parts_table(&record.judgement));
        let files = "pictures, measurements.csv and verdict.json are in";
        text.push_str(&format!("\n{files} {}\n", out.display()));
    }
    Ok(format!("{text}{}\n", record.line))
}

/// The bytes of a file that somebody names.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    let named = |error| format!("{}: cannot be read: {error}", path.display());
    fs::read(path).map_err(|error| Failure::Measurements(named(error)))
}

fn write(out: &Path, measured: &[u8], drawings: &[Drawing], record: &Record) -> Result<()> {
    fs::create_dir_all(out).map_err(|source| decay::Error::file(out, "created", source))?;
    write_atomically(&out.join("measurements.csv"), measured)?;
    for drawing in drawings {
        let svg = drawing.picture.svg();
        let png = png(&svg).map_err(|reason| Failure::Picture {
            name: drawing.file.to_owned(),
            reason,
        })?;
        write_atomically(&out.join(format!("{}.svg", drawing.file)), svg.as_bytes())?;
        write_atomically(&out.join(format!("{}.png", drawing.file)), &png)?;
    }
    let json = serde_json::to_vec_pretty(record);
    let json = json.map_err(|error| Failure::Measurements(error.to_string()))?;
    write_atomically(&out.join("verdict.json"), &json)?;
    Ok(())
}

#[cfg(test)]
mod tests;
