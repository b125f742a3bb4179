//! `decay watch`: validation losses by rate and epoch, drawn again and again until `q` is pressed.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use console::{Key, Term};

use crate::arguments::WatchRequest;
use crate::output;
use crate::terminal::heat_map::{Size, picture};
use crate::terminal::modes::Modes;
use decay::Error;
use decay::run::watched;

/// Between two pictures.
const EVERY: Duration = Duration::from_millis(500);
/// Of a picture where there is no terminal.
const PLAIN: Size = Size {
    rows: 40,
    columns: 80,
};

/// `decay watch`: one picture where stdout is no terminal.
pub(crate) fn watch(request: &WatchRequest) -> Result<(), Error> {
    let term = Term::stdout();
    if request.once || !term.is_term() {
        return output::print(&picture(
            &watched(&request.run)?,
            PLAIN,
            console::colors_enabled(),
        ));
    }
    // A run that is none is told of before the terminal is touched.
    watched(&request.run)?;
    let _modes = Modes::noted();
    let keys = keys();
    loop {
        draw(&term, &request.run)?;
        match keys.recv_timeout(EVERY) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    Ok(())
}

/// Tells when `q` or Escape is pressed.
fn keys() -> Receiver<()> {
    let (pressed, told) = channel();
    let listen = move || {
        let term = Term::stdout();
        while let Ok(key) = term.read_key_raw() {
            if matches!(key, Key::Char('q' | 'Q') | Key::Escape | Key::CtrlC) {
                break;
            }
        }
        let _ = pressed.send(());
    };
    // Without a thread to listen the picture is drawn once.
    let _ = std::thread::Builder::new()
        .name("keys".into())
        .spawn(listen);
    told
}

fn draw(term: &Term, run: &Path) -> Result<(), Error> {
    let (rows, columns) = term.size();
    let size = Size {
        rows: rows.into(),
        columns: columns.into(),
    };
    let text = picture(&watched(run)?, size, console::colors_enabled());
    let failed = |error| Error::file(Path::new("stdout"), "written", error);
    term.hide_cursor().map_err(failed)?;
    term.clear_screen().map_err(failed)?;
    output::print(&format!("{text}q quits\n"))
}
