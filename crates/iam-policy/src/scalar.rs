//! The values that conditions compare as something other than text.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>

use std::cmp::Ordering;
use std::fmt;
use std::net::IpAddr;

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

/// A point in time, in nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instant(i128);

const NANOS: i128 = 1_000_000_000;

/// Days from the first of March of the year 0 to 1970.
const MARCH_OF_YEAR_0_TO_1970: i64 = 719_468;

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
            return text
                .parse::<i64>()
                .ok()
                .map(|seconds| Instant(i128::from(seconds) * NANOS));
        }
        let (date, time) = match text.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let days = parse_date(date)?;
        let nanos = match time {
            // A time of day needs a whole date before it.
            Some(_) if date.len() != "2026-11-23".len() => return None,
            Some(time) => parse_time(time)?,
            None => 0,
        };
        Some(Instant(i128::from(days) * 86_400 * NANOS + nanos))
    }
}

impl Instant {
    pub(super) fn from_seconds(seconds: i64) -> Instant {
        Instant(i128::from(seconds) * NANOS)
    }
}

impl fmt::Display for Instant {
    /// `YYYY-MM-DDThh:mm:ssZ`, as AWS gives `aws:CurrentTime`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(NANOS);
        let (days, second) = (
            seconds.div_euclid(86_400) + i128::from(MARCH_OF_YEAR_0_TO_1970),
            seconds.rem_euclid(86_400),
        );
        // The inverse of `parse_date`: 400 years from March to March are always as long.
        let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let months_since_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
        let month = (months_since_march + 2) % 12 + 1;
        let year = era * 400 + year_of_era + i128::from(month <= 2);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

/// Days since 1970 of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    let day = parts.next().map_or(Some(1), |part| digits(part, 2))?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if parts.next().is_some() || day < 1 || day > longest {
        return None;
    }
    // Counting years from March puts the leap day at their end, so that whole years and months add up.
    let year = if month <= 2 { year - 1 } else { year };
    let months_since_march = (month + 9) % 12;
    let day_of_year = (153 * months_since_march + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + day_of_year - MARCH_OF_YEAR_0_TO_1970)
}

/// Nanoseconds of `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f…`, with a zone (`Z` or `±hh:mm`).
fn parse_time(text: &str) -> Option<i128> {
    let zone_at = text.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = text.split_at(zone_at);
    let minutes_ahead = match zone {
        "Z" | "z" => 0,
        _ => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let minutes = clock_minutes(hours, minutes)?;
            if zone.starts_with('-') {
                -minutes
            } else {
                minutes
            }
        }
    };
    let mut parts = clock.splitn(3, ':');
    let minutes = clock_minutes(parts.next()?, parts.next()?)?;
    let nanos = match parts.next() {
        None => 0,
        Some(seconds) => {
            let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
            let seconds = digits(seconds, 2).filter(|seconds| *seconds < 60)?;
            if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            // Nine digits after the point are kept; finer ones decide nothing.
            let nanos: String = fraction
                .chars()
                .chain("000000000".chars())
                .take(9)
                .collect();
            i128::from(seconds) * NANOS + i128::from(digits(&nanos, 9)?)
        }
    };
    Some(i128::from(minutes - minutes_ahead) * 60 * NANOS + nanos)
}

fn clock_minutes(hours: &str, minutes: &str) -> Option<i64> {
    let (hours, minutes) = (digits(hours, 2)?, digits(minutes, 2)?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// The number, if the text is exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let right = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.parse().ok())?
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
    let text = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for byte in text.bytes() {
        let sextet = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        buffer = (buffer << 6 | u32::from(sextet)) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
        }
    }
    // A lone sextet at the end holds no whole byte.
    (text.len() % 4 != 1).then_some(bytes)
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
            "2026-11-23T07:00:60Z",
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
        assert_eq!(parsed("1970-01-01T00:00:00.0000000019Z").0, 1);
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
    fn every_printed_day_parses_to_itself_and_follows_the_one_before() {
        let mut before = String::new();
        for day in -140_000..160_000_i64 {
            let instant = Instant::from_seconds(day * 86_400 + 3_723);
            let printed = instant.to_string();
            assert_eq!(Instant::parse(&printed), Some(instant), "{printed}");
            assert!(
                printed > before && printed.ends_with("T01:02:03Z"),
                "{printed}"
            );
            before = printed;
        }
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
