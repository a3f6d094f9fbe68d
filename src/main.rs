//! The program: hands its arguments to the library, and the library's answer to the system.

use linkbackd::cli::{self, Status};

fn main() -> Status {
    cli::run(std::env::args_os())
}
