//! A graph as two delimited files, `nodes.csv` and `edges.csv`.

use std::path::{Path, PathBuf};

use crate::allowance::Allowance;
use crate::files::Source;
use crate::files::folder::{name_of, plain_or_gzip};
use crate::graph::csv_edges::read_edges;
use crate::graph::edges::{joined, merge_note};
use crate::graph::nodes::{Groups, LABEL, NodeNames};
use crate::graph::split_files::{SplitParts, split_beside};
use crate::graph::{NODE, take_sparse_columns};
use crate::split::SplitPart;
use crate::table::read_table;
use crate::table::value::missing::Missing;
use crate::table::value::{Field, field_of};
use crate::{
    Column, DataError, FileDigest, GivenSplit, Graph, GraphData, GraphError, Line, Options, Result,
    SparseRows, Table,
};

const ID: &str = "id";
const GRAPH: &str = "graph";
const SPLIT: &str = "split";

/// Reads a folder that holds `nodes.csv` and `edges.csv`, plain or gzip.
///
/// | file | column | meaning |
/// | :-- | :-- | :-- |
/// | nodes | `id`, or the first | any text, each once |
/// | nodes | [`Options::targets`], else `label`, else the last | label or value; empty: the node is unlabelled |
/// | nodes | `graph` | graph of a disjoint union that the node belongs to; may be absent |
/// | nodes | `split` | `train`, `validation` (or `val`, `valid`, `dev`), `test` or empty; may be absent |
/// | nodes | all others | features, as in [`Table::read`]; without any, each node has a feature of its own |
/// | edges | `source` and `target`, or the first two | ids of nodes |
/// | edges | `weight`, or the third | weight in `[0, inf)`; may be absent |
///
/// Both files begin with a header. Edges go both ways unless [`Options::directed`]. Self-loops are kept, repeated edges
/// merged. Instead of the column `split` there may be split files in the folder.
///
/// # Errors
/// [`GraphError`], with the line, for a repeated or empty id, an edge to a node that does not exist, a weight out of range
/// or two for one edge, an edge between graphs; what [`Table::read`] refuses.
pub fn read_graph_csv(folder: impl AsRef<Path>, options: &Options) -> Result<GraphData> {
    let folder = folder.as_ref();
    let allowance = options.allowance();
    let source = |name| Ok::<_, DataError>(Source::file(&member(folder, name)?, &allowance));
    let (nodes_file, edges_file) = (source("nodes")?, source("edges")?);
    let nodes_path = member(folder, "nodes")?;
    let known = Known::read(&nodes_file, options)?;
    let groups = known.groups.as_ref();
    let (edges, edge_file) = read_edges(&edges_file, options, &known.names, groups)?;
    let sorted = joined(edges, options.directed, &known.names, &edge_file.path)?;
    let mut notes: Vec<String> = merge_note(&sorted).into_iter().collect();
    let (split, digests) = known.split(&nodes_path, &allowance)?;
    let mut nodes = read_features(&nodes_file, options, &known.used)?;
    let features = own_features(&nodes, options);
    if let Some(own) = &features {
        take_sparse_columns(&allowance, &nodes.path, own.columns)?;
        notes.push(format!(
            "{}: nodes have no features: each gets one of its own, so that the edges alone tell, and a model knows these nodes only",
            nodes_path.display()
        ));
    }
    nodes.provenance.source = folder.display().to_string();
    nodes.provenance.files.push(edge_file);
    nodes.provenance.files.extend(digests);
    let (groups, group_names) = match known.groups {
        Some(groups) => (Some(groups.of_node), groups.names),
        None => (None, Vec::new()),
    };
    let graph = Graph {
        groups,
        group_names,
        ..sorted.into_graph(options.directed, known.names.into_parts().0)
    };
    Ok(GraphData {
        name: name_of(&folder.display().to_string()),
        graph,
        nodes,
        features,
        split,
        notes,
    })
}

/// `NAME.csv` or `NAME.csv.gz` in a folder.
fn member(folder: &Path, name: &str) -> Result<PathBuf> {
    let other = if name == "nodes" { "edges" } else { "nodes" };
    let missing = || GraphError::Partner {
        path: folder.join(format!("{other}.csv")).display().to_string(),
        partner: format!("{name}.csv(.gz)"),
    };
    Ok(plain_or_gzip(&folder.join(format!("{name}.csv"))).ok_or_else(missing)?)
}

/// The columns of `nodes.csv` that are no features.
struct Known {
    names: NodeNames,
    groups: Option<Groups>,
    parts: Option<Vec<Option<SplitPart>>>,
    /// Names of these columns.
    used: Vec<String>,
}

impl Known {
    fn read(source: &Source, options: &Options) -> Result<Self> {
        let wanted = [ID, "c0", GRAPH, SPLIT].map(str::to_owned).to_vec();
        let as_text = Options {
            header: Some(true),
            delimiter: options.delimiter,
            categorical: wanted.clone(),
            keep: Some(wanted),
            max_levels: usize::MAX,
            ..Options::default()
        };
        let table = read_table(source, &as_text)?;
        let id = id_column(&table)?;
        let mut names = NodeNames::default();
        let own = NODE * table.rows();
        source
            .allowance
            .take(&table.path, "its nodes", own as u64)?;
        for (row, at) in table.places().enumerate() {
            names.push(&id.text(row).unwrap_or_default(), &at)?;
        }
        let mut used = vec![id.name.clone()];
        let mut optional = |name: &str| {
            let column = table.columns.iter().find(|column| column.name == name)?;
            if column.name == id.name || options.drop.contains(&column.name) {
                return None;
            }
            used.push(name.to_owned());
            Some(column)
        };
        let (graph, split) = (optional(GRAPH), optional(SPLIT));
        let groups = graph.map(|column| read_groups(column, &table, &names));
        let parts = split.map(|column| read_parts(column, &table));
        Ok(Self {
            groups: groups.transpose()?,
            parts: parts.transpose()?,
            names,
            used,
        })
    }

    /// The split of the column, or of the files beside it.
    fn split(
        &self,
        path: &Path,
        allowance: &Allowance,
    ) -> Result<(Option<GivenSplit>, Vec<FileDigest>)> {
        let beside = split_beside(path, allowance, &self.names)?;
        let Some(parts) = &self.parts else {
            return Ok(beside);
        };
        let path = path.display().to_string();
        if beside.0.is_some() {
            let (first, second) = ("a column 'split'".to_owned(), "split files".to_owned());
            return Err(GraphError::TwoSplits {
                path,
                first,
                second,
            }
            .into());
        }
        let mut collected = SplitParts::new(path);
        let name_of = |row: usize| self.names.names()[row].clone();
        for (row, part) in parts.iter().enumerate() {
            if let Some(part) = part {
                collected.put(row, *part, name_of)?;
            }
        }
        Ok((Some(collected.finish()?), Vec::new()))
    }
}

/// The column `id`, else the first; a number as its name means that there is no header.
fn id_column(table: &Table) -> Result<&Column> {
    let named = table.columns.iter().find(|column| column.name == ID);
    let first = table
        .columns
        .iter()
        .find(|column| column.name == table.names[0]);
    let column = named.or(first);
    let is_name = |column: &&Column| {
        let kind = field_of(column.name.as_bytes(), &Missing::default());
        kind != Field::Number
    };
    let missing = || GraphError::NoHeader {
        path: table.path.clone(),
        expected: "id,feature,label",
    };
    Ok(column.filter(is_name).ok_or_else(missing)?)
}

fn read_groups(column: &Column, table: &Table, names: &NodeNames) -> Result<Groups> {
    let mut found = NodeNames::default();
    let mut of_node = Vec::with_capacity(table.rows());
    for (row, at) in table.places().enumerate() {
        let group = column.text(row).ok_or_else(|| GraphError::NoGraph {
            at: at.clone(),
            node: names.names()[row].clone(),
        })?;
        if found.row(&group).is_none() {
            found.push(&group, &at)?;
        }
        of_node.extend(found.row(&group));
    }
    let names = found.into_parts().0;
    Ok(Groups { of_node, names })
}

fn read_parts(column: &Column, table: &Table) -> Result<Vec<Option<SplitPart>>> {
    let part = |(row, at): (usize, Line)| match column.text(row) {
        None => Ok(None),
        Some(value) => match value.as_str() {
            "train" => Ok(Some(SplitPart::Train)),
            "validation" | "valid" | "val" | "dev" => Ok(Some(SplitPart::Validation)),
            "test" => Ok(Some(SplitPart::Test)),
            _ => Err(GraphError::SplitValue { at, value }.into()),
        },
    };
    table.places().enumerate().map(part).collect()
}

/// Where nodes have a target at most: for each a feature that no other has, the rows of the identity.
///
/// # Source
/// Kipf & Welling 2017, section 6.1, <https://arxiv.org/abs/1609.02907>.
fn own_features(nodes: &Table, options: &Options) -> Option<SparseRows> {
    let targets = nodes.target_indices(&options.targets);
    if nodes.columns.len() > targets.map_or(0, |targets| targets.len()) {
        return None;
    }
    let rows = u32::try_from(nodes.rows()).ok()?;
    Some(SparseRows {
        columns: nodes.rows(),
        offsets: (0..=rows).collect(),
        indices: (0..rows).collect(),
        values: vec![1.0; nodes.rows()],
    })
}

/// Features and target. The column `label` moves to the end, where a target is looked for unless the user names one.
fn read_features(source: &Source, options: &Options, used: &[String]) -> Result<Table> {
    let mut drop = options.drop.clone();
    drop.extend(
        used.iter()
            .filter(|name| !options.drop.contains(name))
            .cloned(),
    );
    let options = Options {
        header: Some(true),
        drop,
        ..options.clone()
    };
    let mut table = read_table(source, &options)?;
    if let Some(label) = table.columns.iter().position(|column| column.name == LABEL) {
        let label = table.columns.remove(label);
        table.columns.push(label);
    }
    Ok(table)
}
