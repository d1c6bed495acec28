//! What the engine does without.

const MANIFEST: &str = include_str!("../../Cargo.toml");

#[test]
fn the_engine_needs_neither_sdk_nor_runtime_nor_clock() {
    let dependencies = MANIFEST
        .split_once("[dependencies]\n")
        .and_then(|(_, rest)| rest.split_once("\n\n"))
        .map(|(lines, _)| lines.lines().filter_map(|line| line.split_once(" =")));
    let names: Vec<&str> = dependencies.unwrap().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["base64", "jiff", "percent-encoding", "serde", "serde_json"]
    );
    // Without `tzdb-*` and `tz-system` there is no time zone to look up; `now` is looked for below.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let code = std::fs::read_to_string(&path).unwrap();
        for word in [
            "::now(",
            "std::fs",
            "std::env",
            "std::process",
            "SystemTime",
        ] {
            assert!(!code.contains(word), "{} has {word}", path.display());
        }
    }
}
