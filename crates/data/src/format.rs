//! Which format a path holds, decided from names alone.

use std::path::{Path, PathBuf};

use crate::files::extension;
use crate::files::folder::{entries, file_name, files_in};
use crate::image::cifar::is_cifar;
use crate::image::idx_dir::{is_idx, read_image_dir};
use crate::{
    DataError, GraphError, ImageError, Options, Raw, Result, Table, read_cifar, read_graph_csv,
    read_graph_npz, read_graph_text, read_image_folders, read_linqs,
};

/// A path and how it is to be read.
#[derive(Debug, PartialEq)]
pub(crate) enum Format {
    GraphCsv(PathBuf),
    Linqs(PathBuf),
    GraphText(PathBuf),
    GraphNpz(PathBuf),
    Cifar(PathBuf),
    Idx(PathBuf),
    ImageFolders(PathBuf),
    Table(PathBuf),
}

impl Format {
    /// The format of a file or folder.
    ///
    /// # Errors
    /// [`DataError::UnknownDirectory`], [`GraphError::TwoGraphs`], [`ImageError::OneImage`].
    pub(crate) fn of(path: &Path) -> Result<Self> {
        match path.is_dir() {
            true => Self::of_folder(path),
            false => Self::of_file(path),
        }
    }

    fn of_file(path: &Path) -> Result<Self> {
        if let Some(graph) = Self::of_graph_file(path) {
            return Ok(graph);
        }
        match extension(path).as_str() {
            "png" | "jpg" | "jpeg" => Err(ImageError::OneImage {
                path: path.display().to_string(),
            }
            .into()),
            _ if is_cifar(path) => Ok(Self::Cifar(path.to_path_buf())),
            _ => Ok(Self::Table(path.to_path_buf())),
        }
    }

    fn of_graph_file(path: &Path) -> Option<Self> {
        let name = file_name(path).to_ascii_lowercase();
        let plain = name.strip_suffix(".gz").unwrap_or(&name);
        let own = path.to_path_buf();
        match plain {
            _ if plain.ends_with(".content") => Some(Self::Linqs(own)),
            _ if plain.ends_with(".graph.txt") => Some(Self::GraphText(own)),
            _ if name.ends_with(".npz") => Some(Self::GraphNpz(own)),
            _ => None,
        }
    }

    fn of_folder(folder: &Path) -> Result<Self> {
        let own = || folder.to_path_buf();
        let files = files_in(folder)?;
        let is_member = |file: &PathBuf| {
            let name = file_name(file);
            let name = name.strip_suffix(".gz").unwrap_or(&name);
            name == "nodes.csv" || name == "edges.csv"
        };
        if files.iter().any(is_member) {
            return Ok(Self::GraphCsv(own()));
        }
        if let Some(graph) = Self::only_graph(folder, &files)? {
            return Ok(graph);
        }
        if files.iter().any(|file| is_cifar(file)) {
            return Ok(Self::Cifar(own()));
        }
        if files.iter().any(|file| is_idx(file)) {
            return Ok(Self::Idx(own()));
        }
        if entries(folder)?.iter().any(|entry| entry.is_dir()) {
            return Ok(Self::ImageFolders(own()));
        }
        Err(DataError::UnknownDirectory {
            path: folder.display().to_string(),
        })
    }

    /// The one graph file among the files of a folder, if any: of several formats the first, of one format a single file.
    fn only_graph(folder: &Path, files: &[PathBuf]) -> Result<Option<Self>> {
        let rank = |format: &Self| match format {
            Self::Linqs(_) => 0,
            Self::GraphText(_) => 1,
            _ => 2,
        };
        let graphs = files.iter().filter_map(|file| Self::of_graph_file(file));
        let mut graphs: Vec<Self> = graphs.collect();
        graphs.sort_by_key(rank);
        if let [first, second, ..] = graphs.as_slice()
            && rank(first) == rank(second)
        {
            return Err(GraphError::TwoGraphs {
                path: folder.display().to_string(),
                first: file_name(first.path()),
                second: file_name(second.path()),
            }
            .into());
        }
        Ok(graphs.into_iter().next())
    }

    fn path(&self) -> &Path {
        match self {
            Self::GraphCsv(path)
            | Self::Linqs(path)
            | Self::GraphText(path)
            | Self::GraphNpz(path)
            | Self::Cifar(path)
            | Self::Idx(path)
            | Self::ImageFolders(path)
            | Self::Table(path) => path,
        }
    }

    /// Reads the path.
    ///
    /// # Errors
    /// As the reader of the format.
    pub(crate) fn read(&self, options: &Options) -> Result<Raw> {
        let graph = |data| Raw::Graph(Box::new(data));
        match self {
            Self::GraphCsv(path) => read_graph_csv(path, options).map(graph),
            Self::Linqs(path) => read_linqs(path).map(graph),
            Self::GraphText(path) => read_graph_text(path).map(graph),
            Self::GraphNpz(path) => read_graph_npz(path, options).map(graph),
            Self::Cifar(path) => read_cifar(path).map(Raw::images),
            Self::Idx(path) => read_image_dir(path).map(Raw::images),
            Self::ImageFolders(path) => read_image_folders(path).map(Raw::images),
            Self::Table(path) => Table::read(path, options).map(Raw::Table),
        }
    }
}
