//! The values that conditions compare as something other than text.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;
use std::net::IpAddr;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::civil::{DateTime, Time};
use jiff::fmt::temporal::Pieces;

/// An integer or decimal number of any length, compared exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Without leading zeros.
    whole: Box<str>,
    /// Without trailing zeros.
    fraction: Box<str>,
}

impl Decimal {
    pub(super) fn parse(text: &str) -> Option<Decimal> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let (whole, fraction) = (
            whole.trim_start_matches('0'),
            fraction.trim_end_matches('0'),
        );
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Decimal {
            negative: negative && !is_zero,
            whole: whole.into(),
            fraction: fraction.into(),
        })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let magnitudes = (self.whole.len().cmp(&other.whole.len()))
            .then_with(|| self.whole.cmp(&other.whole))
            .then_with(|| self.fraction.cmp(&other.fraction));
        match (self.negative, other.negative) {
            (false, false) => magnitudes,
            (true, true) => magnitudes.reverse(),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A point in time, in nanoseconds since 1970. Not `jiff::Timestamp`: policies have times up to the end of the year
/// 9999, and seconds far beyond it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant(i128);

const NANOS: i128 = 1_000_000_000;

impl Instant {
    /// Any of the W3C profiles of ISO 8601, from `2026` to `2026-11-23T07:00:00.5+01:00`, or seconds since 1970.
    ///
    /// <https://www.w3.org/TR/NOTE-datetime>
    pub(super) fn parse(text: &str) -> Option<Instant> {
        let text = text.trim();
        // Four digits are a year in the W3C's profile; as seconds they would be an hour of 1970 that nobody means.
        let is_number = text
            .strip_prefix('-')
            .unwrap_or(text)
            .bytes()
            .all(|byte| byte.is_ascii_digit());
        if is_number && text.len() != 4 {
            let seconds: i64 = text.parse().ok()?;
            return Some(Instant(i128::from(seconds) * NANOS));
        }
        let whole = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            _ => text.to_owned(),
        };
        let pieces = Pieces::parse(&whole).ok()?;
        let (time, ahead) = match (pieces.time(), pieces.to_numeric_offset()) {
            (None, None) => (Time::midnight(), 0),
            (Some(time), Some(offset)) => (time, offset.seconds()),
            // A time of day without a zone is no point in time, nor is a zone without a time.
            _ => return None,
        };
        let since_1970 = pieces
            .date()
            .to_datetime(time)
            .duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
        Some(Instant(since_1970.as_nanos() - i128::from(ahead) * NANOS))
    }
}

/// A range of IP addresses, v4 or v6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// `address/prefix`, or one address.
    pub(super) fn parse(text: &str) -> Option<Network> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            // AWS: without a prefix, "IAM uses the default prefix value of /32". It gives no value for IPv6; there,
            // too, one address is meant.
            None => bits,
            Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_digit()) => {
                prefix.parse().ok()?
            }
            Some(_) => return None,
        };
        (prefix <= bits).then_some(Network { address, prefix })
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        // The bits behind the prefix don't count, on either side. A shift by all bits would overflow.
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - self.prefix).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
                network.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// `true` or `false`, in any case: AWS does not say that case matters, and no other word could be meant.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// The bytes of base64 text, padded or not.
pub(super) fn parse_base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_padding_mode(DecodePaddingMode::RequireNone)
            .with_decode_allow_trailing_bits(true),
    );
    LENIENT.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_compare_exactly_at_any_length() {
        let parsed = |text| Decimal::parse(text).unwrap();
        assert_eq!(parsed("1"), parsed("01.0"));
        assert_eq!(parsed("-0"), parsed("0"));
        assert!(parsed("9007199254740993") > parsed("9007199254740992"));
        assert!(parsed("0.3") > parsed("0.29"));
        assert!(parsed("-2") < parsed("-1.5"));
        assert!(parsed("-1") < parsed("0"));
        assert!(parsed("10") > parsed("9"));
        for bad in ["", "-", ".", "1e3", "0x1", "NaN", "1.2.3", "1,0"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn dates_are_iso_8601_or_seconds_since_1970() {
        let parsed = |text| Instant::parse(text).unwrap();
        assert_eq!(parsed("1970-01-01T00:00:00Z"), parsed("0"));
        assert_eq!(parsed("2000-03-01T00:00:00Z"), parsed("951868800"));
        assert_eq!(parsed("2026-11-23T07:00:00Z"), parsed("1795417200"));
        assert_eq!(
            parsed("2026-11-23T08:00:00+01:00"),
            parsed("2026-11-23T07:00Z")
        );
        assert_eq!(
            parsed("2026-11-23T05:30:00-01:30"),
            parsed("2026-11-23T07:00Z")
        );
        assert_eq!(parsed("2026"), parsed("2026-01-01"));
        assert_eq!(parsed("1969-12-31"), parsed("-86400"));
        assert!(parsed("2026-11-23T07:00:00.5Z") > parsed("2026-11-23T07:00:00.25Z"));
        assert!(parsed("2024-02-29") < parsed("2024-03-01"));
        let bad_dates = [
            "",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-32",
            "2026-1-1",
            "2026-01-00",
        ];
        let bad_times = [
            "2026T07:00Z",
            "2026-11-23T07:00",
            "2026-11-23T24:00Z",
            "2026-11-23T07:60Z",
        ];
        for bad in bad_dates.iter().chain(&bad_times).chain(&[
            "2026-11-23T07:00:00.Z",
            "2026-01-01-01",
            "soon",
            "-",
        ]) {
            assert_eq!(Instant::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn seconds_and_fractions_count() {
        let parsed = |text| Instant::parse(text).unwrap();
        assert_eq!(parsed("1970-01-01T00:01:30Z"), parsed("90"));
        assert_eq!(parsed("1970-01-01T00:00:01.5Z").0, 3 * NANOS / 2);
        assert_eq!(parsed("1970-01-01T00:00:00.000000001Z").0, 1);
        assert_eq!(Instant::parse("1970-01-01T00:00:00.1xZ"), None);
    }

    #[test]
    fn every_hundredth_year_is_common_and_every_four_hundredth_leaps() {
        for (day, exists) in [
            ("1900-02-29", false),
            ("2000-02-29", true),
            ("2023-02-29", false),
            ("2024-02-29", true),
        ] {
            assert_eq!(Instant::parse(day).is_some(), exists, "{day}");
        }
    }

    #[test]
    fn times_reach_to_the_end_of_9999_and_seconds_beyond() {
        let parsed = |text| Instant::parse(text).unwrap();
        assert!(parsed("9999-12-31T23:59:59.999Z") > parsed("9999-12-31T23:59:59Z"));
        assert!(parsed("9999-12-31T23:59:59Z") < parsed("253402300800"));
        assert!(parsed("0001-01-01T00:00:00Z") < parsed("-1"));
    }

    #[test]
    fn a_leap_second_is_the_second_before_and_a_finer_fraction_than_nanoseconds_no_time() {
        let parsed = |text| Instant::parse(text).unwrap();
        assert_eq!(
            parsed("2016-12-31T23:59:60Z"),
            parsed("2016-12-31T23:59:59Z")
        );
        assert_eq!(Instant::parse("1970-01-01T00:00:00.0000000019Z"), None);
    }

    #[test]
    fn networks_contain_the_addresses_of_their_prefix() {
        let contains = |network: &str, address: &str| {
            Network::parse(network)
                .unwrap()
                .contains(address.parse().unwrap())
        };
        assert!(contains("203.0.113.0/24", "203.0.113.255"));
        assert!(contains("203.0.113.7/24", "203.0.113.8"));
        assert!(!contains("203.0.113.0/24", "203.0.114.0"));
        assert!(contains("203.0.113.7", "203.0.113.7"));
        assert!(!contains("203.0.113.7", "203.0.113.8"));
        assert!(contains("0.0.0.0/0", "255.1.1.1"));
        assert!(contains("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!contains("2001:db8::/33", "2001:db8:ffff::1"));
        assert!(contains("2001:db8::1", "2001:0db8:0::1"));
        assert!(contains("::/0", "::1"));
        assert!(!contains("::/0", "1.2.3.4"));
        assert!(!contains("0.0.0.0/0", "::1"));
        for bad in [
            "",
            "1.2.3",
            "1.2.3.4/33",
            "1.2.3.4/",
            "1.2.3.4/+8",
            "::/129",
            "1.2.3.4/8/8",
            "*",
        ] {
            assert_eq!(Network::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn base64_gives_bytes() {
        assert_eq!(parse_base64("QmluYXJ5"), Some(b"Binary".to_vec()));
        assert_eq!(parse_base64("YQ=="), Some(b"a".to_vec()));
        assert_eq!(parse_base64("YWI="), Some(b"ab".to_vec()));
        assert_eq!(parse_base64("+/8="), Some(vec![0xfb, 0xff]));
        assert_eq!(parse_base64(""), Some(vec![]));
        assert_eq!(parse_base64("A"), None);
        assert_eq!(parse_base64("Y Q"), None);
    }
}
