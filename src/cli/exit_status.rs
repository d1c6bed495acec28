//! What the exit status says: the same for every output format.

use std::process::ExitCode;

use crate::diagnose::diagnosis::State;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// Access works.
    Works,
    /// A cause was found.
    CauseFound,
    /// The tool could not do its job: wrong usage, unreadable input.
    CouldNotRun,
    /// It could not be determined.
    Undetermined,
    /// Ctrl-C ended a wait, after the last look was printed: 128 and the number of SIGINT.
    Interrupted,
}

impl ExitStatus {
    /// The number that scripts see.
    pub fn number(self) -> u8 {
        match self {
            Self::Works => 0,
            Self::CauseFound => 1,
            Self::CouldNotRun => 2,
            Self::Undetermined => 3,
            Self::Interrupted => 130,
        }
    }

    /// Ends the process, whatever it is at.
    pub fn end_now(self) -> ! {
        std::process::exit(self.number().into())
    }
}

impl From<State> for ExitStatus {
    fn from(state: State) -> Self {
        match state {
            State::Healthy => Self::Works,
            State::Blocked => Self::CauseFound,
            State::Inconclusive | State::Unexplained => Self::Undetermined,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.number())
    }
}
