//! The command line, and what each command does.

use std::fmt;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use clap::{Args, Parser, Subcommand};

use crate::aws;
use crate::catalog::{CAUSES, InCheck, Page, cause, page, pages};
use crate::demo;
use crate::diagnosis::diagnose;
use crate::exit_status::ExitStatus;
use crate::explain;
use crate::names::{PrincipalArn, PrincipalKind};
use crate::permissions;
use crate::render::{self, ColorChoice, Format, Palette};
use crate::report::Report;
use crate::settings::{Credentials, Settings};
use crate::simulate;
use crate::text::sanitize;

/// Why can't I see the AWS bill? Reads your account and says what blocks you, who can lift it and how.
#[derive(Debug, Parser)]
#[command(name = "billing-doctor", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find out what keeps you from seeing the bill.
    #[command(after_help = CHECK_HELP)]
    Check(CheckArgs),
    /// Would these policies allow this action? Every layer, offline.
    #[command(after_help = SIMULATE_HELP)]
    Simulate(SimulateArgs),
    /// Print the IAM policy that lets the doctor see everything, and what is lost without each action.
    Permissions {
        #[arg(long, value_enum, default_value_t = PermissionsFormat::Json)]
        format: PermissionsFormat,
    },
    /// Explain a code, or AWS's refusals in anything pasted: an error, a log, an event of CloudTrail. Offline.
    #[command(after_help = EXPLAIN_HELP)]
    Explain(ExplainArgs),
    /// List the causes that the doctor knows.
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
    /// Print the JSON schema of what a command prints with `-o json`.
    Schema {
        #[arg(value_enum, default_value_t = SchemaOf::Report)]
        of: SchemaOf,
    },
}

const CHECK_HELP: &str = "\
Exit status: 0 access works, 1 a cause was found, 2 the tool could not run, 3 it could not be determined.

It only ever reads. One call costs money: ce:GetCostAndUsage, 0.01 USD when it is answered; --free leaves it out.

Examples:
  billing-doctor check                              the credentials in force
  billing-doctor check --profile acme -o json       another profile, for a script
  billing-doctor check --demo iam-access-off        a made-up account, without AWS";

const SIMULATE_HELP: &str = r#"
The input is JSON objects, one a line or one document:

  {"id": "1", "principal": "arn:aws:iam::111122223333:user/alice",
   "action": "ce:GetCostAndUsage", "resource": "*",
   "context": {"aws:RequestedRegion": "us-east-1"}, "unknownContextKeys": ["aws:SourceIp"],
   "identityPolicies": [{"name": "Admin", "document": {…}}],
   "permissionsBoundary": [{"name": "B", "document": {…}}],
   "serviceControlPolicies": [{"target": "r-root", "policies": [{"name": "Full", "document": {…}}]}],
   "resourceControlPolicies": […], "sessionPolicies": […]}

An absent list is a layer that does not exist; a level without policies allows nothing. A key in neither context nor
unknownContextKeys is absent from the request. What `aws iam simulate-custom-policy --cli-input-json` takes is understood
too, and answered in AWS's shape.

Exit status: 0 every question was answered, 2 at least one could not be read."#;

const EXPLAIN_HELP: &str = "\
Exit status: 0 a code was explained, 1 a refusal was found, 2 the tool could not run, 3 nothing was recognised.

Examples:
  billing-doctor explain iam-access-not-activated
  aws ce get-cost-and-usage … 2>&1 | billing-doctor explain -
  billing-doctor explain 'AccessDeniedException: IAM user access not activated'";

#[derive(Debug, Args)]
struct ExplainArgs {
    /// A code, any text, or - for standard input.
    #[arg(
        required = true,
        value_name = "CODE|TEXT|-",
        allow_hyphen_values = false
    )]
    text: Vec<String>,

    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,

    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

#[derive(Debug, Args)]
struct SimulateArgs {
    /// A file, or - for standard input.
    #[arg(long, value_name = "FILE", default_value = "-")]
    input: PathBuf,

    #[arg(short, long, value_enum, default_value_t = SimulateFormat::Text)]
    output: SimulateFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SchemaOf {
    /// `billing-doctor/report/v1`, of `check`.
    Report,
    /// `billing-doctor/explain/v1`, of `explain`.
    Explain,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SimulateFormat {
    /// A table for people.
    Text,
    /// For scripts: one line a question.
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum PermissionsFormat {
    /// The policy alone.
    Json,
    /// The page docs/permissions.md.
    Markdown,
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The profile to use; it wins over keys in the environment.
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// The Region to call from. Billing answers from us-east-1 whatever it is.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// Send every call there instead of to AWS, but for those that fetch credentials (AWS_ENDPOINT_URL leads these too).
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,

    /// Ask about another user or role of the account.
    #[arg(long, value_name = "ARN", value_parser = principal)]
    principal: Option<String>,

    /// Leave out the one call that costs money (0.01 USD): Cost Explorer is then judged by the policies alone.
    #[arg(long)]
    free: bool,

    /// How long one call may take, in seconds; all together may take three times that.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,

    /// Look at a made-up account instead of AWS; `list` shows which there are.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["profile", "region", "endpoint_url"])]
    demo: Option<String>,

    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    output: Format,

    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    ///
    /// Where the tool can't do its job. What AWS refuses is no error.
    pub async fn run(self) -> Result<ExitStatus> {
        match self.command {
            Command::Check(args) => check(args).await,
            Command::Simulate(args) => simulate(&args),
            Command::Permissions { format } => print(&match format {
                PermissionsFormat::Json => permissions::policy(),
                PermissionsFormat::Markdown => permissions::markdown(),
            }),
            Command::Explain(args) => explain(&args),
            Command::Checks { output } => print(checks(output)),
            Command::Pages {
                name,
                output,
                color,
            } => list_pages(name.as_deref(), output, color),
            Command::Schema { of } => print(&match of {
                SchemaOf::Report => crate::report::schema(),
                SchemaOf::Explain => explain::schema(),
            }),
        }
    }
}

async fn check(args: CheckArgs) -> Result<ExitStatus> {
    if args.demo.as_deref() == Some("list") {
        return print(demo_list());
    }
    let mut settings = Settings {
        profile: args.profile,
        region: args.region,
        endpoint_url: args.endpoint_url,
        principal: args.principal,
        free: args.free,
        timeout: args.timeout,
        credentials: Credentials::Chain,
    };
    // Answers as long as it lives.
    let _responder = match &args.demo {
        Some(name) => Some(start_demo(name, &mut settings)?),
        None => None,
    };
    let evidence = with_progress(aws::collect(&settings))
        .await
        .map_err(|error| match error.hint() {
            Some(hint) => anyhow::Error::new(error).context(Hint(hint)),
            None => error.into(),
        })?;
    let diagnosis = diagnose(&evidence);
    let report = Report::new(&evidence, &diagnosis);
    let palette = Palette::of_stdout(args.color);
    let mut out = io::stdout().lock();
    forgive_closed_pipe(
        render::write(&report, args.output, &palette, &mut out).and_then(|()| out.flush()),
    )?;
    Ok(diagnosis.state.into())
}

fn explain(args: &ExplainArgs) -> Result<ExitStatus> {
    let text = match args.text.as_slice() {
        [one] if one == "-" => {
            let mut bytes = Vec::new();
            io::stdin()
                .read_to_end(&mut bytes)
                .context("standard input could not be read")?;
            // A log may hold anything.
            String::from_utf8_lossy(&bytes).into_owned()
        }
        words => words.join(" "),
    };
    let palette = Palette::of_stdout(args.color);
    let cause = cause(text.trim());
    let explanation = match cause {
        Some(_) => explain::explain(""),
        None => explain::explain(&text),
    };
    let mut bytes = Vec::new();
    match (args.output, cause) {
        (Format::Json, _) => {
            serde_json::to_writer_pretty(&mut bytes, &explanation)?;
            bytes.push(b'\n');
        }
        (Format::Text, Some(cause)) => render::write_page(cause, &palette, &mut bytes)?,
        (Format::Text, None) => render::write_explanation(&explanation, &palette, &mut bytes)?,
    }
    print(bytes)?;
    Ok(match cause {
        Some(_) => ExitStatus::Works,
        None if explanation.refusals.is_empty() => {
            eprintln!(
                "No refusal of AWS's was recognised. `billing-doctor checks` lists the codes."
            );
            ExitStatus::Undetermined
        }
        None => ExitStatus::CauseFound,
    })
}

/// All pages, or one by name.
fn list_pages(name: Option<&str>, output: Format, color: ColorChoice) -> Result<ExitStatus> {
    let shown: Vec<&Page> = match name {
        None => pages().iter().collect(),
        Some(name) => vec![page(name).ok_or_else(|| {
            anyhow!("there is no page “{}”", sanitize(name))
                .context(Hint("`billing-doctor pages` lists them".to_owned()))
        })?],
    };
    let palette = Palette::of_stdout(color);
    let mut bytes = Vec::new();
    match (output, name) {
        (Format::Json, _) => render::write_pages_json(&shown, &mut bytes)?,
        (Format::Text, None) => render::write_pages(&shown, &palette, &mut bytes)?,
        (Format::Text, Some(_)) => {
            for page in shown {
                render::write_needs(page, &palette, &mut bytes)?;
            }
        }
    }
    print(bytes)
}

/// The catalogue: a code a line with what it means, or JSON.
fn checks(output: Format) -> String {
    match output {
        Format::Text => CAUSES
            .iter()
            .map(|cause| format!("{}\n    {}\n", cause.code, cause.in_short()))
            .collect(),
        Format::Json => {
            let causes: Vec<serde_json::Value> = CAUSES
                .iter()
                .map(|cause| {
                    let reported_as = match cause.in_check {
                        InCheck::Own => Some(cause.code),
                        InCheck::Under(code) => Some(code),
                        InCheck::NotSeen | InCheck::No => None,
                    };
                    serde_json::json!({
                        "code": cause.code,
                        "summary": cause.in_short(),
                        // The code under which `check` reports it; null where it has none.
                        "reportedAs": reported_as,
                    })
                })
                .collect();
            format!(
                "{:#}\n",
                serde_json::json!({"schema": "billing-doctor/checks/v1", "checks": causes})
            )
        }
    }
}

fn simulate(args: &SimulateArgs) -> Result<ExitStatus> {
    let input = read_input(&args.input)?;
    let format = match args.output {
        SimulateFormat::Text => simulate::Format::Table,
        SimulateFormat::Json => simulate::Format::Json,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut failed = 0;
    let written = simulate::simulate(&input, format, &mut out).and_then(|tally| {
        failed = tally.failed;
        out.flush()
    });
    forgive_closed_pipe(written)?;
    Ok(if failed == 0 {
        ExitStatus::Works
    } else {
        ExitStatus::CouldNotRun
    })
}

/// The text of a file, or of standard input for `-`.
fn read_input(path: &Path) -> Result<String> {
    if path == Path::new("-") {
        return io::read_to_string(io::stdin()).context("standard input could not be read");
    }
    std::fs::read_to_string(path).with_context(|| format!("{} could not be read", path.display()))
}

/// Starts a made-up account and points the settings to it.
fn start_demo(name: &str, settings: &mut Settings) -> Result<demo::Responder> {
    let account = demo::account(name).map_err(|_| {
        let names: Vec<&str> = demo::ACCOUNTS.iter().map(|(name, _)| *name).collect();
        anyhow!("there is no demo account “{}”", sanitize(name))
            .context(Hint(format!("there are: {}", names.join(", "))))
    })?;
    let key = account.access_key();
    let responder = demo::Responder::start(account, demo::Faults::none())
        .context("the demo could not be started")?;
    settings.endpoint_url = Some(responder.url());
    settings.credentials = Credentials::Demo {
        access_key_id: key.access_key_id,
        secret_access_key: key.secret_access_key,
        session_token: key.session_token,
    };
    Ok(responder)
}

fn demo_list() -> String {
    let mut text = String::new();
    for (name, _) in demo::ACCOUNTS {
        let title = demo::account(name).map(|account| account.title);
        text.push_str(&format!("{name}\n    {}\n", title.unwrap_or_default()));
    }
    text
}

/// Waits, and says so on a terminal: silence for seconds looks like a fault.
async fn with_progress<T>(work: impl Future<Output = T>) -> T {
    if !io::stderr().is_terminal() {
        return work.await;
    }
    let mut work = std::pin::pin!(work);
    let mut shown = false;
    let mut tick = tokio::time::interval(Duration::from_millis(250));
    // The first tick comes at once: whoever gets the answer in a blink should see no flicker.
    tick.tick().await;
    loop {
        tokio::select! {
            done = &mut work => {
                if shown {
                    eprint!("\r\x1b[K");
                }
                return done;
            }
            _ = tick.tick() => {
                if !shown {
                    eprint!("Asking AWS …");
                }
                shown = true;
            }
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

/// The ARN of a user or role.
fn principal(text: &str) -> Result<String, String> {
    match PrincipalArn::parse(text).map(|arn| arn.kind) {
        Some(PrincipalKind::User | PrincipalKind::Role) => Ok(text.to_owned()),
        _ => Err(
            "must be the ARN of a user or role, such as arn:aws:iam::111122223333:user/alice"
                .to_owned(),
        ),
    }
}

/// A number of seconds, at least a tenth and at most ten minutes.
fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .filter(|seconds| (0.1..=600.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "must be a number of seconds from 0.1 to 600".to_owned())
}
