//! `billing-doctor audit`.

use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use clap::Args;
use jiff::Timestamp;

use super::demo;
use super::dump::{read_details, service_control_of};
use super::source::{Where, Whom};
use super::{Hint, input, print};
use crate::audit::{Expectation, Power, audit};
use crate::catalog::{known_actions, page};
use crate::cli::exit_status::ExitStatus;
use crate::diagnose::question::Question;
use crate::evidence::dump::{self, Details};
use crate::evidence::{Observed, ServiceControlLevel};
use crate::render::{AuditFormat, ColorChoice, Palette, write_audit, write_deviations};
use crate::text::{nearest, sanitize};

pub(super) const HELP: &str = "\
Who can close the account, change payment, manage budgets, see bills, see costs: every user and role, through which policy,
under which condition, and what blocks it. A user or role has a power if it may take one of its actions; docs/audit.md lists them.
The root user's switch is not part of it: no policy tells it.

Exit status: 0 done, or as expected; 1 it deviates from --expect; 2 the tool could not run.

Examples:
  billing-doctor audit                                     the account of the credentials in force
  aws iam get-account-authorization-details > dump.json
  billing-doctor audit --dump dump.json
  billing-doctor audit --dump dump.json --who-can change-payment
  billing-doctor audit --dump dump.json --expect billing.toml";

#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    #[command(flatten)]
    place: Where,

    /// What `aws iam get-account-authorization-details` printed, instead of asking AWS; - for standard input.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["demo", "profile", "region", "endpoint_url", "timeout"]
    )]
    dump: Option<PathBuf>,

    /// A service control policy and the level it is attached at (root, ou-…, account), or a directory; as in check --dump.
    #[arg(long, value_name = "LEVEL=FILE|DIR", requires = "dump")]
    scp: Vec<String>,

    /// Ask for one thing instead of all powers: a power, a page of the console, or an action.
    #[arg(long, value_name = "POWER|PAGE|ACTION")]
    who_can: Option<String>,

    /// Show this user or role alone: its ARN, its name, or the name of its permission set.
    #[arg(long, value_name = "PRINCIPAL", conflicts_with = "expect")]
    principal: Option<String>,

    /// Compare with who is expected to have which power (TOML; docs/audit.md), and print what deviates.
    #[arg(long, value_name = "FILE", conflicts_with = "who_can")]
    expect: Option<PathBuf>,

    #[arg(short, long, value_enum, default_value_t = AuditFormat::Text)]
    output: AuditFormat,

    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

pub(super) async fn run(args: AuditArgs) -> Result<ExitStatus> {
    if args.place.wants_list() {
        return print(demo::list());
    }
    if args.expect.is_some() && args.output != AuditFormat::Text {
        return Err(
            anyhow!("--expect prints what deviates as text only").context(Hint(
                "leave out --output; the exit status says whether anything deviates: 0 no, 1 yes"
                    .to_owned(),
            )),
        );
    }
    let powers = match &args.who_can {
        Some(what) => vec![power(what)?],
        None => Power::tiers(),
    };
    let expectation = match &args.expect {
        Some(file) => Some(
            Expectation::parse(&input::read_text(file, input::LONGEST_TEXT)?)
                .with_context(|| format!("{} can't be used as expectations", input::name(file)))?,
        ),
        None => None,
    };
    let (details, levels) = match &args.dump {
        Some(dump) => {
            let details = read_details(dump)?;
            let account = dump::account_of(&details).unwrap_or_default();
            let levels = service_control_of(&args.scp, account)?;
            (details, levels.map(|value| Observed::Known { value }))
        }
        None => {
            let (details, levels) = online(args.place).await?;
            (details, Some(levels))
        }
    };
    let principal = args.principal.as_deref();
    let principal = principal
        .map(|asked| dump::resolve(&details, asked))
        .transpose()?;
    let mut found = audit(
        &details,
        levels.as_ref(),
        powers,
        Timestamp::now().as_second(),
    );
    if let Some(principal) = &principal {
        found.keep_only(principal)?;
    }
    let palette = Palette::of_stdout(args.color);
    let mut bytes = Vec::new();
    let Some(expectation) = expectation else {
        write_audit(
            &found,
            args.output,
            args.who_can.is_some() || args.principal.is_some(),
            &palette,
            &mut bytes,
        )?;
        return print(bytes);
    };
    let deviations = expectation.deviations(&found)?;
    write_deviations(&deviations, &palette, &mut bytes)?;
    print(bytes)?;
    Ok(if deviations.is_empty() {
        ExitStatus::Works
    } else {
        ExitStatus::CauseFound
    })
}

/// The account as AWS shows it, with what is known of the organization's policies.
async fn online(place: Where) -> Result<(Details, Observed<Vec<ServiceControlLevel>>)> {
    let found = place
        .open(Whom::default(), &Question::default())?
        .account_details()
        .await?;
    let details = found.details.map_err(|gap| {
        anyhow!("{}", gap.reason()).context(Hint(
            "somebody who may can run `aws iam get-account-authorization-details > dump.json`; --dump judges that file"
                .to_owned(),
        ))
    })?;
    Ok((details, found.service_control))
}

/// A power by its id, what a page needs, or one action.
fn power(what: &str) -> Result<Power> {
    let tiers = Power::tiers();
    if let Some(tier) = tiers.iter().find(|tier| tier.id == what) {
        return Ok(tier.clone());
    }
    if let Some(page) = page(what) {
        return Ok(Power {
            id: page.id.clone(),
            title: format!("see something of {}", page.title),
            actions: page.view.clone(),
        });
    }
    if what.contains(':') {
        return Ok(Power {
            id: what.to_owned(),
            title: format!("take {}", sanitize(what)),
            actions: vec![what.to_owned()],
        });
    }
    let known = tiers
        .iter()
        .map(|tier| tier.id.as_str())
        .chain(crate::catalog::pages().iter().map(|page| page.id.as_str()))
        .chain(known_actions().iter().map(String::as_str));
    let hint = match nearest(what, known) {
        Some(near) => format!("did you mean {near}?"),
        None => "a power such as change-payment, a page such as bills, or an action such as account:CloseAccount".to_owned(),
    };
    Err(anyhow!("“{}” is no power, page or action", sanitize(what)).context(Hint(hint)))
}
