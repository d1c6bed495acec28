//! Refusals in anything pasted.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::clean::Clean;
use super::scan::{self, Mark, Reader, What};
use super::wrapping::{Form, Spelling, message_end};
use super::{PolicyDenial, Refusal, RefusalKind, bounded, codes};

/// A refusal and where it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// What was said.
    pub refusal: Refusal,
    /// Where it was first said: bytes of the text.
    pub range: Range<usize>,
    /// How often.
    pub times: usize,
    /// The API operation, where the text names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// CloudTrail's event source, `ce.amazonaws.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_source: Option<String>,
    /// CloudTrail's caller, for refusals that name no principal themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
}

/// All refusals in a text, in order, each once.
pub fn find(text: &str) -> Vec<Found> {
    let clean = Clean::pasted(text);
    let reader = Reader::new(clean.as_str());
    let marks = scan::marks(&reader);
    let mut all = Distinct::default();
    for mut found in Page::new(&reader, &marks).refusals() {
        found.range = clean.range_in(text, found.range.start, found.range.end);
        all.add(found);
    }
    all.found
}

/// How many bytes [`find`] looks at, one by one and again: what a test of linear time counts.
#[doc(hidden)]
pub fn steps(text: &str) -> u64 {
    let clean = Clean::pasted(text);
    let reader = Reader::new(clean.as_str());
    let marks = scan::marks(&reader);
    Page::new(&reader, &marks).refusals();
    reader.steps()
}

/// How far a code may stand from its message, across other keys.
const NEAR: usize = 600;
/// How far apart the keys of one CloudTrail event may stand.
const EVENT: usize = 3000;
/// How many marks between a code and its message; keys of one error come together.
const BETWEEN: usize = 6;

/// The bytes between two marks; none if they overlap.
fn gap(end: usize, start: usize) -> usize {
    start.saturating_sub(end)
}

/// The marks of one text, and what has been made of them.
struct Page<'a> {
    reader: &'a Reader<'a>,
    marks: &'a [Mark],
    /// Codes that belong to a refusal already.
    taken: Vec<bool>,
}

impl<'a> Page<'a> {
    fn new(reader: &'a Reader<'a>, marks: &'a [Mark]) -> Page<'a> {
        Page {
            reader,
            marks,
            taken: vec![false; marks.len()],
        }
    }

    /// Every refusal in order: what the words say first, then what only a code says.
    fn refusals(mut self) -> Vec<Found> {
        let mut found: Vec<(usize, Found)> = Vec::new();
        let mut told: HashSet<String> = HashSet::new();
        for (index, mark) in self.marks.iter().enumerate() {
            if let What::Hit(kind) = &mark.what {
                let code = self.code_of(index);
                let hit = self.hit(index, kind.clone(), code);
                told.extend(hit.refusal.code.clone());
                found.push((mark.start, hit));
            }
        }
        for (index, mark) in self.marks.iter().enumerate() {
            if let What::Code(spelling) = &mark.what
                && !self.taken[index]
                && let Some(refusal) = self.code_alone(index, spelling, &told)
            {
                found.push((mark.start, refusal));
            }
        }
        found.sort_by_key(|(start, _)| *start);
        found.into_iter().map(|(_, found)| found).collect()
    }

    fn slice(&self, (start, end): (usize, usize)) -> &'a str {
        self.reader.slice(start, end)
    }

    fn spelling(&self, index: usize) -> Option<&'a Spelling> {
        match &self.marks.get(index)?.what {
            What::Code(spelling) => Some(spelling),
            _ => None,
        }
    }

    /// The code that goes with a hit: the last one before it that leads up to it, or else a key
    /// behind it. Takes it, and the same code said just before (`ClientError: An error occurred`).
    fn code_of(&mut self, hit: usize) -> Option<usize> {
        let code = self.code_before(hit).or_else(|| self.code_behind(hit))?;
        self.taken[code] = true;
        let mut later = code;
        for earlier in (code.saturating_sub(BETWEEN)..code).rev() {
            let Some(other) = self.spelling(earlier) else {
                continue;
            };
            let name = |spelling: &Spelling| codes::bare(self.slice(spelling.code));
            let same = self.spelling(later).map(name) == Some(name(other));
            if !same || !self.leads(earlier, self.marks[later].start) {
                break;
            }
            self.taken[earlier] = true;
            later = earlier;
        }
        Some(code)
    }

    fn code_before(&self, hit: usize) -> Option<usize> {
        let start = self.marks[hit].start;
        let index = (hit.saturating_sub(BETWEEN)..hit)
            .rev()
            .take_while(|&index| !matches!(self.marks[index].what, What::Hit(_)))
            .find(|&index| self.spelling(index).is_some())?;
        (self.leads(index, start) && !self.taken[index]).then_some(index)
    }

    /// Whether what begins at `start` is part of what a code says.
    fn leads(&self, index: usize, start: usize) -> bool {
        let gap = gap(self.marks[index].end, start);
        let Some(spelling) = self.spelling(index) else {
            return false;
        };
        match (spelling.form, spelling.message) {
            (Form::Keyed | Form::Event, _) => gap <= NEAR,
            (_, Some(message)) => start <= message_end(self.reader, message, start + 1),
            (_, None) => gap <= NEAR / 4,
        }
    }

    fn code_behind(&self, hit: usize) -> Option<usize> {
        let index = (hit + 1..self.marks.len().min(hit + BETWEEN))
            .take_while(|&index| !matches!(self.marks[index].what, What::Hit(_)))
            .find(|&index| self.spelling(index).is_some())?;
        let keyed = matches!(self.spelling(index)?.form, Form::Keyed | Form::Event);
        (keyed && gap(self.marks[hit].end, self.marks[index].start) <= NEAR / 2).then_some(index)
    }

    /// A refusal that the words tell.
    fn hit(&self, index: usize, kind: RefusalKind, code: Option<usize>) -> Found {
        let mark = &self.marks[index];
        let range = match kind {
            RefusalKind::Policy(_) => mark.start..mark.end,
            // A service's own text: all of it, where something says where it begins.
            _ => self.around(index, code),
        };
        let message = self.reader.slice(range.start, range.end);
        self.found(index, range, message, kind, code)
    }

    /// The message that holds a service's own text.
    fn around(&self, hit: usize, code: Option<usize>) -> Range<usize> {
        let mark = &self.marks[hit];
        let stop = self
            .reader
            .skip(mark.end, mark.end + 1, |byte| byte == b'.');
        let before = hit.checked_sub(1).and_then(|before| self.marks.get(before));
        let start = match before {
            Some(Mark {
                what: What::Message,
                end,
                ..
            }) => Some(*end),
            _ => code.and_then(|code| self.spelling(code)?.message),
        };
        if let Some(start) = start.filter(|&start| start <= mark.start) {
            let next = self.marks.get(hit + 1);
            let limit = next.map_or(self.reader.len(), |next| next.start);
            let end = message_end(self.reader, start, limit);
            if end >= mark.end {
                return start..end;
            }
        }
        mark.start..stop
    }

    /// A code whose message says nothing we know.
    fn code_alone(
        &self,
        index: usize,
        spelling: &Spelling,
        told: &HashSet<String>,
    ) -> Option<Found> {
        let mark = &self.marks[index];
        let code = codes::bare(self.slice(spelling.code));
        let limit = self.next_code(index);
        let start = match spelling.message {
            Some(start) => Some(start),
            None => self.message_near(index),
        };
        let range = start.map(|start| start..message_end(self.reader, start, limit.max(start)));
        let message = range
            .clone()
            .map_or("", |range| self.reader.slice(range.start, range.end));
        let kind = match codes::kind(code, message) {
            Some(kind) => kind,
            None if codes::denies(code) => RefusalKind::Unrecognised,
            None => return None,
        };
        // A code repeated without a message, behind a refusal that it was the code of, is its echo
        // (`__type` at the end of a stack trace). An event of CloudTrail's stands for itself.
        let echo = message.is_empty() && spelling.form != Form::Event && told.contains(code);
        let end = range
            .filter(|range| range.start >= mark.start)
            .map_or(mark.end, |range| range.end);
        (!echo).then(|| {
            self.found(
                index,
                mark.start..end.max(mark.end),
                message,
                kind,
                Some(index),
            )
        })
    }

    fn next_code(&self, index: usize) -> usize {
        self.marks[index + 1..]
            .iter()
            .take(BETWEEN)
            .find(|mark| matches!(mark.what, What::Code(_) | What::Hit(_)))
            .map_or(self.reader.len(), |mark| mark.start)
    }

    /// Where the value of the `message` beside a key begins.
    fn message_near(&self, index: usize) -> Option<usize> {
        let stops = |&at: &usize| !matches!(self.marks[at].what, What::Code(_) | What::Hit(_));
        let is_message = |&at: &usize| matches!(self.marks[at].what, What::Message);
        let mark = &self.marks[index];
        let behind = (index + 1..self.marks.len().min(index + BETWEEN))
            .take_while(stops)
            .find(is_message)
            .map(|at| self.marks[at].end)
            .filter(|&start| gap(mark.end, start) <= NEAR / 4);
        let before = || {
            (index.saturating_sub(BETWEEN)..index)
                .rev()
                .take_while(stops)
                .find(is_message)
                .map(|at| self.marks[at].end)
                .filter(|&start| gap(start, mark.start) <= NEAR)
        };
        behind.or_else(before)
    }

    fn found(
        &self,
        index: usize,
        range: Range<usize>,
        message: &str,
        kind: RefusalKind,
        code: Option<usize>,
    ) -> Found {
        let spelling = code.and_then(|code| self.spelling(code));
        let event = match spelling {
            Some(spelling) if spelling.form == Form::Event => self.event(index),
            _ => Event::default(),
        };
        Found {
            refusal: Refusal {
                message: bounded(message),
                code: spelling.map(|spelling| codes::bare(self.slice(spelling.code)).to_owned()),
                kind,
            },
            range,
            times: 1,
            operation: spelling
                .and_then(|spelling| spelling.operation)
                .map(|name| self.slice(name).to_owned())
                .or(event.name)
                .or_else(|| self.operation_before(index)),
            event_source: event.source,
            caller: event.caller,
        }
    }

    fn operation_before(&self, index: usize) -> Option<String> {
        let start = self.marks[index].start;
        self.marks[index.saturating_sub(BETWEEN)..index]
            .iter()
            .rev()
            .take_while(|mark| !matches!(mark.what, What::Hit(_)) && gap(mark.end, start) <= NEAR)
            .find(|mark| matches!(mark.what, What::Operation))
            .map(|mark| self.slice((mark.start, mark.end)).to_owned())
    }

    /// The other keys of the CloudTrail event around a mark. AWS writes them all before the error,
    /// programmes that sort keys all behind it: the nearer `eventName` tells which.
    fn event(&self, index: usize) -> Event {
        const FAR: usize = 4 * BETWEEN;
        let before = self.marks[index.saturating_sub(FAR)..index].iter().rev();
        let behind = self.marks[index + 1..self.marks.len().min(index + FAR)].iter();
        let (before, behind) = (self.keys(index, before), self.keys(index, behind));
        if before.distance <= behind.distance {
            before
        } else {
            behind
        }
    }

    fn keys<'m>(&self, index: usize, marks: impl Iterator<Item = &'m Mark>) -> Event {
        let here = &self.marks[index];
        let distance =
            |mark: &Mark| mark.start.saturating_sub(here.end) + here.start.saturating_sub(mark.end);
        let mut event = Event::default();
        for mark in marks.take_while(|mark| distance(mark) <= EVENT) {
            let part = match mark.what {
                What::EventName => &mut event.name,
                What::EventSource => &mut event.source,
                What::Caller => &mut event.caller,
                _ => continue,
            };
            // A key seen again is the next event's.
            if part.is_some() {
                break;
            }
            *part = Some(self.slice((mark.start, mark.end)).to_owned());
            if matches!(mark.what, What::EventName) {
                event.distance = distance(mark);
            }
        }
        event
    }
}

/// What CloudTrail tells beside the error.
struct Event {
    distance: usize,
    name: Option<String>,
    source: Option<String>,
    caller: Option<String>,
}

impl Default for Event {
    fn default() -> Event {
        Event {
            distance: usize::MAX,
            name: None,
            source: None,
            caller: None,
        }
    }
}

/// Refusals that say the same once.
#[derive(Default)]
struct Distinct {
    found: Vec<Found>,
    seen: HashMap<Refusal, usize>,
}

impl Distinct {
    fn add(&mut self, found: Found) {
        match self
            .seen
            .get(&essence(&found.refusal))
            .and_then(|&at| self.found.get_mut(at))
        {
            Some(first) => {
                first.times += 1;
                first.refusal.code = first.refusal.code.take().or(found.refusal.code);
                first.operation = first.operation.take().or(found.operation);
                first.event_source = first.event_source.take().or(found.event_source);
                first.caller = first.caller.take().or(found.caller);
            }
            None => {
                self.seen.insert(essence(&found.refusal), self.found.len());
                self.found.push(found);
            }
        }
    }
}

/// What makes two refusals the same: their meaning, not the request they were made for. Of a text
/// that says nothing, the text is all there is.
fn essence(refusal: &Refusal) -> Refusal {
    let (message, code) = match refusal.kind {
        RefusalKind::Unrecognised => (refusal.message.clone(), refusal.code.clone()),
        _ => Default::default(),
    };
    let kind = match &refusal.kind {
        RefusalKind::Policy(denial) => RefusalKind::Policy(PolicyDenial {
            encoded_message: None,
            authorization_id: None,
            ..denial.clone()
        }),
        kind => kind.clone(),
    };
    Refusal {
        message,
        code,
        kind,
    }
}
