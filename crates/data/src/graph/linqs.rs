//! The `.content` and `.cites` files of the LINQS citation networks.

use std::path::{Path, PathBuf};

use crate::allowance::Allowance;
use crate::files::folder::{name_of, plain_or_gzip};
use crate::files::{Source, TextLines};
use crate::graph::edges::{EdgeList, joined, merge_note};
use crate::graph::nodes::{Labels, NodeNames};
use crate::graph::split_files::split_beside;
use crate::graph::{NODE, take_edges, take_sparse_columns};
use crate::table::place::Counted;
use crate::{DataError, FileDigest, GraphData, GraphError, Line, Provenance, Result, SparseRows};

/// Reads `NAME.content` and `NAME.cites`, plain or gzip, and the split beside them if there is one.
///
/// ```text
/// NAME.content   id  word 1 .. word n  label      separated by tabs
/// NAME.cites     id of the cited paper  id of the citing paper
/// ```
///
/// Citations become undirected edges; self-citations are kept, repeated ones merged. Papers that are cited or cite but have
/// no row (there are some in Citeseer) are left out and counted in a note. `path` is the content file.
///
/// # Errors
/// [`GraphError`] for a missing `.cites` file, a row of another length than the first, a repeated or empty id, an empty
/// label, a feature that is not a number, and a split that does not fit.
///
/// # Source
/// Sen et al. 2008, "Collective classification in network data", <https://linqs.org/datasets/>.
pub fn read_linqs(path: impl AsRef<Path>) -> Result<GraphData> {
    read_linqs_within(path.as_ref(), &Allowance::of(None))
}

pub(crate) fn read_linqs_within(path: &Path, allowance: &Allowance) -> Result<GraphData> {
    let papers = Papers::read(&Source::file(path, allowance))?;
    let (edges, cites, mut notes) = read_cites(&papers.names, path, allowance)?;
    let sorted = joined(edges, false, &papers.names, &cites.path)?;
    notes.extend(merge_note(&sorted));
    let (split, digests) = split_beside(path, allowance, &papers.names)?;
    let path = path.display().to_string();
    let provenance = Provenance::of_files(
        path.clone(),
        [vec![papers.digest, cites], digests].concat(),
        papers.names.len(),
    );
    let (names, lines) = papers.names.into_parts();
    Ok(GraphData {
        name: name_of(&path),
        graph: sorted.into_graph(false, names),
        nodes: papers
            .labels
            .into_table(path, (lines, Counted::Lines), provenance),
        features: Some(papers.words),
        split,
        notes,
    })
}

struct Papers {
    names: NodeNames,
    words: SparseRows,
    labels: Labels,
    digest: FileDigest,
}

impl Papers {
    fn read(source: &Source) -> Result<Self> {
        let mut lines = TextLines::open(source)?;
        let path = lines.path.to_string();
        let (mut names, mut labels) = (NodeNames::default(), Labels::default());
        let mut words = SparseRows::empty(0);
        while let Some((at, text)) = lines.next()? {
            let (id, rest) = text.split_once('\t').unwrap_or((text, ""));
            let (features, label) = rest.rsplit_once('\t').unwrap_or(("", rest));
            let fields: Vec<&str> = features.split('\t').collect();
            if names.len() == 0 {
                words.columns = fields.len();
            }
            if fields.len() != words.columns || features.is_empty() {
                let expected = (names.len() > 0).then_some(words.columns);
                return Err(wrong_length(at, text, expected));
            }
            let (id, label) = (id.trim(), label.trim());
            names.push(id, &at)?;
            let before = words.stored();
            push_words(&mut words, &fields, &at)?;
            if label.is_empty() {
                let node = id.to_owned();
                return Err(GraphError::NoLabel { at, node }.into());
            }
            labels.push(label);
            let entries = words.stored() - before;
            let bytes = NODE + 2 * id.len() + 2 * label.len() + 16 * entries;
            source.allowance.take(&path, "its nodes", bytes as u64)?;
        }
        take_sparse_columns(&source.allowance, &path, words.columns)?;
        if names.len() == 0 {
            return Err(GraphError::NoNodes { path }.into());
        }
        let digest = lines.finish()?;
        Ok(Self {
            names,
            words,
            labels,
            digest,
        })
    }
}

/// A row that has not as many words as the first, if that is known.
fn wrong_length(at: Line, text: &str, words: Option<usize>) -> DataError {
    let expected = match words {
        None => "an id, at least one word and a label".to_owned(),
        Some(words) => (words + 2).to_string(),
    };
    GraphError::Fields {
        at,
        found: text.split('\t').count(),
        expected,
    }
    .into()
}

fn push_words(words: &mut SparseRows, fields: &[&str], at: &Line) -> Result<()> {
    for (column, &field) in fields.iter().enumerate() {
        if field == "0" {
            continue;
        }
        let field = field.trim();
        let value = field.parse().ok().filter(|value: &f32| value.is_finite());
        let value = value.ok_or_else(|| GraphError::NotNumber {
            at: at.clone(),
            field: column + 2,
            value: field.to_owned(),
        })?;
        if value != 0.0 {
            words.indices.push(column as u32);
            words.values.push(value);
        }
    }
    let path = at.path.to_string();
    Ok(words.end_row().ok_or(GraphError::TooManyEntries { path })?)
}

/// Edges between papers that have a row, and a note on the others.
fn read_cites(
    papers: &NodeNames,
    content: &Path,
    allowance: &Allowance,
) -> Result<(EdgeList, FileDigest, Vec<String>)> {
    let mut lines = TextLines::open(&Source::file(&cites_of(content)?, allowance))?;
    let (mut edges, mut citations, mut outside) = (EdgeList::default(), 0_usize, 0_usize);
    while let Some((at, text)) = lines.next()? {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let &[cited, citing] = fields.as_slice() else {
            return Err(GraphError::Fields {
                at,
                found: fields.len(),
                expected: "the cited paper and the citing one".into(),
            }
            .into());
        };
        citations += 1;
        match (papers.row(citing), papers.row(cited)) {
            (Some(source), Some(target)) => {
                take_edges(allowance, &at.path, 1)?;
                edges.push(source, target, None, at.number);
            }
            _ => outside += 1,
        }
    }
    let note = format!(
        "{outside} of {citations} citations name papers that have no row: they are left out"
    );
    let notes = (outside > 0).then_some(note).into_iter().collect();
    Ok((edges, lines.finish()?, notes))
}

/// `NAME.cites` or `NAME.cites.gz` beside `NAME.content(.gz)`.
fn cites_of(content: &Path) -> Result<PathBuf> {
    let name = content.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.strip_suffix(".gz").unwrap_or(&name);
    let partner = format!("{}.cites", stem.strip_suffix(".content").unwrap_or(stem));
    let missing = || GraphError::Partner {
        path: content.display().to_string(),
        partner: format!("{partner}(.gz)"),
    };
    Ok(plain_or_gzip(&content.with_file_name(&partner)).ok_or_else(missing)?)
}
