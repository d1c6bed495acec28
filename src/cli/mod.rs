//! The command line, and what each command does.

mod audit;
mod check;
mod collect;
mod demo;
mod dump;
pub mod exit_status;
mod explain;
mod input;
mod lists;
mod output_file;
mod policy;
mod simulate;
mod source;
mod time;
mod wait;

use std::fmt;
use std::io::{self, Write};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::aws::permissions;
use crate::cli::exit_status::ExitStatus;
use crate::render::{ColorChoice, Format};
use crate::text::sanitize;

/// Why can't I see the AWS bill? Reads your account and says what blocks you, who can fix it and how.
#[derive(Debug, Parser)]
#[command(name = "billing-doctor", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find out what keeps you from seeing the bill.
    #[command(after_help = check::HELP)]
    Check(check::CheckArgs),
    /// Write what check would judge to a file, for somebody else to judge: check --evidence FILE.
    #[command(after_help = collect::HELP)]
    Collect(collect::CollectArgs),
    /// Would these policies allow this action? Every layer, offline.
    #[command(after_help = simulate::HELP)]
    Simulate(simulate::SimulateArgs),
    /// Print the IAM policy that lets billing-doctor see everything, and what you lose without each action.
    Permissions {
        #[arg(long, value_enum, default_value_t = PermissionsFormat::Json)]
        format: PermissionsFormat,
    },
    /// Explain a code, or AWS's refusals in anything pasted: an error, a log, an event of CloudTrail. Offline.
    #[command(after_help = explain::HELP)]
    Explain(explain::ExplainArgs),
    /// List the causes that billing-doctor knows.
    Checks {
        #[arg(short, long, value_enum, default_value_t = Format::Text)]
        output: Format,
    },
    /// List the console's pages, or what one of them needs. Offline.
    Pages {
        /// The short word for a page, such as bills or cost-explorer.
        name: Option<String>,

        #[arg(short, long, value_enum, default_value_t = Format::Text)]
        output: Format,

        #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
        color: ColorChoice,
    },
    /// Who can see or change the billing of an account, and through which policy?
    #[command(after_help = audit::HELP)]
    Audit(audit::AuditArgs),
    /// Print the policy that opens what is asked, for your tools. Offline.
    #[command(after_help = policy::HELP)]
    Policy(policy::PolicyArgs),
    /// Print the JSON schema of what a command prints with `-o json`, or collect writes.
    Schema {
        #[arg(value_enum, default_value_t = SchemaOf::Report)]
        of: SchemaOf,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SchemaOf {
    /// `billing-doctor/report/v1`, of `check`.
    Report,
    /// `billing-doctor/audit/v1`, of `audit`.
    Audit,
    /// `billing-doctor/explain/v1`, of `explain`.
    Explain,
    /// `billing-doctor/evidence/v1`, of `collect`.
    Evidence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum PermissionsFormat {
    /// The policy alone.
    Json,
    /// The page docs/permissions.md.
    Markdown,
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    ///
    /// Where the tool can't do its job. What AWS refuses is no error.
    pub async fn run(self) -> Result<ExitStatus> {
        match self.command {
            Command::Check(args) => check::run(args).await,
            Command::Collect(args) => collect::run(args).await,
            Command::Simulate(args) => simulate::run(&args),
            Command::Permissions { format } => print(&match format {
                PermissionsFormat::Json => permissions::policy(),
                PermissionsFormat::Markdown => permissions::markdown(),
            }),
            Command::Explain(args) => explain::run(&args),
            Command::Checks { output } => print(lists::checks(output)),
            Command::Pages {
                name,
                output,
                color,
            } => lists::list_pages(name.as_deref(), output, color),
            Command::Audit(args) => audit::run(args).await,
            Command::Policy(args) => policy::run(&args),
            Command::Schema { of } => print(&match of {
                SchemaOf::Report => crate::report::schema(),
                SchemaOf::Audit => crate::audit::schema(),
                SchemaOf::Explain => crate::explain::schema(),
                SchemaOf::Evidence => crate::evidence::file::schema(),
            }),
        }
    }
}

fn print(text: impl AsRef<[u8]>) -> Result<ExitStatus> {
    let mut out = io::stdout().lock();
    forgive_closed_pipe(out.write_all(text.as_ref()).and_then(|()| out.flush()))?;
    Ok(ExitStatus::Works)
}

/// Whoever closed the pipe has read enough.
fn forgive_closed_pipe(result: io::Result<()>) -> Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("the report could not be written"),
    }
}

/// What to do about an error; travels with it as a context.
#[derive(Debug)]
struct Hint(String);

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Prints what clap has to say: help and version as asked for, or what is wrong with the arguments. These are somebody's
/// text too, and a terminal obeys control characters.
pub fn print_usage(error: &clap::Error) -> ExitStatus {
    let text = error.render().to_string();
    let lines: Vec<String> = text.lines().map(sanitize).collect();
    let text = lines.join("\n") + "\n";
    // Whoever closed the pipe has read enough.
    if error.use_stderr() {
        let _ = io::stderr().write_all(text.as_bytes());
        ExitStatus::CouldNotRun
    } else {
        let _ = io::stdout().write_all(text.as_bytes());
        ExitStatus::Works
    }
}

/// `error: …`, then its causes indented, then `hint: …`, on standard error.
pub fn print_error(error: &anyhow::Error) {
    let hint = error.downcast_ref::<Hint>();
    // The hint is the outermost context; the error proper is what it was given to.
    let mut chain = error.chain().skip(usize::from(hint.is_some()));
    if let Some(first) = chain.next() {
        eprintln!("error: {}", sanitize(&first.to_string()));
    }
    for cause in chain {
        eprintln!("  because: {}", sanitize(&cause.to_string()));
    }
    if let Some(hint) = hint {
        eprintln!("hint: {}", sanitize(&hint.0));
    }
}
