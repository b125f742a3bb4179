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
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::file(Path::new("stdout"), "written", error))
        }
        _ => Ok(()),
    }
}

/// Prints text for people: on a terminal its sentences as wide as that, and questions at a line's beginning bold where there is colour.
pub(crate) fn print_words(text: &str) -> Result<(), Error> {
    let term = console::Term::stdout();
    if !term.is_term() {
        return print(text);
    }
    let width = usize::from(term.size().1).max(40);
    let lines = text.lines().map(|line| bold(&wrapped(line, width)));
    print(&(lines.collect::<Vec<_>>().join("\n") + "\n"))
}

/// A sentence in lines of at most so many characters; what has columns stays as it is.
fn wrapped(line: &str, width: usize) -> String {
    if line.contains("  ") || line.chars().count() <= width {
        return line.to_owned();
    }
    let (mut text, mut used) = (String::new(), 0);
    for word in line.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            text.push_str("\n  ");
            used = 2;
        } else if used > 0 {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += length;
    }
    text
}

/// The question that a line begins with, in bold.
fn bold(line: &str) -> String {
    match line.split_once("? ") {
        Some((question, rest)) if question.len() < 20 => {
            format!("{} {rest}", console::style(format!("{question}?")).bold())
        }
        _ => line.to_owned(),
    }
}

/// A line on stderr; there is nowhere to report that it failed.
pub(crate) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn sentences_are_wrapped_and_tables_are_not() {
        assert_eq!(wrapped("one two three four", 9), "one two\n  three\n  four");
        assert_eq!(wrapped("a  b  c  d  e  f", 5), "a  b  c  d  e  f");
        assert_eq!(wrapped("short", 9), "short");
    }
}
