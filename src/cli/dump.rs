//! `check --dump`: an account dump instead of credentials.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use jiff::Timestamp;

use super::{Hint, input};
use crate::evidence::dump::scp::{self, Target};
use crate::evidence::dump::{self, COMMAND, Details, LARGEST};
use crate::evidence::{AttachedPolicy, Evidence, ServiceControlLevel};
use crate::names::PrincipalArn;

/// How large the file of a service control policy may be, in bytes: far more than AWS allows.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html>
const LARGEST_SCP: usize = 1 << 20;

const SCP_FORMS: &str = "--scp takes root=FILE, ou-…=FILE, account=FILE, or a directory of files or sub-directories named \
                         so: root.json, ou-ab12-cdef.Limits.json, account/Own.json";

#[derive(Debug, Args)]
pub(super) struct DumpArgs {
    /// Judge by what `aws iam get-account-authorization-details` printed, without asking AWS; - for standard input.
    #[arg(
        long,
        value_name = "FILE",
        requires = "principal",
        conflicts_with_all = ["demo", "profile", "region", "endpoint_url", "free", "timeout"]
    )]
    dump: Option<PathBuf>,

    /// With --dump: a service control policy and the level it is attached at (root, ou-…, account), or a directory.
    /// Repeat it for each policy. The levels given are taken for all that there are, organizational units from the top
    /// down, and every one must allow. Leave it out for the management account, which no such policy binds.
    #[arg(long, value_name = "LEVEL=FILE|DIR", requires = "dump")]
    scp: Vec<String>,
}

impl DumpArgs {
    /// The evidence on the principal, where a dump was named.
    ///
    /// # Errors
    ///
    /// Where a file can't be read or understood, or the principal is not in the dump.
    pub(super) fn evidence(&self, principal: Option<&str>) -> Result<Option<Evidence>> {
        let (Some(path), Some(principal)) = (&self.dump, principal) else {
            return Ok(None);
        };
        let account = PrincipalArn::parse(principal).map_or("", |arn| arn.account);
        let levels = service_control_of(&self.scp, account)?;
        let details = read_details(path)?;
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        Ok(Some(dump::evidence(&details, principal, levels, now)?))
    }
}

/// A dump from a file.
///
/// # Errors
///
/// Where it can't be read, or is none.
pub(super) fn read_details(path: &Path) -> Result<Details> {
    dump::read(&input::read(path, LARGEST)?).map_err(|error| {
        anyhow!(error)
            .context(format!(
                "{} can't be used as an account dump",
                input::name(path)
            ))
            .context(Hint(COMMAND.to_owned()))
    })
}

/// The levels of the organization that `--scp` gives; `None` where it was not given.
///
/// # Errors
///
/// Where a file can't be read, or fits no level.
pub(super) fn service_control_of(
    scps: &[String],
    account: &str,
) -> Result<Option<Vec<ServiceControlLevel>>> {
    match scps {
        [] => Ok(None),
        scps => service_control(scps, account).map(Some),
    }
}

fn service_control(scps: &[String], account: &str) -> Result<Vec<ServiceControlLevel>> {
    let mut policies = Vec::new();
    for scp in scps {
        let hint = || Hint(SCP_FORMS.to_owned());
        match scp.split_once('=') {
            Some((level, file)) => {
                let target: Target = level
                    .parse()
                    .with_context(|| format!("--scp {scp}"))
                    .with_context(hint)?;
                policies.push(policy(Path::new(file), target)?);
            }
            None => directory(Path::new(scp), &mut policies).with_context(hint)?,
        }
    }
    tell_apart(&mut policies);
    Ok(scp::levels(policies, account)?)
}

/// Files of one name at one level are policies of their own.
fn tell_apart(policies: &mut [(Target, AttachedPolicy)]) {
    for index in 1..policies.len() {
        let (before, after) = policies.split_at_mut(index);
        let Some((_, policy)) = after.first_mut() else {
            return;
        };
        let name = policy.name.clone();
        let mut number = 2;
        while before.iter().any(|(_, other)| other.id() == policy.id()) && policy.arn.is_none() {
            policy.name = format!("{name} ({number})");
            number += 1;
        }
    }
}

/// Each entry is a policy, or a directory of policies, and its name up to the first dot says at which level.
fn directory(path: &Path, policies: &mut Vec<(Target, AttachedPolicy)>) -> Result<()> {
    let before = policies.len();
    for entry in entries(path)? {
        let file_name = entry
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let level = file_name.split('.').next().unwrap_or_default();
        let target: Target = level
            .parse()
            .with_context(|| format!("{} fits no level", entry.display()))?;
        if entry.is_dir() {
            let files = entries(&entry)?;
            if files.is_empty() {
                return Err(anyhow!("{} holds no policy", entry.display()));
            }
            for file in files {
                policies.push(policy(&file, target.clone())?);
            }
        } else {
            policies.push(policy(&entry, target)?);
        }
    }
    if policies.len() == before {
        return Err(anyhow!("{} holds no policy", path.display()));
    }
    Ok(())
}

/// The entries by name, without hidden ones such as .DS_Store.
fn entries(path: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = || format!("{} could not be read", path.display());
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            entries.push(entry.path());
        }
    }
    entries.sort();
    Ok(entries)
}

fn policy(path: &Path, target: Target) -> Result<(Target, AttachedPolicy)> {
    let unusable = || format!("{} can't be used as a policy", path.display());
    let text = input::read_text(path, LARGEST_SCP)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let policy = scp::policy(&text, &name, &target).with_context(unusable)?;
    Ok((target, policy))
}
