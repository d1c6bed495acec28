//! Whose error it is. Everyday codes (`AccessDenied`, `TooManyRequests`) are anybody's: only what stands around one can
//! say that it is AWS's.

use std::ops::Range;
use std::sync::LazyLock;

use regex_lite::Regex;

use crate::clean::{BLANK, LINE};
use crate::scan::Words;
use crate::texts::Fit;
use crate::words::{after, before, is_word, pattern};

/// What only AWS, its SDKs and its tools write.
const AWS: &[&str] = &[
    "amazonaws",
    "api.aws",
    "aws.amazon.com",
    "arn:aws",
    "x-amz",
    "com.amazon",
    "software.amazon",
    "amazon.runtime",
    "amazonservice",
    "amazonclient",
    "aws::",
    "aws-sdk",
    "awssdk",
    "aws_",
    "aws-cli",
    "awscli",
    "awserr",
    "smithy",
    "botocore",
    "boto3",
    "operation error ",
    "when calling the ",
    "(service: ",
    "https response error statuscode",
    "status code: 400, request id",
    "status code: 403, request id",
    "<errors><error><code>",
    "$fault",
    "extendedrequestid",
    "httpstatuscode",
    "__type",
    "cost explorer",
];

/// A key in the XML of S3, and of everything that copies S3.
const S3_KEY: &str = "<requestid>";

/// What is a sign only as a word of its own: the name, and the actions that billing tools need.
const WHOLE: &[&str] = &[
    "aws",
    "billing:get",
    "billing:list",
    "budgets:describe",
    "budgets:view",
    "ce:describe",
    "ce:get",
    "ce:list",
    "cur:describe",
    "iam:get",
    "iam:list",
    "organizations:describe",
    "organizations:list",
    "sts:assume",
    "sts:get",
];

/// What other providers and programmes write around the same codes.
const OTHERS: &[&str] = &[
    "aliyun",
    "alibaba",
    "tencent",
    "myqcloud",
    "qcloud",
    "azure",
    "windows.net",
    "cosmos",
    "googleapis",
    "gcr.io",
    "huawei",
    "volces",
    "volcengine",
    "oraclecloud",
    "digitalocean",
    "cloudflare",
    "backblaze",
    "wasabi",
    "minio",
    "yandex",
    "java.nio",
    "springframework",
];

static SIGNS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        AWS.iter()
            .chain([&S3_KEY])
            .chain(WHOLE)
            .chain(OTHERS)
            .copied(),
    )
});

/// A host of AWS's.
static HOST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b[a-z0-9][a-z0-9.-]*\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|amazonaws\.cn|api\.aws)\b",
    )
});

/// The host of AWS's beside a stretch: in its line, or close by where a line was broken.
pub(crate) fn host(text: &str, range: &Range<usize>) -> Option<String> {
    const LINE_LONG: usize = 300;
    const BROKEN: usize = 120;
    let behind = after(text, range.start, range.len() + LINE_LONG);
    let ahead = before(text, range.start, LINE_LONG);
    let in_line = behind.split([LINE, BLANK]).next().unwrap_or_default();
    let up_to = ahead.rsplit([LINE, BLANK]).next().unwrap_or_default();
    let close = after(text, range.start, range.len() + BROKEN);
    let close = close.split(BLANK).next().unwrap_or_default();
    [in_line, up_to, close]
        .into_iter()
        .find_map(|stretch| HOST.find(stretch))
        .map(|host| host.as_str().to_owned())
}

/// Whose sign it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Aws,
    /// AWS's, or that of a copy of its S3.
    S3,
    Another,
}

struct Sign {
    start: usize,
    end: usize,
    whose: Whose,
}

/// The signs in one text, in order.
pub(crate) struct Signs(Vec<Sign>);

impl Signs {
    pub(crate) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut signs = Vec::new();
        let mut at = 0;
        while let Some((start, length)) = SIGNS.find(bytes, at) {
            let end = start + length;
            let word = &text[start..end];
            at = end;
            let is = |sign: &&str| sign.eq_ignore_ascii_case(word);
            let whose = if WHOLE.iter().any(is) {
                let touches = text[..start].ends_with(is_word)
                    || word.len() == "aws".len() && text[end..].starts_with(is_word);
                if touches {
                    continue;
                }
                Whose::Aws
            } else if is(&S3_KEY) {
                Whose::S3
            } else if AWS.iter().any(is) {
                Whose::Aws
            } else {
                Whose::Another
            };
            signs.push(Sign { start, end, whose });
        }
        Self(signs)
    }

    /// Whether words of this fit are AWS's where they stand.
    pub(crate) fn vouch(&self, text: &str, range: &Range<usize>, fit: Fit) -> bool {
        const NEAR: usize = 600;
        match fit {
            Fit::Anywhere => true,
            Fit::Host => host(text, range).is_some(),
            Fit::Shared | Fit::Alone => {
                let rest = text.len() - range.len();
                // Nothing else was pasted: it is what the question is about.
                let all = rest <= 1 && fit == Fit::Alone;
                all || self.aws_around(range.start, range.end, NEAR, 2 * NEAR)
            }
        }
    }

    /// Whether the nearest sign around a stretch, within `before` and `behind` bytes, is AWS's.
    pub(crate) fn aws_around(
        &self,
        start: usize,
        end: usize,
        before: usize,
        behind: usize,
    ) -> bool {
        let first = self.0.partition_point(|sign| sign.end + before <= start);
        let around = || {
            let around = self.0[first..].iter();
            around.take_while(|sign| sign.start <= end + behind)
        };
        let copied = around().any(|sign| sign.whose == Whose::Another);
        around()
            .filter(|sign| !copied || sign.whose != Whose::S3)
            .min_by_key(|sign| start.saturating_sub(sign.end) + sign.start.saturating_sub(end))
            .is_some_and(|sign| sign.whose != Whose::Another)
    }
}

/// Whether the namespace before a code is that of another programme: `java.nio.file.`,
/// `org.springframework.security.access.`
pub(crate) fn is_strange(namespace: &str) -> bool {
    const ROOTS: [&str; 12] = [
        "com.",
        "org.",
        "net.",
        "io.",
        "java.",
        "javax.",
        "jakarta.",
        "kotlin.",
        "system.",
        "microsoft.",
        "google.",
        "azure.",
    ];
    let namespace = namespace.to_ascii_lowercase();
    !is_ours(&namespace)
        && (ROOTS.iter().any(|root| namespace.starts_with(root))
            || namespace.matches('.').count() > 2)
}

/// Whether the namespace before a code is AWS's or an SDK's: `com.amazon.coral.service#`, `Aws::STS::Errors::`.
pub(crate) fn is_ours(namespace: &str) -> bool {
    const OURS: [&str; 5] = ["amazon", "aws", "boto", "smithy", "coral"];
    let namespace = namespace.to_ascii_lowercase();
    OURS.iter().any(|name| namespace.contains(name))
}
