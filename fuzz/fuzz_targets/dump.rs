//! No bytes make the reader of account dumps panic, and whoever is in a dump can be judged.

#![no_main]

use billing_doctor::testing::diagnose::diagnosis::diagnose;
use billing_doctor::testing::evidence::dump;
use billing_doctor::testing::report::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(details) = dump::read(bytes) else { return };
    let users = details.user_detail_list.iter().map(|user| &user.arn);
    let roles = details.role_detail_list.iter().map(|role| &role.arn);
    for arn in users.chain(roles).take(4) {
        let now = "2026-11-23T12:00:00Z".to_owned();
        if let Ok(evidence) = dump::evidence(&details, arn, None, now) {
            let diagnosis = diagnose(&evidence, &billing_doctor::testing::diagnose::question::Question::default());
            let report = Report::new(&evidence, &diagnosis);
            assert!(!report.headline.chars().any(char::is_control));
        }
    }
});
