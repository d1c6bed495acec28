//! Refusals in a text of any length, that comes in pieces: only what stands around a telling word is looked at.

use std::sync::LazyLock;

use crate::find::{Found, Kept, read_all};
use crate::scan::Words;

/// All refusals in a text, in order, each once.
///
/// The text may be anything: a log, the output of the aws CLI, an SDK's exception, JSON, XML, a
/// CloudTrail event, what the console shows. Colours, frames, wrapping and escapes do no harm.
pub fn find(text: &str) -> Vec<Found> {
    let mut finder = Finder::default();
    finder.push(text.as_bytes());
    finder.finish()
}

/// A word of these is in every refusal that we know (`every_text_and_code_has_a_telling_word`).
pub(crate) const TELLING: &[&str] = &[
    "accesskeyid",
    "activated",
    "adjust",
    "amazonaws",
    "api.aws",
    "arn:aws",
    "associated",
    "authentication token",
    "authfailure",
    "authorizationerror",
    "authorized",
    "blocked",
    "cached",
    "clienttoken",
    "credential",
    "dataunavailable",
    "denied",
    "difference",
    "endpoint",
    "exceeded",
    "execute",
    "expired",
    "explicit",
    "explorer",
    "federated",
    "forbidden",
    "imds",
    "included",
    "ingested",
    "inthefuture",
    "invalidgrant",
    "invalidtoken",
    "linked",
    "missingauth",
    "not yet current",
    "operation on",
    "optin",
    "payer",
    "pkix",
    "permission",
    "policy",
    "providers",
    "proxy url",
    "reauthenticate",
    "records",
    "refresh",
    "session token",
    "signature",
    "skewed",
    "slowdown",
    "sso token",
    "subscri",
    "throttl",
    "toomanyrequests",
    "unrecognizedclient",
    "validate",
];

static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(TELLING.iter().copied()));

/// How much around a telling word belongs to it: an event of CloudTrail's, or the longest ARNs before a message and
/// the longest message.
const AROUND: usize = 6 << 10;
/// What is looked at as a whole, without seeking telling words first.
const SHORT: usize = 256 << 10;
/// Where everything tells, the text is cut.
const LONGEST: usize = 1 << 20;
/// What a telling word may be cut by, where one piece ends and the next begins.
const SEAM: usize = 32;

/// Looks for refusals in a text that comes in pieces, and keeps no more of it than it needs.
///
/// ```
/// let mut finder = aws_refusal::Finder::default();
/// for piece in ["all is well\n".repeat(100_000).as_str(), "IAM user access not ", "activated"] {
///     finder.push(piece.as_bytes());
/// }
/// assert_eq!(finder.finish().len(), 1);
/// ```
#[derive(Default)]
pub struct Finder {
    /// The end of the text so far.
    kept: Vec<u8>,
    /// Up to where telling words have been sought in it.
    sought: usize,
    /// What of it stands around telling words.
    telling: Option<(usize, usize)>,
    /// Whether anything has been left out already.
    cut: bool,
    found: Kept,
}

impl Finder {
    /// Takes the next piece of the text, in UTF-8; UTF-16 is read where it is ASCII.
    pub fn push(&mut self, piece: &[u8]) {
        for piece in piece.chunks(SHORT / 2) {
            match piece.contains(&0) {
                true => self.kept.extend(piece.iter().filter(|&&byte| byte != 0)),
                false => self.kept.extend_from_slice(piece),
            }
            if self.cut || self.kept.len() > SHORT {
                self.cut = true;
                self.seek();
                self.forget();
            }
        }
    }

    /// Every refusal in order, each once.
    pub fn finish(mut self) -> Vec<Found> {
        if !self.cut {
            let end = self.kept.len();
            self.look(0, end);
            return self.found.found();
        }
        self.seek();
        if let Some((start, end)) = self.telling.take() {
            self.look(start, end.min(self.kept.len()));
        }
        self.found.found()
    }

    /// Seeks telling words in what is new, and looks at what stands around those that are complete.
    fn seek(&mut self) {
        let mut at = self.sought.saturating_sub(SEAM);
        while let Some((word, length)) = WORDS.find(&self.kept, at) {
            at = word + length;
            let (start, end) = (word.saturating_sub(AROUND), at + AROUND);
            self.telling = match self.telling {
                Some((first, last)) if start <= last => Some((first, end.max(last))),
                Some((first, last)) => {
                    self.look(first, last);
                    Some((start, end))
                }
                None => Some((start, end)),
            };
            if let Some((first, _)) = self.telling
                && at - first > LONGEST
            {
                let cut = self.kept[first..at]
                    .iter()
                    .rposition(|&byte| byte == b'\n')
                    .map_or(at, |line| first + line + 1);
                self.look(first, cut);
                self.telling = Some((cut, at + AROUND));
            }
        }
        self.sought = self.kept.len();
        if let Some((start, end)) = self.telling
            && end < self.sought
        {
            self.look(start, end);
            self.telling = None;
        }
    }

    /// Forgets what can't belong to a telling word any more.
    fn forget(&mut self) {
        let before = self.sought.saturating_sub(AROUND + SEAM);
        let needed = self.telling.map_or(before, |(start, _)| start.min(before));
        self.kept.drain(..needed);
        self.sought -= needed;
        self.telling = self
            .telling
            .map(|(start, end)| (start - needed, end - needed));
    }

    fn look(&mut self, start: usize, end: usize) {
        let text = String::from_utf8_lossy(&self.kept[start..end.min(self.kept.len())]);
        for found in read_all(&text) {
            self.found.add(found);
        }
    }
}
