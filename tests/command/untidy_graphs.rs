//! Graphs that an earlier version misread or refused without a way out, from `tests/faults`.

use crate::harness::{Place, fault, rows};

fn tuned(folder: &str, data: &str) -> (Place, String) {
    let place = Place::new();
    let data = fault("graphs", folder, data);
    let words = [
        "--data", &data, "--model", "gnn", "--epochs", "40", "--lr", "0.02",
    ];
    let printed = place.tunes(&words).stderr;
    (place, printed)
}

/// No model can tell a class that only the test nodes have: these count as wrong.
#[test]
fn a_class_of_test_nodes_alone_counts_as_wrong() {
    let (place, printed) = tuned("graph-class-only-in-test", "g");
    let said = "no training row has class '2' of 'label': no model can tell, and rows of it count as wrong";
    assert!(printed.contains(said), "{printed}");
    let nodes = std::fs::read_to_string(fault("graphs", "graph-class-only-in-test", "g/nodes.csv"));
    let nodes = rows(&nodes.expect("the nodes"));
    let test: Vec<_> = nodes.iter().filter(|node| node[3] == "test").collect();
    let unseen = test.iter().filter(|node| node[4] == "2").count();
    assert!(unseen > 0);
    let most = 1.0 - unseen as f64 / test.len() as f64;
    let accuracy = place.accuracy("run");
    assert!(accuracy > 0.5 && accuracy <= most, "{accuracy} of {most}");
}

/// Edges alone tell two cliques apart, and features alone what they tell.
#[test]
fn graphs_without_features_and_without_edges_are_graphs() {
    let (place, printed) = tuned("graph-without-features-or-edges", "g");
    assert!(
        printed.contains("nodes have no features: each gets one of its own"),
        "{printed}"
    );
    let right = place.accuracy("run");
    assert!(right > 0.75, "{right}");
    // Without labels, too.
    let file = |name: &str| {
        let path = fault(
            "graphs",
            "graph-without-features-or-edges",
            &format!("g/{name}"),
        );
        std::fs::read_to_string(path).expect("a file")
    };
    let ids = rows(&file("nodes.csv"))
        .iter()
        .map(|node| format!("{}\n", node[0]))
        .collect::<String>();
    place.file("bare/nodes.csv", ids);
    place.file("bare/edges.csv", file("edges.csv"));
    let told = place
        .succeeds(&["predict", "--model", "run", "--data", "bare"])
        .stdout;
    let same = rows(&file("nodes.csv"))[1..]
        .iter()
        .zip(&rows(&told)[1..])
        .filter(|(node, told)| node[1] == told[0])
        .count();
    assert!(same as f64 > 0.75 * rows(&told).len() as f64, "{told}");
    let (place, _) = tuned("graph-without-features-or-edges", "h");
    assert!(place.path("run/model.json").exists());
}

/// What pandas writes as an index is no weight.
#[test]
fn an_index_of_edges_is_no_weight() {
    let (place, _) = tuned("graph-index-as-weight", "g");
    let model = place.json("run/model.json");
    assert_eq!(model["schema"]["inputs"]["graph"]["weighted"], false);
}
