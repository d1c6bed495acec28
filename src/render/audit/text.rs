//! For a terminal: the most dangerous power first, those alike on one line.

use std::io::{self, Write};

use textwrap::{Options, WordSeparator, WordSplitter};

use super::{caveat, groups};
use crate::audit::{Audit, Can, Deviation, Note, Principal};
use crate::render::palette::{Glyph, Palette};
use crate::text::{capitalized, count, sanitize};

/// How many groups of a power fit a screen.
const MOST_GROUPS: usize = 6;
const MOST_NAMES: usize = 5;

pub(super) fn write(
    audit: &Audit,
    whole: bool,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    let account = audit.account.as_deref().unwrap_or("(no principal)");
    line(
        &format!(
            "Account {account}: {} and what {} do to its billing",
            count(audit.principals.len(), "principal"),
            if audit.principals.len() == 1 {
                "it can"
            } else {
                "they can"
            }
        ),
        "",
        |text| palette.strong(text),
        palette,
        out,
    )?;
    if let Some(caveat) = caveat(audit) {
        line(&caveat, "", |text| palette.faint(text), palette, out)?;
    }
    for power in &audit.powers {
        let groups = groups::of(audit, power);
        let holders: usize = groups
            .iter()
            .filter(|group| group.can != Can::No)
            .map(|group| group.names.len())
            .sum();
        writeln!(out)?;
        let head = format!("{} ({}): {holders}", capitalized(&power.title), power.id);
        line(&head, "", |text| palette.strong(text), palette, out)?;
        let most = if whole { usize::MAX } else { MOST_GROUPS };
        for group in groups.iter().take(most) {
            let mark = match group.can {
                Can::Yes => palette.bad(palette.glyph(Glyph::Yes)),
                Can::Depends => palette.warn(palette.glyph(Glyph::Unknown)),
                Can::No => palette.faint(palette.glyph(Glyph::Left)),
            };
            write!(out, "  {mark} ")?;
            let names = if whole { usize::MAX } else { MOST_NAMES };
            let text = format!("{} {}: {}", group.size(), group.how, group.members(names));
            beside(&text, palette, out)?;
        }
        if groups.len() > most {
            let more = format!(
                "… and {} like these; --who-can {} lists all",
                count(groups.len() - most, "more group"),
                power.id
            );
            line(&more, "    ", |text| palette.faint(text), palette, out)?;
        }
    }
    notes(audit, whole, palette, out)
}

fn notes(audit: &Audit, whole: bool, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    for (note, head) in [
        (
            Note::OpenToOthers,
            "Roles with a power over billing that somebody outside of the account may assume",
        ),
        (
            Note::Denied,
            "Kept from a power over billing by a Deny of their own policies, whatever allows it",
        ),
        (
            Note::LegacyOnly,
            "Granted billing in the retired aws-portal actions only",
        ),
        (
            Note::Quarantined,
            "An access key was found in public (AWSCompromisedKeyQuarantine)",
        ),
    ] {
        let found: Vec<&Principal> = audit
            .principals
            .iter()
            .filter(|principal| principal.notes.contains(&note))
            .collect();
        if found.is_empty() {
            continue;
        }
        writeln!(out)?;
        let head = format!("{head}: {}", found.len());
        line(&head, "", |text| palette.strong(text), palette, out)?;
        let most = if whole { usize::MAX } else { 2 * MOST_GROUPS };
        for principal in found.iter().take(most) {
            write!(out, "  {} ", palette.warn(palette.glyph(Glyph::Warning)))?;
            beside(&about(principal, note), palette, out)?;
        }
        if found.len() > most {
            let more = format!("… {} more; -o json has them all", found.len() - most);
            line(&more, "    ", |text| palette.faint(text), palette, out)?;
        }
    }
    Ok(())
}

fn about(principal: &Principal, note: Note) -> String {
    if note != Note::OpenToOthers {
        return principal.name.clone();
    }
    let trusted: Vec<String> = principal
        .trust
        .iter()
        .filter(|trust| trust.who.is_outside())
        .map(|trust| {
            let conditions = if trust.conditions.is_empty() {
                "without a condition".to_owned()
            } else {
                format!("if {}", trust.conditions.join(", "))
            };
            format!("{} {} {conditions}", trust.who.words(), trust.name)
        })
        .collect();
    let powers: Vec<&str> = principal
        .answers
        .iter()
        .filter(|(_, answer)| answer.can != Can::No)
        .map(|(power, _)| power.as_str())
        .collect();
    format!(
        "{} ({}): {}",
        principal.name,
        powers.join(", "),
        trusted.join("; ")
    )
}

pub(super) fn write_deviations(
    deviations: &[Deviation],
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    for deviation in deviations {
        let text = match deviation {
            Deviation::Unexpected {
                power,
                arn,
                through,
                depends_on,
            } => {
                let condition = depends_on
                    .as_ref()
                    .map(|condition| format!("; {condition}"))
                    .unwrap_or_default();
                let text = format!("+ {power}: {arn} through {through}{condition}");
                palette.bad(&palette.plain(&sanitize(&text)))
            }
            Deviation::Missing { power, pattern } => {
                let text = format!("- {power}: {pattern} does not have it");
                palette.warn(&palette.plain(&sanitize(&text)))
            }
        };
        writeln!(out, "{text}")?;
    }
    Ok(())
}

/// A paragraph behind what stands on the line, four columns in.
fn beside(text: &str, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    let text = palette.plain(&sanitize(text));
    for (index, line) in textwrap::wrap(&text, options(palette, 4))
        .iter()
        .enumerate()
    {
        let indent = if index == 0 { "" } else { "    " };
        writeln!(out, "{indent}{line}")?;
    }
    Ok(())
}

fn line(
    text: &str,
    indent: &str,
    style: impl Fn(&str) -> String,
    palette: &Palette,
    out: &mut impl Write,
) -> io::Result<()> {
    let text = palette.plain(&sanitize(text));
    for line in textwrap::wrap(&text, options(palette, indent.len())) {
        writeln!(out, "{indent}{}", style(&line))?;
    }
    Ok(())
}

/// Names are copied: none is broken at a hyphen.
fn options(palette: &Palette, indent: usize) -> Options<'static> {
    Options::new(palette.width.saturating_sub(indent).max(20))
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(WordSeparator::AsciiSpace)
}
