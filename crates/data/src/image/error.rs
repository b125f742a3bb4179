//! What can go wrong with files of images, in one sentence each.

/// Why images were refused.
///
/// Every message starts with the file or folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the message of each variant explains its fields"
)]
pub enum ImageError {
    #[error(
        "{path}: has {bytes} bytes, which is no multiple of 3073 (records of CIFAR-10) or 3074 (CIFAR-100)"
    )]
    CifarSize { path: String, bytes: usize },
    #[error("{path}: record {record}: the {kind}label {label} is not in 0..={last}")]
    CifarLabel {
        path: String,
        record: usize,
        kind: &'static str,
        label: u8,
        last: u8,
    },
    #[error("{path}: holds records of {found}, {first} those of {expected}")]
    CifarMixed {
        path: String,
        found: &'static str,
        first: String,
        expected: &'static str,
    },
    #[error("{path}: has {found} class names, expected {expected}")]
    CifarNames {
        path: String,
        found: usize,
        expected: usize,
    },
    #[error("{path}: is not UTF-8")]
    NamesText { path: String },
    #[error("{path}: holds several CIFAR files ({files}), none named train* or data_batch*")]
    CifarFiles { path: String, files: String },

    #[error("{path}: is one image; expected a folder that holds a folder of images for each class")]
    OneImage { path: String },
    #[error("{path}: is no PNG or JPEG image")]
    NoImage { path: String },
    #[error("{path}: the {format} data is truncated or damaged ({reason})")]
    Damaged {
        path: String,
        format: &'static str,
        reason: String,
    },
    #[error(
        "{path}: is {found}, but {first} is {expected}; all images must have one size, or data.resize the side of the squares that they become"
    )]
    Size {
        path: String,
        found: String,
        first: String,
        expected: String,
    },
    #[error("{path}: holds no folder of images")]
    NoClasses { path: String },
    #[error("{path}: a class without images")]
    EmptyClass { path: String },
    #[error("{path}: an image beside the folders of the classes")]
    Stray { path: String },
    #[error("{path}: a folder within the folder of a class")]
    Nested { path: String },
    #[error("{path}: beside train only val and test are read, not {other}")]
    Beside { path: String, other: String },
    #[error("{path}: a file name that is not UTF-8")]
    Name { path: String },
}
