//! Policy documents under pseudonyms. What is no policy stays none: a layer that nobody can read must not become one
//! that can be read.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::names::{condition_key, value};
use super::pseudonyms::{Kind, Pseudonyms};
use super::shapes;
use super::witness::{Compared, Witness};
use crate::evidence::{AttachedPolicy, Evidence, Observed};
use iam_policy::{Document, Node, Operator, percent_decode};

/// What stands in place of a text that is not even JSON.
const UNREADABLE: &str = "(left out: it was not JSON)";

/// Every policy of the evidence.
pub(super) fn policies(evidence: &Evidence) -> impl Iterator<Item = &AttachedPolicy> {
    let policies = &evidence.policies;
    let levels = policies.service_control.known().into_iter().flatten();
    (policies.identity.read.iter())
        .chain(policies.permissions_boundary.known())
        .chain(policies.session.known().into_iter().flatten())
        .chain(levels.filter_map(|level| level.policies.known()).flatten())
}

/// Redacts every policy's text, but for those of AWS's own policies.
pub(super) fn all(evidence: &mut Evidence, witness: &Witness, pseudonyms: &mut Pseudonyms) {
    let policies = &mut evidence.policies;
    let mut redact = |policy: &mut AttachedPolicy| {
        let is_aws_owned = policy.arn.as_deref().is_some_and(shapes::is_aws_owned_arn);
        if let Observed::Known { value } = &mut policy.document
            && !is_aws_owned
        {
            *value = text(value, witness, pseudonyms);
        }
    };
    policies.identity.read.iter_mut().for_each(&mut redact);
    if let Observed::Known { value } = &mut policies.permissions_boundary {
        redact(value);
    }
    if let Observed::Known { value } = &mut policies.session {
        value.iter_mut().for_each(&mut redact);
    }
    if let Observed::Known { value } = &mut policies.service_control {
        for level in value {
            if let Observed::Known { value } = &mut level.policies {
                value.iter_mut().for_each(&mut redact);
            }
        }
    }
}

/// One document's text.
fn text(original: &str, witness: &Witness, pseudonyms: &mut Pseudonyms) -> String {
    let is_encoded = original.trim_start().starts_with('%');
    let node = if is_encoded {
        percent_decode(original.trim()).and_then(|text| Node::parse(&text))
    } else {
        Node::parse(original)
    };
    let Ok(node) = node else {
        return UNREADABLE.to_owned();
    };
    let mut writer = Writer {
        witness,
        pseudonyms,
        version: None,
    };
    let Ok(redacted) = serde_json::to_string(&writer.document(&node)) else {
        return UNREADABLE.to_owned();
    };
    let redacted = if is_encoded {
        utf8_percent_encode(&redacted, NON_ALPHANUMERIC).to_string()
    } else {
        redacted
    };
    // One that was too long for AWS must not become short enough.
    if Document::parse(original).is_ok() == Document::parse(&redacted).is_ok() {
        redacted
    } else {
        UNREADABLE.to_owned()
    }
}

struct Writer<'a> {
    witness: &'a Witness,
    pseudonyms: &'a mut Pseudonyms,
    version: Option<String>,
}

impl Writer<'_> {
    fn document(&mut self, node: &Node) -> Node {
        let Node::Object(entries) = node else {
            return placeholder(node);
        };
        // The last of two counts; without one the language has no variables.
        self.version = entries.iter().rev().find_map(|(name, value)| match value {
            Node::Text(version) if name == "Version" && is_version(version) => {
                Some(version.clone())
            }
            _ => None,
        });
        object(entries, |name, node| match name {
            "Version" => Some(self.text_if(node, is_version)),
            "Id" => Some(self.text_if(node, |_| false)),
            "Statement" => Some(match node {
                Node::List(items) => {
                    Node::List(items.iter().map(|item| self.statement(item)).collect())
                }
                single => self.statement(single),
            }),
            _ => None,
        })
    }

    fn statement(&mut self, node: &Node) -> Node {
        let Node::Object(entries) = node else {
            return placeholder(node);
        };
        object(entries, |name, node| {
            Some(match name {
                "Sid" => match node {
                    Node::Text(sid) => Node::Text(self.pseudonyms.of(Kind::Sid, sid)),
                    other => placeholder(other),
                },
                "Effect" => self.text_if(node, |text| matches!(text, "Allow" | "Deny")),
                "Action" | "NotAction" => each(node, |text| self.action(text)),
                "Resource" | "NotResource" => each(node, |text| self.resource(text)),
                "Principal" | "NotPrincipal" => self.principal(node),
                "Condition" => self.condition(node),
                _ => return None,
            })
        })
    }

    /// An action as AWS writes it stays; anything else names none, and goes on to name none.
    fn action(&mut self, text: &str) -> String {
        if shapes::is_action(text) || text.bytes().all(|byte| byte == b'*') {
            return text.to_owned();
        }
        match text.split_once(':') {
            Some((service, name)) if shapes::is_action(&format!("{service}:x")) => {
                format!("{service}:{}", self.pseudonyms.of(Kind::Word, name))
            }
            _ => self.pseudonyms.of(Kind::Word, text),
        }
    }

    fn resource(&mut self, text: &str) -> String {
        let redacted = value(self.pseudonyms, Kind::Word, text);
        let Self {
            witness,
            pseudonyms,
            version,
        } = self;
        witness.choose(
            version.as_deref(),
            &Compared::Resource,
            text,
            redacted,
            || pseudonyms.fresh(Kind::Word),
        )
    }

    fn principal(&mut self, node: &Node) -> Node {
        match node {
            Node::Text(text) => Node::Text(value(self.pseudonyms, Kind::Word, text)),
            Node::Object(entries) => object(entries, |name, node| {
                matches!(name, "AWS" | "Service" | "Federated" | "CanonicalUser")
                    .then(|| each(node, |text| value(self.pseudonyms, Kind::Word, text)))
            }),
            other => placeholder(other),
        }
    }

    fn condition(&mut self, node: &Node) -> Node {
        let Node::Object(operators) = node else {
            return placeholder(node);
        };
        let redacted = operators.iter().map(|(operator, keys)| {
            let known = Operator::parse(operator).is_some();
            let name = if known {
                operator.clone()
            } else {
                self.pseudonyms.of(Kind::Word, operator)
            };
            let Node::Object(keys) = keys else {
                return (name, placeholder(keys));
            };
            let keys = keys.iter().map(|(key, values)| {
                let redacted = condition_key(self.pseudonyms, key);
                let values = self.values(operator, [key, &redacted], values);
                (redacted, values)
            });
            (name, Node::Object(keys.collect()))
        });
        Node::Object(redacted.collect())
    }

    fn values(&mut self, operator: &str, key: [&str; 2], node: &Node) -> Node {
        match node {
            Node::List(items) => Node::List(
                items
                    .iter()
                    .map(|item| match item {
                        Node::List(_) => placeholder(item),
                        item => self.values(operator, key, item),
                    })
                    .collect(),
            ),
            Node::Text(text) => Node::Text(self.compared(operator, key, text)),
            // An account's id is a number to whoever leaves out the quotes.
            Node::Number(number) => {
                let text = number.to_string();
                let redacted = self.compared(operator, key, &text);
                if redacted == text {
                    node.clone()
                } else {
                    Node::Text(redacted)
                }
            }
            Node::Bool(_) => node.clone(),
            other => placeholder(other),
        }
    }

    fn compared(&mut self, operator: &str, key: [&str; 2], text: &str) -> String {
        let lower = operator.to_ascii_lowercase();
        let is_number = shapes::is_number(text) && !shapes::is_account(text);
        let stays = (lower.contains("numeric") && is_number)
            || (lower.contains("date") && (shapes::is_time(text) || is_number));
        if stays {
            return text.to_owned();
        }
        let redacted = value(self.pseudonyms, Kind::Word, text);
        let Self {
            witness,
            pseudonyms,
            version,
        } = self;
        let compared = Compared::Condition { operator, key };
        witness.choose(version.as_deref(), &compared, text, redacted, || {
            pseudonyms.fresh(Kind::Word)
        })
    }

    /// A text of AWS's stays, another is replaced.
    fn text_if(&mut self, node: &Node, stays: impl Fn(&str) -> bool) -> Node {
        match node {
            Node::Text(text) if stays(text) => node.clone(),
            Node::Text(text) => Node::Text(self.pseudonyms.of(Kind::Word, text)),
            other => placeholder(other),
        }
    }
}

fn is_version(text: &str) -> bool {
    matches!(text, "2012-10-17" | "2008-10-17")
}

/// The object without the elements that no policy has. Those that stand there twice go on to.
fn object(entries: &[(String, Node)], mut redact: impl FnMut(&str, &Node) -> Option<Node>) -> Node {
    let kept = entries
        .iter()
        .filter_map(|(name, node)| Some((name.clone(), redact(name, node)?)));
    Node::Object(kept.collect())
}

/// A string or a list of strings.
fn each(node: &Node, mut redact: impl FnMut(&str) -> String) -> Node {
    let mut one = |node: &Node| match node {
        Node::Text(text) => Node::Text(redact(text)),
        other => placeholder(other),
    };
    match node {
        Node::List(items) => Node::List(items.iter().map(one).collect()),
        single => one(single),
    }
}

/// Something of the same type where a policy has something else: the error stays the same.
fn placeholder(node: &Node) -> Node {
    match node {
        Node::Null => Node::Null,
        Node::Bool(_) => node.clone(),
        Node::Number(_) => Node::Number(0.into()),
        Node::Text(_) => Node::Text(String::new()),
        Node::List(_) => Node::List(Vec::new()),
        Node::Object(_) => Node::Object(Vec::new()),
    }
}
