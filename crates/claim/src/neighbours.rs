//! Rows of a table as the nodes of a graph.

use decay_data::{Dataset, Graph, Preprocess};
use rayon::prelude::*;

/// Joins every row with the rows nearest to it, whether these find it near or not: a graph for data that have none.
///
/// ```text
/// i ~ j        j is one of the `nearest` rows to i, or i of those to j, by |x_i - x_j|
/// ```
///
/// `x` are all rows on the scale of the data set's own kind, fitted on all of them; labels are not read. Of rows at equal distances
/// the earlier is nearer.
///
/// # Panics
/// If there are not more rows than `nearest`.
///
/// # Source
/// Belkin & Niyogi 2003, section 2, <https://doi.org/10.1162/089976603321780317>.
pub fn joined_to_nearest(data: Dataset, nearest: usize) -> Dataset {
    let rows: Vec<usize> = (0..data.rows).collect();
    let points = Preprocess::fit(&data, &rows).apply(&data, &rows);
    let edges = edges(&points, data.rows, nearest);
    Dataset {
        graph: Some(Graph {
            nodes: data.rows,
            edges,
            weights: None,
            directed: false,
            node_names: None,
            groups: None,
            group_names: Vec::new(),
        }),
        ..data
    }
}

/// Both directions of every edge, sorted by target, then by source.
fn edges(points: &[f32], rows: usize, nearest: usize) -> Vec<[u32; 2]> {
    assert!(
        nearest < rows,
        "{rows} rows do not have {nearest} neighbours"
    );
    let width = points.len() / rows;
    let own = |row: usize| {
        let x = &points[row * width..][..width];
        let mut others: Vec<(f32, u32)> = (0u32..)
            .zip(points.chunks_exact(width))
            .map(|(other, y)| (distance(x, y), other))
            .collect();
        others.swap_remove(row);
        others.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let near = others.into_iter().take(nearest);
        near.flat_map(|(_, other)| [[row as u32, other], [other, row as u32]])
            .collect::<Vec<_>>()
    };
    let mut all: Vec<[u32; 2]> = (0..rows).into_par_iter().flat_map_iter(own).collect();
    all.sort_unstable_by_key(|&[source, target]| (target, source));
    all.dedup();
    all
}

/// Squared.
fn distance(x: &[f32], y: &[f32]) -> f32 {
    x.iter().zip(y).map(|(x, y)| (x - y).powi(2)).sum()
}

#[cfg(test)]
mod tests {
    use decay_data::Embedded;

    use super::{edges, joined_to_nearest};
    use crate::lab::labels;

    /// On a line at 0, 1, 3, 7 the nearest are 1, 0, 1, 3: the last two are found by one side alone.
    #[test]
    fn an_edge_needs_one_of_its_ends_and_is_listed_in_both_directions() {
        let found = edges(&[0.0, 1.0, 3.0, 7.0], 4, 1);
        assert_eq!(found, [[1, 0], [0, 1], [2, 1], [1, 2], [3, 2], [2, 3]]);
        // Of equal distances the earlier.
        assert_eq!(
            edges(&[0.0, 1.0, -1.0], 3, 1),
            [[1, 0], [2, 0], [0, 1], [0, 2]]
        );
    }

    #[test]
    fn neighbours_are_mostly_of_one_class_and_every_row_has_enough() {
        let data = joined_to_nearest(Embedded::Wine.load().unwrap(), 5);
        let rows: Vec<usize> = (0..data.rows).collect();
        let labels = labels(&data, &rows);
        let edges = data.graph.unwrap().edges;
        let degree = |row: usize| edges.iter().filter(|edge| edge[1] as usize == row).count();
        assert!(rows.iter().all(|&row| degree(row) >= 5));
        let alike = edges
            .iter()
            .filter(|edge| labels[edge[0] as usize] == labels[edge[1] as usize]);
        assert!(alike.count() as f64 > 0.9 * edges.len() as f64);
        assert!(
            edges
                .iter()
                .all(|&[a, b]| a != b && edges.contains(&[b, a]))
        );
    }
}
