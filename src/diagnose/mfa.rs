//! The condition keys of MFA: whether the session was signed in with it, and how long ago.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>

use iam_policy::Statement;

pub const PRESENT: &str = "aws:MultiFactorAuthPresent";
pub const AGE: &str = "aws:MultiFactorAuthAge";

/// Whether a context key, as a policy writes it, is one of them.
pub fn is_key(key: &str) -> bool {
    [PRESENT, AGE]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key))
}

/// Whether a statement has a condition on one of them.
pub fn is_tested(statement: &Statement) -> bool {
    statement.tests(PRESENT) || statement.tests(AGE)
}
