//! The texts that services make themselves. They carry no IAM grammar and no code of their own
//! (most come as a plain `AccessDeniedException`), so the words are the signature.

use std::ops::Range;
use std::sync::LazyLock;

use crate::clean::{BLANK, LINE};
use crate::{LinkedFeature, RefusalKind, words};

/// What else has to be so for words to be AWS's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fit {
    /// The words are AWS's own wherever they stand.
    Anywhere,
    /// Others say the same: something around them has to be AWS's.
    Shared,
    /// Every programme says so of every host: a host of AWS's has to stand beside them.
    Host,
    /// The words are everyday ones: they count only where a message begins and ends, and something
    /// around them is AWS's.
    Alone,
}

use Fit::{Alone, Anywhere, Host, Shared};
use RefusalKind::{
    AccountBlocked, AuthFailure, BadSignature, ClockSkew, CostExplorerNotEnabled,
    DataInPreparation, DataNotReady, Expired, IamAccessNotActivated, InvalidToken, LinkedAccount,
    ManagementAccountOnly, NoCredentials, OldConsoleText, SubscriptionRequired, Throttled,
    Unreachable,
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
    // The console; github.com/numfocus/infrastructure/issues/1
    ("It can take up to 4 days for AWS Cost Explorer data to become available", Anywhere, DataInPreparation),
    ("for AWS Cost Explorer data to become available", Anywhere, DataInPreparation),
    ("Cost allocation tags are managed at the payer account level", Anywhere, linked(LinkedFeature::CostAllocationTags)),
    ("Cost categories are managed at the payer account level", Anywhere, linked(LinkedFeature::CostCategories)),
    // docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html: only the
    // management account or a delegated administrator may ask.
    ("You don't have permissions to access this resource", Alone, ManagementAccountOnly),
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
    ("You are not subscribed to this service", Shared, SubscriptionRequired),
    ("This account is currently blocked and not recognized as a valid account", Anywhere, AccountBlocked),
    // What clients say before anything is sent, and AWS when nothing was: botocore, Go 1 and 2,
    // JavaScript 2 and 3, Java 1 and 2, .NET, Ruby, PHP.
    ("Unable to locate credentials", Anywhere, NoCredentials),
    ("Partial credentials found in", Shared, NoCredentials),
    ("No valid credential sources found", Anywhere, NoCredentials),
    ("No valid credential sources for", Shared, NoCredentials),
    ("NoCredentialProviders: no valid providers in chain", Anywhere, NoCredentials),
    ("no valid providers in chain", Shared, NoCredentials),
    ("no EC2 IMDS role found", Anywhere, NoCredentials),
    ("EmptyStaticCreds: static credentials are empty", Anywhere, NoCredentials),
    ("static credentials are empty", Shared, NoCredentials),
    ("Missing credentials in config", Anywhere, NoCredentials),
    ("no providers in chain provided credentials", Anywhere, NoCredentials),
    ("the credential provider was not enabled", Shared, NoCredentials),
    ("Credential is missing", Shared, NoCredentials),
    ("Could not load credentials from any providers", Anywhere, NoCredentials),
    ("Unable to load credentials from any of the providers in the chain", Anywhere, NoCredentials),
    ("Unable to load AWS credentials from any provider in the chain", Anywhere, NoCredentials),
    ("Unable to get IAM security credentials from EC2 Instance Metadata Service", Anywhere, NoCredentials),
    ("Failed to resolve AWS credentials", Anywhere, NoCredentials),
    ("unable to sign request without credentials set", Anywhere, NoCredentials),
    ("Error retrieving credentials from the instance profile metadata", Anywhere, NoCredentials),
    ("Request is missing Authentication Token", Anywhere, NoCredentials),
    ("Missing Authentication Token", Alone, NoCredentials),
    // docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
    ("The security token included in the request is expired", Anywhere, Expired),
    ("The provided token has expired", Shared, Expired),
    ("Token has expired and refresh failed", Anywhere, Expired),
    ("The SSO session associated with this profile has expired", Anywhere, Expired),
    ("The SSO session associated with this profile is invalid", Anywhere, Expired),
    ("The SSO session token associated with profile", Anywhere, Expired),
    ("To refresh this SSO session run", Anywhere, Expired),
    ("Error loading SSO Token", Anywhere, Expired),
    ("refresh cached SSO token failed", Anywhere, Expired),
    ("unable to refresh SSO token", Anywhere, Expired),
    ("failed to read cached SSO token file", Anywhere, Expired),
    ("the SSO session has expired or is invalid", Anywhere, Expired),
    ("No valid SSO Token could be found", Anywhere, Expired),
    ("Cached SSO token is expired", Anywhere, Expired),
    ("Session token not found or invalid", Anywhere, Expired),
    ("Your session has expired. Please reauthenticate using 'aws login'", Anywhere, Expired),
    ("Your session has expired. Please reauthenticate", Shared, Expired),
    ("The security token included in the request is invalid", Anywhere, InvalidToken),
    ("The AWS Access Key Id you provided does not exist in our records", Anywhere, InvalidToken),
    // Others copied the sentence, but not the name.
    ("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method", Anywhere, BadSignature),
    ("The request signature we calculated does not match the signature you provided", Shared, BadSignature),
    // docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
    ("Signature expired: {} is now earlier than", Anywhere, ClockSkew),
    ("Signature not yet current: {} is still later than", Anywhere, ClockSkew),
    ("The difference between the request time and the current time is too large", Shared, ClockSkew),
    // docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    ("AWS was not able to validate the provided access credentials", Anywhere, AuthFailure),
    // What clients say who got no answer: botocore/exceptions.py.
    ("Could not connect to the endpoint URL", Anywhere, Unreachable),
    ("Connect timeout on endpoint URL", Anywhere, Unreachable),
    ("Read timeout on endpoint URL", Anywhere, Unreachable),
    ("Connection was closed before we received a valid response from endpoint URL", Anywhere, Unreachable),
    ("Failed to connect to proxy URL", Anywhere, Unreachable),
    ("SSL validation failed for", Host, Unreachable),
    // Java, JavaScript 2, Go, .NET, Node, Ruby, curl and others that speak TLS.
    ("Unable to execute HTTP request", Shared, Unreachable),
    ("Inaccessible host: {}", Host, Unreachable),
    ("request send failed", Host, Unreachable),
    ("send request failed", Host, Unreachable),
    ("no such host", Host, Unreachable),
    ("No such host is known", Host, Unreachable),
    ("dial tcp", Host, Unreachable),
    ("TLS handshake timeout", Host, Unreachable),
    ("tls: failed to verify certificate", Host, Unreachable),
    ("x509: certificate", Host, Unreachable),
    ("The remote name could not be resolved", Host, Unreachable),
    ("Unable to connect to the remote server", Host, Unreachable),
    ("The SSL connection could not be established", Host, Unreachable),
    ("Name or service not known", Host, Unreachable),
    ("nodename nor servname provided", Host, Unreachable),
    ("Temporary failure in name resolution", Host, Unreachable),
    ("getaddrinfo", Host, Unreachable),
    ("connect ECONNREFUSED", Host, Unreachable),
    ("connect ETIMEDOUT", Host, Unreachable),
    ("UnknownHostException", Host, Unreachable),
    ("PKIX path building failed", Shared, Unreachable),
    ("certificate verify failed", Host, Unreachable),
    ("unable to get local issuer certificate", Host, Unreachable),
    ("self signed certificate", Host, Unreachable),
    ("self-signed certificate", Host, Unreachable),
    ("Failed to open TCP connection to", Host, Unreachable),
    ("Could not resolve host", Host, Unreachable),
    ("Failed to connect to", Host, Unreachable),
    ("Max retries exceeded with url", Host, Unreachable),
    ("Rate exceeded", Alone, Throttled),
];

/// What a text is: the phrase, when it counts and what it means.
type Text = (&'static str, Fit, RefusalKind);

/// The texts by the byte they begin with.
static BY_LETTER: LazyLock<Vec<Vec<&'static Text>>> = LazyLock::new(|| {
    let mut letters = vec![Vec::new(); 128];
    for text in TEXTS {
        let first = text.0.trim_start_matches('(').as_bytes()[0];
        letters[usize::from(first.to_ascii_lowercase())].push(text);
    }
    letters
});

/// The text that stands at the word at `at`: where it begins and ends, when it counts, and what it means.
pub(crate) fn at(text: &str, at: usize) -> Option<(Range<usize>, Fit, RefusalKind)> {
    let first = text.as_bytes().get(at)?.to_ascii_lowercase();
    // `(1)` begins before its word.
    let bracket = at.checked_sub(1).filter(|&at| text[at..].starts_with('('));
    BY_LETTER
        .get(usize::from(first))?
        .iter()
        .find_map(|(phrase, fit, kind)| {
            let at = if phrase.starts_with('(') {
                bracket?
            } else {
                at
            };
            let end = words::phrase(text, at, phrase)?;
            (*fit != Alone || alone(text, at, end)).then(|| (at..end, *fit, kind.clone()))
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
        RefusalKind::CostConsoleRefused { .. } => {
            "You don't have permission to perform the following operation on the AWS Cost Management console: ce:DescribeReport. Contact your AWS administrator if you need help."
        }
        RefusalKind::Unrecognised => "Access Denied",
        _ => TEXTS
            .iter()
            .find(|(_, _, text)| text == kind)
            .map_or("Access denied", |&(text, _, _)| text),
    }
}

/// Every phrase that tells something by itself: one that needs a host of AWS's is found by the host.
#[cfg(test)]
pub(crate) fn phrases() -> impl Iterator<Item = &'static str> {
    TEXTS
        .iter()
        .filter(|(_, fit, _)| *fit != Host)
        .map(|(phrase, ..)| *phrase)
}
