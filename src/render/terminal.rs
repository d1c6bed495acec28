//! The report for people: the answer first, then who and how, then why one should believe it.

use std::collections::BTreeSet;
use std::io::{self, Write};

use textwrap::{Options, WordSplitter};

use super::palette::{Glyph, Palette};
use crate::catalog::Code;
use crate::diagnose::diagnosis::State;
use crate::render::on_one_line;
use crate::report::{Cause, Change, CheckStatus, PageState, Report, Shown};
use crate::text::{capitalized, count, list};

/// The column where the text beside a label begins.
const LABEL: usize = 17;
/// How many lines of a change are shown.
const LONGEST_DIFF: usize = 40;
/// Narrower than this, labels stand on a line of their own.
const SIDE_BY_SIDE: usize = 60;

pub(super) fn write(report: &Report, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    let mut text = Vec::new();
    write_all(report, palette, &mut text)?;
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    // Who looks at the end of a long answer should see what it was.
    if palette.rows.is_some_and(|rows| lines >= rows) {
        let mut page = Page {
            palette,
            out: &mut text,
        };
        page.blank()?;
        page.headline(report)?;
        let palette = page.palette;
        page.paragraph("The steps are at the top.", 2, 2, |line| {
            palette.faint(line)
        })?;
    }
    out.write_all(&text)
}

fn write_all(report: &Report, palette: &Palette, out: &mut impl Write) -> io::Result<()> {
    let mut page = Page { palette, out };
    page.headline(report)?;
    match report.obstacles() {
        [cause] => page.cause(report, cause, false)?,
        causes => {
            for (number, cause) in (1..).zip(causes) {
                page.blank()?;
                let head = format!("{number}. {}.", capitalized(&cause.summary));
                page.paragraph(&head, 2, 5, |line| palette.strong(line))?;
                page.cause(report, cause, true)?;
            }
        }
    }
    page.proof(report)?;
    page.notes(report)?;
    page.pages(report)?;
    page.checks(report)?;
    page.gaps(report)?;
    page.footer(report)
}

pub(super) struct Page<'a, W> {
    pub(super) palette: &'a Palette,
    pub(super) out: &'a mut W,
}

impl<W: Write> Page<'_, W> {
    fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Text wrapped to the width, the first line indented by `first`, the others by `rest`; `style` colours a line.
    pub(super) fn paragraph(
        &mut self,
        text: &str,
        first: usize,
        rest: usize,
        style: impl Fn(&str) -> String,
    ) -> io::Result<()> {
        let text = self.palette.plain(text);
        for (index, line) in wrap(&text, self.palette.width, first, rest)
            .into_iter()
            .enumerate()
        {
            let indent = if index == 0 { first } else { rest };
            writeln!(self.out, "{}{}", " ".repeat(indent), style(&line))?;
        }
        Ok(())
    }

    fn headline(&mut self, report: &Report) -> io::Result<()> {
        let palette = self.palette;
        let (glyph, style): (Glyph, fn(&Palette, &str) -> String) = match report.state {
            State::Healthy => (Glyph::Yes, Palette::good),
            State::Blocked => (Glyph::No, Palette::bad),
            State::Inconclusive => (Glyph::Unknown, Palette::warn),
            State::Unexplained => (Glyph::No, Palette::bad),
        };
        let headline = format!("{} {}", palette.glyph(glyph), report.headline);
        let text = palette.plain(&headline).replacen(
            palette.plain(palette.glyph(glyph)).as_str(),
            palette.glyph(glyph),
            1,
        );
        for (index, line) in wrap(&text, palette.width, 0, 2).into_iter().enumerate() {
            let indent = if index == 0 { "" } else { "  " };
            writeln!(self.out, "{indent}{}", style(palette, &line))?;
        }
        if let Some(meaning) = &report.meaning {
            self.paragraph(meaning, 2, 2, str::to_owned)?;
        }
        for more in [&report.hidden, &report.elsewhere].into_iter().flatten() {
            self.paragraph(more, 2, 2, str::to_owned)?;
        }
        // Without a principal nothing is known of any page; with one, the first open question is named.
        match (&report.principal, report.gaps.first(), &report.depends_on) {
            (None, Some(gap), _) if report.state == State::Inconclusive => {
                let reason = format!("Not known: {} ({}).", gap.fact, gap.reason);
                self.paragraph(&reason, 2, 2, str::to_owned)?;
            }
            (_, _, Some(on)) => {
                self.paragraph(&format!("It depends on: {on}."), 2, 2, str::to_owned)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn cause(&mut self, report: &Report, cause: &Cause, numbered: bool) -> io::Result<()> {
        let indent = if numbered { 5 } else { 2 };
        // Of a single cause the answer says it already.
        if let Some(explanation) = cause.explanation.as_ref().filter(|_| numbered) {
            self.paragraph(explanation, indent, indent, str::to_owned)?;
        }
        self.blank()?;
        self.labelled(indent, "Who can fix it", |page, at| {
            page.paragraph_beside(&cause.who, at, at, |line| page.palette.strong(line))
        })?;
        self.labelled(indent, "How", |page, at| {
            for (number, step) in (1..).zip(&cause.steps) {
                let text = format!("{number}. {}", step.text);
                if number == 1 {
                    page.paragraph_beside(&text, at, at + 3, str::to_owned)?;
                } else {
                    page.paragraph(&text, at, at + 3, str::to_owned)?;
                }
                if let Some(url) = &step.url {
                    let line = page.palette.link(url);
                    writeln!(page.out, "{}{line}", " ".repeat(at + 3))?;
                }
            }
            Ok(())
        })?;
        self.labelled(indent, "How we know", |page, at| {
            let mut first = true;
            for line in &cause.evidence {
                if first {
                    page.paragraph_beside(line, at, at, str::to_owned)?;
                    first = false;
                } else {
                    page.paragraph(line, at, at, str::to_owned)?;
                }
            }
            match &cause.doubt {
                Some(doubt) => page.paragraph(doubt, at, at, |line| page.palette.warn(line)),
                None => Ok(()),
            }
        })?;
        let mut own = report.changes_of(cause).peekable();
        // Where no policy could be read there is no change that was tried.
        let grant = cause.grant.as_ref().filter(|_| own.peek().is_none());
        if let Some(grant) = grant.filter(|grant| !grant.beside.is_empty()) {
            self.labelled(indent, "The statement", |page, at| {
                page.json(&grant.statement_beside(), at)
            })?;
        }
        for change in own {
            self.labelled(indent, "The change", |page, at| page.change(change, at))?;
        }
        Ok(())
    }

    /// A policy's change, to be made by hand.
    fn change(&mut self, change: &Change, at: usize) -> io::Result<()> {
        self.paragraph_beside(&change.instruction, at, at, str::to_owned)?;
        match change.shown() {
            Shown::Nothing => {}
            Shown::Document(document) => self.json_below(document, at)?,
            Shown::Statement(statement) => self.json_below(&statement, at)?,
            Shown::Diff(lines) => self.diff(lines, at)?,
        }
        for remark in &change.remarks {
            self.paragraph(remark, at, at, str::to_owned)?;
        }
        Ok(())
    }

    /// What goes and what comes.
    fn diff(&mut self, diff: &[String], at: usize) -> io::Result<()> {
        let palette = self.palette;
        // The first line only says where the first hunk begins.
        let lines = diff.get(1..).unwrap_or_default();
        let shown = lines.iter().take(LONGEST_DIFF);
        let widest = shown.clone().map(|line| line.chars().count()).max();
        // A document is copied line by line: it is moved to the left rather than wrapped.
        let at = at.min(palette.width.saturating_sub(widest.unwrap_or_default()));
        for line in shown {
            let line = match line.starts_with("@@ ") {
                true => palette.plain("…"),
                false => palette.plain(line),
            };
            let styled = match line.chars().next() {
                Some('+') => palette.good(&line),
                Some('-') => palette.bad(&line),
                _ => palette.faint(&line),
            };
            writeln!(self.out, "{}{styled}", " ".repeat(at))?;
        }
        if lines.len() > LONGEST_DIFF {
            let more = format!(
                "… {} more lines; `billing-doctor check -o json | billing-doctor policy --for-report -` prints the \
                 whole document.",
                lines.len() - LONGEST_DIFF
            );
            self.paragraph(&more, at, at, |line| palette.faint(line))?;
        }
        Ok(())
    }

    /// Whether the changes suffice.
    fn proof(&mut self, report: &Report) -> io::Result<()> {
        let Some(proof) = &report.proof else {
            return Ok(());
        };
        self.blank()?;
        let glyph = if proof.suffices() {
            Glyph::Yes
        } else {
            Glyph::Unknown
        };
        self.marked(glyph, &proof.summary)
    }

    /// JSON to be copied, where the cursor is.
    fn json(&mut self, value: &serde_json::Value, at: usize) -> io::Result<()> {
        self.paragraph_beside(&on_one_line(value), at, at + 2, str::to_owned)
    }

    /// JSON to be copied, on lines of its own.
    fn json_below(&mut self, value: &serde_json::Value, at: usize) -> io::Result<()> {
        write!(self.out, "{}", " ".repeat(at))?;
        self.json(value, at)
    }

    /// A label with what `body` writes beside it, or below it where the line is short.
    fn labelled(
        &mut self,
        indent: usize,
        label: &str,
        body: impl FnOnce(&mut Self, usize) -> io::Result<()>,
    ) -> io::Result<()> {
        let styled = self.palette.faint(label);
        if self.palette.width < SIDE_BY_SIDE {
            writeln!(self.out, "{}{styled}", " ".repeat(indent))?;
            write!(self.out, "{}", " ".repeat(indent + 2))?;
            return body(self, indent + 2);
        }
        write!(
            self.out,
            "{}{styled}{}",
            " ".repeat(indent),
            " ".repeat(LABEL - label.len())
        )?;
        body(self, indent + LABEL)
    }

    /// A paragraph whose first line goes on where the cursor is.
    fn paragraph_beside(
        &mut self,
        text: &str,
        first: usize,
        rest: usize,
        style: impl Fn(&str) -> String,
    ) -> io::Result<()> {
        let text = self.palette.plain(text);
        for (index, line) in wrap(&text, self.palette.width, first, rest)
            .into_iter()
            .enumerate()
        {
            let indent = if index == 0 { 0 } else { rest };
            writeln!(self.out, "{}{}", " ".repeat(indent), style(&line))?;
        }
        Ok(())
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        self.blank()?;
        writeln!(self.out, "{}", self.palette.strong(text))
    }

    /// A line behind a glyph.
    fn marked(&mut self, glyph: Glyph, text: &str) -> io::Result<()> {
        let palette = self.palette;
        let mark = match glyph {
            Glyph::Yes => palette.good(palette.glyph(glyph)),
            Glyph::No => palette.bad(palette.glyph(glyph)),
            Glyph::Warning | Glyph::Unknown => palette.warn(palette.glyph(glyph)),
            Glyph::Left => palette.faint(palette.glyph(glyph)),
        };
        write!(self.out, "  {mark} ")?;
        self.paragraph_beside(text, 4, 4, str::to_owned)
    }

    fn notes(&mut self, report: &Report) -> io::Result<()> {
        if report.notes.is_empty() {
            return Ok(());
        }
        self.heading("Note")?;
        for note in &report.notes {
            self.marked(Glyph::Warning, &note.text)?;
            for (number, step) in (1..).zip(&note.steps) {
                self.paragraph(&format!("{number}. {}", step.text), 4, 7, str::to_owned)?;
                if let Some(url) = &step.url {
                    let line = self.palette.link(url);
                    writeln!(self.out, "{}{line}", " ".repeat(7))?;
                }
            }
        }
        Ok(())
    }

    fn pages(&mut self, report: &Report) -> io::Result<()> {
        // Without an answer from AWS there is nothing to say of any page.
        if report.principal.is_none() {
            return Ok(());
        }
        self.heading("Pages of the console")?;
        let reasons: BTreeSet<&[Code]> = report
            .pages
            .iter()
            .filter(|page| page.opens == PageState::No)
            .map(|page| page.closed_by.as_slice())
            .collect();
        // Pages that share an answer and its reason share a line.
        let mut lines: Vec<(Glyph, String, Vec<&str>)> = Vec::new();
        for page in &report.pages {
            let (glyph, reason) = match page.opens {
                PageState::Yes => (Glyph::Yes, "open".to_owned()),
                // With one reason there is nothing to tell apart.
                PageState::No if reasons.len() > 1 && !page.closed_by.is_empty() => {
                    let codes: Vec<&str> =
                        page.closed_by.iter().map(|code| code.as_str()).collect();
                    (Glyph::No, format!("closed by {}", list(&codes)))
                }
                PageState::No => (Glyph::No, "closed".to_owned()),
                PageState::Depends => {
                    let on = page.depends_on.as_deref().unwrap_or_default();
                    (Glyph::Unknown, format!("depends on {on}"))
                }
            };
            match lines.iter_mut().find(|(_, known, _)| *known == reason) {
                Some((_, _, titles)) => titles.push(&page.title),
                None => lines.push((glyph, reason, vec![&page.title])),
            }
        }
        lines.sort_by_key(|(glyph, _, _)| match glyph {
            Glyph::Yes => 0,
            Glyph::No => 1,
            _ => 2,
        });
        for (glyph, reason, titles) in lines {
            let titles = titles.join(", ");
            let line = if glyph == Glyph::Unknown {
                format!("{titles}: {reason}")
            } else {
                format!("{reason}: {titles}")
            };
            self.marked(glyph, &line)?;
        }
        Ok(())
    }

    fn checks(&mut self, report: &Report) -> io::Result<()> {
        self.heading("Checks")?;
        let mut said = BTreeSet::new();
        for check in &report.checks {
            let glyph = match check.status {
                CheckStatus::Passed => Glyph::Yes,
                CheckStatus::Failed => Glyph::No,
                CheckStatus::Warning => Glyph::Warning,
                CheckStatus::Inconclusive => Glyph::Unknown,
                CheckStatus::Skipped => Glyph::Left,
            };
            self.marked(glyph, &check.title)?;
            // Why something holds or does not arise is for who doubts: the JSON has it.
            let quiet = matches!(check.status, CheckStatus::Passed | CheckStatus::Skipped);
            // One reason often stands behind many checks.
            if !quiet && said.insert(&check.because) {
                let text = self.palette.plain(&check.because);
                for line in wrap(&text, self.palette.width, 6, 6) {
                    writeln!(self.out, "      {}", self.palette.faint(&line))?;
                }
            }
        }
        Ok(())
    }

    fn gaps(&mut self, report: &Report) -> io::Result<()> {
        if report.gaps.is_empty() {
            return Ok(());
        }
        self.heading("Not seen")?;
        if report.principal.is_none() && !(report.causes.is_empty() && report.hindrances.is_empty())
        {
            return self.marked(Glyph::Left, "everything else: no call got through");
        }
        let refused: Vec<String> = report
            .gaps
            .iter()
            .filter_map(|gap| Some(format!("{} ({})", gap.fact, gap.action.as_deref()?)))
            .collect();
        if !refused.is_empty() {
            // More permissions on the principal help only where nothing else stands in the way.
            let help = report
                .causes
                .iter()
                .all(|cause| cause.helped_by_permissions());
            let hint = if help {
                " `billing-doctor permissions` prints them all as a policy."
            } else {
                ""
            };
            let text = format!("refused: {}.{hint}", refused.join(", "));
            self.marked(Glyph::Left, &text)?;
        }
        // One reason often leaves several facts in the dark.
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for gap in report.gaps.iter().filter(|gap| gap.action.is_none()) {
            match reasons.iter_mut().find(|(reason, _)| *reason == gap.reason) {
                Some((_, facts)) => facts.push(&gap.fact),
                None => reasons.push((&gap.reason, vec![&gap.fact])),
            }
        }
        for (reason, facts) in reasons {
            self.marked(Glyph::Left, &format!("{}: {reason}", list(&facts)))?;
        }
        Ok(())
    }

    fn footer(&mut self, report: &Report) -> io::Result<()> {
        self.blank()?;
        let calls: u32 = report.calls.iter().map(|call| call.times).sum();
        let calls = count(usize::try_from(calls).unwrap_or(usize::MAX), "call");
        let time = match report.elapsed_ms {
            ms @ 0..1_000 => format!("{ms} ms"),
            ms => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        };
        let whose = match &report.principal {
            Some(principal) => format!(
                " as {}",
                principal.caller_arn.as_deref().unwrap_or(&principal.arn)
            ),
            None => String::new(),
        };
        let cost = if report.cost_usd > 0.0 {
            format!("{:.2} USD", report.cost_usd)
        } else {
            "nothing".to_owned()
        };
        let text = if report.demo {
            format!("A demo: {calls} in {time}, none of them to AWS, and nothing was charged.")
        } else if report.calls.is_empty() {
            "No call was made.".to_owned()
        } else {
            format!(
                "{calls} in {time}{whose}, credentials from {}. It only read, and cost {cost}.",
                report.credentials.source
            )
        };
        let palette = self.palette;
        self.paragraph(&text, 0, 0, |line| palette.faint(line))
    }
}

/// Lines of at most `width` columns, the indents counted but not written. A URL is never broken.
fn wrap(text: &str, width: usize, first: usize, rest: usize) -> Vec<String> {
    let (first, rest) = (" ".repeat(first), " ".repeat(rest));
    let options = Options::new(width)
        .initial_indent(&first)
        .subsequent_indent(&rest)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(textwrap::WordSeparator::AsciiSpace);
    textwrap::wrap(text, options)
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let indent = if index == 0 { first.len() } else { rest.len() };
            line.get(indent..).unwrap_or_default().to_owned()
        })
        .collect()
}
