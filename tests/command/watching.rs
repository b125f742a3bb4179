//! `decay watch` on a terminal, which is a pseudo terminal here.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};
use nix::sys::termios::{LocalFlags, tcgetattr};

use crate::harness::Place;

/// For one of the things that are waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program on a terminal of its own.
struct OnTerminal {
    keys: File,
    terminal: OwnedFd,
    program: Child,
    told: Receiver<Vec<u8>>,
    screen: String,
}

impl OnTerminal {
    fn new(place: &Place, arguments: &[&str]) -> Self {
        let size = Winsize {
            ws_row: 24,
            ws_col: 80,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pair = openpty(&size, None).expect("a pseudo terminal");
        let side = || Stdio::from(pair.slave.try_clone().expect("another handle"));
        let mut command = place.command(arguments);
        command.env("TERM", "xterm");
        let program = command.stdin(side()).stdout(side()).stderr(side()).spawn();
        let keys = File::from(pair.master);
        let mut screen = keys.try_clone().expect("another handle");
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = screen.read(&mut bytes) {
                if tell.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            keys,
            terminal: pair.slave,
            program: program.expect("the program starts"),
            told,
            screen: String::new(),
        }
    }

    fn wait_for(&mut self, text: &str) {
        let end = Instant::now() + PATIENCE;
        while !self.screen.contains(text) {
            let left = end.saturating_duration_since(Instant::now());
            let bytes = self.told.recv_timeout(left);
            let bytes = bytes.unwrap_or_else(|_| panic!("no '{text}' in: {}", self.screen));
            self.screen.push_str(&String::from_utf8_lossy(&bytes));
        }
    }

    /// Whether keys are shown and lines are waited for, as in a shell.
    fn is_usual(&self) -> bool {
        let modes = tcgetattr(self.terminal.as_fd()).expect("modes");
        let usual = LocalFlags::ECHO | LocalFlags::ICANON;
        modes.local_flags.contains(usual)
    }

    /// Waits until keys are read one by one.
    fn wait_for_keys(&self) {
        let end = Instant::now() + PATIENCE;
        while self.is_usual() {
            assert!(Instant::now() < end, "keys are never read one by one");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn press(&mut self, key: &[u8]) {
        self.keys.write_all(key).expect("the key is pressed");
    }

    fn ends(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.program.try_wait().expect("a status") {
                return status;
            }
            if Instant::now() > end {
                let _ = self.program.kill();
                panic!("it goes on: {}", self.screen);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

const HIDDEN: &str = "\u{1b}[?25l";
const SHOWN: &str = "\u{1b}[?25h";

#[test]
fn keys_end_watching_and_leave_the_terminal_as_it_was() {
    let place = Place::new();
    place.tunes(&["--data", "embedded:wine"]);
    for key in [&b"q"[..], b"Q", b"\x1b", b"\x03"] {
        let mut watching = OnTerminal::new(&place, &["watch", "run"]);
        assert!(watching.is_usual());
        watching.wait_for("q quits");
        assert!(watching.screen.contains(HIDDEN), "{}", watching.screen);
        watching.wait_for_keys();
        // Another key changes nothing.
        watching.press(b"x");
        std::thread::sleep(Duration::from_millis(50));
        watching.wait_for_keys();
        watching.press(key);
        let status = watching.ends();
        assert_eq!(status.code(), Some(0), "{key:?}");
        watching.wait_for(SHOWN);
        assert!(watching.is_usual(), "{key:?}");
    }
}

#[test]
fn what_ends_watching_otherwise_leaves_the_terminal_as_it_was() {
    let place = Place::new();
    let mut nothing = OnTerminal::new(&place, &["watch", "."]);
    assert_eq!(nothing.ends().code(), Some(2));
    nothing.wait_for("no run has begun");
    assert!(nothing.is_usual());
    place.tunes(&["--data", "embedded:wine"]);
    let mut ended = OnTerminal::new(&place, &["watch", "run"]);
    ended.wait_for("q quits");
    ended.wait_for_keys();
    let process = nix::unistd::Pid::from_raw(ended.program.id() as i32);
    nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGTERM).expect("a signal");
    assert_eq!(ended.ends().code(), Some(128 + 15));
    ended.wait_for(SHOWN);
    assert!(ended.is_usual());
}
