//! The embedded sets that are tables; their files have no column names.

use crate::files::Source;
use crate::table::delimited::read_delimited;
use crate::table::{Cells, Column, Table};
use crate::{Options, Result};

const BREAST_CANCER: &[u8] = include_bytes!("../vendor/breast_cancer.csv");
const WINE: &[u8] = include_bytes!("../vendor/wine_data.csv");
const DIABETES_INPUTS: &[u8] = include_bytes!("../vendor/diabetes_data_raw.csv.gz");
const DIABETES_TARGET: &[u8] = include_bytes!("../vendor/diabetes_target.csv.gz");

const NUCLEUS: [&str; 10] = [
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
];
const WINE_NAMES: [&str; 14] = [
    "alcohol",
    "malic_acid",
    "ash",
    "alcalinity_of_ash",
    "magnesium",
    "total_phenols",
    "flavanoids",
    "nonflavanoid_phenols",
    "proanthocyanins",
    "color_intensity",
    "hue",
    "od280/od315_of_diluted_wines",
    "proline",
    "grower",
];
const DIABETES_NAMES: [&str; 10] = [
    "age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6",
];

/// First line: rows, features, class names.
pub(crate) fn breast_cancer() -> Result<Table> {
    let mut table = read("breast_cancer.csv", BREAST_CANCER, b',', 1)?;
    let measures = ["mean", "error", "worst"].into_iter().flat_map(|part| {
        NUCLEUS.iter().map(move |measure| match part {
            "error" => format!("{measure} error"),
            part => format!("{part} {measure}"),
        })
    });
    rename(&mut table, measures.chain(["diagnosis".to_owned()]));
    name_classes(&mut table, &["malignant", "benign"]);
    Ok(table)
}

/// First line: rows, features, class names.
pub(crate) fn wine() -> Result<Table> {
    let mut table = read("wine_data.csv", WINE, b',', 1)?;
    rename(&mut table, WINE_NAMES.map(str::to_owned).into_iter());
    name_classes(&mut table, &["class_0", "class_1", "class_2"]);
    Ok(table)
}

/// Inputs in original units and target, in two files.
pub(crate) fn diabetes() -> Result<Table> {
    let mut table = read("diabetes_data_raw.csv.gz", DIABETES_INPUTS, b' ', 0)?;
    let target = read("diabetes_target.csv.gz", DIABETES_TARGET, b' ', 0)?;
    table.columns.extend(target.columns);
    table.provenance.files.extend(target.provenance.files);
    let names = DIABETES_NAMES.iter().chain(&["progression"]);
    rename(&mut table, names.map(|name| (*name).to_owned()));
    Ok(table)
}

fn read(name: &'static str, bytes: &'static [u8], delimiter: u8, skip: usize) -> Result<Table> {
    let options = Options {
        header: Some(false),
        delimiter: Some(delimiter),
        ..Options::default()
    };
    read_delimited(&Source::Embedded { name, bytes }, &options, skip)
}

fn rename(table: &mut Table, names: impl Iterator<Item = String>) {
    for (column, name) in table.columns.iter_mut().zip(names) {
        column.name = name;
    }
    table.names = table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
}

/// Turns the numbers 0, 1, ... of the last column into the names that the file's first line gives them.
fn name_classes(table: &mut Table, names: &[&str]) {
    if let Some(Column { cells, .. }) = table.columns.last_mut()
        && let Cells::Numbers(values) = cells
    {
        let codes = values.iter().map(|&value| value as u32).collect();
        *cells = Cells::Labels {
            codes,
            levels: names.iter().map(|name| (*name).to_owned()).collect(),
        };
    }
}
