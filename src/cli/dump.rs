//! `check --dump`: an account dump instead of credentials.

use std::collections::{BTreeMap, BTreeSet};
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
        let details = read_details(path)?;
        let arn = dump::resolve(&details, principal)?;
        let account = PrincipalArn::parse(&arn).map_or("", |arn| arn.account);
        let levels = service_control_of(&self.scp, account)?;
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        Ok(Some(dump::evidence(&details, &arn, levels, now)?))
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
    let mut given = Vec::new();
    for scp in scps {
        let hint = || Hint(SCP_FORMS.to_owned());
        match scp.split_once('=') {
            Some((level, file)) => {
                let target: Target = level
                    .parse()
                    .with_context(|| match file.parse::<Target>() {
                        Ok(_) => format!("--scp {scp} has it the wrong way round: {file}={level}"),
                        Err(_) => format!("--scp {scp}"),
                    })
                    .with_context(hint)?;
                given.push(policy(Path::new(file), target)?);
            }
            None if Path::new(scp).is_file() => {
                return Err(anyhow!(
                    "--scp {scp} does not say at which level the policy is attached"
                )
                .context(Hint(format!(
                    "write --scp root={scp}, --scp ou-…={scp} or --scp account={scp}"
                ))));
            }
            None => directory(Path::new(scp), &mut given).with_context(hint)?,
        }
    }
    tell_apart(&mut given);
    let policies = given.into_iter().map(|given| (given.target, given.policy));
    Ok(scp::levels(policies.collect(), account)?)
}

/// A policy that a file holds.
struct Given {
    target: Target,
    policy: AttachedPolicy,
    path: PathBuf,
}

/// Files of one name at one level are policies of their own, each called by as much of its path as tells it from the others:
/// whoever changes one must find it.
fn tell_apart(given: &mut [Given]) {
    let mut called = BTreeMap::new();
    for one in given.iter() {
        called
            .entry(one.policy.id().key())
            .or_insert_with(Vec::new)
            .push(one.path.clone());
    }
    let mut seen = BTreeSet::new();
    for one in given {
        let alike = called.get(&one.policy.id().key());
        let alike = alike.map_or(&[][..], Vec::as_slice);
        if one.policy.arn.is_some() || alike.len() < 2 {
            continue;
        }
        let name = distinct_end(&one.path, alike);
        one.policy.name.clone_from(&name);
        let mut number = 2;
        // One file given twice.
        while !seen.insert(one.policy.id().key()) {
            one.policy.name = format!("{name} ({number})");
            number += 1;
        }
    }
}

/// The shortest end of a path that no other of these paths has; all of it where one has.
fn distinct_end(path: &Path, others: &[PathBuf]) -> String {
    let parts: Vec<_> = path.components().collect();
    let ends = (0..parts.len()).rev();
    let mut ends = ends.map(|from| parts[from..].iter().collect::<PathBuf>());
    let is_distinct =
        |end: &PathBuf| others.iter().filter(|other| other.ends_with(end)).count() == 1;
    let end = ends.find(is_distinct);
    end.as_deref().unwrap_or(path).display().to_string()
}

/// Each entry is a policy, or a directory of policies, and its name up to the first dot says at which level.
fn directory(path: &Path, given: &mut Vec<Given>) -> Result<()> {
    let before = given.len();
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
                given.push(policy(&file, target.clone())?);
            }
        } else {
            given.push(policy(&entry, target)?);
        }
    }
    if given.len() == before {
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

fn policy(path: &Path, target: Target) -> Result<Given> {
    let text = input::read_text(path, LARGEST_SCP)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    match scp::policy(&text, &name, &target) {
        Ok(policy) => Ok(Given {
            target,
            policy,
            path: path.to_owned(),
        }),
        Err(error) => {
            let hint = error.hint().map(Hint);
            let error =
                anyhow!(error).context(format!("{} can't be used as a policy", path.display()));
            Err(match hint {
                Some(hint) => error.context(hint),
                None => error,
            })
        }
    }
}
