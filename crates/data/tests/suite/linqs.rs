//! `.content` and `.cites` files, and splits in files of their own.

use decay_data::{GivenSplit, GraphData, Options, Raw, SparseRows, read_linqs};
use proptest::prelude::*;

use crate::files::{Files, gzip};

const CONTENT: &str = "p7\t0\t1\t0\ttheory\n31\t1\t0\t2.5\tdata\nx\t0\t0\t0\ttheory\n";

fn written(content: &str, cites: &str) -> Files {
    let files = Files::new();
    files.write("tiny.content", content);
    files.write("tiny.cites", cites);
    files
}

fn read(files: &Files) -> GraphData {
    read_linqs(files.path("tiny.content")).unwrap()
}

fn refusal(content: &str, cites: &str) -> String {
    let files = written(content, cites);
    files.refusal(read_linqs(files.path("tiny.content")))
}

#[test]
fn papers_and_citations() {
    let data = read(&written(CONTENT, "p7\t31\r\n\n31\tp7\n31\t31\n"));
    let words = data.features.unwrap();
    let expected = SparseRows {
        columns: 3,
        offsets: vec![0, 1, 3, 3],
        indices: vec![1, 0, 2],
        values: vec![1.0, 1.0, 2.5],
    };
    assert_eq!(words, expected);
    assert_eq!(words.dense(), [0.0, 1.0, 0.0, 1.0, 0.0, 2.5, 0.0, 0.0, 0.0]);
    let graph = data.graph;
    // Sorted by target, then by source; the loop once; the citation of either by the other is one edge.
    assert_eq!(graph.edges, [[1, 0], [0, 1], [1, 1]]);
    assert_eq!(
        (graph.nodes, graph.weights.is_none(), graph.directed),
        (3, true, false)
    );
    assert_eq!((graph.edge_count(), graph.self_loops()), (2, 1));
    assert_eq!(graph.node_names.as_deref().unwrap(), ["p7", "31", "x"]);
    assert_eq!(data.notes, ["edges that are listed again count once: 1"]);
    assert_eq!((data.name.as_str(), data.split), ("tiny", None));
    assert_eq!(data.nodes.provenance.files.len(), 2);
}

/// The real Citeseer has such lines.
#[test]
fn papers_without_a_row_are_counted() {
    let data = read(&written(CONTENT, "p7\tnobody\nnobody\tnowhere\nx\tp7\n"));
    assert_eq!(data.graph.edges, [[2, 0], [0, 2]]);
    assert_eq!(
        data.notes,
        ["2 of 3 citations name papers that have no row: they are left out"]
    );
}

#[test]
fn folder_of_compressed_files() {
    let files = Files::new();
    files.write("tiny.content.gz", gzip(CONTENT.as_bytes()));
    files.write("tiny.cites.gz", gzip(b"p7\t31\n"));
    files.write("README", "not read");
    let Raw::Graph(data) = Raw::read(&files.root(), &Options::default()).unwrap() else {
        panic!("expected a graph")
    };
    assert_eq!((data.graph.edge_count(), data.name.as_str()), (1, "tiny"));
}

const REFUSED: &[(&str, &str)] = &[
    ("a\t1\t0\tx\nb\t1\tx\n", "line 2 has 3 fields, expected 4"),
    (
        "a\tx\n",
        "line 1 has 2 fields, expected an id, at least one word and a label",
    ),
    (
        "a\t1\t0\tx\nb\t1\tyes\tx\n",
        "line 2, field 3: 'yes' is not a finite number",
    ),
    (
        "a\tinf\t0\tx\n",
        "line 1, field 2: 'inf' is not a finite number",
    ),
    (
        "a\t1\tx\n\nb\t1\tx\na\t0\ty\n",
        "line 4: the node 'a' is already on line 1",
    ),
    ("\t1\tx\n", "line 1: the node has no id"),
    ("a\t1\tx\nb\t1\t\n", "line 2: the node 'b' has no label"),
    ("\n", "has no nodes"),
];

#[test]
fn malformed_rows_are_refused() {
    for (content, message) in REFUSED {
        assert_eq!(refusal(content, ""), format!("tiny.content: {message}"));
    }
    assert_eq!(
        refusal(CONTENT, "p7\t31\nx\n"),
        "tiny.cites: line 2 has 1 fields, expected the cited paper and the citing one"
    );
}

#[test]
fn files_that_are_not_text_or_missing_are_refused() {
    let files = written(CONTENT, "");
    let content = files.write("tiny.content", b"a\t1\t\xff\n");
    let refusal = files.refusal(read_linqs(&content));
    assert_eq!(refusal, "tiny.content: line 1 is not UTF-8");
    std::fs::remove_file(files.path("tiny.cites")).unwrap();
    files.write("tiny.content", CONTENT);
    let refusal = files.refusal(read_linqs(&content));
    assert_eq!(refusal, "tiny.content: has no tiny.cites(.gz) beside it");
}

fn split() -> GivenSplit {
    GivenSplit {
        train: vec![1],
        validation: vec![2],
        test: vec![0],
    }
}

#[test]
fn split_in_json_or_in_text_files() {
    let files = written(CONTENT, "p7\t31\n");
    files.write(
        "planetoid-split.json",
        r#"{"train": [31], "val": ["x"], "test": ["p7"]}"#,
    );
    let data = read(&files);
    assert_eq!(
        (data.split, data.nodes.provenance.files.len()),
        (Some(split()), 3)
    );
    let files = written(CONTENT, "p7\t31\n");
    for (name, ids) in [
        ("train.txt", "31"),
        ("val.txt", "\n x \n"),
        ("test.txt", "p7\n"),
    ] {
        files.write(name, ids);
    }
    let data = read(&files);
    assert_eq!(
        (data.split, data.nodes.provenance.files.len()),
        (Some(split()), 5)
    );
}

fn split_refusal(json: &str) -> String {
    let files = written(CONTENT, "p7\t31\n");
    files.write("planetoid-split.json", json);
    files.refusal(read_linqs(files.path("tiny.content")))
}

#[test]
fn splits_that_do_not_fit_are_refused() {
    let form = "planetoid-split.json: is not a split {\"train\": [..], \"val\": [..], \"test\": [..]} of node ids";
    assert_eq!(split_refusal("[1, 2]"), form);
    assert_eq!(
        split_refusal(r#"{"train": [31], "test": ["x"], "tset": []}"#),
        form
    );
    assert_eq!(
        split_refusal(r#"{"train": [31, 4], "test": ["x"]}"#),
        "planetoid-split.json: train, entry 2: there is no node '4'"
    );
    assert_eq!(
        split_refusal(r#"{"train": [31], "val": ["x"], "test": ["x"]}"#),
        "planetoid-split.json: the node 'x' is listed for validation and for test"
    );
    assert_eq!(
        split_refusal(r#"{"train": [31], "test": []}"#),
        "planetoid-split.json: lists no node for test"
    );
    let files = written(CONTENT, "");
    let refusal = |files: &Files| files.refusal(read_linqs(files.path("tiny.content")));
    files.write("train.txt", "31\n");
    files.write("test.txt", "x\n\nq\n");
    assert_eq!(refusal(&files), "train.txt: has no val.txt beside it");
    files.write("val.txt", "");
    assert_eq!(refusal(&files), "test.txt: line 3: there is no node 'q'");
    files.write("planetoid-split.json", "{}");
    assert_eq!(
        refusal(&files),
        ".: holds both planetoid-split.json and train.txt; one split is expected"
    );
}

fn is_listed(edges: &[[u32; 2]], edge: [u32; 2]) -> bool {
    let key = |edge: &[u32; 2]| (edge[1], edge[0]);
    edges.binary_search_by_key(&key(&edge), key).is_ok()
}

proptest! {
    /// Whatever is cited in whatever order: sorted, without repetition, the same in both directions, nothing lost.
    #[test]
    fn edges_are_a_symmetric_set(cites in prop::collection::vec((0..9_u32, 0..9_u32), 0..60)) {
        let content: String = (0..9).map(|node| format!("{node}\t1\tx\n")).collect();
        let lines: String = cites.iter().map(|(a, b)| format!("{a}\t{b}\n")).collect();
        let graph = read(&written(&content, &lines)).graph;
        prop_assert!(graph.edges.windows(2).all(|w| (w[0][1], w[0][0]) < (w[1][1], w[1][0])));
        for &(a, b) in &cites {
            prop_assert!(is_listed(&graph.edges, [a, b]) && is_listed(&graph.edges, [b, a]));
        }
        for &[a, b] in &graph.edges {
            prop_assert!(cites.contains(&(a, b)) || cites.contains(&(b, a)));
        }
        let mut different: Vec<_> = cites.iter().map(|&(a, b)| (a.min(b), a.max(b))).collect();
        different.sort_unstable();
        different.dedup();
        prop_assert_eq!(graph.edge_count(), different.len());
    }
}
