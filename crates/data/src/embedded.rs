//! Data sets that are part of the program.

use crate::embedded_tables::{breast_cancer, diabetes, wine};
use crate::files::Source;
use crate::image::idx::read_idx_source;
use crate::image::idx_dir::pair_up;
use crate::table::Cells;
use crate::table::delimited::read_delimited;
use crate::{DataError, Dataset, Images, Options, Raw, Result, Scaling};

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
const FASHION_NAMES: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
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

    /// The name by which [`load`](crate::load) finds it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::FashionMini => "fashion-mini",
            Self::BreastCancer => "breast-cancer",
            Self::Wine => "wine",
            Self::Diabetes => "diabetes",
        }
    }

    /// The set of that name; `_` may stand for `-`.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        Self::ALL.into_iter().find(|set| set.name() == name)
    }

    /// What it is, in one line.
    pub fn description(self) -> &'static str {
        match self {
            Self::Digits => "handwritten digits, grey values 0-16, 10 classes",
            Self::FashionMini => "first 2,000 training images of Fashion-MNIST, 10 classes",
            Self::BreastCancer => "measures of cell nuclei, malignant or benign",
            Self::Wine => "chemical analysis of wines of 3 growers",
            Self::Diabetes => "progress of diabetes after a year, a regression",
        }
    }

    /// Number of rows.
    pub fn rows(self) -> usize {
        match self {
            Self::Digits => 1797,
            Self::FashionMini => 2000,
            Self::BreastCancer => 569,
            Self::Wine => 178,
            Self::Diabetes => 442,
        }
    }

    /// Shape of one row.
    pub fn shape(self) -> &'static [usize] {
        match self {
            Self::Digits => &[1, 8, 8],
            Self::FashionMini => &[1, 28, 28],
            Self::BreastCancer => &[30],
            Self::Wine => &[13],
            Self::Diabetes => &[10],
        }
    }

    /// Licence under which it is distributed.
    pub fn licence(self) -> &'static str {
        match self {
            Self::FashionMini => "MIT",
            Self::Digits | Self::BreastCancer | Self::Wine => {
                "CC BY 4.0 (UCI), BSD-3-Clause (scikit-learn)"
            }
            Self::Diabetes => "BSD-3-Clause (scikit-learn)",
        }
    }

    /// Who made it.
    pub fn source(self) -> &'static str {
        match self {
            Self::Digits => {
                "Alpaydin & Kaynak 1998, UCI Optical Recognition of Handwritten Digits, test part"
            }
            Self::FashionMini => "Xiao, Rasul & Vollgraf 2017, Zalando Research",
            Self::BreastCancer => {
                "Wolberg, Street & Mangasarian 1995, UCI Breast Cancer Wisconsin (Diagnostic)"
            }
            Self::Wine => "Forina et al. 1991, UCI Wine",
            Self::Diabetes => "Efron, Hastie, Johnstone & Tibshirani 2004, Least Angle Regression",
        }
    }

    /// The whole set.
    ///
    /// # Errors
    /// [`DataError`] if the embedded bytes are damaged.
    pub fn load(self) -> Result<Dataset> {
        match self.raw()? {
            Raw::Table(table) => Dataset::from_table(&table, &Options::default()),
            Raw::Images { train, .. } => Dataset::from_images(&train),
            Raw::Graph(graph) => Dataset::from_graph(&graph, &Options::default()),
        }
    }

    pub(crate) fn raw(self) -> Result<Raw> {
        let mut raw = match self {
            Self::Digits => images(digits()?),
            Self::FashionMini => images(fashion()?),
            Self::BreastCancer => Raw::Table(breast_cancer()?),
            Self::Wine => Raw::Table(wine()?),
            Self::Diabetes => Raw::Table(diabetes()?),
        };
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

fn images(train: Images) -> Raw {
    Raw::Images {
        train: Box::new(train),
        test: None,
    }
}

/// 64 grey values and the label in each row, no header.
fn digits() -> Result<Images> {
    let source = Source::Embedded {
        name: "digits.csv.gz",
        bytes: DIGITS,
    };
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
        scaling: Scaling::Standard,
        provenance: table.provenance,
    })
}

fn fashion() -> Result<Images> {
    let idx = |name, bytes| read_idx_source(&Source::Embedded { name, bytes });
    let pixels = idx("fashion-mnist-2000-images-idx3-ubyte.gz", FASHION_IMAGES)?;
    let labels = idx("fashion-mnist-2000-labels-idx1-ubyte.gz", FASHION_LABELS)?;
    let mut images = pair_up(pixels, labels)?;
    images.names = FASHION_NAMES.map(str::to_owned).to_vec();
    Ok(images)
}
