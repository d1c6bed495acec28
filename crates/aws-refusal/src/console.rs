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

use std::ops::Range;
use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use crate::policy::{LAYER, is_action};
use crate::words::{LONGEST_ARN, after, before, pattern, phrase, spelt};
use crate::{Effect, Layer, PolicyDenial};

/// Why, as the table words it.
fn why() -> String {
    format!(
        r"(?:no (?:(?P<omits>{LAYER})|policy) allows?|an? (?P<denies>{LAYER}) explicitly denies) the (?:(?P<allowed>[\w:*-]+) )?action\b"
    )
}

static TABLE: LazyLock<Regex> = LazyLock::new(|| {
    let why = why();
    pattern(&format!(
        r#"^User: \[?(?P<principal>[^ \x1e"<\]]+)\]?[ \x1e]+(?:Service: \[?(?P<service>[^\n\x1e"<\]]+)\]?[ \x1e]+)?Action: \[?(?P<action>[^ \x1e"<\]]+)\]?(?:[ \x1e]+On resource\(s\): \[?(?P<resource>[^\n\x1e"<\]]+)\]?)?(?:[ \x1e]+Context: \[?{why})?"#
    ))
});

/// The last row, which stays English whatever language the labels have.
static CONTEXT_ROW: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("^{}", why())));

/// The label before it: `Context: [`, `Contexte : `.
static LABEL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:[^ \x1e:]+ ?: ?\[?|\bContext )$"));

static PRINCIPAL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"arn:aws[a-z-]*:(?:iam|sts):[^: ]*:\d*:[^ \x1e:"<\]]+"#));

/// In AWS's own spelling: the rows of an ARN have colons as well.
static ACTION: LazyLock<Regex> =
    LazyLock::new(|| spelt(r"[: \[](?P<action>[a-z][a-z0-9-]*:[A-Z][A-Za-z0-9]+)"));

/// The service in a row of its own.
static SERVICE: LazyLock<Regex> = LazyLock::new(|| {
    spelt(
        r"Service: ?\[?(?P<service>[a-z][a-z0-9-]*)\]?[ \x1e]*Action: ?\[?(?P<name>[A-Z][A-Za-z0-9]+)",
    )
});

static RESOURCE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#": ?\[?(?P<resource>\*|arn:aws[^ \x1e"<\]]+)"#));

/// `…the following operation on the AWS Cost Management console: ce:DescribeReport`.
static OPERATION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^following operations? on the (?:AWS )?(?:Billing|Cost|Budgets)[\w ]{0,40}console\b(?: ?: ?["'`]?(?P<action>[a-z][a-z0-9-]*:[a-z][a-z0-9]+))?"#,
    )
});

/// Where the next table begins, so that no stretch is looked at twice.
static NEXT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bUser: "));

/// The table whose `User:` stands at `at`.
pub(crate) fn at(text: &str, at: usize) -> Option<(Range<usize>, PolicyDenial)> {
    // Most users are only spoken of.
    phrase(text, at, "User: ").or_else(|| phrase(text, at, "User:"))?;
    let table = after(text, at, 2 * LONGEST_ARN);
    let another = NEXT.find_at(table, "User:".len());
    let parts = TABLE.captures(&table[..another.map_or(table.len(), |next| next.start())])?;
    let part = |name: &str| parts.name(name).map(|part| part.as_str().trim());
    let named = part("action")?;
    let spelt = match part("service") {
        Some(service) if !named.contains(':') => format!("{service}:{named}"),
        _ => named.to_owned(),
    };
    // `Service` may be a name for people (`Cost Explorer`); the context then has the action's own.
    let plain = |action: &String| is_action(action) && !action.starts_with(char::is_uppercase);
    let allowed = part("allowed").map(str::to_owned);
    let whole = parts.get(0)?;
    let (layer, effect) = reason(&parts);
    let denial = PolicyDenial {
        principal: part("principal").map(str::to_owned),
        action: Some(spelt)
            .filter(plain)
            .or(allowed.filter(|action| is_action(action))),
        resource: part("resource").map(str::to_owned),
        layer,
        effect,
        ..PolicyDenial::default()
    };
    let recognised = denial.action.is_some() || denial.effect.is_some();
    recognised.then_some((at..at + whole.end(), denial))
}

fn reason(parts: &Captures) -> (Option<Layer>, Option<Effect>) {
    let layer = |name: &str| Layer::named(parts.name(name)?.as_str());
    match (parts.name("denies"), parts.name("omits")) {
        (Some(_), _) => (layer("denies"), Some(Effect::ExplicitDeny)),
        (None, Some(_)) => (layer("omits"), Some(Effect::ImplicitDeny)),
        (None, None) => (None, None),
    }
}

/// The table whose last row says at `at` why: in any language, without the row of the user, copied
/// without its line breaks. It does not begin before `floor`.
pub(crate) fn context(text: &str, at: usize, floor: usize) -> Option<(Range<usize>, PolicyDenial)> {
    // Most articles are only articles: a label stands before this one.
    let label = before(text, at, 10).trim_end_matches([' ', '[', '\n']);
    (label.ends_with(':') || label.ends_with("Context")).then_some(())?;
    let parts = CONTEXT_ROW.captures(after(text, at, 256))?;
    let above = before(text, at, (2 * LONGEST_ARN).min(at.saturating_sub(floor)));
    let label = LABEL.find(above)?;
    let action = ACTION
        .captures_iter(above)
        .filter_map(|row| row.name("action"))
        .last();
    let named = action.map(|found| without_label(found.as_str(), &above[found.end()..]));
    let allowed = parts.name("allowed").map(|part| part.as_str());
    let parted = SERVICE.captures(above).and_then(|rows| {
        let part = |name: &str| rows.name(name).map(|row| row.as_str());
        let name = rows.name("name")?;
        let name = without_label(name.as_str(), &above[name.end()..]);
        Some(format!("{}:{name}", part("service")?))
    });
    let principal = PRINCIPAL.find_iter(above).last();
    let resource =
        action.and_then(|action| RESOURCE.captures(&above[action.end()..])?.name("resource"));
    let (layer, effect) = reason(&parts);
    let denial = PolicyDenial {
        principal: principal
            .map(|found| without_label(found.as_str(), &above[found.end()..]).to_owned()),
        action: named
            .or(parted.as_deref())
            .or(allowed)
            .filter(|action| is_action(action))
            .map(str::to_owned),
        resource: resource.map(|found| {
            let arn = found.as_str();
            arn.strip_suffix(':')
                .map_or(arn, |arn| without_label(arn, ":"))
                .to_owned()
        }),
        layer,
        effect,
        ..PolicyDenial::default()
    };
    denial.action.as_ref()?;
    let first = principal
        .or(action)
        .map_or(label.start(), |first| first.start());
    // With its label, where that begins the line.
    let line = above[..first]
        .rfind(['\n', '\u{1e}'])
        .map_or(0, |end| end + 1);
    let first = if first - line < 40 { line } else { first };
    let start = at - above.len() + first;
    let whole = parts.get(0)?;
    Some((start..at + whole.end(), denial))
}

/// A value without the next row's label that was glued to it: `user/aliceAction` before `:`,
/// `ce:GetTagsOn` before ` resource(s):`.
fn without_label<'a>(value: &'a str, rest: &str) -> &'a str {
    let line = rest.split(':').next().unwrap_or_default();
    let label = rest.len() > line.len()
        && line.len() < 40
        && !line.contains('\n')
        && line
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, ' ' | '(' | ')'));
    if !label {
        return value;
    }
    let hump = value
        .char_indices()
        .zip(value.chars().skip(1))
        .filter(|((_, before), now)| !before.is_uppercase() && now.is_uppercase())
        .map(|((at, before), _)| at + before.len_utf8())
        .last();
    hump.map_or(value, |hump| &value[..hump])
}

/// The cost console's sentence whose `following` stands at `at`: its range, and the action it names.
pub(crate) fn sentence(text: &str, at: usize) -> Option<(Range<usize>, Option<String>)> {
    const BEFORE: [&str; 2] = [
        "You don't have permission to perform the ",
        "You don't have permissions to perform the ",
    ];
    let parts = OPERATION.captures(after(text, at, 256))?;
    let action = parts
        .name("action")
        .map(|action| action.as_str().to_owned());
    let start = BEFORE.iter().find_map(|words| {
        // An apostrophe that an editor turned is two bytes longer.
        let start = [words.len(), words.len() + 2]
            .into_iter()
            .find(|length| phrase(before(text, at, *length), 0, words).is_some())?;
        at.checked_sub(start)
    });
    Some((start.unwrap_or(at)..at + parts.get(0)?.end(), action))
}
