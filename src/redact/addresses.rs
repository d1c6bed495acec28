//! IP addresses under other addresses, so that what is in a range stays in it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where the first address goes: private ranges, which belong to nobody.
const FIRST_V4: u128 = Ipv4Addr::new(10, 0, 0, 0).to_bits() as u128;
const FIRST_V6: u128 = Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 0).to_bits();

/// Addresses that share exactly so many leading bits go to addresses that share exactly so many. Each branch of the
/// tree of prefixes takes the path that is free when it is first met, so that the order of appearance decides and
/// nothing of the original does.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Whether the next bit is turned, behind a prefix of the original: of four or six, its length, its bits.
    turned: BTreeMap<(bool, u32, u128), bool>,
}

impl Addresses {
    pub(super) fn map(&mut self, address: IpAddr) -> IpAddr {
        match address {
            IpAddr::V4(address) => {
                let mapped = self.bits(false, 32, u128::from(address.to_bits()), FIRST_V4);
                IpAddr::V4(Ipv4Addr::from_bits(
                    u32::try_from(mapped).unwrap_or_default(),
                ))
            }
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(self.bits(
                true,
                128,
                address.to_bits(),
                FIRST_V6,
            ))),
        }
    }

    fn bits(&mut self, is_v6: bool, length: u32, address: u128, first: u128) -> u128 {
        let mut mapped = 0;
        for depth in 0..length {
            let shift = length - 1 - depth;
            let bit = address >> shift & 1;
            // A shift by all bits would overflow: nothing is before the first.
            let prefix = address.checked_shr(shift + 1).unwrap_or(0);
            let free = first >> shift & 1;
            let turned = *self
                .turned
                .entry((is_v6, depth, prefix))
                .or_insert(bit != free);
            mapped = mapped << 1 | (bit ^ u128::from(turned));
        }
        mapped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_range_stays_in_it_and_what_is_not_stays_out() {
        let mut addresses = Addresses::default();
        let mut mapped = |text: &str| match addresses.map(text.parse().unwrap()) {
            IpAddr::V4(address) => address.to_bits(),
            IpAddr::V6(_) => unreachable!("a v4 address stays one"),
        };
        let network = mapped("203.0.113.0");
        assert_eq!(network, u32::from(Ipv4Addr::new(10, 0, 0, 0)));
        assert_eq!(mapped("203.0.113.7") >> 8, network >> 8);
        assert_ne!(mapped("203.0.112.7") >> 8, network >> 8);
        assert_eq!(mapped("203.0.112.7") >> 9, network >> 9);
        assert_ne!(mapped("198.51.100.1") >> 24, network >> 24);
    }

    #[test]
    fn a_v6_address_stays_one() {
        let mut addresses = Addresses::default();
        let mapped = addresses.map("2001:db8::1".parse().unwrap());
        assert_eq!(mapped.to_string(), "fd00::");
        assert_eq!(
            addresses.map("2001:db8::2".parse().unwrap()).to_string(),
            "fd00::2"
        );
    }
}
