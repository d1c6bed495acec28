//! Times as people write them: `500ms`, `5s`, `10m`, `1h`; a bare number counts seconds.

use std::time::Duration;

/// How long one call may take: from a tenth of a second to ten minutes.
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    seconds(text)
        .filter(|seconds| (0.1..=600.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "must be a time from 0.1 to 600 seconds, such as 5s or 500ms".to_owned())
}

/// How long to wait for access: from a second to a day.
pub(super) fn wait(text: &str) -> Result<Duration, String> {
    seconds(text)
        .filter(|seconds| (1.0..=86_400.0).contains(seconds))
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "must be a time such as 30s, 10m or 1h, a day at most".to_owned())
}

fn seconds(text: &str) -> Option<f64> {
    // `ms` before `s`, which it ends with.
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3_600.0)];
    let with_unit = units
        .into_iter()
        .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)));
    let (number, unit) = with_unit.unwrap_or((text, 1.0));
    number.parse::<f64>().ok().map(|number| number * unit)
}

/// A time for people: `90 s`, `10 min`.
pub(super) fn shown(time: Duration) -> String {
    match time.as_secs() {
        seconds if seconds % 60 == 0 && seconds > 0 => format!("{} min", seconds / 60),
        _ => format!("{} s", time.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_options_take_every_unit_and_a_bare_number_of_seconds() {
        for (text, milliseconds) in [
            ("5", 5_000),
            ("5s", 5_000),
            ("1500ms", 1_500),
            ("1.5", 1_500),
            ("2m", 120_000),
        ] {
            let time = Duration::from_millis(milliseconds);
            assert_eq!(timeout(text), Ok(time), "{text}");
            assert_eq!(wait(text), Ok(time), "{text}");
        }
        assert_eq!(timeout("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(wait("1h"), Ok(Duration::from_secs(3_600)));
    }

    #[test]
    fn what_is_no_time_or_out_of_bounds_is_refused() {
        for text in ["", "s", "never", "-5", "nan", "inf", "0", "5 s", "25h"] {
            assert!(timeout(text).is_err(), "{text}");
            assert!(wait(text).is_err(), "{text}");
        }
        assert!(wait("500ms").is_err());
        assert!(timeout("1h").is_err());
    }
}
