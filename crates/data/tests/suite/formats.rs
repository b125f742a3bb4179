//! What a path stands for, decided from names.

use decay_data::{Options, Raw, load_inputs_with, load_with};

use crate::files::Files;

fn kind(files: &Files, path: &str) -> String {
    let path = files.path(path).display().to_string();
    match Raw::read(&path, &Options::default()) {
        Ok(Raw::Table(table)) => format!("table of {}", table.rows()),
        Ok(Raw::Images { train, test }) => {
            let test = test.map_or(0, |test| test.labels.len());
            format!("images {} and {test}", train.labels.len())
        }
        Ok(Raw::Graph(data)) => format!("graph {} of {}", data.name, data.graph.nodes),
        Err(error) => files.refusal::<()>(Err(error)),
    }
}

fn cifar(label: u8) -> Vec<u8> {
    let mut record = vec![7; 3073];
    record[0] = label;
    record
}

#[test]
fn every_format_is_known_by_its_name() {
    let files = Files::new();
    files.write("csv/nodes.csv", "id,x,y\na,1,u\nb,2,v\n");
    files.write("csv/edges.csv", "source,target\na,b\n");
    files.write("linqs/one.content", "a\t1\tu\nb\t0\tv\nc\t0\tv\n");
    files.write("linqs/one.cites", "a\tb\n");
    files.write("linqs/one.graph.txt", "N a u\n");
    files.write("text/two.graph.txt", "N a u\n");
    files.write("cifar/train.bin", cifar(1));
    files.write("cifar/test.bin", cifar(1));
    files.write("plain.csv", "x,y\n1,2\n3,4\n");
    for (path, expected) in [
        ("csv", "graph csv of 2"),
        ("linqs", "graph one of 3"),
        ("linqs/one.content", "graph one of 3"),
        ("linqs/one.graph.txt", "graph one of 1"),
        ("text", "graph two of 1"),
        ("cifar", "images 1 and 1"),
        ("cifar/test.bin", "images 1 and 0"),
        ("plain.csv", "table of 2"),
    ] {
        assert_eq!(kind(&files, path), expected);
    }
}

#[test]
fn paths_that_are_nothing_or_too_much() {
    let files = Files::new();
    files.write("empty/notes.txt", "");
    files.write("two/a.graph.txt", "N a u\n");
    files.write("two/b.graph.txt.gz", "");
    files.write("one.jpeg", "");
    files.write("half/edges.csv", "source,target\na,b\n");
    for (path, expected) in [
        (
            "empty",
            "empty: holds no data: neither images (*images-idx3-ubyte, CIFAR *.bin, a folder for each class) nor a graph \
             (nodes.csv and edges.csv, .content and .cites, .graph.txt or .npz)",
        ),
        (
            "two",
            "two: holds both a.graph.txt and b.graph.txt.gz; one graph is expected",
        ),
        (
            "one.jpeg",
            "one.jpeg: is one image; expected a folder that holds a folder of images for each class",
        ),
        ("half", "half/edges.csv: has no nodes.csv(.gz) beside it"),
    ] {
        assert_eq!(kind(&files, path), expected);
    }
}

/// Model, data and what is wrong.
const MIXED: &[(&str, &str, &str)] = &[
    (
        "plain.csv",
        "a.graph.txt",
        "holds a graph, the model was trained on a table",
    ),
    (
        "plain.csv",
        "data.bin",
        "holds images, the model was trained on a table",
    ),
    (
        "data.bin",
        "a.graph.txt",
        "holds a graph, the model was trained on images",
    ),
    (
        "a.graph.txt",
        "plain.csv",
        "holds a table, the model was trained on a graph",
    ),
    (
        "a.graph.txt",
        "data.bin",
        "holds images, the model was trained on a graph",
    ),
    (
        "a.graph.txt",
        "b.graph.txt",
        "its nodes have 4 features, those of the model have 3",
    ),
    (
        "csv",
        "a.graph.txt",
        "holds sparse features, the model was trained on columns of a table",
    ),
    (
        "a.graph.txt",
        "csv",
        "holds columns of a table, the model was trained on sparse features",
    ),
];

/// Data of one kind for a model of another.
#[test]
fn kinds_do_not_mix() {
    let files = Files::new();
    files.write("plain.csv", "x,y\n1,a\n3,b\n");
    files.write("a.graph.txt", "# features=3\nN 0 a 1\nN 1 b\n");
    files.write("b.graph.txt", "# features=4\nN 0 a 1\nN 1 b\n");
    files.write("csv/nodes.csv", "id,x,label\n0,1,a\n1,2,b\n");
    files.write("csv/edges.csv", "source,target\n0,1\n");
    files.write("data.bin", [cifar(0), cifar(1)].concat());
    let path = |name: &str| files.path(name).display().to_string();
    let schema = |name: &str| {
        let loaded = decay_data::load(&path(name), &Options::default()).unwrap();
        loaded.train.schema
    };
    for (model, data, message) in MIXED {
        let refused = files.refusal(load_inputs_with(&path(data), &schema(model)));
        let file = if *data == "csv" {
            "csv/nodes.csv"
        } else {
            data
        };
        assert_eq!(refused, format!("{file}: {message}"));
    }
    // The same kind is encoded alike, with its edges.
    let again = load_with(&path("csv"), &schema("csv")).unwrap();
    assert_eq!(again.graph.unwrap().edges, [[1, 0], [0, 1]]);
    let inputs = load_inputs_with(&path("csv"), &schema("csv")).unwrap();
    assert_eq!((inputs.rows, inputs.graph.unwrap().nodes), (2, 2));
}
