//! Data sets that are part of the program.

use crate::files::Source;
use crate::image::idx::{pair_up, read_idx_source};
use crate::table::delimited::read_delimited;
use crate::{Cells, Column, DataError, Dataset, Images, Options, Raw, Result, Scaling, Table};

/// A data set that needs no file. Provenance: `vendor/README.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Embedded {
    /// Handwritten digits, 8 x 8 grey values 0 to 16, 10 classes.
    Digits,
    /// The first 2,000 training images of Fashion-MNIST, 28 x 28, 10 classes.
    FashionMini,
    /// Cell nuclei of breast tumours, 30 measures, malignant or benign.
    BreastCancer,
    /// Chemical analysis of wines of three growers, 13 measures.
    Wine,
    /// Progress of diabetes after a year, 10 measures, a regression.
    Diabetes,
}

const DIGITS: &[u8] = include_bytes!("../vendor/digits.csv.gz");
const FASHION_IMAGES: &[u8] = include_bytes!("../vendor/fashion-mnist-2000-images-idx3-ubyte.gz");
const FASHION_LABELS: &[u8] = include_bytes!("../vendor/fashion-mnist-2000-labels-idx1-ubyte.gz");
const FASHION_NAMES: &str = "T-shirt/top,Trouser,Pullover,Dress,Coat,\
    Sandal,Shirt,Sneaker,Bag,Ankle boot";

const BREAST_CANCER: &[u8] = include_bytes!("../vendor/breast_cancer.csv");
const WINE: &[u8] = include_bytes!("../vendor/wine_data.csv");
const DIABETES_INPUTS: &[u8] = include_bytes!("../vendor/diabetes_data_raw.csv.gz");
const DIABETES_TARGET: &[u8] = include_bytes!("../vendor/diabetes_target.csv.gz");

const NUCLEUS: &str = "radius,texture,perimeter,area,smoothness,compactness,\
    concavity,concave points,symmetry,fractal dimension";
const WINE_NAMES: &str = "alcohol,malic_acid,ash,alcalinity_of_ash,magnesium,total_phenols,flavanoids,\
    nonflavanoid_phenols,proanthocyanins,color_intensity,hue,od280/od315_of_diluted_wines,proline,grower";
const DIABETES_NAMES: &str = "age,sex,bmi,bp,s1,s2,s3,s4,s5,s6,progression";

/// What is known of a set before it is read, and its reader.
struct Facts {
    name: &'static str,
    description: &'static str,
    rows: usize,
    shape: &'static [usize],
    licence: &'static str,
    source: &'static str,
    read: fn() -> Result<Raw>,
}

const UCI: &str = "CC BY 4.0 (UCI), BSD-3-Clause (scikit-learn)";

/// One row for each set, in the order of [`Embedded::ALL`].
const FACTS: [Facts; 5] = [
    Facts {
        name: "digits",
        description: "handwritten digits, grey values 0-16, 10 classes",
        rows: 1797,
        shape: &[1, 8, 8],
        licence: UCI,
        source: "Alpaydin & Kaynak 1998, UCI Optical Recognition of Handwritten Digits, test part",
        read: || Ok(Raw::images((digits()?, None))),
    },
    Facts {
        name: "fashion-mini",
        description: "first 2,000 training images of Fashion-MNIST, 10 classes",
        rows: 2000,
        shape: &[1, 28, 28],
        licence: "MIT",
        source: "Xiao, Rasul & Vollgraf 2017, Zalando Research",
        read: || Ok(Raw::images((fashion()?, None))),
    },
    Facts {
        name: "breast-cancer",
        description: "measures of cell nuclei, malignant or benign",
        rows: 569,
        shape: &[30],
        licence: UCI,
        source: "Wolberg, Street & Mangasarian 1995, UCI Breast Cancer Wisconsin (Diagnostic)",
        read: || breast_cancer().map(Raw::Table),
    },
    Facts {
        name: "wine",
        description: "chemical analysis of wines of 3 growers",
        rows: 178,
        shape: &[13],
        licence: UCI,
        source: "Forina et al. 1991, UCI Wine",
        read: || wine().map(Raw::Table),
    },
    Facts {
        name: "diabetes",
        description: "progress of diabetes after a year, a regression",
        rows: 442,
        shape: &[10],
        licence: "BSD-3-Clause (scikit-learn)",
        source: "Efron, Hastie, Johnstone & Tibshirani 2004, Least Angle Regression",
        read: || diabetes().map(Raw::Table),
    },
];

impl Embedded {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Digits,
        Self::FashionMini,
        Self::BreastCancer,
        Self::Wine,
        Self::Diabetes,
    ];

    fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// The name by which [`load`](crate::load) finds it.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The set of that name; `_` may stand for `-`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        Self::ALL.into_iter().find(|set| set.name() == name)
    }

    /// What it is, in one line.
    pub fn description(self) -> &'static str {
        self.facts().description
    }

    /// Number of rows.
    pub fn rows(self) -> usize {
        self.facts().rows
    }

    /// Shape of one row.
    pub fn shape(self) -> &'static [usize] {
        self.facts().shape
    }

    /// Licence under which it is distributed.
    pub fn licence(self) -> &'static str {
        self.facts().licence
    }

    /// Who made it.
    pub fn source(self) -> &'static str {
        self.facts().source
    }

    /// The whole set.
    ///
    /// # Errors
    /// [`DataError`] if the embedded bytes are damaged.
    pub fn load(self) -> Result<Dataset> {
        Ok(self.raw()?.fit(&Options::default())?.train)
    }

    pub(crate) fn raw(self) -> Result<Raw> {
        let mut raw = (self.facts().read)()?;
        let (path, provenance) = match &mut raw {
            Raw::Table(table) => (&mut table.path, &mut table.provenance),
            Raw::Images { train, .. } => {
                self.name().clone_into(&mut train.name);
                (&mut train.path, &mut train.provenance)
            }
            Raw::Graph(graph) => (&mut graph.nodes.path, &mut graph.nodes.provenance),
        };
        *path = format!("embedded:{}", self.name());
        "embedded".clone_into(&mut provenance.source);
        provenance.licence = Some(self.licence().to_owned());
        Ok(raw)
    }
}

/// 64 grey values and the label in each row, no header.
fn digits() -> Result<Images> {
    let source = Source::embedded("digits.csv.gz", DIGITS);
    let options = Options {
        header: Some(false),
        ..Options::default()
    };
    let table = read_delimited(&source, &options, 0)?;
    let columns: Vec<&[f64]> = table
        .columns
        .iter()
        .filter_map(|column| match &column.cells {
            Cells::Numbers(values) => Some(values.as_slice()),
            Cells::Labels { .. } => None,
        })
        .collect();
    let Some((labels, pixels)) = columns.split_last() else {
        return Err(DataError::Empty { path: table.path });
    };
    // Values are 0 to 16, labels 0 to 9.
    let byte = |value: f64| value as u8;
    Ok(Images {
        name: String::new(),
        path: String::new(),
        shape: Embedded::Digits.shape().to_vec(),
        max: 16.0,
        pixels: (0..table.rows())
            .flat_map(|row| pixels.iter().map(move |column| byte(column[row])))
            .collect(),
        labels: labels.iter().map(|&label| label as u32).collect(),
        names: Vec::new(),
        resize: None,
        scaling: Scaling::Standard,
        provenance: table.provenance,
        files: Vec::new(),
        notes: Vec::new(),
    })
}

fn fashion() -> Result<Images> {
    let idx = |name, bytes| read_idx_source(&Source::embedded(name, bytes));
    let pixels = idx("fashion-mnist-2000-images-idx3-ubyte.gz", FASHION_IMAGES)?;
    let labels = idx("fashion-mnist-2000-labels-idx1-ubyte.gz", FASHION_LABELS)?;
    let mut images = pair_up(pixels, labels)?;
    images.names = FASHION_NAMES.split(',').map(str::to_owned).collect();
    Ok(images)
}

/// First line: rows, features, class names.
pub(crate) fn breast_cancer() -> Result<Table> {
    let mut table = read("breast_cancer.csv", BREAST_CANCER, b',', 1)?;
    let measures = ["mean", "error", "worst"].into_iter().flat_map(|part| {
        NUCLEUS.split(',').map(move |measure| match part {
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
    rename(&mut table, WINE_NAMES.split(',').map(str::to_owned));
    name_classes(&mut table, &["class_0", "class_1", "class_2"]);
    Ok(table)
}

/// Inputs in original units and target, in two files.
pub(crate) fn diabetes() -> Result<Table> {
    let mut table = read("diabetes_data_raw.csv.gz", DIABETES_INPUTS, b' ', 0)?;
    let target = read("diabetes_target.csv.gz", DIABETES_TARGET, b' ', 0)?;
    table.columns.extend(target.columns);
    table.provenance.files.extend(target.provenance.files);
    rename(&mut table, DIABETES_NAMES.split(',').map(str::to_owned));
    Ok(table)
}

fn read(name: &'static str, bytes: &'static [u8], delimiter: u8, skip: usize) -> Result<Table> {
    let options = Options {
        header: Some(false),
        delimiter: Some(delimiter),
        ..Options::default()
    };
    read_delimited(&Source::embedded(name, bytes), &options, skip)
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
