//! What can go wrong with files of graphs, in one sentence each.

use std::fmt;
use std::sync::Arc;

/// A line of a file, as messages name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The file.
    pub path: Arc<str>,
    /// From 1.
    pub number: u64,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: line {}", self.path, self.number)
    }
}

/// Why a graph was refused.
///
/// Every message starts with the file, and names the line or the array, the value and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the message of each variant explains its fields"
)]
pub enum GraphError {
    #[error("{path}: has no {partner} beside it")]
    Partner { path: String, partner: String },
    #[error("{path}: holds both {first} and {second}; one graph is expected")]
    TwoGraphs {
        path: String,
        first: String,
        second: String,
    },
    #[error("{path}: holds both {first} and {second}; one split is expected")]
    TwoSplits {
        path: String,
        first: String,
        second: String,
    },
    #[error("{at} has {found} fields, expected {expected}")]
    Fields {
        at: Line,
        found: usize,
        expected: String,
    },
    #[error("{at}, field {field}: '{value}' is not a finite number")]
    NotNumber {
        at: Line,
        field: usize,
        value: String,
    },
    #[error("{at} is not UTF-8")]
    NotUtf8 { at: Line },
    #[error("{at}: the node has no id")]
    NoId { at: Line },
    #[error("{at}: the node '{node}' has no label")]
    NoLabel { at: Line, node: String },
    #[error("{at}: the node '{node}' is already on line {first}")]
    RepeatedNode { at: Line, node: String, first: u64 },
    #[error("{at}: there is no node '{node}'")]
    UnknownNode { at: Line, node: String },
    #[error(
        "{at}: the edge {source_node} - {target_node} has weight {weight}, and {first_weight} on line {first}"
    )]
    WeightConflict {
        at: Line,
        source_node: String,
        target_node: String,
        weight: f32,
        first: u64,
        first_weight: f32,
    },
    #[error("{at}: the weight '{weight}' is not in [0, inf)")]
    Weight { at: Line, weight: String },
    #[error("{at}: the edge {edge} joins two graphs of a disjoint union, '{first}' and '{second}'")]
    BetweenGraphs {
        at: Line,
        edge: String,
        first: String,
        second: String,
    },
    #[error("{at}: the node '{node}' belongs to no graph, others do")]
    NoGraph { at: Line, node: String },
    #[error("{path}: line 1 is no header; expected one such as '{expected}'")]
    NoHeader {
        path: String,
        expected: &'static str,
    },
    #[error("{path}: has {found} columns, expected source, target and perhaps weight")]
    EdgeColumns { path: String, found: usize },
    #[error("{at} starts with '{tag}', expected N, E, T or #")]
    Tag { at: Line, tag: String },
    #[error("{at}: the feature '{feature}' is not a number from 0 to {last}")]
    Feature {
        at: Line,
        feature: String,
        last: usize,
    },
    #[error("{at}: the feature {feature} is listed twice")]
    RepeatedFeature { at: Line, feature: u32 },
    #[error("{at}: '{key}={value}' is not understood")]
    Declaration {
        at: Line,
        key: String,
        value: String,
    },
    #[error("{path}: its first line promises {promised} {what}, the file has {found}")]
    Promise {
        path: String,
        what: &'static str,
        promised: usize,
        found: usize,
    },
    #[error("{path}: has no nodes")]
    NoNodes { path: String },
    #[error("{path}: has more entries than can be counted in 32 bits")]
    TooManyEntries { path: String },

    #[error(
        "{path}: is not a split {{\"train\": [..], \"val\": [..], \"test\": [..]}} of node ids"
    )]
    SplitJson {
        path: String,
        source: serde_json::Error,
    },
    #[error("{path}: {place}: there is no node '{node}'")]
    SplitNode {
        path: String,
        place: String,
        node: String,
    },
    #[error("{path}: the node '{node}' is listed for {first} and for {second}")]
    SplitOverlap {
        path: String,
        node: String,
        first: &'static str,
        second: &'static str,
    },
    #[error("{path}: lists no node for {part}")]
    SplitEmpty { path: String, part: &'static str },
    #[error("{at}: the split '{value}' is none of train, validation and test")]
    SplitValue { at: Line, value: String },
    #[error("{path}: the split lists the node '{node}' for {part}, but it has no label")]
    SplitUnlabelled {
        path: String,
        node: String,
        part: &'static str,
    },

    #[error("{path}: is not a npz archive, or a damaged one")]
    NotZip {
        path: String,
        source: zip::result::ZipError,
    },
    #[error("{path}: array '{array}' cannot be unpacked")]
    Unpack {
        path: String,
        array: String,
        source: std::io::Error,
    },
    #[error("{path}: has no array '{array}'; the arrays are {arrays}")]
    NoArray {
        path: String,
        array: String,
        arrays: String,
    },
    #[error("{path}: has several arrays ({arrays}); save the one that is meant alone, as NPY")]
    ManyArrays { path: String, arrays: String },
    #[error("{path}: array '{array}' {problem}")]
    Array {
        path: String,
        array: String,
        problem: String,
    },
}
