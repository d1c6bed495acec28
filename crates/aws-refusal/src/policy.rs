//! IAM's grammar, both ways.
//!
//! docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html has the table of layers,
//! …/troubleshoot_access-denied-authorization-id.html the authorization id. Rendering lies beside
//! parsing so that neither can drift from the other.

use std::ops::Range;
use std::sync::LazyLock;

use regex_lite::{Captures, Regex};

use crate::clean::{BLANK, LINE};
use crate::scan::Words;
use crate::words::{LONGEST_ARN, after, before, is_quote, is_word, pattern, phrase};
use crate::{Effect, LONGEST_MESSAGE, Layer, PolicyDenial};

const EC2_PREFIX: &str = "You are not authorized to perform this operation. ";
const NOT_AUTHORIZED: &str = "not authorized to perform";
const ENCODED: &str = "Encoded authorization failure message: ";
const AUTHORIZATION_ID: &str = "for complete details, or call the GetRequestAuthorizationDetails API with the following authorization id: ";

impl Layer {
    /// As AWS names it after `no`.
    const fn name(self) -> &'static str {
        match self {
            Layer::IdentityPolicy => "identity-based policy",
            Layer::PermissionsBoundary => "permissions boundary",
            Layer::SessionPolicy => "session policy",
            Layer::ServiceControlPolicy => "service control policy",
            Layer::ResourceControlPolicy => "resource control policy",
            Layer::ResourcePolicy => "resource-based policy",
            Layer::VpcEndpointPolicy => "VPC endpoint policy",
            Layer::RoleTrustPolicy => "role trust policy",
        }
    }

    /// As AWS names it after `with an explicit deny in`.
    const fn article(self) -> &'static str {
        match self {
            Layer::IdentityPolicy => "an",
            Layer::RoleTrustPolicy => "the",
            _ => "a",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Layer> {
        let name = name.replace(LINE, " ").to_ascii_lowercase();
        // The guide's own example of an explicit deny has the slip of the pen.
        let name = name.replace("sessions", "session");
        Layer::ALL
            .into_iter()
            .find(|layer| layer.name().eq_ignore_ascii_case(&name))
    }
}

/// A kind of policy, in a pattern.
pub(crate) const LAYER: &str = "(?:identity-based policy|permissions boundary|sessions? policy|service control policy|resource control policy|resource-based policy|VPC endpoint policy|role trust policy)";

/// What AWS would write: [`read`](crate::read) of it gives the same parts back.
///
/// docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
pub fn render_policy(denial: &PolicyDenial) -> String {
    let mut text = String::new();
    if denial.principal.is_none() && denial.action.is_none() {
        text += EC2_PREFIX.trim_end();
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
    let full = |layer: Layer| format!("{} {}", layer.article(), layer.name());
    match (denial.effect, denial.layer) {
        (None, _) => {}
        (Some(Effect::ExplicitDeny), None) => text += " with an explicit deny",
        (Some(Effect::ExplicitDeny), Some(layer)) => {
            text += &format!(" with an explicit deny in {}", full(layer));
        }
        (Some(Effect::ImplicitDeny), layer) => {
            let layer = layer.map_or("policy", Layer::name);
            let action = denial.action.as_deref().unwrap_or("requested");
            text += &format!(" because no {layer} allows the {action} action");
        }
    }
    if let Some(through) = denial.through {
        text += &format!(" transitively through {}", full(through));
    }
    if let Some(arn) = &denial.policy_arn {
        text += &format!(": {arn}");
    }
    let stop = if text.ends_with('.') { "" } else { "." };
    if let Some(encoded) = &denial.encoded_message {
        text += &format!("{stop} {ENCODED}{encoded}");
    } else if let Some(id) = &denial.authorization_id {
        text += &format!(
            "{stop} Go to https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/authorization-details/{id} {AUTHORIZATION_ID}{id}"
        );
    }
    text
}

/// `User: <principal> is `, up to the end of a stretch.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    // A terminal may have broken an ARN in two; nothing else that AWS puts here has spaces.
    // A text extraction may have glued it to the verb.
    pattern(r"User: ?(?P<principal>arn:[^ \x1e]+?(?:\n[^ \x1e]+?)*?|[^ \x1e]+?) ?is $")
});

/// `: service:Action` behind [`NOT_AUTHORIZED`]; a narrow column may break it behind its colon.
static ACTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"^ ?(?:: ?| )["'`]*(?P<action>[a-z][a-z0-9-]*:\n[a-z0-9]+|[^ \x1e"'`<]+)["'`]?"#)
});

/// A phrase for a resource. A tag or the end of a string ends it; `<username>` is a placeholder.
const PHRASE: &str = r#"(?:[^\x1e"<]|<[a-z][\w -]*>)"#;

/// Why, and by which policy.
fn because() -> String {
    format!(
        r#"(?:because no (?:(?P<omits>{LAYER})|policy)\b(?:: (?P<before>arn:[^ \x1e"'`<]+))? allows? the (?:action\b|(?P<action>[^ \x1e"'`<]+)(?: action\b)?)|(?P<explicit>with an explicit deny)\b(?: in (?:an?|the) (?P<denies>{LAYER})\b(?: transitively through (?:an?|the) (?P<through>{LAYER})\b)?)?)(?:: (?P<arn>arn:[^ \x1e"'`<]+))?"#
    )
}

/// The resource and the reason. An unquoted resource may be a phrase or hold spaces.
static REASON: LazyLock<Regex> = LazyLock::new(|| {
    let because = because();
    pattern(&format!(
        r#"^(?: ?on (?P<this>this )?resource:?(?: (?:["'`](?P<quoted>[^"'`\x1e]+)["'`]|(?P<loose>{PHRASE}+?)))??)?,? ?{because}"#
    ))
});

/// The reason alone, behind whatever a service or a comment put before it.
static DISTANT: LazyLock<Regex> = LazyLock::new(|| pattern(&because()));

/// A resource that no reason follows: an ARN ends with its token, a phrase with its line.
static RESOURCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"^ ?on resource:? (?:["'`](?P<quoted>[^"'`\x1e]+)["'`]?|(?P<arn>arn:[^ \x1e"`<]+|\*)|(?P<loose>(?:[^\n\x1e"<]|<[a-z][\w -]*>)+?)(?: (?:because|on resource)\b|\. (?:Encoded|Go to)\b|[\n\x1e"<]|$))"#,
    )
});

/// The full stop, and what may follow it.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r#"^\.? (?:{ENCODED}(?P<encoded>[\w-]+)|Go to [^ \x1e"'`<]+ {AUTHORIZATION_ID}(?P<id>[\w-]+))"#
    ))
});

/// Where another sentence begins: no part of this one lies behind it.
const STRANGERS: [&str; 6] = [
    " (Service: ",
    "not authorized to perform",
    "User: ",
    "You are not",
    "An error occurred (",
    "status code: ",
];

/// What they begin with, on one line.
static OPENINGS: LazyLock<Words> = LazyLock::new(|| {
    Words::new([
        "(service:",
        "not authorized",
        "user:",
        "you are",
        "an error",
        "status code",
    ])
});

/// The text up to where another sentence begins.
fn sentence(text: &str) -> &str {
    let text = text.split(BLANK).next().unwrap_or_default();
    let mut at = 0;
    while let Some((word, length)) = OPENINGS.find(text.as_bytes(), at) {
        at = word + length;
        let touches = text[..word].ends_with(is_word);
        let begins = |from: usize| {
            STRANGERS
                .iter()
                .any(|words| phrase(text, from, words).is_some())
        };
        if !touches && begins(word) {
            return &text[..word];
        }
        if word > 0 && text.is_char_boundary(word - 1) && begins(word - 1) {
            return &text[..word - 1];
        }
    }
    text
}

/// Words without which there is no reason.
static REASONS: LazyLock<Words> = LazyLock::new(|| Words::new(["because", "explicit"]));

/// The refusal whose `not authorized to perform` begins at `not`. Its subject does not begin before
/// `floor`.
pub(crate) fn at(text: &str, not: usize, floor: usize) -> Option<(Range<usize>, PolicyDenial)> {
    let open = phrase(text, not, NOT_AUTHORIZED)?;
    let window = after(text, open, 2 * LONGEST_ARN + LONGEST_MESSAGE);
    let window = sentence(window);
    let (start, principal) = subject(text, not, floor);
    let mut parser = Parser {
        window,
        at: 0,
        denial: PolicyDenial {
            principal,
            ..PolicyDenial::default()
        },
    };
    parser.action();
    parser.resource_and_reason();
    parser.distant_reason();
    parser.tail();
    let Parser { at, denial, .. } = parser;
    let foreign = |principal: &String| {
        (principal.contains("::") || principal.starts_with("arn:"))
            && !principal.starts_with("arn:aws")
    };
    let by_arn = denial
        .principal
        .as_ref()
        .is_some_and(|principal| principal.starts_with("arn:aws"));
    // AWS writes `service:Action`; `storage:read` alone is some other programme's, and so is a 403
    // without an action, an ARN or a kind of policy.
    let by_action = denial.action.as_deref().is_some_and(|action| {
        let name = action.split_once(':').map_or("", |(_, name)| name);
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '*')
    });
    let by_layer = denial.layer.is_some() && !strange(&window[..at]);
    let recognised = by_action || by_arn || by_layer || denial.encoded_message.is_some();
    let ours = recognised && !denial.principal.as_ref().is_some_and(foreign);
    ours.then_some((start..open + at, denial))
}

/// Whether the action is another provider's: `service:resource:action`.
fn strange(sentence: &str) -> bool {
    let token = sentence.trim_start_matches([':', ' ', LINE]);
    let token = token.split_whitespace().next().unwrap_or_default();
    token.trim_end_matches(trails).matches(':').count() > 1
}

/// Where the sentence begins whose verb is at `not`, and whom it names.
fn subject(text: &str, not: usize, floor: usize) -> (usize, Option<String>) {
    let stretch = before(text, not, (LONGEST_ARN + 16).min(not - floor));
    let begin = not - stretch.len();
    // The last `User:` only; earlier ones are other sentences'.
    let last = stretch.to_ascii_lowercase().rfind("user:");
    let named = last.and_then(|last| {
        let parts = SUBJECT.captures(&stretch[last..])?;
        let name = parts.name("principal")?.as_str().trim_matches(is_quote);
        let principal: String = name.split_ascii_whitespace().collect();
        (!principal.is_empty()).then_some((begin + last + parts.get(0)?.start(), principal))
    });
    let standing = |words: &&&str| phrase(before(text, not, words.len()), 0, words).is_some();
    let Some((start, principal)) = named else {
        let words = ["User is ", "You are ", "is "];
        let words = words.iter().find(standing);
        return (not - words.map_or(0, |words| words.len()), None);
    };
    // EC2 puts its own sentence before IAM's.
    let ec2 = phrase(before(text, start, EC2_PREFIX.len()), 0, EC2_PREFIX).is_some();
    let start = if ec2 { start - EC2_PREFIX.len() } else { start };
    (start, Some(principal))
}

/// Reads on from `at`; what it does not find it leaves alone.
struct Parser<'a> {
    window: &'a str,
    at: usize,
    denial: PolicyDenial,
}

impl<'a> Parser<'a> {
    fn next(&self, pattern: &Regex) -> Option<Captures<'a>> {
        pattern.captures(&self.window[self.at..])
    }

    fn action(&mut self) {
        if let Some(parts) = self.next(&ACTION)
            && let Some(token) = parts.name("action")
            && let action = unglued(
                token.as_str().trim_end_matches(trails),
                &self.window[token.end()..],
            )
            && let name = action.replace(LINE, "")
            && is_action(&name)
        {
            self.denial.action = Some(name);
            let whole = action.len() == token.as_str().len();
            self.at += if whole {
                end(&parts)
            } else {
                token.start() + action.len()
            };
        } else {
            let said = [" this operation", " this action"];
            let said = said.iter().find_map(|words| phrase(self.window, 0, words));
            self.at = said.unwrap_or(0);
        }
    }

    fn resource_and_reason(&mut self) {
        let Some(parts) = self.next(&REASON) else {
            return self.resource();
        };
        let text = |part: &str| parts.name(part).map(|part| part.as_str());
        let resource = text("quoted").or(text("loose")).map(one_line);
        // A bare `*` at the start of a line looks like a bullet and was taken for one.
        let bullet = resource.is_none() && text("this").is_none() && starts_with_resource(&parts);
        self.denial.resource = resource.or(bullet.then(|| "*".to_owned()));
        self.reason(&parts);
    }

    /// A reason that stands further behind, in the same paragraph: behind `on this resource`, an
    /// ellipsis, a word that was blacked out.
    fn distant_reason(&mut self) {
        const FAR: usize = 1200;
        if self.denial.effect.is_some() {
            return;
        }
        let stretch = after(self.window, self.at, FAR);
        if REASONS.find(stretch.as_bytes(), 0).is_none() {
            return;
        }
        let Some(parts) = DISTANT.captures(stretch) else {
            return;
        };
        let named = parts
            .name("action")
            .map(|action| action.as_str().trim_end_matches(trails));
        let named = named.filter(|action| is_action(action));
        // Another action's reason is another refusal's.
        let same = match (named, &self.denial.action) {
            (Some(named), Some(action)) => named.eq_ignore_ascii_case(action),
            _ => true,
        };
        if same {
            self.reason(&parts);
        }
    }

    fn reason(&mut self, parts: &Captures) {
        let layer = |part: &str| Layer::named(parts.name(part)?.as_str());
        let text = |part: &str| parts.name(part).map(|part| part.as_str());
        let denies = layer("denies");
        self.denial.layer = denies.or_else(|| layer("omits"));
        self.denial.through = layer("through");
        self.denial.policy_arn = text("before").map(str::to_owned);
        self.denial.effect = Some(match text("explicit") {
            Some(_) => Effect::ExplicitDeny,
            None => Effect::ImplicitDeny,
        });
        if self.denial.action.is_none() {
            let action = text("action").map(|action| action.trim_end_matches(trails));
            let action = action.filter(|action| is_action(action));
            self.denial.action = action.map(str::to_owned);
        }
        self.at += end(parts);
        if let Some(arn) = parts.name("arn") {
            let start = self.at - arn.as_str().len();
            let (arn, length) = policy_arn(&self.window[start..]);
            self.denial.policy_arn = self.denial.policy_arn.take().or(Some(arn));
            self.at = start + length;
        }
    }

    fn resource(&mut self) {
        if let Some(parts) = self.next(&RESOURCE) {
            let quoted = parts.name("quoted");
            let resource = quoted.or(parts.name("arn")).or(parts.name("loose"));
            let Some(found) = resource else { return };
            let text = match quoted {
                Some(quoted) => quoted.as_str(),
                None => found
                    .as_str()
                    .trim_end_matches(|c| c == ' ' || c == '…' || trails(c)),
            };
            self.denial.resource = Some(one_line(text)).filter(|text| !text.is_empty());
            self.at += match quoted {
                Some(_) => end(&parts),
                None => found.start() + text.len(),
            };
        }
    }

    fn tail(&mut self) {
        if let Some(parts) = self.next(&TAIL) {
            let text = |part: &str| parts.name(part).map(|part| part.as_str().to_owned());
            self.denial.encoded_message = text("encoded");
            self.denial.authorization_id = text("id");
            self.at += end(&parts);
        } else if self.window[self.at..].starts_with('.') {
            self.at += 1;
        }
    }
}

/// Where a match ends.
fn end(parts: &Captures) -> usize {
    parts.get(0).map_or(0, |whole| whole.end())
}

/// Whether what matched opens with the words for a resource.
fn starts_with_resource(parts: &Captures) -> bool {
    let whole = parts.get(0).map_or("", |whole| whole.as_str());
    [" on resource", "on resource"]
        .iter()
        .any(|words| phrase(whole, 0, words).is_some())
}

/// The action, without the word that a text extraction glued to it: `ce:GetTagson resource: …`.
fn unglued<'a>(token: &'a str, rest: &str) -> &'a str {
    const GLUED: [(&str, &str); 3] = [
        ("on", " resource"),
        ("because", " no "),
        ("with", " an explicit deny"),
    ];
    GLUED
        .iter()
        .find(|(_, next)| phrase(rest, 0, next).is_some())
        .and_then(|(word, _)| token.strip_suffix(word))
        .unwrap_or(token)
}

/// The ARN of a policy at the start of `text`, and its length there: a narrow column may break it.
fn policy_arn(text: &str) -> (String, usize) {
    let token = |text: &str| {
        let ends = |c: char| c.is_whitespace() || matches!(c, '\u{1e}' | '"' | '\'' | '`' | '<');
        text.find(ends).unwrap_or(text.len())
    };
    let mut length = token(text);
    let mut arn = text[..length].to_owned();
    while let Some(next) = text[length..].strip_prefix(LINE)
        && let part = &next[..token(next)]
        && !part.is_empty()
        && !arn.ends_with('.')
        && goes_on(&arn, part)
    {
        arn += part;
        length += LINE.len_utf8() + part.len();
    }
    let whole = arn.trim_end_matches(trails).len();
    length -= arn.len() - whole;
    arn.truncate(whole);
    (arn, length)
}

/// Whether an ARN at the end of a line is only the first part of one: it ends in the middle, or
/// AWS's own name goes on.
fn goes_on(arn: &str, next: &str) -> bool {
    const QUARANTINE: &str = "AWSCompromisedKeyQuarantine";
    let resource = arn.splitn(6, ':').nth(5);
    let name = arn.rsplit('/').next().unwrap_or_default();
    let joined = format!("{name}{next}");
    let open = match resource {
        None => true,
        // `policy/o-…/service_control_policy/p-…`
        Some(resource) if arn.contains(":organizations:") => resource.split('/').count() < 4,
        Some(resource) => !resource.contains('/'),
    };
    open || arn.ends_with(['/', ':', '-', '_'])
        || joined.starts_with(QUARANTINE) && name.len() < QUARANTINE.len() + 2
}

/// A phrase that was broken over lines is one phrase, an ARN one word.
fn one_line(text: &str) -> String {
    let text =
        text.trim_end_matches(|c: char| c == '…' || c == '.' || c == '`' || c.is_whitespace());
    let gap = if text.starts_with("arn:") && !text.contains(' ') {
        ""
    } else {
        " "
    };
    text.trim().replace(LINE, gap)
}

/// Punctuation that belongs to the sentence or the programme around a token, not to it.
fn trails(c: char) -> bool {
    matches!(
        c,
        '.' | ',' | ';' | ':' | '\'' | '`' | ')' | ']' | '}' | '!'
    )
}

/// `service:Action`: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
pub(crate) fn is_action(token: &str) -> bool {
    let part = |part: &str, mark: char| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == mark)
    };
    token
        .split_once(':')
        .is_some_and(|(service, action)| part(service, '-') && part(action, '*'))
}
