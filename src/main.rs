//! Parse, run, print the error, return the exit status.

use std::process::ExitCode;

use billing_doctor::cli::exit_status::ExitStatus;
use billing_doctor::cli::{self, Cli};
use clap::Parser;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return cli::print_usage(&error).into(),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(cli.run()) {
        Ok(status) => status.into(),
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    cli::print_error(error);
    ExitStatus::CouldNotRun.into()
}
