//! The command line of Kontor.

use std::process::ExitCode;

fn main() -> ExitCode {
    kontor::cli::run()
}
