//! Reading what the person names: a file, or standard input for `-`, and never more than a bound.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::encoding::decode;

/// How long a text that people write or paste may be, in bytes: a log, questions, a report, expectations.
pub(super) const LONGEST_TEXT: usize = 64 << 20;

/// The bytes, where there are at most `most` of them.
///
/// # Errors
///
/// Where they can't be read, or are more.
pub(super) fn read(path: &Path, most: usize) -> Result<Vec<u8>> {
    // One byte more than the limit: more is not wanted, and must be noticed.
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let read = if is_stdin(path) {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes))
    };
    read.with_context(|| format!("{} could not be read", name(path)))?;
    if bytes.len() > most {
        bail!("{} is larger than {} MiB", name(path), most >> 20);
    }
    Ok(bytes)
}

/// Hands over the bytes piece by piece, however many there are.
///
/// # Errors
///
/// Where they can't be read.
pub(super) fn pieces(path: &Path, mut take: impl FnMut(&[u8])) -> Result<()> {
    let mut source: Box<dyn Read> = if is_stdin(path) {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(path).with_context(|| format!("{} could not be read", name(path)))?;
        Box::new(file)
    };
    let mut piece = vec![0; 128 << 10];
    loop {
        match source.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(length) => take(&piece[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                return Err(error).with_context(|| format!("{} could not be read", name(path)));
            }
        }
    }
}

/// The same as text.
///
/// # Errors
///
/// Where it can't be read, is longer, or is no text.
pub(super) fn read_text(path: &Path, most: usize) -> Result<String> {
    let bytes = read(path, most)?;
    let text = decode(&bytes).with_context(|| format!("{} can't be read", name(path)))?;
    Ok(text.into_owned())
}

/// What a message calls the input.
pub(super) fn name(path: &Path) -> String {
    if is_stdin(path) {
        "standard input".to_owned()
    } else {
        path.display().to_string()
    }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_the_bound_is_refused_by_name() {
        let file = std::env::current_exe().unwrap();
        let error = read(&file, 10).unwrap_err().to_string();
        assert!(error.contains("is larger than"), "{error}");
        assert!(error.starts_with(&name(&file)), "{error}");
        assert!(read_text(Path::new("no such file"), 10).is_err());
    }
}
