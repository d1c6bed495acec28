//! Addresses, by partition.

/// A page of the console.
///
/// Sources: <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/getting-started-sign-in.html>,
/// <https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html>,
/// <https://docs.aws.eu/esc/latest/userguide/introduction.html>
pub(super) fn console(partition: &str, path: &str) -> String {
    let host = match partition {
        "aws-cn" => "console.amazonaws.cn",
        "aws-us-gov" => "console.amazonaws-us-gov.com",
        "aws-eusc" => "console.amazonaws-eusc.eu",
        _ => "console.aws.amazon.com",
    };
    format!("https://{host}/{path}")
}

/// Where STS answers in a Region.
pub(super) fn sts(partition: &str, region: &str) -> String {
    let suffix = match partition {
        "aws-cn" => "amazonaws.com.cn",
        "aws-eusc" => "amazonaws.eu",
        _ => "amazonaws.com",
    };
    format!("https://sts.{region}.{suffix}/")
}
