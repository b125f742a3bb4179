//! What more rows would give: one set of numbers on the terminal, in the record and on the page.

use crate::harness::{Place, rows};

#[test]
fn terminal_record_table_and_page_show_the_same_numbers() {
    let place = Place::new();
    let stdout = place
        .tunes(&["--data", "digits", "--learning-curve"])
        .stdout;
    let selection = place.json("run/selection.json");
    let curve = &selection["learning_curve"];
    let points = curve["points"].as_array().expect("points");
    let shares: Vec<&str> = points
        .iter()
        .map(|point| point["share"].as_str().unwrap())
        .collect();
    assert_eq!(shares, ["1/8", "1/4", "1/2", "all"]);
    let page = place.read("run/report.html");
    let shown = place.succeeds(&["show", "run"]).stdout;
    for point in points {
        for value in [&point["validation"], &point["accuracy"]] {
            let digits = format!("{:.4}", value["mean"].as_f64().unwrap());
            for (text, name) in [(&stdout, "terminal"), (&shown, "show"), (&page, "page")] {
                // Values from 1 on have a digit less behind the point.
                let found = text.contains(&digits) || text.contains(&digits[..5]);
                assert!(found, "{digits} is not on the {name}");
            }
        }
    }
    // The last point is that of the sweep.
    let chosen = selection["chosen"].as_u64().unwrap() as usize;
    let of_sweep = &selection["candidates"][chosen]["validation"]["mean"];
    assert_eq!(&points[3]["validation"]["mean"], of_sweep);
    // The sentence has the gain, wherever it stands.
    let gain = curve["gain"]["by"]["mean"].as_f64().unwrap();
    let sentence = "Doubling the rows from 479 to 959";
    for text in [&stdout, &shown, &page] {
        assert!(text.contains(sentence), "{text}");
    }
    let table = rows(&place.read("run/learning_curve.csv"));
    assert_eq!(table.len(), 1 + 4 * 3);
    let mean = |share: &str| {
        let own = table.iter().filter(|row| row[0] == share);
        let values: Vec<f64> = own.map(|row| row[5].parse().unwrap()).collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    assert_eq!(table[0][5], "validation_nll");
    assert!((mean("1/2") - mean("all") - gain).abs() < 1e-12);
    assert!(page.contains("<h2>More rows</h2>") && page.contains("panel-rows-accuracy"));
}

#[test]
fn whole_groups_and_the_latest_rows_make_parts() {
    let place = Place::new();
    let table: String = (0..240)
        .map(|row| {
            format!(
                "{},{},{},{}\n",
                row % 7,
                row * 5 % 11,
                row / 4,
                (row * 3 % 7 > 3) as u8
            )
        })
        .collect();
    place.file("t.csv", format!("a,b,visit,kind\n{table}"));
    for (flag, words) in [("--group", "whole groups"), ("--time", "the latest")] {
        let all = [
            "--data",
            "t.csv",
            "--target",
            "kind",
            flag,
            "visit",
            "--learning-curve",
        ];
        let stdout = place.tunes(&all).stdout;
        assert!(stdout.contains(words), "{stdout}");
        std::fs::remove_dir_all(place.path("run")).unwrap();
    }
}

#[test]
fn what_has_no_parts_is_refused_before_anything_is_written() {
    let place = Place::new();
    let nodes: String = (0..40)
        .map(|n| format!("n{n},{},{}\n", n % 5, ["a", "b"][n % 2]))
        .collect();
    let edges: String = (0..40)
        .map(|n| format!("n{n},n{}\n", (n + 2) % 40))
        .collect();
    place.file("graph/nodes.csv", format!("id,size,class\n{nodes}"));
    place.file("graph/edges.csv", format!("source,target\n{edges}"));
    let graph = [
        "tune",
        "--data",
        "graph",
        "--model",
        "gnn",
        "--learning-curve",
        "--out",
        "run",
    ];
    place.refuses(
        &graph,
        &["sweep.learning_curve = true", "tables and images", "nodes"],
    );
    let rows: String = (0..24)
        .map(|row| format!("{},{}\n", row * 7 % 5, row % 2))
        .collect();
    place.file("few.csv", format!("a,y\n{rows}"));
    let few = [
        "tune",
        "--data",
        "few.csv",
        "--target",
        "y",
        "--folds",
        "2",
        "--learning-curve",
        "--out",
        "run",
    ];
    place.refuses(
        &few,
        &["sweep.learning_curve = true", "at least 16", "rows"],
    );
}
