//! AWS's partitions: each a world of its own, with its own accounts, Regions and console.

/// The partition that an account is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Partition {
    /// Every commercial Region; also those of which nothing is published (`aws-iso`, …).
    Aws,
    China,
    GovCloud,
    EuropeanSovereignCloud,
}

impl Partition {
    /// By the name in an ARN: `aws-cn`.
    pub fn named(name: &str) -> Self {
        match name {
            "aws-cn" => Self::China,
            "aws-us-gov" => Self::GovCloud,
            "aws-eusc" => Self::EuropeanSovereignCloud,
            _ => Self::Aws,
        }
    }

    /// That a Region belongs to. Its name begins with its partition's own part; `aws-cn-global` and its like name the
    /// partition itself.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    pub fn of_region(region: &str) -> Self {
        let begins = |part: &str| {
            region
                .strip_prefix("aws-")
                .unwrap_or(region)
                .starts_with(part)
        };
        if begins("cn-") {
            Self::China
        } else if begins("us-gov-") {
            Self::GovCloud
        } else if begins("eusc-") {
            Self::EuropeanSovereignCloud
        } else {
            Self::Aws
        }
    }

    /// Where billing answers, whatever Region one works in. A Region lock that does not know this blocks billing.
    ///
    /// Sources: <https://docs.aws.amazon.com/general/latest/gr/billing.html>,
    /// <https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-Ningxia.html>
    pub fn billing_region(self) -> &'static str {
        match self {
            Self::Aws => "us-east-1",
            Self::China => "cn-northwest-1",
            Self::GovCloud => "us-gov-west-1",
            Self::EuropeanSovereignCloud => "eusc-de-east-1",
        }
    }

    /// Where people sign in.
    ///
    /// Sources: <https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/getting-started-sign-in.html>,
    /// <https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html>,
    /// <https://docs.aws.eu/esc/latest/userguide/introduction.html>
    pub fn console_host(self) -> &'static str {
        match self {
            Self::Aws => "console.aws.amazon.com",
            Self::China => "console.amazonaws.cn",
            Self::GovCloud => "console.amazonaws-us-gov.com",
            Self::EuropeanSovereignCloud => "console.amazonaws-eusc.eu",
        }
    }

    /// What the names of its endpoints end with.
    ///
    /// Source: <https://docs.aws.amazon.com/general/latest/gr/rande.html>
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::GovCloud => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
            Self::EuropeanSovereignCloud => "amazonaws.eu",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Partition; 4] = [
        Partition::Aws,
        Partition::China,
        Partition::GovCloud,
        Partition::EuropeanSovereignCloud,
    ];

    #[test]
    fn billing_answers_in_a_region_of_its_own_partition() {
        for partition in ALL {
            assert_eq!(Partition::of_region(partition.billing_region()), partition);
        }
        assert_eq!(Partition::of_region("aws-cn-global"), Partition::China);
        assert_eq!(Partition::of_region("us-west-2"), Partition::Aws);
    }
}
