//! Edges in the columns of a table.

use crate::files::Source;
use crate::graph::edges::EdgeList;
use crate::graph::nodes::{Groups, NodeNames};
use crate::graph::take_edges;
use crate::table::read_table;
use crate::{Cells, Column, DataError, FileDigest, GraphError, Line, Options, Result, Table};

/// Reads `source, target[, weight]` between the nodes of these names; a file that holds nothing but a header has no edges.
///
/// # Errors
/// [`GraphError`], with the line: see [`read_graph_csv`](crate::read_graph_csv).
pub(crate) fn read_edges(
    source: &Source,
    options: &Options,
    names: &NodeNames,
    groups: Option<&Groups>,
) -> Result<(EdgeList, FileDigest)> {
    let table = match read_columns(source, options.delimiter) {
        // A graph may have nodes alone.
        Err(DataError::HeaderOnly { .. }) => {
            return Ok((EdgeList::default(), source.read_all()?.digest));
        }
        table => table?,
    };
    let [from, to, weight] = columns(&table, names)?;
    take_edges(&source.allowance, &table.path, table.rows())?;
    let mut edges = EdgeList::default();
    let ends = [from, to].map(|column| Ends::find(column, names));
    for (row, at) in table.places().enumerate() {
        let [source, target] = [ends[0].row(row, &at)?, ends[1].row(row, &at)?];
        let weight = weight.map(|column| weight_of(column, row, &at));
        if let Some(groups) = groups {
            refuse_between([source, target], groups, names, &at)?;
        }
        edges.push(source, target, weight.transpose()?, at.number);
    }
    let digest = table.provenance.files.into_iter().next();
    let unread = || DataError::Empty {
        path: table.path.clone(),
    };
    Ok((edges, digest.ok_or_else(unread)?))
}

/// All columns as text.
fn read_columns(source: &Source, delimiter: Option<u8>) -> Result<Table> {
    let header = Options {
        header: Some(true),
        delimiter,
        max_levels: usize::MAX,
        ..Options::default()
    };
    let names = ["c0", "c1", "c2", "c3", "source", "target", "weight"];
    let as_text = Options {
        categorical: names.map(str::to_owned).to_vec(),
        keep: Some(names.map(str::to_owned).to_vec()),
        ..header
    };
    read_table(source, &as_text)
}

/// The names without that of an index, as pandas writes it: a first column without a name.
fn without_index(names: &[String]) -> &[String] {
    let unnamed = |name: &String| name == "c0" || name.starts_with("Unnamed: ");
    match names {
        [first, rest @ ..] if unnamed(first) && rest.len() > 1 => rest,
        all => all,
    }
}

/// Source, target and weight, by name or else by position.
fn columns<'a>(table: &'a Table, names: &NodeNames) -> Result<[Option<&'a Column>; 3]> {
    let path = table.path.clone();
    let all = without_index(&table.names);
    if !(2..=3).contains(&all.len()) {
        let found = all.len();
        return Err(GraphError::EdgeColumns { path, found }.into());
    }
    if all[..2].iter().all(|name| names.row(name).is_some()) {
        let expected = "source,target,weight";
        return Err(GraphError::NoHeader { path, expected }.into());
    }
    let column = |name: &String| table.columns.iter().find(|column| column.name == *name);
    let mut order: Vec<&String> = all.iter().collect();
    for (place, wanted) in ["source", "target", "weight"].into_iter().enumerate() {
        if let Some(found) = order.iter().position(|name| *name == wanted)
            && place < order.len()
        {
            order.swap(place, found);
        }
    }
    let mut found = order.into_iter().map(column);
    Ok([(); 3].map(|()| found.next().flatten()))
}

/// Nodes at one end of the edges: of each different name, its row.
struct Ends<'a> {
    column: Option<&'a Column>,
    rows: Vec<Option<u32>>,
}

impl<'a> Ends<'a> {
    fn find(column: Option<&'a Column>, names: &NodeNames) -> Self {
        let levels = match column.map(|column| &column.cells) {
            Some(Cells::Labels { levels, .. }) => levels.as_slice(),
            _ => &[],
        };
        let rows = levels.iter().map(|name| names.row(name)).collect();
        Self { column, rows }
    }

    fn row(&self, row: usize, at: &Line) -> Result<u32> {
        let code = match self.column.map(|column| &column.cells) {
            Some(Cells::Labels { codes, .. }) => codes[row] as usize,
            _ => usize::MAX,
        };
        let found = self.rows.get(code).copied().flatten();
        let name = || self.column.and_then(|column| column.text(row));
        Ok(found.ok_or_else(|| GraphError::UnknownNode {
            at: at.clone(),
            node: name().unwrap_or_default(),
        })?)
    }
}

fn weight_of(column: &Column, row: usize, at: &Line) -> Result<f32> {
    let text = column.text(row).unwrap_or_default();
    let weight = text.parse().ok();
    let weight = weight.filter(|weight: &f32| (0.0..f32::INFINITY).contains(weight));
    Ok(weight.ok_or_else(|| GraphError::Weight {
        at: at.clone(),
        weight: text,
    })?)
}

fn refuse_between(ends: [u32; 2], groups: &Groups, names: &NodeNames, at: &Line) -> Result<()> {
    let [first, second] = ends.map(|node| groups.of_node[node as usize]);
    if first == second {
        return Ok(());
    }
    let [source, target] = ends.map(|node| names.names()[node as usize].as_str());
    let group = |index: u32| groups.names[index as usize].clone();
    Err(GraphError::BetweenGraphs {
        at: at.clone(),
        edge: format!("{source} - {target}"),
        first: group(first),
        second: group(second),
    }
    .into())
}
