//! Files that are there whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use tempfile::NamedTempFile;

use super::print;

/// Where output goes.
pub(super) enum Target {
    StandardOutput,
    /// A file of this path, by way of one beside it that takes its place. It is the user's alone (mode 0600).
    File {
        path: PathBuf,
        folder: PathBuf,
    },
}

impl Target {
    /// Gets ready to write to a file, or to standard output for `-`. Nothing is at the path until [`Target::write`].
    ///
    /// # Errors
    ///
    /// Where the path can't be written, or leads to something that is no regular file: renaming would replace a link
    /// rather than what it leads to, and a device can't be replaced at all.
    pub(super) fn new(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::StandardOutput);
        }
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_symlink() => {
                bail!(
                    "{} is a symbolic link: name the file itself",
                    path.display()
                )
            }
            Ok(found) if !found.is_file() => {
                bail!("{} is no regular file", path.display())
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unwritable(path, error)),
        }
        if path.file_name().is_none() {
            bail!("{} is no name of a file", path.display());
        }
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        // Gone again at once: whoever interrupts the tool should find nothing left over.
        NamedTempFile::new_in(folder).map_err(|error| unwritable(path, error))?;
        Ok(Self::File {
            path: path.to_owned(),
            folder: folder.to_owned(),
        })
    }

    /// Writes everything, or leaves what was there.
    pub(super) fn write(self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::StandardOutput => print(bytes).map(|_| ()),
            Self::File { path, folder } => {
                let written = || {
                    let mut temporary = NamedTempFile::new_in(&folder)?;
                    temporary.write_all(bytes)?;
                    temporary.as_file().sync_all()?;
                    temporary.persist(&path).map_err(|error| error.error)
                };
                written().map_err(|error| unwritable(&path, error))?;
                Ok(())
            }
        }
    }
}

fn unwritable(path: &Path, error: io::Error) -> anyhow::Error {
    anyhow::Error::new(error).context(format!("{} could not be written", path.display()))
}
