//! `verdict.json`.

use serde::{Deserialize, Serialize};

use crate::claim::{About, Drawing};
use crate::judgement::Judgement;

/// What a run of a claim found, as written to `verdict.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The claim's crate.
    pub name: String,
    /// A few words.
    pub title: String,
    /// The claim in one sentence.
    pub statement: String,
    /// Who claims it.
    pub source: String,
    /// Verdict, headline and n in one line.
    pub line: String,
    /// The verdict and its parts.
    #[serde(flatten)]
    pub judgement: Judgement,
    /// The pictures beside this file.
    pub pictures: Vec<PictureRecord>,
    /// The version of decay that judged.
    pub version: String,
}

/// A picture beside `verdict.json`, as `FILE.svg` and `FILE.png`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureRecord {
    /// Name without extension.
    pub file: String,
    /// What it shows.
    pub caption: String,
}

impl Record {
    pub(crate) fn new(about: About, judgement: Judgement, drawings: &[Drawing]) -> Self {
        let picture = |drawing: &Drawing| PictureRecord {
            file: drawing.file.to_owned(),
            caption: drawing.caption.clone(),
        };
        Self {
            name: about.name.to_owned(),
            title: about.title.to_owned(),
            statement: about.statement.to_owned(),
            source: about.source.to_owned(),
            line: judgement.line(about.name),
            judgement,
            pictures: drawings.iter().map(picture).collect(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}
