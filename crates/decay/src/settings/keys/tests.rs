//! The list of settings, and `docs/options.md` and README against it.

use std::path::{Path, PathBuf};

use decay_model::ModelConfig;
use decay_options::{Kind, Row, Spacing};
use decay_train::{Hyper, TrainConfig};

use super::{KEYS, Key, Options};
use crate::settings::Settings;

#[test]
fn every_regulariser_is_a_setting_that_is_read_back() {
    for regulariser in Hyper::regularisers() {
        let key = Key::find(&format!("train.{}", regulariser.key())).unwrap();
        assert_eq!(key.hyper(), Some(regulariser));
        let text = format!("{} = {}", regulariser.key(), regulariser.usual());
        let config: TrainConfig = toml::from_str(&text).unwrap();
        assert_eq!(regulariser.of_config(&config), regulariser.usual());
        let text = toml::to_string(&config).unwrap();
        let again = toml::from_str(&text).unwrap();
        assert_eq!(config, again, "{regulariser:?}");
    }
}

#[test]
fn flags_are_unique_and_explained() {
    let flags = KEYS
        .iter()
        .flat_map(|key| [Some(key.row.path), key.row.flag]);
    let mut flags: Vec<_> = flags.flatten().collect();
    flags.sort_unstable();
    let count = flags.len();
    flags.dedup();
    assert_eq!(flags.len(), count);
    for key in KEYS.iter() {
        assert!(
            !key.help.is_empty() && !key.row.value.is_empty(),
            "{}",
            key.row.path
        );
        assert!(!key.help.contains('\n'), "{}", key.row.path);
    }
}

/// A path outside of code is what a search-and-replace has left in a sentence.
#[test]
fn sentences_are_free_of_paths() {
    for key in KEYS.iter() {
        let sentences: String = key.row.docs.split('`').step_by(2).collect();
        assert!(!sentences.contains("::"), "{}: {sentences}", key.row.path);
    }
}

/// What the table says of architectures is what the enum reads.
#[test]
fn every_architecture_is_read_with_its_own_rows() {
    for kind in ModelConfig::KINDS {
        let text = format!("kind = \"{kind}\"");
        let config: ModelConfig = toml::from_str(&text).unwrap();
        let written = toml::to_string(&config).unwrap();
        assert!(written.contains(&text), "{written}");
    }
}

/// Each default passes the check of its own row, so that a written configuration is read back.
#[test]
fn defaults_are_allowed() {
    assert_eq!(
        Settings::default()
            .data
            .out_of_range()
            .map(|(row, _)| row.path),
        None
    );
    let text = Settings::default().with_rates(true).to_toml().unwrap();
    let table: toml::Table = text.parse().unwrap();
    for key in KEYS.iter() {
        let value = table
            .get(key.row.table())
            .and_then(|table| table.get(key.row.name()));
        assert_eq!(
            value.map_or(Ok(()), |value| key.check(value)),
            Ok(()),
            "{}",
            key.row.path
        );
    }
}

const UPDATE: &str = "DECAY_UPDATE_DOCS=1 cargo test --release -p decay options_page";
const TABLES: [(&str, &str); 7] = [
    (
        "data",
        "what is read, and which rows are kept for the audit",
    ),
    ("model", "the network; not every architecture has every key"),
    ("train", "how each model is trained"),
    (
        "sweep",
        "of `decay tune`: which models there are, and how one setting is chosen",
    ),
    ("fit", "of `decay fit`: the one decay rate"),
    ("audit", "what is measured on rows that no choice has seen"),
    ("run", "where and with what"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What a value may be.
fn values(row: &Row) -> String {
    let range = row.range.words;
    match row.kind {
        Kind::Text => "text".into(),
        Kind::Texts => "texts".into(),
        Kind::Sources => "files, folders, sets".into(),
        Kind::Separator => "one character or its name".into(),
        Kind::Quote => "`\"` or `'`".into(),
        Kind::Switch => "`true`, `false`".into(),
        Kind::Whole => format!("whole, {range}"),
        Kind::Wholes => format!("whole numbers, {range}"),
        Kind::Real => range.into(),
        Kind::Grid => format!("list or range, {range}"),
        Kind::Memory => "`4GiB`, `60%`".into(),
        Kind::Budget => "`60s`, `5m`, `1000-steps`".into(),
        Kind::Choice(names) => format!("`{}`", names.join("`, `")),
        Kind::Choices(names) => format!("some of `{}`", names.join("`, `")),
    }
}

fn line(key: &Key) -> String {
    let row = key.row;
    let flag = row.flag.map_or(String::new(), |flag| format!("`--{flag}`"));
    let swept = match row.axis.map(|axis| axis.spacing) {
        Some(Spacing::Logarithmic) => "log",
        Some(Spacing::Linear) => "linear",
        None => "",
    };
    let meaning = [key.help.clone(), row.details()].join(". ");
    let meaning = meaning
        .trim_end_matches(". ")
        .replace("[`", "`")
        .replace("`]", "`");
    let cells = [
        format!("`{}`", row.name()),
        flag,
        values(row),
        swept.into(),
        row.applies_to(),
        meaning,
    ];
    format!(
        "| {} |\n",
        cells.map(|cell| cell.replace('|', "\\|")).join(" | ")
    )
}

fn page() -> String {
    let mut page = format!(
        "# Options\n\nMade from the tables in the code by `{UPDATE}`; a test compares.\n\nEvery option is a flag under its whole name, as in \
         `--train.lr 0.01`, most have a short one, too; a key of a TOML file (`--config FILE`); and can be set by `--set train.lr=0.01`. \
         Later ones win: defaults, file, flags, `--set`. What is spaced (`log`, `linear`) may differ between models: it takes a list or \
         a range such as `0..0.5:6`, and is swept. The default stands in brackets.\n"
    );
    for (table, what) in TABLES {
        page += &format!("\n## `[{table}]`: {what}\n\n");
        page += "| key | flag | values | spaced | applies to | meaning |\n| :-- | :-- | :-- | :-- | :-- | :-- |\n";
        let own = KEYS.iter().filter(|key| key.row.table() == table);
        page.extend(own.map(line));
    }
    page
}

#[test]
fn the_options_page_is_that_of_the_tables() {
    let (path, made) = (root().join("docs/options.md"), page());
    if std::env::var_os("DECAY_UPDATE_DOCS").is_some() {
        std::fs::write(&path, made).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == made,
        "docs/options.md is not that of the tables; {UPDATE}"
    );
}

/// Every flag, key and list that README gives for regularisers and optimisers exists, and no regulariser is missing there.
#[test]
fn readme_names_the_regularisers_that_there_are() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let section = readme
        .split("### Regularisers and optimisers")
        .nth(1)
        .unwrap();
    let section = section.split("\n### ").next().unwrap();
    let flags = section.split("`--").skip(1);
    let flags: Vec<&str> = flags
        .map(|rest| rest.split(['`', ' ']).next().unwrap())
        .collect();
    for flag in &flags {
        let known = KEYS
            .iter()
            .any(|key| key.flag() == *flag || key.row.path == *flag);
        assert!(known, "--{flag} is in README, and is no flag");
    }
    for key in KEYS.iter().filter(|key| key.row.probes.is_some()) {
        let named = readme.contains(&format!("`--{}`", key.flag()));
        assert!(named, "README lacks --{}", key.flag());
    }
}
