//! Graphs in `nodes.csv` and `edges.csv`.

use decay_data::{
    Dataset, GivenSplit, GraphData, Options, Schema, Target, TaskKind, read_graph_csv,
};

use crate::files::{Files, gzip};

const NODES: &str = "id,age,colour,label,graph,split\n\
    a,1,red,yes,g1,train\nb,2,blue,no,g1,test\nc,,red,,g1,\n7,4,,yes,g0,val\n007,5,blue,no,g0,\n";

fn written(nodes: &str, edges: &str) -> Files {
    let files = Files::new();
    files.write("nodes.csv", nodes);
    files.write("edges.csv", edges);
    files
}

fn read(nodes: &str, edges: &str) -> GraphData {
    read_graph_csv(written(nodes, edges).root(), &Options::default()).unwrap()
}

fn refusal(nodes: &str, edges: &str) -> String {
    let files = written(nodes, edges);
    files.refusal(read_graph_csv(files.root(), &Options::default()))
}

#[test]
fn columns_of_nodes_and_edges() {
    let data = read(
        NODES,
        "source,target,weight\na,b,2\nb,a,2\nc,c,0.5\n007,7,1\n",
    );
    let graph = &data.graph;
    assert_eq!(graph.edges, [[1, 0], [0, 1], [2, 2], [4, 3], [3, 4]]);
    assert_eq!(graph.weights.as_deref().unwrap(), [2.0, 2.0, 0.5, 1.0, 1.0]);
    assert_eq!(
        graph.node_names.as_deref().unwrap(),
        ["a", "b", "c", "7", "007"]
    );
    assert_eq!(
        (
            graph.groups.as_deref().unwrap(),
            graph.group_names.as_slice()
        ),
        (
            [0, 0, 0, 1, 1].as_slice(),
            ["g1".to_owned(), "g0".to_owned()].as_slice()
        )
    );
    let split = GivenSplit {
        train: vec![0],
        validation: vec![3],
        test: vec![1],
    };
    assert_eq!(data.split, Some(split));
}

#[test]
fn nodes_without_a_label_belong_to_no_class() {
    let data = read(NODES, "source,target\na,b\n");
    let data = Dataset::from_graph(&data, &Options::default()).unwrap();
    assert_eq!(
        data.schema.feature_names(),
        [
            "age",
            "age is missing",
            "colour=blue",
            "colour=red",
            "colour is missing"
        ]
    );
    assert_eq!(data.labelled.as_deref().unwrap(), [0, 1, 3, 4]);
    let names = ["no", "yes"].map(str::to_owned).to_vec();
    let labels = vec![1, 0, 0, 1, 0];
    assert_eq!(data.target, Target::Classes { labels, names });
    assert_eq!(data.labelled_rows(), [0, 1, 3, 4]);
}

#[test]
fn first_columns_serve_where_no_name_says_otherwise() {
    let data = read("paper,x,y\np,1,u\nq,2,v\n", "from,to\nq,p\n");
    assert_eq!(data.graph.edges, [[1, 0], [0, 1]]);
    assert_eq!(data.graph.weights, None);
    assert_eq!((data.graph.groups, data.split), (None, None));
    let data = read("x,id,y\n1,p,u\n2,q,v\n", "weight,target,source\n3,p,q\n");
    assert_eq!(data.graph.weights.unwrap(), [3.0, 3.0]);
    // As pandas writes an index, which is no weight.
    for index in ["", "Unnamed: 0"] {
        let edges = format!("{index},source,target\n0,q,p\n1,p,p\n");
        let data = read("id,x,y\np,1,u\nq,2,v\n", &edges);
        assert_eq!(data.graph.weights, None, "{index}");
        let edges = format!("{index},source,target,weight\n0,q,p,2\n");
        let data = read("id,x,y\np,1,u\nq,2,v\n", &edges);
        assert_eq!(data.graph.weights.unwrap(), [2.0, 2.0]);
    }
    let data = read(",x,y\n0,1,u\n1,2,v\n", "source,target\n0,1\n");
    assert_eq!(data.nodes.columns.len(), 2);
}

#[test]
fn directed_edges_keep_their_direction() {
    let options = Options {
        directed: true,
        ..Options::default()
    };
    let files = written(NODES, "source,target,weight\nb,a,2\na,b,3\nb,a,2\n");
    let data = read_graph_csv(files.root(), &options).unwrap();
    assert_eq!(data.graph.edges, [[1, 0], [0, 1]]);
    assert_eq!(data.graph.weights.as_deref().unwrap(), [2.0, 3.0]);
    assert_eq!((data.graph.directed, data.graph.edge_count()), (true, 2));
    let schema = Dataset::from_graph(&data, &options).unwrap().schema;
    assert!(schema.options().directed);
}

#[test]
fn target_is_what_the_user_says() {
    let options = Options {
        targets: vec!["age".into()],
        task: Some(TaskKind::Regression),
        drop: vec!["graph".into()],
        ..Options::default()
    };
    let files = written(NODES, "source,target\na,7\n");
    let data = read_graph_csv(files.root(), &options).unwrap();
    assert_eq!(data.graph.groups, None);
    let data = Dataset::from_graph(&data, &options).unwrap();
    assert_eq!(data.labelled.as_deref().unwrap(), [0, 1, 3, 4]);
    let values = vec![1.0, 2.0, 0.0, 4.0, 5.0];
    assert_eq!(data.target, Target::value("age", values));
}

#[test]
fn nodes_that_are_refused() {
    let edges = "source,target\na,b\n";
    for (nodes, message) in [
        (
            "id,x,y\na,1,u\na,2,v\n",
            "nodes.csv: line 3: the node 'a' is already on line 2",
        ),
        (
            "id,x,y\na,1,u\n,2,v\n",
            "nodes.csv: line 3: the node has no id",
        ),
        (
            "0,1,u\n1,2,v\n",
            "nodes.csv: line 1 is no header; expected one such as 'id,feature,label'",
        ),
        (
            "id,x,split,y\na,1,train,u\nb,2,later,v\n",
            "nodes.csv: line 3: the split 'later' is none of train, validation and test",
        ),
        (
            "id,x,split,y\na,1,train,u\nb,2,,v\n",
            "nodes.csv: lists no node for test",
        ),
        (
            "id,x,graph,y\na,1,g,u\nb,2,,v\n",
            "nodes.csv: line 3: the node 'b' belongs to no graph, others do",
        ),
        (
            "id,x,y\na,1,u\nb,2\n",
            "nodes.csv: line 3 has 2 fields, expected 3; column 'y' is the first without a value",
        ),
    ] {
        assert_eq!(refusal(nodes, edges), message);
    }
}

const REFUSED_EDGES: &[(&str, &str)] = &[
    ("source,target\na,b\nb,z\n", "line 3: there is no node 'z'"),
    ("source,target\n\nq,b\n", "line 3: there is no node 'q'"),
    ("source,target\na,\n", "line 2: there is no node ''"),
    (
        "a,b\nb,c\n",
        "line 1 is no header; expected one such as 'source,target,weight'",
    ),
    (
        "source\na\n",
        "has 1 columns, expected source, target and perhaps weight",
    ),
    (
        "source,target,weight,year\na,b,1,9\n",
        "has 4 columns, expected source, target and perhaps weight",
    ),
    (
        "source,target,weight\na,b,-1\n",
        "line 2: the weight '-1' is not in [0, inf)",
    ),
    (
        "source,target,weight\na,b,1e99\n",
        "line 2: the weight '1e99' is not in [0, inf)",
    ),
    (
        "source,target,weight\na,b,\n",
        "line 2: the weight '' is not in [0, inf)",
    ),
    (
        "source,target,weight\na,b,heavy\n",
        "line 2: the weight 'heavy' is not in [0, inf)",
    ),
    (
        "source,target,weight\na,b,1\na,c,1\nb,a,2\n",
        "line 4: the edge a - b has weight 2, and 1 on line 2",
    ),
    (
        "source,target\na,b\nc,7\n",
        "line 3: the edge c - 7 joins two graphs of a disjoint union, 'g1' and 'g0'",
    ),
];

/// A graph of nodes alone, and the other names of validation.
#[test]
fn nodes_without_edges_and_splits_by_any_of_their_names() {
    let data = read(NODES, "source,target\n");
    assert!(data.graph.edges.is_empty());
    assert_eq!(data.graph.nodes, data.nodes.rows());
    let split = |name: &str| {
        let nodes = format!("id,x,split,y\na,1,train,u\nb,2,{name},v\nc,3,test,u\n");
        read(&nodes, "source,target\na,b\n").split.unwrap()
    };
    for name in ["val", "valid", "dev"] {
        assert_eq!(split(name), split("validation"), "{name}");
    }
}

#[test]
fn edges_that_are_refused() {
    for (edges, message) in REFUSED_EDGES {
        assert_eq!(
            refusal(NODES, edges),
            format!("edges.csv: {message}"),
            "{edges:?}"
        );
    }
}

#[test]
fn lone_or_contradicting_files_are_refused() {
    let files = Files::new();
    files.write("nodes.csv.gz", gzip(NODES.as_bytes()));
    assert_eq!(
        files.refusal(read_graph_csv(files.root(), &Options::default())),
        "nodes.csv: has no edges.csv(.gz) beside it"
    );
    let files = written(NODES, "source,target\na,b\n");
    files.write("planetoid-split.json", r#"{"train": ["a"], "test": ["b"]}"#);
    assert_eq!(
        files.refusal(read_graph_csv(files.root(), &Options::default())),
        "nodes.csv: holds both a column 'split' and split files; one split is expected"
    );
}

/// An unlabelled node in a split would be trained or tested on nothing.
#[test]
fn split_of_unlabelled_nodes_is_refused() {
    let files = written(
        "id,x,y,split\na,1,u,train\nb,2,v,train\nc,3,,test\n",
        "source,target\na,b\n",
    );
    let options = Options {
        targets: vec!["y".into()],
        ..Options::default()
    };
    let data = read_graph_csv(files.root(), &options).unwrap();
    assert_eq!(
        files.refusal(Dataset::from_graph(&data, &options)),
        "nodes.csv: the split lists the node 'c' for test, but it has no label"
    );
}

/// Types, labels and classes come from the rows that a schema is shown.
#[test]
fn schema_learns_from_its_rows_alone() {
    let data = read(NODES, "source,target\na,b\n");
    let schema = Schema::fit_graph(&data, &[0, 1, 2], &Options::default()).unwrap();
    assert_eq!(schema.feature_names().len(), 4);
    assert_eq!(schema.task.outputs(), 2);
    let none = Schema::fit_graph(&data, &[2], &Options::default());
    let message = none.unwrap_err().to_string();
    assert!(
        message.contains("line 4: the target 'label' is missing (1 of 1 rows have none)"),
        "{message}"
    );
}

/// A node has all of its targets or none: what it has of some is no label.
#[test]
fn nodes_may_have_several_targets() {
    let options = Options {
        targets: vec!["age".into(), "size".into()],
        ..Options::default()
    };
    let read = |last: &str| {
        let rows = [
            "id,f,age,size",
            "a,0.5,1.5,10",
            "b,1.5,2.5,30",
            "c,1,,",
            "d,2,4,20",
        ];
        let nodes = format!("{}\ne,3,{last}\n", rows.join("\n"));
        let files = written(&nodes, "source,target\na,b\nd,e\n");
        let data = read_graph_csv(files.root(), &options).unwrap();
        Dataset::from_graph(&data, &options).map_err(|error| error.to_string())
    };
    let data = read("5,40").unwrap();
    assert_eq!(data.labelled.as_deref().unwrap(), [0, 1, 3, 4]);
    let Target::Values { values, names } = &data.target else {
        panic!("{:?}", data.target)
    };
    assert_eq!(names, &["age", "size"]);
    assert_eq!(values[..6], [1.5, 10.0, 2.5, 30.0, 0.0, 0.0]);
    let message = read("5,").unwrap_err();
    assert!(
        message.contains("line 6: the target 'size' is missing"),
        "{message}"
    );
}
