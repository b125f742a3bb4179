//! The one-file format `.graph.txt`: nodes, edges and test nodes line by line.

use std::ops::RangeInclusive;
use std::path::Path;

use crate::allowance::Allowance;
use crate::files::folder::name_of;
use crate::files::{Source, TextLines};
use crate::graph::edges::{EdgeList, joined, merge_note};
use crate::graph::nodes::{Labels, NodeNames};
use crate::graph::split_files::SplitParts;
use crate::graph::{EDGE, NODE, take_sparse_columns};
use crate::split::SplitPart;
use crate::table::place::Counted;
use crate::{DataError, GivenSplit, GraphData, GraphError, Line, Provenance, Result, SparseRows};

/// Reads a `.graph.txt` file, plain or gzip.
///
/// ```text
/// # nodes=4 features=9 edges=2 train=0..1 val=2..2    optional, first line, ranges with both ends
/// N id label feature-ids                              a node and its features that are 1
/// E u v                                               an undirected edge
/// T ids                                               nodes to test on
/// ```
///
/// A node stands before the edges and the test that name it. What the first line promises must hold; without
/// `features=` there are as many as the largest id needs. Self-loops are kept, repeated edges merged. With a `T` line and no
/// `train=`, all nodes in no other part are for training.
///
/// # Errors
/// [`GraphError`], with the line, for a repeated or unknown node, a feature that is repeated or out of range, any other
/// line, a promise that is not kept, a node in two parts.
pub fn read_graph_text(path: impl AsRef<Path>) -> Result<GraphData> {
    read_graph_text_within(path.as_ref(), &Allowance::of(None))
}

pub(crate) fn read_graph_text_within(path: &Path, allowance: &Allowance) -> Result<GraphData> {
    let mut lines = TextLines::open(&Source::file(path, allowance))?;
    let path = lines.path.to_string();
    let mut reading = Reading::new(&path);
    while let Some((at, text)) = lines.next()? {
        let own = if text.starts_with('N') { NODE } else { EDGE };
        allowance.take(&path, "its nodes and edges", (own + 4 * text.len()) as u64)?;
        reading.line(&at, text)?;
    }
    take_sparse_columns(allowance, &path, reading.features.columns)?;
    let digest = lines.finish()?;
    if reading.names.len() == 0 {
        return Err(GraphError::NoNodes { path }.into());
    }
    let split = reading.split()?;
    let sorted = joined(reading.edges, false, &reading.names, &path)?;
    let (names, node_lines) = reading.names.into_parts();
    let notes = merge_note(&sorted).into_iter().collect();
    let graph = sorted.into_graph(false, names);
    let found = [graph.nodes, reading.features.columns, graph.edge_count()];
    reading.promise.check(&path, found)?;
    let provenance = Provenance::of_files(path.clone(), vec![digest], graph.nodes);
    let name = name_of(&path);
    Ok(GraphData {
        name: name.strip_suffix(".graph").unwrap_or(&name).to_owned(),
        graph,
        nodes: reading
            .labels
            .into_table(path, (node_lines, Counted::Lines), provenance),
        features: Some(reading.features),
        split,
        notes,
    })
}

struct Reading {
    path: String,
    promise: Promise,
    names: NodeNames,
    labels: Labels,
    features: SparseRows,
    edges: EdgeList,
    test: Vec<u32>,
}

impl Reading {
    fn new(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            promise: Promise::default(),
            names: NodeNames::default(),
            labels: Labels::default(),
            features: SparseRows::empty(0),
            edges: EdgeList::default(),
            test: Vec::new(),
        }
    }

    fn line(&mut self, at: &Line, text: &str) -> Result<()> {
        let mut fields = text.split_whitespace();
        let tag = fields.next().unwrap_or_default();
        let fields: Vec<&str> = fields.collect();
        match tag {
            "N" => self.node(at, &fields),
            "E" => self.edge(at, &fields),
            "T" => self.test(at, &fields),
            _ if tag.starts_with('#') && at.number == 1 => {
                self.promise = Promise::parse(&fields, at)?;
                self.features.columns = self.promise.features.unwrap_or(0);
                Ok(())
            }
            _ if tag.starts_with('#') => Ok(()),
            _ => {
                let (at, tag) = (at.clone(), tag.to_owned());
                Err(GraphError::Tag { at, tag }.into())
            }
        }
    }

    fn node(&mut self, at: &Line, fields: &[&str]) -> Result<()> {
        let [id, label, features @ ..] = fields else {
            return Err(too_few(at, fields, "N, an id and a label at least"));
        };
        self.names.push(id, at)?;
        self.labels.push(label);
        let mut columns = Vec::with_capacity(features.len());
        for feature in features {
            columns.push(self.feature(at, feature)?);
        }
        columns.sort_unstable();
        if let Some(pair) = columns.windows(2).find(|pair| pair[0] == pair[1]) {
            let (at, feature) = (at.clone(), pair[0]);
            return Err(GraphError::RepeatedFeature { at, feature }.into());
        }
        let entries = self.features.values.len() + columns.len();
        self.features.values.resize(entries, 1.0);
        self.features.indices.extend(columns);
        let path = self.path.clone();
        let ended = self.features.end_row();
        Ok(ended.ok_or(GraphError::TooManyEntries { path })?)
    }

    fn feature(&mut self, at: &Line, feature: &str) -> Result<u32> {
        let limit = self.promise.features.unwrap_or(u32::MAX as usize);
        let column = feature.parse::<u32>().ok();
        let column = column.filter(|&column| (column as usize) < limit);
        let column = column.ok_or_else(|| GraphError::Feature {
            at: at.clone(),
            feature: feature.to_owned(),
            last: limit.saturating_sub(1),
        })?;
        self.features.columns = self.features.columns.max(column as usize + 1);
        Ok(column)
    }

    fn edge(&mut self, at: &Line, fields: &[&str]) -> Result<()> {
        let &[source, target] = fields else {
            return Err(too_few(at, fields, "E and two ids"));
        };
        let (source, target) = (self.names.known(source, at)?, self.names.known(target, at)?);
        self.edges.push(source, target, None, at.number);
        Ok(())
    }

    fn test(&mut self, at: &Line, fields: &[&str]) -> Result<()> {
        for id in fields {
            self.test.push(self.names.known(id, at)?);
        }
        Ok(())
    }

    /// The parts that the first line and `T` lines name.
    fn split(&self) -> Result<Option<GivenSplit>> {
        if self.test.is_empty() {
            return Ok(None);
        }
        let name = |row: usize| self.names.names()[row].clone();
        let promised = Line {
            path: self.path.as_str().into(),
            number: 1,
        };
        let mut parts = SplitParts::new(self.path.clone());
        for (part, range) in [
            (SplitPart::Train, &self.promise.train),
            (SplitPart::Validation, &self.promise.validation),
        ] {
            for id in range.clone().into_iter().flatten() {
                let row = self.names.known(&id.to_string(), &promised)?;
                parts.put(row as usize, part, name)?;
            }
        }
        for &row in &self.test {
            parts.put(row as usize, SplitPart::Test, name)?;
        }
        if self.promise.train.is_none() {
            parts.fill(self.names.len(), SplitPart::Train);
        }
        Ok(Some(parts.finish()?))
    }
}

fn too_few(at: &Line, fields: &[&str], expected: &str) -> DataError {
    GraphError::Fields {
        at: at.clone(),
        found: fields.len() + 1,
        expected: expected.to_owned(),
    }
    .into()
}

/// Counts that must hold and ranges of node ids.
#[derive(Debug, Default)]
pub(crate) struct Promise {
    nodes: Option<usize>,
    pub(crate) features: Option<usize>,
    edges: Option<usize>,
    pub(crate) train: Option<RangeInclusive<u64>>,
    pub(crate) validation: Option<RangeInclusive<u64>>,
}

impl Promise {
    /// Reads `key=value` words; those with other keys and all other words are prose.
    ///
    /// # Errors
    /// [`GraphError::Declaration`].
    pub(crate) fn parse(words: &[&str], at: &Line) -> Result<Self> {
        let mut promise = Self::default();
        for word in words {
            let Some((key, value)) = word.trim_end_matches([';', ',']).split_once('=') else {
                continue;
            };
            let understood = match key {
                "nodes" => put(&mut promise.nodes, value.parse().ok()),
                "features" => put(&mut promise.features, value.parse().ok()),
                "edges" => put(&mut promise.edges, value.parse().ok()),
                "train" => put(&mut promise.train, range(value)),
                "val" => put(&mut promise.validation, range(value)),
                _ => true,
            };
            if !understood {
                let (at, key, value) = (at.clone(), key.to_owned(), value.to_owned());
                return Err(GraphError::Declaration { at, key, value }.into());
            }
        }
        Ok(promise)
    }

    /// Compares with the numbers of nodes, features and edges found.
    ///
    /// # Errors
    /// [`GraphError::Promise`].
    pub(crate) fn check(&self, path: &str, found: [usize; 3]) -> Result<()> {
        let promised = [
            ("nodes", self.nodes),
            ("features", self.features),
            ("edges", self.edges),
        ];
        for ((what, promised), found) in promised.into_iter().zip(found) {
            if let Some(promised) = promised.filter(|&promised| promised != found) {
                return Err(GraphError::Promise {
                    path: path.to_owned(),
                    what,
                    promised,
                    found,
                }
                .into());
            }
        }
        Ok(())
    }
}

/// Whether there was a value to put.
fn put<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    *slot = value;
    slot.is_some()
}

/// `140..639`, both ends included.
fn range(text: &str) -> Option<RangeInclusive<u64>> {
    let (first, last) = text.split_once("..")?;
    Some(first.parse().ok()?..=last.parse().ok()?)
}
