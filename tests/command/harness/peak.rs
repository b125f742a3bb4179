//! The most memory that a call of the program ever has.

use std::time::Duration;

use super::{Finished, Place, finished};

pub(crate) const MIB: u64 = 1 << 20;

impl Place {
    /// Runs, and tells the largest resident set in bytes, as the system counts it.
    pub(crate) fn peak(&self, arguments: &[&str]) -> (Finished, u64) {
        let child = self.command(arguments).spawn().expect("the program starts");
        let status = format!("/proc/{}/status", child.id());
        let watch = std::thread::spawn(move || {
            let mut most = 0;
            // What has ended has no memory left to tell of.
            while let Some(now) = high_water(&status) {
                most = now;
                std::thread::sleep(Duration::from_millis(2));
            }
            most
        });
        let output = child.wait_with_output().expect("the program ends");
        let most = watch.join().expect("the memory is read");
        (finished(arguments, output), most)
    }
}

/// `VmHWM` of a process, in bytes.
fn high_water(status: &str) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib << 10)
}
