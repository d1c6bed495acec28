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
    pub const ALL: [Self; 4] = [
        Self::Aws,
        Self::China,
        Self::GovCloud,
        Self::EuropeanSovereignCloud,
    ];

    /// By the name in an ARN: `aws-cn`.
    pub fn named(name: &str) -> Self {
        match name {
            "aws-cn" => Self::China,
            "aws-us-gov" => Self::GovCloud,
            "aws-eusc" => Self::EuropeanSovereignCloud,
            _ => Self::Aws,
        }
    }

    /// That an ARN names: the second of its fields.
    pub fn of_arn(arn: &str) -> Self {
        Self::named(arn.split(':').nth(1).unwrap_or_default())
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

    /// As ARNs name it.
    ///
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
            Self::EuropeanSovereignCloud => "aws-eusc",
        }
    }

    /// The ARN of a managed policy of AWS's.
    pub fn managed_policy(self, name: &str) -> String {
        format!("arn:{}:iam::aws:policy/{name}", self.name())
    }

    /// A page of the console.
    pub fn console(self, path: &str) -> String {
        format!("https://{}/{path}", self.console_host())
    }

    /// A page of the console, from its address in the commercial partition. Another address stays as it is.
    pub fn of_commercial(self, url: &str) -> String {
        let host = Self::Aws.console("");
        match url.strip_prefix(&host) {
            Some(path) => self.console(path),
            None => url.to_owned(),
        }
    }

    /// AWS Support's console; `page` is what follows its home page.
    ///
    /// Source: <https://docs.aws.amazon.com/awssupport/latest/user/case-management.html>
    pub fn support(self, page: &str) -> String {
        match self {
            Self::Aws => format!("https://support.console.aws.amazon.com/support/home{page}"),
            Self::China | Self::GovCloud | Self::EuropeanSovereignCloud => {
                self.console(&format!("support/home{page}"))
            }
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

    #[test]
    fn billing_answers_in_a_region_of_its_own_partition() {
        for partition in Partition::ALL {
            assert_eq!(Partition::of_region(partition.billing_region()), partition);
            let policy = partition.managed_policy("AWSBillingReadOnlyAccess");
            assert_eq!(Partition::of_arn(&policy), partition);
        }
        assert_eq!(Partition::of_region("aws-cn-global"), Partition::China);
        assert_eq!(Partition::of_region("us-west-2"), Partition::Aws);
    }

    #[test]
    fn a_page_of_the_console_is_the_partitions_own() {
        let bills = "https://console.aws.amazon.com/billing/home#/bills";
        assert_eq!(Partition::Aws.of_commercial(bills), bills);
        assert_eq!(
            Partition::EuropeanSovereignCloud.of_commercial(bills),
            "https://console.amazonaws-eusc.eu/billing/home#/bills"
        );
        assert_eq!(
            Partition::China.support("#/case/history"),
            "https://console.amazonaws.cn/support/home#/case/history"
        );
    }
}
