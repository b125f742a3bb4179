//! Networks on images and on graphs, from the command line to the prediction.

use crate::harness::png::grey_png;
use crate::harness::{Place, mixed_table};

const QUICK: [&str; 6] = ["--epochs", "2", "--seeds", "2", "--out", "run"];

/// Twelve grey images of two classes as folders of PNG files: light ones and dark ones.
fn image_folders(place: &Place) {
    for (class, level) in [("dark", 40u8), ("light", 200)] {
        for image in 0..6u8 {
            let pixels: Vec<u8> = (0..36).map(|i| level + image * 3 + i % 5).collect();
            let name = format!("images/{class}/{image}.png");
            place.file(&name, grey_png(6, 6, &pixels));
        }
    }
}

/// Two circles of 15 nodes whose class is told by their circle and, noisily, by a number.
fn graph_tables(place: &Place) {
    let mut nodes = String::from("id,size,colour,class\n");
    let mut edges = String::from("source,target\n");
    for node in 0..30 {
        let (circle, step) = (node / 15, node % 15);
        let size = circle as f64 + f64::from(node * 7 % 10) / 10.0;
        let colour = ["red", "green", "blue"][node as usize % 3];
        // Two nodes have no label.
        let class = match node {
            4 | 20 => "",
            _ => ["left", "right"][circle as usize],
        };
        nodes.push_str(&format!("n{node},{size},{colour},{class}\n"));
        let next = circle * 15 + (step + 1) % 15;
        edges.push_str(&format!("n{node},n{next}\n"));
    }
    place.file("graph/nodes.csv", nodes);
    place.file("graph/edges.csv", edges);
}

#[test]
fn a_cnn_on_embedded_images_is_tuned_audited_and_predicts_the_same_again() {
    let place = Place::new();
    place.tunes(&[
        "--data",
        "digits",
        "--model",
        "cnn",
        "--model.stages",
        "conv3:4,max2,res3:6/2,global",
        "--model.norm",
        "batch",
        "--dropout",
        "0.1",
        "--shift",
        "1",
        "--mixup",
        "0.2",
    ]);
    let model = place.json("run/model.json");
    assert_eq!(model["architecture"]["kind"], "cnn");
    assert_eq!(model["architecture"]["stages"][2], "res3:6/2");
    assert!(
        place
            .read("run/report.html")
            .contains("CNN conv3:4 max2 res3:6/2 global")
    );
    let predict = || {
        place
            .succeeds(&["predict", "--model", "run", "--data", "digits"])
            .stdout
    };
    assert_eq!(predict(), predict());
    assert_eq!(predict().lines().count(), 1798);
    place.succeeds(&["audit", "--model", "run", "--data", "digits"]);
}

#[test]
fn presets_are_resolved_and_written_out() {
    let place = Place::new();
    let fit = [
        "fit", "--data", "digits", "--model", "cnn", "--preset", "resnet8",
    ];
    place.succeeds(&[&fit[..], &QUICK].concat());
    let config = place.read("run/config.toml");
    assert!(
        config.contains("\"res3:64/2\"") && config.contains("norm = \"batch\""),
        "{config}"
    );
    // The written settings repeat the run.
    let again = ["fit", "--config", "run/config.toml", "--out", "again"];
    place.succeeds(&again);
    assert_eq!(
        place.bytes("run/model.safetensors"),
        place.bytes("again/model.safetensors")
    );
}

/// Its settings are written down under the kind that it is of, and what is given beside it counts.
#[test]
fn the_network_for_large_tables_can_be_asked_for() {
    let place = Place::new();
    let fit = [
        "fit",
        "--data",
        "wine",
        "--preset",
        "table",
        "--model.hidden",
        "24,24",
        "--model.residual",
        "--model.parametric",
    ];
    place.succeeds(&[&fit[..], &QUICK].concat());
    let config = place.read("run/config.toml");
    for part in [
        "kind = \"mlp\"",
        "encoding = \"periodic\"",
        "residual = true",
    ] {
        assert!(config.contains(part), "{part}: {config}");
    }
    assert!(!config.contains("preset"), "{config}");
    let again = ["fit", "--config", "run/config.toml", "--out", "again"];
    place.succeeds(&again);
    assert_eq!(
        place.bytes("run/model.safetensors"),
        place.bytes("again/model.safetensors")
    );
    let report = place.read("run/report.html");
    assert!(report.contains("activations.1.weight"), "its parameters");
}

#[test]
fn folders_of_images_are_learned() {
    let place = Place::new();
    image_folders(&place);
    let fit = [
        "fit",
        "--data",
        "images",
        "--model",
        "cnn",
        "--preset",
        "simple",
        "--holdout",
        "0.34",
    ];
    place.succeeds(&[&fit[..], &QUICK].concat());
    let predicted = place.succeeds(&["predict", "--model", "run", "--data", "images"]);
    assert!(
        predicted.stdout.starts_with("file,class,p_dark,p_light\n"),
        "{}",
        predicted.stdout
    );
}

#[test]
fn every_graph_layer_is_fitted_audited_and_predicts_all_nodes() {
    for layer in ["gcn", "sage", "gat", "appnp"] {
        let place = Place::new();
        graph_tables(&place);
        let fit = [
            "fit",
            "--data",
            "graph",
            "--model",
            "gnn",
            "--layer",
            layer,
            "--epochs",
            "60",
            "--lr",
            "0.05",
            "--edge-dropout",
            "0.1",
            "--laplacian",
            "0.01",
            "--out",
            "run",
        ];
        place.succeeds(&fit);
        let audit = place.json("run/audit.json");
        assert!(
            audit["accuracy"]["mean"].as_f64() >= Some(0.8),
            "{layer}: {audit}"
        );
        let predicted = place.succeeds(&["predict", "--model", "run", "--data", "graph"]);
        assert_eq!(predicted.stdout.lines().count(), 31, "{layer}");
        assert_eq!(place.json("run/model.json")["architecture"]["layer"], layer);
    }
}

#[test]
fn a_graph_is_tuned_over_folds_of_its_labelled_nodes() {
    let place = Place::new();
    graph_tables(&place);
    place.tunes(&["--data", "graph", "--model", "gnn"]);
    let run = place.json("run/run.json");
    let rows = |key: &str| run["data"][key].as_u64().unwrap();
    assert_eq!(
        rows("training_rows") + rows("held_out_rows"),
        28,
        "two nodes have no label"
    );
    assert!(place.read("run/config.toml").contains("batch = 30"));
}

#[test]
fn nodes_are_split_by_class_on_request() {
    let place = Place::new();
    graph_tables(&place);
    let fit = [
        "fit",
        "--data",
        "graph",
        "--model",
        "gnn",
        "--per-class",
        "5",
        "--data.validation_per_class",
        "3",
    ];
    place.succeeds(&[&fit[..], &QUICK].concat());
    let run = place.json("run/run.json");
    assert_eq!(run["data"]["training_rows"], 10);
}

#[test]
fn a_perceptron_reads_the_nodes_of_a_graph_as_rows() {
    let place = Place::new();
    graph_tables(&place);
    let fit = ["fit", "--data", "graph"];
    place.succeeds(&[&fit[..], &QUICK].concat());
    place.succeeds(&["audit", "--model", "run", "--data", "graph"]);
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let place = Place::new();
    graph_tables(&place);
    image_folders(&place);
    for (arguments, parts) in [
        (
            &["--data", "wine", "--model", "gnn"][..],
            &["gnn", "graph", "wine"][..],
        ),
        (
            &["--data", "wine", "--model", "cnn"],
            &["cnn", "images", "13"],
        ),
        (
            &[
                "--data",
                "digits",
                "--model",
                "cnn",
                "--model.stages",
                "conv9:4",
            ],
            &["conv9:4", "at most 7"],
        ),
        (
            &[
                "--data",
                "digits",
                "--model",
                "cnn",
                "--model.stages",
                "max4,max4",
            ],
            &["stage 1", "max4"],
        ),
        (
            &["--data", "digits", "--model", "cnn", "--model.hidden", "4"],
            &["hidden"],
        ),
        (
            &["--data", "digits", "--model", "cnn", "--preset", "resnet9"],
            &["resnet9", "resnet8"],
        ),
        (
            &["--data", "wine", "--preset", "lenet"],
            &["lenet", "--model cnn"],
        ),
        (
            &["--data", "graph", "--model", "gnn", "--layer", "gnc"],
            &["'gnc'", "'gcn'"],
        ),
        (
            &["--data", "graph", "--model", "gnn", "--model.teleport", "2"],
            &["teleport", "[0, 1]"],
        ),
        (
            &["--data", "digits", "--rotation", "270"],
            &["rotation", "[0, 180]", "270"],
        ),
        (&["--data", "digits", "--flip", "1.5"], &["flip", "[0, 1]"]),
        (
            &[
                "--data",
                "graph",
                "--model",
                "gnn",
                "--train.decayed",
                "conv.0.*",
            ],
            &["train.decayed", "conv.0.*"],
        ),
        (
            &["--data", "wine", "--rotation", "10"],
            &["train.rotation", "images"],
        ),
        (
            &["--data", "graph", "--edge-dropout", "0.1"],
            &["train.edge_dropout", "gnn"],
        ),
        (
            &["--data", "digits", "--scaling", "row"],
            &["scaling", "row"],
        ),
        (&["--data", "graph", "--per-class", "40"], &["40"]),
    ] {
        place.refuses(&[&["fit"], arguments, &["--out", "run"]].concat(), parts);
    }
    place.file("images/light/7.png", grey_png(6, 7, &[9; 42]));
    place.refuses(
        &["fit", "--data", "images", "--model", "cnn"],
        &["7.png", "6", "7"],
    );
    place.file("images/light/7.png", b"\x89PNG\r\n\x1a\nbroken");
    place.refuses(&["fit", "--data", "images", "--model", "cnn"], &["7.png"]);
    place.file("graph/edges.csv", "source,target\nn1,n2\nn1,n99\n");
    place.refuses(
        &["fit", "--data", "graph", "--model", "gnn"],
        &["edges.csv", "line 3", "n99"],
    );
}

/// A single row has no variance: batch normalisation would give the same for every row.
#[test]
fn batches_of_one_row_are_no_batches_to_normalise() {
    let place = Place::new();
    place.file("table.csv", mixed_table(90));
    let call = [
        "tune",
        "--data",
        "table.csv",
        "--model.norm",
        "batch",
        "--folds",
        "3",
        "--batch",
    ];
    // 72 rows in three folds leave 48 to train on.
    for (batch, words) in [
        ("1", "a single row has no variance"),
        ("47", "the last batch of an epoch would be a single row"),
    ] {
        let value = format!("train.batch = {batch}");
        place.refuses(&[&call[..], &[batch]].concat(), &[&value, words]);
    }
    place.tunes(&[
        "--data",
        "table.csv",
        "--model.norm",
        "batch",
        "--batch",
        "47",
        "--drop-last",
    ]);
}
