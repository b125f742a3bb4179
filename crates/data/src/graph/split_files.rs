//! Splits of nodes in files of their own.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::allowance::Allowance;
use crate::files::{Source, TextLines, Whole};
use crate::graph::nodes::NodeNames;
use crate::split::SplitPart;
use crate::{FileDigest, GivenSplit, GraphError, Result};

const JSON: &str = "planetoid-split.json";
const TEXT: [(&str, SplitPart); 3] = [
    ("train.txt", SplitPart::Train),
    ("val.txt", SplitPart::Validation),
    ("test.txt", SplitPart::Test),
];

/// Files that split the nodes of a graph.
#[derive(Debug, PartialEq)]
pub(crate) enum SplitFiles {
    /// `planetoid-split.json`: `{"train": [..], "val": [..], "test": [..]}` of node ids.
    Json(PathBuf),
    /// The folder of `train.txt`, `val.txt` and `test.txt`: node ids between blanks or line ends.
    Text(PathBuf),
}

/// The split files beside a file, if there are any.
///
/// # Errors
/// [`GraphError::Partner`] if of three text files one is missing, [`GraphError::TwoGraphs`] if there are both kinds.
pub(crate) fn beside(file: &Path) -> Result<Option<SplitFiles>> {
    let folder = file.parent().unwrap_or(file);
    let json = folder.join(JSON);
    let texts = TEXT.map(|(name, _)| folder.join(name));
    let Some(found) = texts.iter().find(|path| path.exists()) else {
        return Ok(json.exists().then_some(SplitFiles::Json(json)));
    };
    if json.exists() {
        return Err(GraphError::TwoSplits {
            path: folder.display().to_string(),
            first: JSON.to_owned(),
            second: found
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into(),
        }
        .into());
    }
    match TEXT.iter().find(|(name, _)| !folder.join(name).exists()) {
        None => Ok(Some(SplitFiles::Text(folder.to_path_buf()))),
        Some((missing, _)) => Err(GraphError::Partner {
            path: found.display().to_string(),
            partner: (*missing).to_owned(),
        }
        .into()),
    }
}

/// The split beside a file, of nodes with these names, and the digests of the split's files.
///
/// # Errors
/// As [`beside`] and [`read_split`].
pub(crate) fn split_beside(
    file: &Path,
    allowance: &Allowance,
    names: &NodeNames,
) -> Result<(Option<GivenSplit>, Vec<FileDigest>)> {
    let Some(files) = beside(file)? else {
        return Ok((None, Vec::new()));
    };
    let name_of = |row: usize| names.names()[row].clone();
    let (split, digests) = read_split(&files, allowance, |id| names.row(id), name_of)?;
    Ok((Some(split), digests))
}

/// Reads split files; `row_of` finds the row of a node's id, `name_of` is its inverse.
///
/// # Errors
/// [`GraphError::SplitJson`], [`GraphError::SplitNode`], [`GraphError::SplitOverlap`], [`GraphError::SplitEmpty`].
pub(crate) fn read_split(
    files: &SplitFiles,
    allowance: &Allowance,
    row_of: impl Fn(&str) -> Option<u32>,
    name_of: impl Fn(usize) -> String,
) -> Result<(GivenSplit, Vec<FileDigest>)> {
    let (listed, digests, path) = match files {
        SplitFiles::Json(path) => {
            let (listed, digest) = read_json(path, allowance)?;
            (listed, vec![digest], path)
        }
        SplitFiles::Text(folder) => {
            let (listed, digests) = read_texts(folder, allowance)?;
            (listed, digests, folder)
        }
    };
    let mut collected = SplitParts::new(path.display().to_string());
    for node in listed {
        let row = row_of(&node.id).ok_or_else(|| GraphError::SplitNode {
            path: node.path.clone(),
            place: node.place.clone(),
            node: node.id.clone(),
        })?;
        collected.put(row as usize, node.part, &name_of)?;
    }
    Ok((collected.finish()?, digests))
}

/// Rows of each part, checked as they come.
pub(crate) struct SplitParts {
    path: String,
    parts: Vec<Option<SplitPart>>,
}

impl SplitParts {
    /// `path` is what messages name.
    pub(crate) fn new(path: String) -> Self {
        Self {
            path,
            parts: Vec::new(),
        }
    }

    /// Puts a row into a part.
    ///
    /// # Errors
    /// [`GraphError::SplitOverlap`] if it is in one already.
    pub(crate) fn put(
        &mut self,
        row: usize,
        part: SplitPart,
        name_of: impl Fn(usize) -> String,
    ) -> Result<()> {
        if self.parts.len() <= row {
            self.parts.resize(row + 1, None);
        }
        match self.parts[row].replace(part) {
            None => Ok(()),
            Some(first) => Err(GraphError::SplitOverlap {
                path: self.path.clone(),
                node: name_of(row),
                first: first.name(),
                second: part.name(),
            }
            .into()),
        }
    }

    /// Puts the rows that are in no part into one.
    pub(crate) fn fill(&mut self, rows: usize, part: SplitPart) {
        self.parts.resize(rows, None);
        for own in &mut self.parts {
            own.get_or_insert(part);
        }
    }

    /// The split, which must have nodes to train and to test on.
    ///
    /// # Errors
    /// [`GraphError::SplitEmpty`].
    pub(crate) fn finish(self) -> Result<GivenSplit> {
        let split = GivenSplit::of_parts(&self.parts);
        for part in [SplitPart::Train, SplitPart::Test] {
            if split.part(part).is_empty() {
                let (path, part) = (self.path, part.name());
                return Err(GraphError::SplitEmpty { path, part }.into());
            }
        }
        Ok(split)
    }
}

/// A node's id as a split file lists it.
struct Listed {
    path: String,
    place: String,
    id: String,
    part: SplitPart,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    train: Vec<Value>,
    #[serde(default, alias = "validation")]
    val: Vec<Value>,
    test: Vec<Value>,
}

/// Bytes of an id in the lists of a split.
const ID: u64 = 256;

fn read_json(path: &Path, allowance: &Allowance) -> Result<(Vec<Listed>, FileDigest)> {
    let source = Source::file(path, allowance);
    let Whole {
        bytes,
        digest,
        held: _held,
    } = source.read_all()?;
    let path = source.name();
    let ids = bytes.iter().filter(|&&byte| byte == b',').count() as u64;
    let each = ID + path.len() as u64;
    let _ids = allowance.hold(&path, "its ids", each.saturating_mul(ids))?;
    let lists: Lists = serde_json::from_slice(&bytes).map_err(|source| GraphError::SplitJson {
        path: path.clone(),
        source,
    })?;
    let mut listed = Vec::new();
    for (part, ids) in SplitPart::ALL
        .into_iter()
        .zip([lists.train, lists.val, lists.test])
    {
        for (index, id) in ids.into_iter().enumerate() {
            let id = match id {
                Value::String(id) => id,
                other => other.to_string(),
            };
            listed.push(Listed {
                path: path.clone(),
                place: format!("{}, entry {}", part.name(), index + 1),
                id,
                part,
            });
        }
    }
    Ok((listed, digest))
}

fn read_texts(folder: &Path, allowance: &Allowance) -> Result<(Vec<Listed>, Vec<FileDigest>)> {
    let (mut listed, mut digests) = (Vec::new(), Vec::new());
    for (name, part) in TEXT {
        let mut lines = TextLines::open(&Source::file(&folder.join(name), allowance))?;
        while let Some((at, text)) = lines.next()? {
            let ids = text.split_whitespace();
            let each = ID + at.path.len() as u64;
            allowance.take(&at.path, "its ids", each * ids.clone().count() as u64)?;
            listed.extend(ids.map(|id| Listed {
                path: at.path.to_string(),
                place: format!("line {}", at.number),
                id: id.to_owned(),
                part,
            }));
        }
        digests.push(lines.finish()?);
    }
    Ok((listed, digests))
}
