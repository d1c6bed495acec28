//! The texts that services make themselves. They carry no IAM grammar and no code of their own
//! (most come as a plain `AccessDeniedException`), so the words are the signature.

use std::ops::Range;

use crate::clean::{BLANK, LINE};
use crate::{LinkedFeature, RefusalKind, words};

/// How much of the text around a phrase has to be the phrase.
#[derive(Clone, Copy, PartialEq)]
enum Fit {
    /// The words are AWS's own wherever they stand.
    Anywhere,
    /// The words are everyday ones: they count only where a message begins and ends.
    Alone,
}

use Fit::{Alone, Anywhere};
use RefusalKind::{
    AccountBlocked, AuthFailure, BadSignature, ClockSkew, CostExplorerNotEnabled, DataNotReady,
    Expired, IamAccessNotActivated, InvalidToken, LinkedAccount, NoCredentials, OldConsoleText,
    SubscriptionRequired, Throttled, Unreachable,
};

const fn linked(feature: LinkedFeature) -> RefusalKind {
    LinkedAccount { feature }
}

/// Longer phrases before the shorter that they contain. `{}` stands for one word.
#[rustfmt::skip]
const TEXTS: &[(&str, Fit, RefusalKind)] = &[
    // The switch, in the console and from billing:GetCredits.
    // docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/control-access-billing.html
    ("IAM user access not activated", Anywhere, IamAccessNotActivated),
    // docs.aws.amazon.com/accounts/latest/reference/security_iam_troubleshoot.html
    ("You don't have permission to access billing information for this account. Contact your AWS administrator if you need help. If you are an AWS administrator, you can provide permissions for your users or groups by making sure that (1) this account allows IAM and federated users to access billing information and (2) you have the required IAM permissions.", Anywhere, OldConsoleText),
    ("You don't have permission to access billing information for this account", Anywhere, OldConsoleText),
    ("(1) this account allows IAM and federated users to access billing information and (2) you have the required IAM permissions", Anywhere, OldConsoleText),
    ("this account allows IAM and federated users to access billing information", Anywhere, OldConsoleText),
    ("You Need Permissions", Alone, OldConsoleText),
    // docs.aws.amazon.com/cost-management/latest/userguide/ce-enable.html
    ("User not enabled for cost explorer access", Anywhere, CostExplorerNotEnabled),
    // docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html#API_GetCostAndUsage_Errors
    ("Data is not available. Please try to adjust the time period. If just enabled Cost Explorer, data might not be ingested yet", Anywhere, DataNotReady),
    ("Data is not available. Please try to adjust the time period", Anywhere, DataNotReady),
    ("If just enabled Cost Explorer, data might not be ingested yet", Anywhere, DataNotReady),
    // docs.aws.amazon.com/cost-management/latest/userguide/ce-access.html: what the payer keeps.
    ("Account {} is a linked account. To enable budgets for your account, ask the payer account to enable budgets first.", Anywhere, linked(LinkedFeature::Budgets)),
    ("To enable budgets for your account, ask the payer account to enable budgets first", Anywhere, linked(LinkedFeature::Budgets)),
    ("Failed to list Cost Allocation Tags: Linked account doesn't have access to cost allocation tags.", Anywhere, linked(LinkedFeature::CostAllocationTags)),
    ("Linked account doesn't have access to cost allocation tags", Anywhere, linked(LinkedFeature::CostAllocationTags)),
    ("Failed to list Cost Categories: Linked account doesn't have access to cost category.", Anywhere, linked(LinkedFeature::CostCategories)),
    ("Linked account doesn't have access to cost category", Anywhere, linked(LinkedFeature::CostCategories)),
    ("Linked account doesn't have access to cost categories", Anywhere, linked(LinkedFeature::CostCategories)),
    ("linked account is not allowed to modify report preference", Anywhere, linked(LinkedFeature::ReportPreference)),
    ("Linked account doesn't have access to cost explorer", Anywhere, linked(LinkedFeature::CostExplorer)),
    ("Your account is a part of consolidated billing. For you to be able to use Cost Explorer, your Payer account needs to enable Cost Explorer.", Anywhere, linked(LinkedFeature::PayerCostExplorer)),
    ("your Payer account needs to enable Cost Explorer", Anywhere, linked(LinkedFeature::PayerCostExplorer)),
    // docs.aws.amazon.com/awssupport/latest/APIReference/CommonErrors.html: OptInRequired.
    ("The AWS Access Key Id needs a subscription for the service", Anywhere, SubscriptionRequired),
    ("You are not subscribed to this service", Anywhere, SubscriptionRequired),
    ("This account is currently blocked and not recognized as a valid account", Anywhere, AccountBlocked),
    // What clients say before anything is sent, and AWS when nothing was.
    ("Unable to locate credentials", Anywhere, NoCredentials),
    ("No valid credential sources found", Anywhere, NoCredentials),
    ("Could not load credentials from any providers", Anywhere, NoCredentials),
    ("Unable to load credentials from any of the providers in the chain", Anywhere, NoCredentials),
    ("Request is missing Authentication Token", Anywhere, NoCredentials),
    ("Missing Authentication Token", Alone, NoCredentials),
    // docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
    ("The security token included in the request is expired", Anywhere, Expired),
    ("The provided token has expired", Anywhere, Expired),
    ("Token has expired and refresh failed", Anywhere, Expired),
    ("The SSO session associated with this profile has expired", Anywhere, Expired),
    ("The security token included in the request is invalid", Anywhere, InvalidToken),
    ("The AWS Access Key Id you provided does not exist in our records", Anywhere, InvalidToken),
    ("The request signature we calculated does not match the signature you provided", Anywhere, BadSignature),
    // docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
    ("Signature expired: {} is now earlier than", Anywhere, ClockSkew),
    ("Signature not yet current: {} is still later than", Anywhere, ClockSkew),
    ("The difference between the request time and the current time is too large", Anywhere, ClockSkew),
    // docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    ("AWS was not able to validate the provided access credentials", Anywhere, AuthFailure),
    // What clients say who got no answer: botocore/exceptions.py, the AWS SDK for Java.
    ("Could not connect to the endpoint URL", Anywhere, Unreachable),
    ("Connect timeout on endpoint URL", Anywhere, Unreachable),
    ("Read timeout on endpoint URL", Anywhere, Unreachable),
    ("Connection was closed before we received a valid response from endpoint URL", Anywhere, Unreachable),
    ("Failed to connect to proxy URL", Anywhere, Unreachable),
    ("Unable to execute HTTP request", Anywhere, Unreachable),
    ("Rate exceeded", Alone, Throttled),
];

/// The text that stands at the word at `at`: where it begins and ends, and what it means.
pub(crate) fn at(text: &str, at: usize) -> Option<(Range<usize>, RefusalKind)> {
    let first = text.as_bytes().get(at)?;
    // `(1)` begins before its word.
    let bracket = at.checked_sub(1).filter(|&at| text[at..].starts_with('('));
    TEXTS.iter().find_map(|(phrase, fit, kind)| {
        let at = match phrase.as_bytes() {
            [b'(', ..] => bracket?,
            [letter, ..] if letter.eq_ignore_ascii_case(first) => at,
            _ => return None,
        };
        let end = words::phrase(text, at, phrase)?;
        (*fit == Anywhere || alone(text, at, end)).then(|| (at..end, kind.clone()))
    })
}

/// Whether a message begins at `start` and ends at `end`.
fn alone(text: &str, start: usize, end: usize) -> bool {
    let opens = text[..start]
        .trim_end_matches(' ')
        .ends_with([':', '"', '\'', '>', '(', '#', LINE, BLANK]);
    let rest = text[end..].strip_prefix('.').unwrap_or(&text[end..]);
    let closes = rest.is_empty()
        || rest.starts_with(['"', '\'', '<', ')', LINE, BLANK])
        || rest.starts_with(" (");
    (opens || start == 0) && closes
}

/// How AWS words a kind that is not a matter of policies.
pub(crate) fn canonical(kind: &RefusalKind) -> &'static str {
    match kind {
        ClockSkew => {
            "Signature expired: 20261123T070000Z is now earlier than 20261123T071500Z (20261123T072000Z - 5 min.)"
        }
        LinkedAccount {
            feature: LinkedFeature::Budgets,
        } => {
            "Account 111122223333 is a linked account. To enable budgets for your account, ask the payer account to enable budgets first."
        }
        RefusalKind::Unrecognised => "You don't have permissions to access this resource.",
        _ => TEXTS
            .iter()
            .find(|(_, _, text)| text == kind)
            .map_or("Access denied", |&(text, _, _)| text),
    }
}
