//! The time of day in the spellings that the protocols want.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// When everything in a made-up account was created.
pub(super) const CREATED: &str = "2024-03-01T09:00:00Z";

/// The day in UTC.
pub(super) fn day(seconds: i64) -> Date {
    let time = Timestamp::from_second(seconds).unwrap_or_default();
    time.to_zoned(TimeZone::UTC).date()
}

/// `2026-11-23T07:00:00Z`.
pub(super) fn iso(seconds: i64) -> String {
    format("%Y-%m-%dT%H:%M:%SZ", seconds)
}

/// `20261123T070000Z`, as signatures have it.
pub(super) fn basic(seconds: i64) -> String {
    format("%Y%m%dT%H%M%SZ", seconds)
}

/// Reads `20261123T070000Z`.
pub(super) fn parse_basic(text: &str) -> Option<i64> {
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
