//! No file makes reading, judging, redacting or writing panic, and redacting changes no answer's state.
#![no_main]

use billing_doctor::testing::diagnose::diagnosis::diagnose;
use billing_doctor::testing::evidence::file::{EvidenceFile, read};
use billing_doctor::testing::redact::redact;
use billing_doctor::testing::report::Report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = read(bytes) else { return };
    let diagnosis = diagnose(&file.evidence, &billing_doctor::testing::diagnose::question::Question::default());
    let report = serde_json::to_string(&Report::new(&file.evidence, &diagnosis)).expect("a report is JSON");
    assert!(!report.contains("\\u001b"));
    if let Ok(redacted) = redact(&file.evidence) {
        assert_eq!(diagnose(&redacted, &billing_doctor::testing::diagnose::question::Question::default()).state, diagnosis.state);
        assert!(EvidenceFile::new(redacted, true).to_json().ends_with('\n'));
    }
});
