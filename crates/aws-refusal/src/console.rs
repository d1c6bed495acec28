//! The console's way to say it: a small table to copy and send to an administrator.
//!
//! ```text
//! User: arn:aws:iam::111122223333:user/ada
//! Service: ce
//! Action: GetCostAndUsage
//! On resource(s): *
//! Context: no identity-based policy allows the ce:GetCostAndUsage action
//! ```
//!
//! The console's component library shows it: github.com/cloudscape-design/demos
//! (`src/pages/chat/config.tsx`). Values may stand in brackets; `Service` may be missing, and the
//! service then stands before the action.

use super::RefusalKind;
use super::clean::{BLANK, LINE};
use super::grammar::{Parser, is_action};
use super::scan::{LONGEST_ARN, Mark, Reader, What, Word, is_space};

/// The table whose `User:` is this word.
pub(super) fn at(reader: &Reader, word: Word) -> Option<Mark> {
    let mut rows = Rows {
        reader,
        at: word.start,
    };
    let principal = rows.token("User: ")?;
    let service = rows.line("Service: ");
    let named = rows.token("Action: ")?;
    let resource = rows.line("On resource(s): ");

    let mut parser = Parser::new(reader, rows.at);
    if let Some(context) = rows.row("Context: ") {
        parser.at = reader.skip(context, context + 1, |byte| byte == b'[');
        if !parser.context() {
            parser.at = rows.at;
        }
    }
    let denial = &mut parser.denial;
    denial.principal = Some(principal.to_owned());
    denial.resource = resource.map(str::to_owned);
    let spelt = match service {
        Some(service) if !named.contains(':') => format!("{service}:{named}"),
        _ => named.to_owned(),
    };
    // `Service` may be a name for people (`Cost Explorer`); the context then has the action's own.
    if is_action(&spelt) && !spelt.starts_with(|first: char| first.is_ascii_uppercase()) {
        denial.action = Some(spelt);
    }
    let recognised = denial.action.is_some() || denial.effect.is_some();
    recognised.then_some(Mark {
        start: word.start,
        end: parser.at,
        what: What::Hit(RefusalKind::Policy(parser.denial)),
    })
}

/// Rows one after the other; `at` is the end of the last that was there.
struct Rows<'a> {
    reader: &'a Reader<'a>,
    at: usize,
}

impl<'a> Rows<'a> {
    /// Where the value of the row begins, if it is the next.
    fn row(&self, name: &str) -> Option<usize> {
        let reader = self.reader;
        let next = reader.skip(self.at, reader.len(), |byte| {
            is_space(byte) || byte == BLANK
        });
        reader.phrase(next, name)
    }

    fn token(&mut self, name: &str) -> Option<&'a str> {
        self.value(name, is_space)
    }

    fn line(&mut self, name: &str) -> Option<&'a str> {
        self.value(name, |byte| byte == LINE)
    }

    fn value(&mut self, name: &str, ends: fn(u8) -> bool) -> Option<&'a str> {
        let from = self.row(name)?;
        let end = self.reader.skip(from, from + LONGEST_ARN, |byte| {
            !ends(byte) && !matches!(byte, BLANK | b'"' | b'<')
        });
        let value = self.reader.slice(from, end).trim();
        let value = value
            .strip_prefix('[')
            .and_then(|value| value.strip_suffix(']'))
            .unwrap_or(value);
        self.at = end;
        (!value.is_empty()).then_some(value)
    }
}
