/// What can go wrong when records are read back or serialised.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A row of a CSV file does not have the columns or the types that its header promises.
    #[error("{file} line {line}: {reason}; expected the columns {columns}")]
    Row {
        /// Name of the file, as given by the caller.
        file: String,
        /// Line of the file, the header being line 1; 0 if unknown.
        line: u64,
        /// What the reader objected to.
        reason: String,
        /// The columns that the file must have.
        columns: &'static str,
    },
    /// A record could not be written as JSON, as when a map has keys that are not text.
    #[error("cannot write {what} as JSON")]
    Json {
        /// Name of the record.
        what: &'static str,
        /// The serialiser's reason.
        source: serde_json::Error,
    },
}
