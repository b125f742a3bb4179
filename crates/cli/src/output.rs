//! Printing that neither panics nor stops a run when nobody reads.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use decay::Error;

/// Prints text to stdout; a closed pipe is not an error, a full disk is.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    print_bytes(text.as_bytes())
}

/// The same of bytes.
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::file(Path::new("stdout"), "written", error))
        }
        _ => Ok(()),
    }
}

/// A line on stderr; there is nowhere to report that it failed.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
