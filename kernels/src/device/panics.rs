//! Panics of drivers and of Burn as values.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, Once, PoisonError};

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Calls of [`catch_panic`] that are running.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// The first message of a thread that a device runs on; what its caller sees is only that the thread is gone.
static ON_DEVICE_THREAD: Mutex<Option<String>> = Mutex::new(None);

/// Characters of a message that are kept.
const LONGEST: usize = 300;

/// Runs `work`; if it panics, returns the first line of the message, and nothing is printed.
///
/// Burn and the drivers below it have no other way to say that a device is lost or out of memory.
///
/// # Errors
/// The first line of the panic's message.
pub fn catch_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    install_hook();
    RUNNING.fetch_add(1, Ordering::SeqCst);
    let outer = CATCHING.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    CATCHING.set(outer);
    RUNNING.fetch_sub(1, Ordering::SeqCst);
    done.map_err(|payload| {
        let cause = device_message().take();
        let message = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied());
        first_line(&cause.unwrap_or_else(|| message.unwrap_or_default().to_owned()))
    })
}

fn device_message() -> std::sync::MutexGuard<'static, Option<String>> {
    ON_DEVICE_THREAD
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Puts a hook before the present one that keeps the panics quiet that are caught here.
fn install_hook() {
    static INSTALL: Once = Once::new();
    INSTALL.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !is_caught(panic) {
                before(panic);
            }
        }));
    });
}

/// Whether a call of [`catch_panic`] will answer for this panic.
fn is_caught(panic: &PanicHookInfo<'_>) -> bool {
    if CATCHING.get() {
        return true;
    }
    if RUNNING.load(Ordering::SeqCst) == 0 {
        return false;
    }
    let thread = std::thread::current();
    let name = thread.name().unwrap_or_default();
    // CubeCL's threads, one or two per device, named after the stage they serve.
    if name.starts_with("DSU-") || name.starts_with("DSD-") {
        let message = panic.payload_as_str().unwrap_or_default();
        device_message().get_or_insert_with(|| message.to_owned());
        return true;
    }
    // A pool's threads hand the panic to the worker that waits for them.
    name.starts_with(super::POOL_THREADS)
}

fn first_line(message: &str) -> String {
    let line = message.lines().map(str::trim).find(|line| !line.is_empty());
    let line = line.unwrap_or("it stopped without saying why");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} ...", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, catch_panic, first_line};

    #[test]
    fn a_panic_becomes_its_first_line() {
        assert_eq!(catch_panic(|| 3), Ok(3));
        let caught = catch_panic(|| -> u8 { panic!("out of memory: {} bytes\nbacktrace", 7) });
        assert_eq!(caught, Err("out of memory: 7 bytes".into()));
        let caught = catch_panic(|| -> u8 { std::panic::panic_any(7_u8) });
        assert_eq!(caught, Err("it stopped without saying why".into()));
    }

    #[test]
    fn a_panic_within_a_panic_is_caught_once() {
        let outer = catch_panic(|| {
            let inner = catch_panic(|| -> u8 { panic!("inner") });
            assert_eq!(inner, Err("inner".into()));
            panic!("outer");
        });
        assert_eq!(outer, Err::<u8, _>("outer".into()));
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        let cut = first_line(&"ü".repeat(2 * LONGEST));
        assert_eq!(cut.chars().filter(|&c| c == 'ü').count(), LONGEST);
    }
}
