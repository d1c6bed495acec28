//! Addresses that a sentence has in it.

use crate::catalog::Partition;

/// Where STS answers in a Region.
pub(super) fn sts(region: &str) -> String {
    let suffix = Partition::of_region(region).dns_suffix();
    format!("https://sts.{region}.{suffix}/")
}
