//! Refusals in anything pasted.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::clean::{self, BLANK, LINE, bounded};
use crate::envelope::{Code, Form, message_at};
use crate::marks::{self, Mark, What};
use crate::origin::{self, Signs};
use crate::{PolicyDenial, Refusal, RefusalKind, codes};

/// A refusal, and what the text around it tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// What was said.
    pub refusal: Refusal,
    /// How often.
    pub times: usize,
    /// CloudTrail's caller, for refusals that name no principal themselves.
    ///
    /// docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The host of AWS's that a client got no answer from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

/// All refusals in a text that is looked at as a whole, in order, each once.
pub(crate) fn read_all(text: &str) -> Vec<Found> {
    let text = clean::pasted(text);
    let signs = Signs::of(&text);
    let marks = marks::marks(&text, &signs);
    let page = Page {
        text: &text,
        taken: vec![false; marks.len()],
        marks: &marks,
        signs: &signs,
    };
    distinct(&text, page.refusals())
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
    text: &'a str,
    marks: &'a [Mark<'a>],
    signs: &'a Signs,
    /// Codes that belong to a refusal already.
    taken: Vec<bool>,
}

impl<'a> Page<'a> {
    /// Every refusal in order: what the words say first, then what only a code says.
    fn refusals(mut self) -> Vec<Told> {
        let mut all: Vec<Told> = Vec::new();
        let mut told: HashSet<&str> = HashSet::new();
        for (index, mark) in self.marks.iter().enumerate() {
            if let What::Hit(kind) = &mark.what {
                let code = self.code_of(index).map(|(_, code)| code);
                told.extend(code.map(|code| code.name));
                let message = match kind {
                    RefusalKind::Policy(_) => &self.text[mark.start..mark.end],
                    // A service's own text: all of it, where something says where it begins.
                    _ => self.around(index, code),
                };
                let found = self.found(index, message, kind.clone(), code);
                all.push(self.told(index, code, false, found));
            }
        }
        for index in 0..self.marks.len() {
            if let Some(code) = self.code(index)
                && !self.taken[index]
                && let Some(found) = self.code_alone(index, code, &told)
            {
                all.push(self.told(index, Some(code), true, found));
            }
        }
        all.sort_by_key(|told| told.start);
        all
    }

    fn told(&self, index: usize, code: Option<Code>, by_code: bool, found: Found) -> Told {
        Told {
            start: self.marks[index].start,
            end: self.marks[index].end,
            form: code.map(|code| code.form),
            by_code,
            found,
        }
    }

    fn code(&self, index: usize) -> Option<Code<'a>> {
        match self.marks.get(index)?.what {
            What::Code(code) => Some(code),
            _ => None,
        }
    }

    fn is_hit(&self, index: usize) -> bool {
        matches!(self.marks[index].what, What::Hit(_))
    }

    fn before(index: usize) -> impl Iterator<Item = usize> {
        (index.saturating_sub(BETWEEN)..index).rev()
    }

    fn behind(&self, index: usize) -> impl Iterator<Item = usize> + use<> {
        index + 1..self.marks.len().min(index + BETWEEN)
    }

    /// The code that goes with a hit: the last one before it that leads up to it, or else a key
    /// behind it. Takes it, and the same code said just before (`ClientError: An error occurred`).
    fn code_of(&mut self, hit: usize) -> Option<(usize, Code<'a>)> {
        let (index, code) = self.code_before(hit).or_else(|| self.code_behind(hit))?;
        self.taken[index] = true;
        let mut later = index;
        for earlier in Self::before(index) {
            let Some(other) = self.code(earlier) else {
                continue;
            };
            if other.name != code.name || !self.leads(earlier, other, self.marks[later].start) {
                break;
            }
            self.taken[earlier] = true;
            later = earlier;
        }
        Some((index, code))
    }

    fn code_before(&self, hit: usize) -> Option<(usize, Code<'a>)> {
        let (index, code) = Self::before(hit)
            .take_while(|&index| !self.is_hit(index))
            .find_map(|index| Some((index, self.code(index)?)))?;
        let leads = self.leads(index, code, self.marks[hit].start);
        (leads && !self.taken[index]).then_some((index, code))
    }

    fn code_behind(&self, hit: usize) -> Option<(usize, Code<'a>)> {
        let (index, code) = self
            .behind(hit)
            .take_while(|&index| !self.is_hit(index))
            .find_map(|index| Some((index, self.code(index)?)))?;
        let keyed = matches!(code.form, Form::Keyed | Form::Event)
            || self.in_brackets(self.marks[hit].end, self.marks[index].start);
        let near = gap(self.marks[hit].end, self.marks[index].start) <= NEAR / 2;
        (keyed && near).then_some((index, code))
    }

    /// Whether a code stands in brackets right behind the words, as in Ruby:
    /// `… (Aws::STS::Errors::AccessDenied)`.
    fn in_brackets(&self, end: usize, start: usize) -> bool {
        const LONGEST: usize = 128;
        let between = self.text.get(end..start).unwrap_or_default();
        let namespace = between.trim_start_matches(['.', ' ']).strip_prefix('(');
        between.len() <= LONGEST
            && namespace.is_some_and(|name| !name.contains([' ', LINE, BLANK, ')']))
    }

    /// Whether what begins at `start` is part of what a code says.
    fn leads(&self, index: usize, code: Code, start: usize) -> bool {
        let gap = gap(self.marks[index].end, start);
        match (code.form, code.message) {
            (Form::Keyed | Form::Event, _) => gap <= NEAR,
            (_, Some(at)) => start <= at + message_at(self.text, at, start + 1).len(),
            (_, None) => gap <= NEAR / 4,
        }
    }

    /// The message that holds a service's own text.
    fn around(&self, hit: usize, code: Option<Code>) -> &'a str {
        let mark = &self.marks[hit];
        let before = hit.checked_sub(1).and_then(|before| self.marks.get(before));
        let start = match before {
            Some(before) if matches!(before.what, What::Message) => Some(before.end),
            _ => code.and_then(|code| code.message),
        };
        let next = self.marks.get(hit + 1);
        let limit = next.map_or(self.text.len(), |next| next.start);
        let whole = start
            .filter(|&start| start <= mark.start)
            .map(|start| (start, message_at(self.text, start, limit)))
            .filter(|(start, message)| start + message.len() >= mark.end);
        let stop = usize::from(self.text[mark.end..].starts_with('.'));
        whole.map_or(&self.text[mark.start..mark.end + stop], |(_, text)| text)
    }

    /// Whether a code is AWS's: by itself, or by what stands around it. The commoner the word, the
    /// nearer that has to be.
    fn is_aws(&self, index: usize, code: Code) -> bool {
        let mark = &self.marks[index];
        let near = match code.form {
            Form::Event => EVENT,
            _ if codes::is_everyday(code.name) => NEAR / 2,
            _ => NEAR,
        };
        code.ours
            || codes::is_awss_own(code.name)
            || self.signs.aws_around(mark.start, mark.end, near, 2 * near)
    }

    /// A code whose message says nothing we know.
    fn code_alone(&self, index: usize, code: Code<'a>, told: &HashSet<&str>) -> Option<Found> {
        if !self.is_aws(index, code) {
            return None;
        }
        let next = self.behind(index).find(|&at| self.tells(at));
        let limit = next.map_or(self.text.len(), |next| self.marks[next].start);
        let start = code.message.or_else(|| self.message_near(index));
        let message = start.map_or("", |start| message_at(self.text, start, limit.max(start)));
        let kind = match codes::kind(code.name, message) {
            Some(kind) => kind,
            None if codes::denies(code.name) => RefusalKind::Unrecognised,
            None => return None,
        };
        // A code repeated without a message, behind a refusal that it was the code of, is its echo
        // (`__type` at the end of a stack trace). An event of CloudTrail's stands for itself.
        let echo = message.is_empty() && code.form != Form::Event && told.contains(code.name);
        (!echo).then(|| self.found(index, message, kind, Some(code)))
    }

    /// Whether a mark is a refusal or a code: what stands behind it is another error's.
    fn tells(&self, index: usize) -> bool {
        self.is_hit(index) || self.code(index).is_some()
    }

    /// Where the value of the `message` beside a key begins.
    fn message_near(&self, index: usize) -> Option<usize> {
        let mark = &self.marks[index];
        let message = |&at: &usize| matches!(self.marks[at].what, What::Message);
        let behind = self
            .behind(index)
            .take_while(|&at| !self.tells(at))
            .find(message)
            .map(|at| self.marks[at].end)
            .filter(|&start| gap(mark.end, start) <= NEAR / 4);
        behind.or_else(|| {
            Self::before(index)
                .take_while(|&at| !self.tells(at))
                .find(message)
                .map(|at| self.marks[at].end)
                .filter(|&start| gap(start, mark.start) <= NEAR)
        })
    }

    fn found(&self, index: usize, message: &str, kind: RefusalKind, code: Option<Code>) -> Found {
        let event = code.is_some_and(|code| code.form == Form::Event);
        let mark = &self.marks[index];
        let host = match kind {
            RefusalKind::Unreachable => origin::host(self.text, &(mark.start..mark.end)),
            _ => None,
        };
        Found {
            refusal: Refusal {
                message: bounded(message),
                code: code.map(|code| code.name.to_owned()),
                kind,
            },
            times: 1,
            caller: event.then(|| self.caller(index)).flatten(),
            host,
        }
    }

    /// The caller in the CloudTrail event around a mark. AWS writes all other keys before the error,
    /// programmes that sort keys all behind it: the nearer `eventName` tells which.
    fn caller(&self, index: usize) -> Option<String> {
        const FAR: usize = 4 * BETWEEN;
        let before = self.marks[index.saturating_sub(FAR)..index].iter().rev();
        let behind = self.marks[index + 1..self.marks.len().min(index + FAR)].iter();
        let (before, behind) = (self.event(index, before), self.event(index, behind));
        let nearer = if before.0 <= behind.0 { before } else { behind };
        nearer.1.map(str::to_owned)
    }

    /// How far the `eventName` among `marks` is, and the caller beside it.
    fn event<'m>(
        &self,
        index: usize,
        marks: impl Iterator<Item = &'m Mark<'m>>,
    ) -> (usize, Option<&'a str>) {
        let here = &self.marks[index];
        let distance = |mark: &Mark| gap(here.end, mark.start) + gap(mark.end, here.start);
        let (mut name, mut caller) = (None, None);
        for mark in marks.take_while(|mark| distance(mark) <= EVENT) {
            // A key seen again is the next event's.
            match mark.what {
                What::EventName if name.is_none() => name = Some(distance(mark)),
                What::Caller if caller.is_none() => {
                    caller = Some(&self.text[mark.start..mark.end]);
                }
                What::EventName | What::Caller => break,
                _ => {}
            }
        }
        (name.unwrap_or(usize::MAX), caller)
    }
}

/// A refusal, and where and how the text tells it.
struct Told {
    start: usize,
    end: usize,
    form: Option<Form>,
    /// Whether a code is all that tells it.
    by_code: bool,
    found: Found,
}

/// How far apart the parts of one exception's printout stand.
const EXCEPTION: usize = 3000;

/// Refusals that say the same, once.
fn distinct(text: &str, all: Vec<Told>) -> Vec<Found> {
    let echoes: Vec<bool> = (0..all.len())
        .map(|index| is_echo(text, &all, index))
        .collect();
    let mut kept: Vec<Found> = Vec::new();
    let mut seen: HashMap<Essence, (usize, usize, Option<Form>)> = HashMap::new();
    for (told, _) in all.into_iter().zip(echoes).filter(|(_, echo)| !echo) {
        let essence = essence(&told.found);
        let last = seen.get(&essence).copied();
        let at = last.map_or(kept.len(), |(at, ..)| at);
        let retold = last.is_some_and(|(_, end, form)| retold(text, end, form, &told));
        seen.insert(essence, (at, told.end, told.form));
        match kept.get_mut(at) {
            Some(first) => {
                first.times += usize::from(!retold);
                first.refusal.code = first.refusal.code.take().or(told.found.refusal.code);
                first.caller = first.caller.take().or(told.found.caller);
            }
            None => kept.push(told.found),
        }
    }
    kept
}

/// Whether a code alone says again what stands beside it: in the postscript of the SDK for Java, in
/// a stack trace, behind the words that it is the code of.
fn is_echo(text: &str, all: &[Told], index: usize) -> bool {
    const NEIGHBOURS: usize = 6;
    let told = &all[index];
    if !told.by_code || told.form == Some(Form::Event) {
        return false;
    }
    let refusal = &told.found.refusal;
    let around = index.saturating_sub(NEIGHBOURS)..all.len().min(index + NEIGHBOURS);
    around.filter(|&other| other != index).any(|other| {
        let (other, earlier) = (&all[other], other < index);
        let said = &other.found.refusal;
        let (from, to) = if earlier {
            (other.end, told.start)
        } else {
            (told.end, other.start)
        };
        let apart = gap(from, to);
        // Of two codes the first is the one that stays.
        let stays = !other.by_code || earlier;
        let same_code = said.code == refusal.code
            && (refusal.message.is_empty() || said.message.contains(&refusal.message))
            && (refusal.message.is_empty() || other.form != told.form);
        let same_line = said.kind == refusal.kind
            && apart <= NEAR
            && !text
                .get(from..to)
                .unwrap_or_default()
                .contains([LINE, BLANK]);
        stays && apart <= EXCEPTION && (same_code || same_line)
    })
}

/// Whether a refusal that was told before is told in another form, or as the cause of what was made
/// of it: one exception, printed twice.
fn retold(text: &str, end: usize, form: Option<Form>, told: &Told) -> bool {
    const CHAINS: [&str; 3] = [
        "caused by",
        "during handling of the above exception",
        "direct cause of the following",
    ];
    let event = [form, told.form].contains(&Some(Form::Event));
    let between = text.get(end..told.start).unwrap_or_default();
    !event
        && between.len() <= EXCEPTION
        && (form != told.form || {
            let between = between.to_ascii_lowercase();
            CHAINS.iter().any(|chain| between.contains(chain))
        })
}

/// What the parts of a long text told, each once.
#[derive(Default)]
pub(crate) struct Kept {
    found: Vec<Found>,
    seen: HashMap<Essence, usize>,
}

impl Kept {
    pub(crate) fn add(&mut self, found: Found) {
        let at = *self.seen.entry(essence(&found)).or_insert(self.found.len());
        match self.found.get_mut(at) {
            Some(first) => first.times += found.times,
            None => self.found.push(found),
        }
    }

    pub(crate) fn found(self) -> Vec<Found> {
        self.found
    }
}

/// What makes two refusals the same: their meaning, not the request they were made for. Of a text
/// that says nothing, the text is all there is.
fn essence(found: &Found) -> Essence {
    let refusal = &found.refusal;
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
    let refusal = Refusal {
        message,
        code,
        kind,
    };
    (refusal, found.host.clone())
}

type Essence = (Refusal, Option<String>);
