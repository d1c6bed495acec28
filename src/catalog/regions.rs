//! Where billing answers.

/// Where billing answers, whatever Region one works in. A Region lock that does not know this blocks billing.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/billing.html>
pub fn billing_region(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "cn-northwest-1",
        "aws-us-gov" => "us-gov-west-1",
        "aws-eusc" => "eusc-de-east-1",
        _ => "us-east-1",
    }
}
