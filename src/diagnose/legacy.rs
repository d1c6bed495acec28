//! Policies in the words of before July 2023.
//!
//! A policy speaks of billing by the actions that it names: `aws-portal:ViewBilling`, `billing:Get*`. That `*` means the
//! old actions too says nothing.
//! Source: <https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/migrate-granularaccess-whatis.html>

use iam_policy::{Document, Effect};

use crate::catalog::legacy_actions;

/// Whether a policy allows billing by actions that AWS has retired.
pub fn names_retired_actions(document: &Document) -> bool {
    legacy_actions().any(|(old, _)| allows_by_name(document, old))
}

/// Whether a policy allows billing by actions that took their place.
pub fn names_current_actions(document: &Document) -> bool {
    let mut current = legacy_actions().flat_map(|(_, new)| new);
    current.any(|action| allows_by_name(document, action))
}

fn allows_by_name(document: &Document, action: &str) -> bool {
    let mut statements = document.statements().iter();
    statements.any(|one| one.effect() == Effect::Allow && one.names_by_service(action))
}
