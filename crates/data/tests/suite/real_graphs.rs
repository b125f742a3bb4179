//! The real Cora; its files are not part of the repository.

use std::path::{Path, PathBuf};

use decay_data::{Dataset, GivenSplit, Options, Preprocess, Scaling, Storage, Target, load};

fn cora() -> Option<PathBuf> {
    let root = std::env::var_os("DECAY_DATA");
    if root.is_none() {
        println!("skipped: DECAY_DATA does not name a folder of data sets");
    }
    Some(Path::new(&root?).join("cora"))
}

fn read(path: &Path) -> Dataset {
    let start = std::time::Instant::now();
    let path = path.display().to_string();
    let data = load(&path, &Options::default()).unwrap().train;
    println!("{path} in {:.2} s", start.elapsed().as_secs_f64());
    data
}

/// Counts as the peers' loader finds them.
#[test]
fn cora_of_linqs() {
    let Some(folder) = cora() else { return };
    let data = read(&folder);
    let graph = data.graph.as_ref().unwrap();
    assert_eq!(
        (data.rows, data.features(), data.task().outputs()),
        (2708, 1433, 7)
    );
    assert_eq!(
        (graph.edges.len(), graph.edge_count(), graph.self_loops()),
        (10_556, 5278, 0)
    );
    assert_eq!(data.labelled, None);
    let split = data.split.as_ref().unwrap();
    let expected = GivenSplit {
        train: (0..140).collect(),
        validation: (140..640).collect(),
        test: (1708..2708).collect(),
    };
    assert_eq!(*split, expected);
    let Target::Classes { labels, .. } = &data.target else {
        panic!("expected classes")
    };
    // The Planetoid split trains on 20 nodes of each class.
    for class in 0..7 {
        assert_eq!(
            labels[..140]
                .iter()
                .filter(|&&label| label == class)
                .count(),
            20
        );
    }
}

#[test]
fn features_of_cora_are_those_of_the_peers() {
    let Some(folder) = cora() else { return };
    let data = read(&folder);
    let split = data.split.as_ref().unwrap();
    let Storage::Sparse(words) = &data.features else {
        panic!("expected sparse rows")
    };
    assert_eq!(words.stored(), 49_216);
    assert_eq!(data.default_scaling, Scaling::Row);
    // The peers: 1 / words of the paper.
    let scaled = Preprocess::fit(&data, &split.train).apply_sparse(words);
    let (columns, values) = scaled.row(0);
    assert_eq!(columns, [19, 81, 146, 315, 774, 877, 1194, 1247, 1274]);
    assert_eq!(values, [(1.0_f64 / 9.0) as f32; 9]);
}

#[test]
fn cora_as_one_text_file_is_the_same() {
    let Some(folder) = cora() else { return };
    let (linqs, text) = (read(&folder), read(&folder.join("cora.graph.txt.gz")));
    assert_eq!(text.features, linqs.features);
    assert_eq!(text.target, linqs.target);
    assert_eq!(text.graph, linqs.graph);
    assert_eq!(text.split, linqs.split);
    assert_eq!(text.name, linqs.name);
}
