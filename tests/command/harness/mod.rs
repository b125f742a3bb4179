//! Runs the real program and looks at what it prints, returns and leaves behind.

#[cfg(target_os = "linux")]
pub(crate) mod parquet;
pub(crate) mod peak;
pub(crate) mod png;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// What a finished call left.
pub(crate) struct Finished {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A folder for one test, with the program beside it.
pub(crate) struct Place {
    dir: TempDir,
}

/// An input that an earlier version misread.
pub(crate) fn fault(kind: &str, folder: &str, file: &str) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    format!("{root}/../../tests/faults/{kind}/{folder}/{file}")
}

/// Settings that make a sweep take a fraction of a second.
pub(crate) const FAST: [&str; 14] = [
    "--epochs",
    "2",
    "--rates",
    "1e-3..1:3",
    "--folds",
    "3",
    "--seeds",
    "1",
    "--refits",
    "2",
    "--attacks",
    "none",
    "--certificates=false",
    "--corruptions=false",
];

impl Place {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        Self { dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file and returns its name.
    pub(crate) fn file<'a>(&self, name: &'a str, bytes: impl AsRef<[u8]>) -> &'a str {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(path, bytes).expect("the file is written");
        name
    }

    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Mean accuracy in the audit of a run.
    pub(crate) fn accuracy(&self, run: &str) -> f64 {
        let audit = self.json(&format!("{run}/audit.json"));
        audit["accuracy"]["mean"].as_f64().expect("an accuracy")
    }

    /// The program in this folder, without a terminal.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_decay"));
        // Numbers are compared to the last digit, unless a test asks for other ones.
        let digits: &[&str] = match arguments.first() {
            Some(&"predict") if !arguments.contains(&"--digits") => &["--digits", "17"],
            _ => &[],
        };
        command
            .args(arguments)
            .args(digits)
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        let output = self.command(arguments).output();
        finished(arguments, output.expect("the program starts"))
    }

    /// Runs and expects success; returns stdout.
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> Finished {
        let finished = self.run(arguments);
        assert_eq!(finished.code, 0, "{arguments:?}: {}", finished.stderr);
        finished
    }

    /// Runs `tune --out run` with fast settings and these.
    pub(crate) fn tunes(&self, arguments: &[&str]) -> Finished {
        let all = [&["tune"], arguments, &FAST, &["--out", "run"]].concat();
        self.succeeds(&all)
    }

    /// Expects one clear sentence with all of `parts`, the exit code and no trace of a run.
    pub(crate) fn fails(&self, code: i32, arguments: &[&str], parts: &[&str]) {
        let before = self.files();
        let finished = self.run(arguments);
        let (stderr, call) = (&finished.stderr, arguments.join(" "));
        assert_eq!(finished.code, code, "decay {call}: {stderr}");
        assert_eq!(finished.stdout, "", "decay {call}");
        let sentences: Vec<_> = stderr
            .lines()
            .filter(|line| line.starts_with("error: "))
            .collect();
        assert_eq!(sentences.len(), 1, "decay {call}: {stderr}");
        for part in parts {
            assert!(
                sentences[0].contains(part),
                "decay {call}: '{stderr}' lacks '{part}'"
            );
        }
        assert_eq!(self.files(), before, "decay {call} left something behind");
    }

    /// Expects exit code 2.
    pub(crate) fn refuses(&self, arguments: &[&str], parts: &[&str]) {
        self.fails(2, arguments, parts);
    }

    /// Every file below, in order.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut all = Vec::new();
        collect(self.dir.path(), &mut all);
        all.sort();
        all
    }
}

/// What a call left; none may panic.
fn finished(arguments: &[&str], output: Output) -> Finished {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let finished = Finished {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    for text in [&finished.stdout, &finished.stderr] {
        assert!(!text.contains("panicked"), "{arguments:?}: {text}");
    }
    finished
}

fn collect(dir: &Path, all: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        all.push(path.clone());
        if path.is_dir() {
            collect(&path, all);
        }
    }
}

/// The text of an element without its marks, as one reads it.
pub(crate) fn plain(html: &str) -> String {
    let mut inside = false;
    let kept = html.chars().filter(|c| {
        let shown = !inside && *c != '<';
        inside = *c == '<' || (inside && *c != '>');
        shown
    });
    let text: String = kept.collect();
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace('\u{a0}', " ")
}

/// A small table with two numeric columns, a label column, missing values, a constant, and a class to predict.
pub(crate) fn mixed_table(rows: usize) -> String {
    let mut text = String::from("width,colour,constant,height,kind\n");
    for i in 0..rows {
        let class = i % 3;
        let colour = ["red", "green", "dark blue"][(i / 3 + class) % 3];
        let width = class as f64 * 2.0 + (i * 7 % 11) as f64 / 10.0;
        let height = match i % 13 {
            0 => "NA".to_owned(),
            _ => format!("{}", (i * 5 % 17) as f64 - class as f64 * 3.0),
        };
        let colour = if i % 17 == 0 { "" } else { colour };
        text.push_str(&format!("{width},{colour},7,{height},kind {class}\n"));
    }
    text
}

/// Rows of a CSV file as text, the header first.
pub(crate) fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}
