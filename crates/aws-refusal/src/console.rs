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

use regex_lite::Regex;

use crate::policy::{LAYER, is_action};
use crate::words::{LONGEST_ARN, after, pattern};
use crate::{Effect, Layer, PolicyDenial};

static TABLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r#"^User: \[?(?P<principal>[^ \x1e"<\]]+)\]?[ \x1e]+(?:Service: \[?(?P<service>[^\n\x1e"<\]]+)\]?[ \x1e]+)?Action: \[?(?P<action>[^ \x1e"<\]]+)\]?(?:[ \x1e]+On resource\(s\): \[?(?P<resource>[^\n\x1e"<\]]+)\]?)?(?:[ \x1e]+Context: \[?(?:no (?:(?P<omits>{LAYER})|policy) allows?|an? (?P<denies>{LAYER}) explicitly denies) the (?:(?P<allowed>[\w:*-]+) )?action\b)?"#
    ))
});

/// Where the next table begins, so that no stretch is looked at twice.
static NEXT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bUser: "));

/// The table whose `User:` stands at `at`.
pub(crate) fn at(text: &str, at: usize) -> Option<(Range<usize>, PolicyDenial)> {
    let table = after(text, at, 2 * LONGEST_ARN);
    let another = NEXT.find_at(table, "User:".len());
    let parts = TABLE.captures(&table[..another.map_or(table.len(), |next| next.start())])?;
    let part = |name: &str| parts.name(name).map(|part| part.as_str().trim());
    let layer = |name: &str| Layer::named(part(name)?);
    let named = part("action")?;
    let spelt = match part("service") {
        Some(service) if !named.contains(':') => format!("{service}:{named}"),
        _ => named.to_owned(),
    };
    // `Service` may be a name for people (`Cost Explorer`); the context then has the action's own.
    let plain = |action: &String| is_action(action) && !action.starts_with(char::is_uppercase);
    let allowed = part("allowed").map(str::to_owned);
    let (whole, reason) = (parts.get(0)?, parts.name("denies").or(parts.name("omits")));
    let effect = match part("denies") {
        Some(_) => Effect::ExplicitDeny,
        None => Effect::ImplicitDeny,
    };
    let denial = PolicyDenial {
        principal: part("principal").map(str::to_owned),
        action: Some(spelt)
            .filter(plain)
            .or(allowed.filter(|action| is_action(action))),
        resource: part("resource").map(str::to_owned),
        layer: layer("denies").or_else(|| layer("omits")),
        effect: reason.map(|_| effect),
        ..PolicyDenial::default()
    };
    let recognised = denial.action.is_some() || denial.effect.is_some();
    recognised.then_some((at..at + whole.end(), denial))
}
