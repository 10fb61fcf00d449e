//! A server process and what it costs.

use std::fs;
use std::process::{Child, Command};
use std::time::Duration;

/// Linux reports processor time in ticks of 10 ms.
const TICK: f64 = 0.01;

/// A child process that ends with its owner.
pub struct Process {
    child: Child,
}

impl Process {
    pub fn start(command: &mut Command) -> std::io::Result<Self> {
        Ok(Self { child: command.spawn()? })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// User and system time of all threads so far, in seconds.
    pub fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.id())).unwrap_or_default();
        // The name in brackets may hold spaces.
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks =
            |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
        (ticks(11) + ticks(12)) * TICK
    }

    /// Resident memory in KiB.
    pub fn rss(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|value| value.parse().ok()).unwrap_or(0.0)
    }

    /// Asks the process to end, and ends it after ten seconds.
    pub fn stop(&mut self) {
        self.signal("TERM");
        for _ in 0..1000 {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.kill();
    }

    /// Sends a signal by name.
    pub fn signal(&self, name: &str) {
        let target = self.id().to_string();
        // The shell's own `kill`: no crate and no unsafe call for one signal.
        let _ = Command::new("sh").args(["-c", &format!("kill -{name} {target}")]).status();
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
