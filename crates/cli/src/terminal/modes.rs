//! How the terminal was before keys were read one by one, so that it is so again however the program ends.

use console::Term;

#[cfg(unix)]
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};

/// As it was when `watch` began.
#[cfg(unix)]
static BEFORE: std::sync::Mutex<Option<Termios>> = std::sync::Mutex::new(None);

/// Notes how the terminal is; what ends the program puts it back.
pub(crate) struct Modes;

impl Modes {
    pub(crate) fn noted() -> Self {
        #[cfg(unix)]
        if let (Ok(modes), Ok(mut before)) = (tcgetattr(std::io::stdin()), BEFORE.lock()) {
            *before = Some(modes);
        }
        Self
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        put_back();
    }
}

/// Puts the terminal back, if anything was noted.
pub(crate) fn put_back() {
    #[cfg(unix)]
    {
        let before = BEFORE.lock().ok().and_then(|mut before| before.take());
        let Some(before) = before else {
            return;
        };
        let _ = tcsetattr(std::io::stdin(), SetArg::TCSANOW, &before);
    }
    let _ = Term::stdout().show_cursor();
}
