//! IAM's grammar, both ways.
//!
//! docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html has the table of layers,
//! …/troubleshoot_access-denied-authorization-id.html the authorization id. Rendering lies beside
//! parsing so that neither can drift from the other.

use super::clean::{BLANK, LINE};
use super::scan::{LONGEST_ARN, Mark, Reader, What, Word, is_space, is_word};
use super::{Effect, LONGEST_MESSAGE, Layer, PolicyDenial, RefusalKind, console};

const EC2_PREFIX: &str = "You are not authorized to perform this operation.";
const NOT_AUTHORIZED: &str = "not authorized to perform";
const ENCODED: &str = "Encoded authorization failure message: ";
const GO_TO: &str = "Go to ";
const AUTHORIZATION_ID: &str = " for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: ";

/// How a layer is named: after `no`, and after `with an explicit deny in`. The first of each is what
/// AWS writes; the others are what it writes as well.
#[rustfmt::skip]
const LAYERS: [(Layer, &str, &str); 10] = [
    (Layer::IdentityPolicy, "identity-based policy", "an identity-based policy"),
    (Layer::PermissionsBoundary, "permissions boundary", "a permissions boundary"),
    (Layer::SessionPolicy, "session policy", "a session policy"),
    // The guide's own example of an explicit deny has the slip of the pen.
    (Layer::SessionPolicy, "sessions policy", "a sessions policy"),
    (Layer::ServiceControlPolicy, "service control policy", "a service control policy"),
    (Layer::ResourceControlPolicy, "resource control policy", "a resource control policy"),
    (Layer::ResourcePolicy, "resource-based policy", "a resource-based policy"),
    (Layer::VpcEndpointPolicy, "VPC endpoint policy", "a VPC endpoint policy"),
    (Layer::RoleTrustPolicy, "role trust policy", "the role trust policy"),
    (Layer::RoleTrustPolicy, "role trust policy", "a role trust policy"),
];

fn names(layer: Layer) -> (&'static str, &'static str) {
    LAYERS
        .iter()
        .find(|(named, _, _)| *named == layer)
        .map_or(("policy", "a policy"), |&(_, bare, full)| (bare, full))
}

/// What AWS would write: `read` of it gives the same parts back.
pub fn render_policy(denial: &PolicyDenial) -> String {
    let mut text = String::new();
    if denial.principal.is_none() && denial.action.is_none() {
        text += EC2_PREFIX;
    } else {
        match &denial.principal {
            Some(principal) => text += &format!("User: {principal} is {NOT_AUTHORIZED}"),
            None => text += &format!("User is {NOT_AUTHORIZED}"),
        }
        match &denial.action {
            Some(action) => text += &format!(": {action}"),
            None => text += " this operation",
        }
    }
    if let Some(resource) = &denial.resource {
        text += &format!(" on resource: {resource}");
    }
    match (denial.effect, denial.layer) {
        (None, _) => {}
        (Some(Effect::ExplicitDeny), None) => text += " with an explicit deny",
        (Some(Effect::ExplicitDeny), Some(layer)) => {
            text += &format!(" with an explicit deny in {}", names(layer).1);
        }
        (Some(Effect::ImplicitDeny), layer) => {
            let layer = layer.map_or("policy", |layer| names(layer).0);
            let action = denial.action.as_deref().unwrap_or("requested");
            text += &format!(" because no {layer} allows the {action} action");
        }
    }
    if let Some(through) = denial.through {
        text += &format!(" transitively through {}", names(through).1);
    }
    if let Some(arn) = &denial.policy_arn {
        text += &format!(": {arn}");
    }
    let stop = if text.ends_with('.') { "" } else { "." };
    if let Some(encoded) = &denial.encoded_message {
        text += &format!("{stop} {ENCODED}{encoded}");
    } else if let Some(id) = &denial.authorization_id {
        text += &format!(
            "{stop} {GO_TO}https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/{id}{AUTHORIZATION_ID}{id}"
        );
    }
    text
}

/// What has gone by that may open a refusal.
#[derive(Default)]
pub(super) struct Opening {
    user: Option<usize>,
    ec2: Option<usize>,
}

/// The refusal whose `not authorized to perform` begins with this word. Words before it are
/// remembered in `opening`, so that nothing has to be searched backwards.
pub(super) fn at(reader: &Reader, word: Word, opening: &mut Opening) -> Option<Mark> {
    match reader.byte(word.start)? {
        b'u' | b'U' if reader.phrase(word.start, "User:").is_some() => {
            opening.user = Some(word.start);
            console::at(reader, word)
        }
        b'y' | b'Y' => {
            let end = reader.phrase(word.start, EC2_PREFIX)?;
            opening.ec2 = Some(word.start);
            let mut parser = Parser::new(reader, end);
            parser.tail();
            // Without anything behind it the sentence names nothing that IAM decided.
            parser
                .denial
                .encoded_message
                .is_some()
                .then(|| parser.mark(word.start))
        }
        b'n' | b'N' => {
            let end = reader.phrase(word.start, NOT_AUTHORIZED)?;
            let subject = subject(reader, opening.user.take(), word.start);
            let mut parser = Parser::new(reader, end);
            parser.denial.principal = subject.as_ref().map(|(_, principal)| principal.clone());
            parser.action()?;
            parser.resource();
            parser.reason();
            parser.tail();
            let start = subject.map_or_else(|| sentence(reader, word.start), |(start, _)| start);
            // EC2 puts its own sentence before IAM's.
            let start = match opening.ec2.take() {
                Some(ec2) if reader.spaces(ec2 + EC2_PREFIX.len()) == start => ec2,
                _ => start,
            };
            Some(parser.mark(start))
        }
        _ => None,
    }
}

/// `User: <principal> is` before `end`: where it begins, and whom it names.
fn subject(reader: &Reader, user: Option<usize>, end: usize) -> Option<(usize, String)> {
    let start = user.filter(|user| end - user <= LONGEST_ARN + 16)?;
    let between = reader.slice(start + "User:".len(), end).trim_end();
    let (name, is) = between.split_at_checked(between.len().checked_sub(2)?)?;
    if !is.eq_ignore_ascii_case("is") || !name.ends_with(|last: char| last.is_ascii_whitespace()) {
        return None;
    }
    let name = name.trim().trim_matches(QUOTES);
    // A terminal may have broken an ARN in two; nothing else that AWS puts here has spaces.
    let principal: String = name.split_ascii_whitespace().collect();
    let whole = principal.len() == name.len()
        || name.starts_with("arn:") && !name.contains([' ', BLANK as char]);
    (whole && !principal.is_empty()).then_some((start, principal))
}

/// Where `User is` (or nothing) before `not authorized` begins.
fn sentence(reader: &Reader, not: usize) -> usize {
    ["User is ", "is "]
        .iter()
        .filter_map(|words| Some((not.checked_sub(words.len())?, words)))
        .find(|&(start, words)| reader.phrase(start, words).is_some())
        .map_or(not, |(start, _)| start)
}

const QUOTES: [char; 3] = ['"', '\'', '`'];

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// What ends a token in whatever it was pasted from.
fn ends_token(byte: u8) -> bool {
    is_space(byte) || byte == BLANK || matches!(byte, b'"' | b'`' | b'<')
}

/// Punctuation that belongs to the sentence or the programme around a token, not to it.
fn trails_token(byte: u8) -> bool {
    matches!(
        byte,
        b'.' | b',' | b';' | b':' | b'\'' | b')' | b']' | b'}' | b'!'
    )
}

/// Reads on from `at`; what it does not find it leaves alone.
pub(super) struct Parser<'a> {
    reader: &'a Reader<'a>,
    pub(super) at: usize,
    pub(super) denial: PolicyDenial,
}

impl<'a> Parser<'a> {
    pub(super) fn new(reader: &'a Reader<'a>, at: usize) -> Parser<'a> {
        Parser {
            reader,
            at,
            denial: PolicyDenial::default(),
        }
    }

    fn mark(self, start: usize) -> Mark {
        Mark {
            start,
            end: self.at,
            what: What::Hit(RefusalKind::Policy(self.denial)),
        }
    }

    /// Goes past `phrase`, and white space before it, if it comes next.
    fn past(&mut self, phrase: &str) -> bool {
        let end = self.reader.phrase(self.reader.spaces(self.at), phrase);
        self.at = end.unwrap_or(self.at);
        end.is_some()
    }

    /// The token at `from`: where it ends with and without the punctuation behind it.
    fn token(&self, from: usize, longest: usize) -> (&'a str, usize) {
        let end = self
            .reader
            .skip(from, from + longest, |byte| !ends_token(byte));
        let end = self.reader.skip_back(end, from, trails_token);
        (self.reader.slice(from, end), end)
    }

    /// `: service:Action`, or `this operation` if a principal was named. Without either it is some
    /// other programme's 403.
    fn action(&mut self) -> Option<()> {
        let start = self.at;
        self.past(":");
        let from = self
            .reader
            .skip(self.reader.spaces(self.at), self.reader.len(), is_quote);
        let (token, end) = self.token(from, LONGEST_ACTION);
        if is_action(token) {
            self.denial.action = Some(token.to_owned());
            self.at = self.reader.skip(end, end + 1, is_quote);
            return Some(());
        }
        self.denial
            .principal
            .as_ref()
            .filter(|principal| principal.starts_with("arn:"))?;
        self.at = start;
        let _ = self.past("this operation") || self.past("this action");
        Some(())
    }

    fn resource(&mut self) {
        let start = self.at;
        if !self.past("on resource:") && !self.past("on resource") {
            return;
        }
        let from = self.reader.spaces(self.at);
        let (end, past) = match self.reader.byte(from) {
            Some(quote) if is_quote(quote) => self.quoted(from, quote),
            _ => self.unquoted(from),
        };
        let from = self.reader.skip(from, end, is_quote);
        // A phrase that was broken over lines is one phrase.
        let resource = self
            .reader
            .slice(from, end)
            .trim()
            .replace(LINE as char, " ");
        if resource.is_empty() {
            self.at = start;
        } else {
            self.denial.resource = Some(resource);
            self.at = past;
        }
    }

    /// Where a quoted resource ends, and where the text goes on.
    fn quoted(&self, from: usize, quote: u8) -> (usize, usize) {
        let end = self.reader.skip(from + 1, from + 1 + LONGEST_ARN, |byte| {
            byte != quote && byte != BLANK
        });
        (end, self.reader.skip(end, end + 1, |byte| byte == quote))
    }

    /// An unquoted resource may be a phrase or hold spaces: if a reason follows it ends there, else
    /// an ARN ends with its token and a phrase with its line.
    fn unquoted(&self, from: usize) -> (usize, usize) {
        let reader = self.reader;
        let limit = (from + LONGEST_ARN).min(reader.len());
        let mut at = from;
        let mut line = None;
        while at < limit
            && let Some(byte) = reader.byte(at)
        {
            let stops = match byte {
                BLANK | b'"' | b'<' => true,
                b' ' | LINE => match self.comes_next(at + 1) {
                    Comes::Reason => return (reader.skip_back(at, from, |byte| byte == b','), at),
                    Comes::Stranger => true,
                    Comes::More => false,
                },
                _ => false,
            };
            if stops {
                break;
            }
            if byte == LINE {
                line = line.or(Some(at));
            }
            at += 1;
        }
        if reader.phrase(from, "arn:").is_some() || reader.byte(from) == Some(b'*') {
            let (_, end) = self.token(from, LONGEST_ARN);
            return (end, end);
        }
        let end = reader.skip_back(line.unwrap_or(at), from, |byte| {
            is_space(byte) || trails_token(byte)
        });
        (end, end)
    }

    fn comes_next(&self, at: usize) -> Comes {
        const REASONS: [&str; 4] = ["because no ", "with an explicit deny", ENCODED, GO_TO];
        const STRANGERS: [&str; 7] = [
            NOT_AUTHORIZED,
            "User: ",
            "because ",
            "on resource",
            "An error occurred (",
            "(Service: ",
            "status code: ",
        ];
        let stands = |phrases: &[&str]| {
            phrases
                .iter()
                .any(|phrase| self.reader.phrase(at, phrase).is_some())
        };
        // A full stop ends the sentence, and the resource with it.
        let tail = at >= 2 && self.reader.byte(at - 2) == Some(b'.');
        match () {
            () if stands(&REASONS[..2]) => Comes::Reason,
            () if tail && stands(&REASONS[2..]) => Comes::Stranger,
            () if stands(&STRANGERS) => Comes::Stranger,
            () => Comes::More,
        }
    }

    fn reason(&mut self) {
        let start = self.at;
        self.past(",");
        if self.past("because no ") {
            self.implicit(start);
        } else if self.past("with an explicit deny") {
            self.denial.effect = Some(Effect::ExplicitDeny);
            let end = self.at;
            if self.past("in ") {
                self.denial.layer = self.layer(|layer| layer.2);
            }
            if self.denial.layer.is_none() {
                self.at = end;
            } else if self.past("transitively through ") {
                self.denial.through = self.layer(|layer| layer.2);
            }
            self.policy_arn();
        } else {
            self.at = start;
        }
    }

    /// The console's reason: `no [layer] allows the … action`, `a [layer] explicitly denies the …
    /// action`. Whether there is one.
    pub(super) fn context(&mut self) -> bool {
        let start = self.at;
        if self.past("no ") {
            self.implicit(start);
            return self.denial.effect.is_some();
        }
        self.denial.layer = self.layer(|layer| layer.2);
        if self.denial.layer.is_none() || !self.past("explicitly denies the ") {
            self.denial.layer = None;
            return false;
        }
        self.denial.effect = Some(Effect::ExplicitDeny);
        self.allowed_action();
        true
    }

    /// `[layer] allows the X action`, from behind `because no`.
    fn implicit(&mut self, start: usize) {
        let layer = self.layer(|layer| layer.1);
        let known = layer.is_some() || self.past("policy");
        self.policy_arn();
        if !known || !(self.past("allows the ") || self.past("allow the ")) {
            self.denial.policy_arn = None;
            self.at = start;
            return;
        }
        self.allowed_action();
        self.denial.layer = layer;
        self.denial.effect = Some(Effect::ImplicitDeny);
        if self.denial.policy_arn.is_none() {
            self.policy_arn();
        }
    }

    /// `X action`, or `action` alone.
    fn allowed_action(&mut self) {
        if self.past("action") {
            return;
        }
        let (action, end) = self.token(self.reader.spaces(self.at), LONGEST_ACTION);
        self.at = end;
        if self.denial.action.is_none() && is_action(action) {
            self.denial.action = Some(action.to_owned());
        }
        self.past("action");
    }

    fn layer(
        &mut self,
        name: fn(&(Layer, &'static str, &'static str)) -> &'static str,
    ) -> Option<Layer> {
        LAYERS
            .iter()
            .find(|layer| self.past(name(layer)))
            .map(|layer| layer.0)
    }

    /// `: arn:…` behind the layer; since 2026, service by service.
    fn policy_arn(&mut self) {
        let start = self.at;
        if self.past(":") {
            let (arn, end) = self.token(self.reader.spaces(self.at), LONGEST_ARN);
            if arn.starts_with("arn:") {
                self.denial.policy_arn = Some(arn.to_owned());
                self.at = end;
                return;
            }
        }
        self.at = start;
    }

    /// The full stop, and what may follow it.
    fn tail(&mut self) {
        self.at = self.reader.skip(self.at, self.at + 1, |byte| byte == b'.');
        let end = self.at;
        if self.past(ENCODED) {
            self.denial.encoded_message = self.word(LONGEST_MESSAGE);
        } else if self.past(GO_TO) {
            let link = self.token(self.reader.spaces(self.at), LONGEST_ARN);
            self.at = link.1;
            if self.past(AUTHORIZATION_ID.trim_start()) {
                self.denial.authorization_id = self.word(LONGEST_ID);
            } else {
                self.at = end;
            }
        }
        if self.denial.encoded_message.is_none() && self.denial.authorization_id.is_none() {
            self.at = end;
        }
    }

    /// A word of letters, digits, `-` and `_`, which is how AWS encodes what is opaque.
    fn word(&mut self, longest: usize) -> Option<String> {
        let from = self.reader.spaces(self.at);
        let end = self.reader.skip(from, from + longest, |byte| {
            byte == b'-' || byte.is_ascii() && is_word(byte)
        });
        self.at = end;
        Some(self.reader.slice(from, end).to_owned()).filter(|word| !word.is_empty())
    }
}

enum Comes {
    Reason,
    Stranger,
    More,
}

const LONGEST_ACTION: usize = 192;
const LONGEST_ID: usize = 128;

/// `service:Action`: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
pub(super) fn is_action(token: &str) -> bool {
    let part = |part: &str, mark: char| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == mark)
    };
    token
        .split_once(':')
        .is_some_and(|(service, action)| part(service, '-') && part(action, '*'))
}
