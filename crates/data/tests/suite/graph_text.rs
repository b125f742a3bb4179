//! `.graph.txt` files.

use decay_data::{GivenSplit, GraphData, read_graph_text};

use crate::files::{Files, gzip};

const TINY: &str = "\
# tiny: nodes=4 features=9 edges=3; train=0..1 val=2..2 test=T line
N 0 red 3 1
N 1 blue
N 2 red 8
N 3 blue 0 1 2
# more prose
E 0 1
E 1 0
E 2 2
E 3 0
T 3
";

fn read(text: &str) -> GraphData {
    let files = Files::new();
    read_graph_text(files.write("tiny.graph.txt.gz", gzip(text.as_bytes()))).unwrap()
}

fn refusal(text: &str) -> String {
    let files = Files::new();
    files.refusal(read_graph_text(files.write("a.graph.txt", text)))
}

#[test]
fn nodes_edges_and_split() {
    let data = read(TINY);
    assert_eq!(data.name, "tiny");
    assert_eq!(data.graph.edges, [[1, 0], [3, 0], [0, 1], [2, 2], [0, 3]]);
    let features = data.features.unwrap();
    assert_eq!(
        (features.columns, features.row(0).0, features.row(1).0.len()),
        (9, [1, 3].as_slice(), 0)
    );
    assert_eq!(features.values, [1.0; 6]);
    let split = GivenSplit {
        train: vec![0, 1],
        validation: vec![2],
        test: vec![3],
    };
    assert_eq!(data.split, Some(split));
    assert_eq!(data.notes, ["edges that are listed again count once: 1"]);
}

#[test]
fn without_a_first_line_of_promises() {
    let data = read("N a x 5\nN b y 2\nN c y\nE a c\nT b\n");
    assert_eq!(data.features.unwrap().columns, 6);
    let split = data.split.unwrap();
    assert_eq!(
        (split.train, split.validation, split.test),
        (vec![0, 2], vec![], vec![1])
    );
    assert_eq!(read("N a x 5\nN b y\n").split, None);
}

const REFUSED: &[(&str, &str)] = &[
    (
        "N 0 x 1\nQ 0\n",
        "line 2 starts with 'Q', expected N, E, T or #",
    ),
    (
        "N 0\n",
        "line 1 has 2 fields, expected N, an id and a label at least",
    ),
    (
        "N 0 x\nN 1 x\nE 0\n",
        "line 3 has 2 fields, expected E and two ids",
    ),
    (
        "N 0 x\nN 0 x\n",
        "line 2: the node '0' is already on line 1",
    ),
    ("N 0 x\nE 0 7\n", "line 2: there is no node '7'"),
    ("N 0 x\nE 7 0\n", "line 2: there is no node '7'"),
    ("N 0 x\nT 0 9\n", "line 2: there is no node '9'"),
    ("N 0 x 4 1 4\n", "line 1: the feature 4 is listed twice"),
    (
        "# features=5\nN 0 x 5\n",
        "line 2: the feature '5' is not a number from 0 to 4",
    ),
    (
        "N 0 x -1\n",
        "line 1: the feature '-1' is not a number from 0 to 4294967294",
    ),
    ("# nodes=many\n", "line 1: 'nodes=many' is not understood"),
    ("# train=0-5\n", "line 1: 'train=0-5' is not understood"),
    (
        "# nodes=3\nN 0 x\n",
        "its first line promises 3 nodes, the file has 1",
    ),
    (
        "# edges=2\nN 0 x\nN 1 x\nE 0 1\n",
        "its first line promises 2 edges, the file has 1",
    ),
    (
        "# train=0..0\nN 0 x\nT 0\n",
        "the node '0' is listed for train and for test",
    ),
    (
        "# train=0..1\nN 0 x\nN 2 x\nT 2\n",
        "line 1: there is no node '1'",
    ),
    ("N 0 x\nT 0\n", "lists no node for train"),
    ("# nothing\n", "has no nodes"),
];

#[test]
fn malformed_lines_are_refused() {
    for (text, message) in REFUSED {
        assert_eq!(refusal(text), format!("a.graph.txt: {message}"), "{text:?}");
    }
}
