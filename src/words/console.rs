//! Addresses, by partition.

use crate::catalog::Partition;

/// A page of the console.
pub(super) fn console(partition: &str, path: &str) -> String {
    let host = Partition::named(partition).console_host();
    format!("https://{host}/{path}")
}

/// Where STS answers in a Region.
pub(super) fn sts(partition: &str, region: &str) -> String {
    let suffix = Partition::named(partition).dns_suffix();
    format!("https://sts.{region}.{suffix}/")
}
