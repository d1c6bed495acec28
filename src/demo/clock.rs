//! The time of day in the spellings that the protocols want.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// When everything in a made-up account was created.
pub const CREATED: &str = "2024-03-01T09:00:00Z";

/// Now, in whole seconds since 1970.
pub fn now() -> i64 {
    Timestamp::now().as_second()
}

/// Today in UTC.
pub fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// `2026-11-23T07:00:00Z`.
pub fn iso(seconds: i64) -> String {
    format("%Y-%m-%dT%H:%M:%SZ", seconds)
}

/// `20261123T070000Z`, as signatures have it.
pub fn basic(seconds: i64) -> String {
    format("%Y%m%dT%H%M%SZ", seconds)
}

/// `Mon, 23 Nov 2026 07:00:00 GMT`, as the HTTP header `date` has it.
pub fn http(seconds: i64) -> String {
    format("%a, %d %b %Y %H:%M:%S GMT", seconds)
}

/// Reads `20261123T070000Z`.
pub fn parse_basic(text: &str) -> Option<i64> {
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    let zoned = time.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp().as_second())
}

fn format(pattern: &str, seconds: i64) -> String {
    Timestamp::from_second(seconds)
        .unwrap_or_default()
        .strftime(pattern)
        .to_string()
}
