//! From what a user types to a data set: which format a path holds, decided from names alone, and its reader.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::files::Source;
use crate::files::folder::{entries, extension, file_name, files_in};
use crate::files::npz::Npz;
use crate::graph::linqs::read_linqs_within;
use crate::graph::text::read_graph_text_within;
use crate::image::cifar::{is_cifar, read_cifar_within};
use crate::image::folders::{
    holds_images, is_named_image, read_image_files, read_image_folders_within,
};
use crate::image::idx::{is_idx, read_image_dir};
use crate::table::read_file;
use crate::{
    DataError, Dataset, Embedded, Encoded, FormatError, GraphError, ImageError, Inputs, Loaded,
    Options, Raw, Result, Schema, read_graph_csv, read_graph_npz,
};

/// Loads what `source` names (see [`Raw::read`]) and fits a schema to all its training rows.
///
/// # Errors
/// As [`Raw::read`], [`Schema::fit`], [`Schema::image_dataset`] and [`Dataset::from_graph`].
pub fn load(source: &str, options: &Options) -> Result<Loaded> {
    Raw::read(source, options)?.fit(options)
}

/// Loads features and target for a trained model; of a directory, the test set if there is one.
///
/// # Errors
/// As [`Raw::read`], [`Schema::dataset`], [`Schema::image_dataset`] and [`Schema::graph_dataset`].
pub fn load_with(source: &str, schema: &Schema) -> Result<Dataset> {
    load_as(source, schema, &schema.options())
}

/// As [`load_with`], with options of its own for the reader: those of [`Schema::options`], changed.
///
/// # Errors
/// As [`load_with`].
pub fn load_as(source: &str, schema: &Schema, options: &Options) -> Result<Dataset> {
    match Raw::read(source, options)? {
        Raw::Table(table) => {
            schema.check_memory(&table, options)?;
            schema.dataset(&table.with_targets(options)?)
        }
        Raw::Images { train, test } => schema.image_dataset(&test.unwrap_or(train)),
        Raw::Graph(graph) => schema.graph_dataset(&graph),
    }
}

/// Loads features alone for a trained model; of a directory, the test set if there is one. Images need no folders of classes then.
///
/// # Errors
/// As [`Raw::read`], [`Schema::encode`], [`Schema::encode_images`] and [`Schema::encode_graph`].
pub fn load_inputs_with(source: &str, schema: &Schema) -> Result<Encoded> {
    load_inputs_as(source, schema, &schema.options())
}

/// As [`load_inputs_with`], with options of its own for the reader: those of [`Schema::options`], changed.
///
/// # Errors
/// As [`load_inputs_with`].
pub fn load_inputs_as(source: &str, schema: &Schema, options: &Options) -> Result<Encoded> {
    let options = Options {
        weight: None,
        every_row: true,
        ..options.clone()
    };
    let path = Path::new(source);
    if matches!(schema.inputs, Inputs::Pixels { .. }) && holds_images(path)? {
        return schema.encode_images(&read_image_files(
            path,
            options.resize,
            &options.allowance(),
        )?);
    }
    match read_inputs(source, &options)? {
        Raw::Table(table) => {
            schema.check_memory(&table, &options)?;
            schema.encode(&table)
        }
        Raw::Images { train, test } => schema.encode_images(&test.unwrap_or(train)),
        Raw::Graph(graph) => schema.encode_graph(&graph),
    }
}

/// As [`Raw::read`], and of `-` a table from standard input, which is kept for who reads it again.
pub(crate) fn read_inputs(source: &str, options: &Options) -> Result<Raw> {
    match source {
        "-" => read_file(&standard_input(options)?, options),
        source => Raw::read(source, options),
    }
}

/// Everything that standard input holds, read once by the process.
fn standard_input(options: &Options) -> Result<Source> {
    static KEPT: Mutex<Option<Source>> = Mutex::new(None);
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(source) = &*kept {
        return Ok(source.clone());
    }
    let source = Source::once("stdin", std::io::stdin().lock(), &options.allowance())?;
    *kept = Some(source.clone());
    Ok(source)
}

impl Raw {
    /// Reads what a path stands for, or an embedded set: `embedded:digits`, or `digits` if no file has that name.
    ///
    /// | path | read by |
    /// | :-- | :-- |
    /// | folder with `nodes.csv` and `edges.csv` | [`read_graph_csv`](crate::read_graph_csv) |
    /// | `*.content`, or a folder with one | [`read_linqs`](crate::read_linqs) |
    /// | `*.graph.txt`, or a folder with one | [`read_graph_text`](crate::read_graph_text) |
    /// | `*.npz` with `adj_*`, or a folder with one | [`read_graph_npz`](crate::read_graph_npz) |
    /// | `*.bin`, or a folder with such files | [`read_cifar`](crate::read_cifar) |
    /// | folder with `*-idx3-ubyte` files | [`read_idx_dir`](crate::read_idx_dir) |
    /// | folder of folders | [`read_image_folders`](crate::read_image_folders) |
    /// | NPY, or NPZ without `adj_*` | a matrix as a table, unsigned bytes of shape `[N, H, W]`, `[N, H, W, C]` or `[N, C, H, W]` as images; labels by [`Options::labels`] |
    /// | any other file | [`Table::read`](crate::Table::read) |
    ///
    /// Of a folder the first line that fits counts; all but npz and images may be gzip.
    ///
    /// # Errors
    /// [`DataError::UnknownSet`] if nothing has that name, [`DataError::UnknownDirectory`] for any other folder; else as the
    /// readers.
    pub fn read(source: &str, options: &Options) -> Result<Self> {
        let path = Path::new(source);
        if let Some(name) = source.strip_prefix("embedded:") {
            let set = Embedded::from_name(name).ok_or_else(|| unknown_set(source))?;
            return Self::embedded(set, options);
        }
        if !path.exists() {
            if let Some(set) = Embedded::from_name(source) {
                return Self::embedded(set, options);
            }
            if extension(path).is_empty() && !source.contains(['/', '\\']) {
                return Err(unknown_set(source));
            }
        }
        let (format, path) = Format::of(path)?;
        let arrays = matches!(format, Format::Table | Format::Npz);
        if options.labels.is_some() && options.known.is_none() && !arrays {
            return Err(DataError::from(FormatError::LabelsElsewhere {
                path: path.display().to_string(),
            }));
        }
        if !arrays {
            refuse_columns_of_rows(&path.display().to_string(), options)?;
        }
        let graph = |data| Self::Graph(Box::new(data));
        let allowance = &options.allowance();
        match format {
            Format::GraphCsv => read_graph_csv(path, options).map(graph),
            Format::Linqs => read_linqs_within(&path, allowance).map(graph),
            Format::GraphText => read_graph_text_within(&path, allowance).map(graph),
            Format::Npz => {
                let source = Source::file(&path, allowance);
                // A damaged archive is refused by the reader of graphs, as it ever was.
                let is_graph = match Npz::open(&source) {
                    Ok(npz) => npz.is_graph(),
                    Err(error @ DataError::BeyondMemory { .. }) => return Err(error),
                    Err(_) => true,
                };
                if !is_graph {
                    return read_file(&source, options);
                }
                refuse_columns_of_rows(&path.display().to_string(), options)?;
                read_graph_npz(path, options).map(graph)
            }
            Format::Cifar => read_cifar_within(&path, allowance).map(Self::images),
            Format::Idx => read_image_dir(&path, allowance).map(Self::images),
            Format::ImageFolders => {
                read_image_folders_within(&path, options.resize, allowance).map(Self::images)
            }
            Format::Table => read_file(&Source::file(&path, allowance), options),
        }
    }

    fn embedded(set: Embedded, options: &Options) -> Result<Self> {
        let mut raw = set.raw()?;
        match &mut raw {
            Self::Table(table) => table.select(options)?,
            _ => refuse_columns_of_rows(set.name(), options)?,
        }
        Ok(raw)
    }
}

/// Refuses options that name a column of weights, groups or times for what is no table.
pub(crate) fn refuse_columns_of_rows(path: &str, options: &Options) -> Result<()> {
    let named = [
        (&options.weight, "sample weights"),
        (&options.group, "groups"),
        (&options.time, "times"),
    ];
    match named.into_iter().find(|(column, _)| column.is_some()) {
        None => Ok(()),
        Some((_, what)) => Err(DataError::NoTable {
            path: path.to_owned(),
            what,
        }),
    }
}

fn unknown_set(source: &str) -> DataError {
    let known: Vec<&str> = Embedded::ALL.iter().map(|set| set.name()).collect();
    DataError::UnknownSet {
        path: source.to_owned(),
        known: known.join(", "),
    }
}

/// How a path is to be read. Of several kinds of graph in one folder the first counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Format {
    GraphCsv,
    Linqs,
    GraphText,
    Npz,
    Cifar,
    Idx,
    ImageFolders,
    Table,
}

impl Format {
    /// The format of a file or folder, and the path to read: of a folder perhaps a file in it.
    ///
    /// # Errors
    /// [`DataError::UnknownDirectory`], [`GraphError::TwoGraphs`], [`ImageError::OneImage`].
    fn of(path: &Path) -> Result<(Self, PathBuf)> {
        if path.is_dir() {
            return Self::of_folder(path);
        }
        Ok((Self::of_file(path)?, path.to_path_buf()))
    }

    fn of_file(path: &Path) -> Result<Self> {
        if let Some(graph) = Self::of_graph_file(path) {
            return Ok(graph);
        }
        if is_named_image(path) {
            return Err(ImageError::OneImage {
                path: path.display().to_string(),
            }
            .into());
        }
        Ok(if is_cifar(path) {
            Self::Cifar
        } else {
            Self::Table
        })
    }

    fn of_graph_file(path: &Path) -> Option<Self> {
        let name = file_name(path).to_ascii_lowercase();
        let plain = name.strip_suffix(".gz").unwrap_or(&name);
        match plain {
            _ if plain.ends_with(".content") => Some(Self::Linqs),
            _ if plain.ends_with(".graph.txt") => Some(Self::GraphText),
            _ if name.ends_with(".npz") => Some(Self::Npz),
            _ => None,
        }
    }

    fn of_folder(folder: &Path) -> Result<(Self, PathBuf)> {
        let files = files_in(folder)?;
        let is_member = |file: &PathBuf| {
            let name = file_name(file);
            let name = name.strip_suffix(".gz").unwrap_or(&name);
            name == "nodes.csv" || name == "edges.csv"
        };
        let format = if files.iter().any(is_member) {
            Self::GraphCsv
        } else if let Some(graph) = Self::only_graph(folder, &files)? {
            return Ok(graph);
        } else if files.iter().any(|file| is_cifar(file)) {
            Self::Cifar
        } else if files.iter().any(|file| is_idx(file)) {
            Self::Idx
        } else if entries(folder)?.iter().any(|entry| entry.is_dir()) {
            Self::ImageFolders
        } else {
            return Err(DataError::UnknownDirectory {
                path: folder.display().to_string(),
            });
        };
        Ok((format, folder.to_path_buf()))
    }

    /// The one graph file among the files of a folder, if any: of several formats the first, of one format a single file.
    fn only_graph(folder: &Path, files: &[PathBuf]) -> Result<Option<(Self, PathBuf)>> {
        let graph = |file: &PathBuf| Some((Self::of_graph_file(file)?, file.clone()));
        let mut graphs: Vec<(Self, PathBuf)> = files.iter().filter_map(graph).collect();
        graphs.sort();
        if let [(format, first), (same, second), ..] = graphs.as_slice()
            && format == same
        {
            return Err(GraphError::TwoGraphs {
                path: folder.display().to_string(),
                first: file_name(first),
                second: file_name(second),
            }
            .into());
        }
        Ok(graphs.into_iter().next())
    }
}
