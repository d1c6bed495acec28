//! Policy documents: from text to compiled statements.

use std::collections::BTreeMap;
use std::fmt;

use super::action::ActionSet;
use super::arn::ResourceEntry;
use super::condition::{Condition, Operator};
use super::json::{Node, percent_decode, pointer};
use super::statement::{Actions, Effect, Principals, Resources, Statement};

/// Longer than any document that AWS keeps (the longest managed policy has some 110,000 characters), and short enough
/// that no input holds the tool up.
const MAX_BYTES: usize = 1 << 20;

/// A policy document, compiled: parse once, ask often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    version: Option<Version>,
    id: Option<String>,
    statements: Vec<Statement>,
    remarks: Vec<Remark>,
    /// Lower case, sorted, each once.
    context_keys: Vec<String>,
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V2008,
    V2012,
}

/// Why a text is no policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// Where, as a JSON pointer; empty for the whole document.
    pub pointer: String,
    /// What is wrong there.
    pub reason: String,
}

/// Something odd that does not keep the document from being judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where, as a JSON pointer; empty for the whole document.
    pub pointer: String,
    /// What is odd there.
    pub reason: String,
}

impl Document {
    /// Reads a document from JSON as people write it or percent-encoded as the IAM API sends it.
    ///
    /// # Errors
    ///
    /// When the text does not follow the grammar so that AWS could not have meant anything by it
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>). A layer that holds such a
    /// document is unreadable; it is not a layer with one policy less.
    pub fn parse(text: &str) -> Result<Document, DocumentError> {
        if text.len() > MAX_BYTES {
            return Err(error("", format!("longer than {MAX_BYTES} bytes")));
        }
        // A document starts with a brace, which percent-encoding hides.
        let node = if text.trim_start().starts_with('%') {
            percent_decode(text.trim()).and_then(|decoded| Node::parse(&decoded))
        } else {
            Node::parse(text)
        };
        let node = node.map_err(|reason| error("", reason))?;
        Reader::default().document(&node)
    }

    /// The statements in the order written.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Duplicate keys, unknown elements, statements that can never match: what AWS would hardly accept, and what
    /// the author hardly meant.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The context keys that the document asks about, in lower case, sorted.
    pub fn context_keys(&self) -> &[String] {
        &self.context_keys
    }
}

/// Reads the parts of a document, noting what is odd.
#[derive(Default)]
struct Reader {
    remarks: Vec<Remark>,
    /// Whether the document's version has policy variables.
    variables: bool,
}

type Fields<'a> = BTreeMap<&'a str, &'a Node>;

impl Reader {
    fn document(mut self, node: &Node) -> Result<Document, DocumentError> {
        let fields = self.fields(node, "", &["Version", "Id", "Statement"])?;
        let version = match fields.get("Version") {
            None => None,
            Some(Node::Text(text)) if text == "2012-10-17" => Some(Version::V2012),
            Some(Node::Text(text)) if text == "2008-10-17" => Some(Version::V2008),
            Some(_) => {
                return Err(error(
                    "/Version",
                    "neither \"2012-10-17\" nor \"2008-10-17\"",
                ));
            }
        };
        // Without a version the older language holds:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
        self.variables = version == Some(Version::V2012);
        let id = fields
            .get("Id")
            .map(|node| text_of(node, "/Id"))
            .transpose()?;
        let statements = match fields.get("Statement") {
            None => return Err(error("", "no Statement")),
            Some(Node::List(items)) => items
                .iter()
                .enumerate()
                .map(|(index, item)| self.statement(item, &pointer("/Statement", index)))
                .collect::<Result<Vec<_>, _>>()?,
            Some(single) => vec![self.statement(single, "/Statement")?],
        };
        if statements.is_empty() {
            self.remark("/Statement", "has no statements");
        }
        let mut context_keys: Vec<String> = statements
            .iter()
            .flat_map(Statement::context_keys)
            .map(str::to_owned)
            .collect();
        context_keys.sort_unstable();
        context_keys.dedup();
        Ok(Document {
            version,
            id,
            statements,
            remarks: self.remarks,
            context_keys,
        })
    }

    fn statement(&mut self, node: &Node, at: &str) -> Result<Statement, DocumentError> {
        const ELEMENTS: [&str; 9] = [
            "Sid",
            "Effect",
            "Principal",
            "NotPrincipal",
            "Action",
            "NotAction",
            "Resource",
            "NotResource",
            "Condition",
        ];
        let fields = self.fields(node, at, &ELEMENTS)?;
        let sid = fields
            .get("Sid")
            .map(|node| text_of(node, &pointer(at, "Sid")))
            .transpose()?;
        // "The Effect value is case sensitive":
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html
        let effect = match fields.get("Effect") {
            Some(Node::Text(text)) if text == "Allow" => Effect::Allow,
            Some(Node::Text(text)) if text == "Deny" => Effect::Deny,
            Some(_) => {
                return Err(error(
                    &pointer(at, "Effect"),
                    "neither \"Allow\" nor \"Deny\"",
                ));
            }
            None => return Err(error(at, "no Effect")),
        };
        Ok(Statement {
            sid,
            effect,
            actions: self.actions(&fields, at)?,
            resources: self.resources(&fields, at)?,
            conditions: match fields.get("Condition") {
                Some(node) => self.conditions(node, &pointer(at, "Condition"))?,
                None => Vec::new(),
            },
            principals: principals(&fields, at)?,
        })
    }

    fn actions(&mut self, fields: &Fields<'_>, at: &str) -> Result<Actions, DocumentError> {
        let (negated, node, at) = one_of(fields, "Action", "NotAction", at)?
            .ok_or_else(|| error(at, "neither Action nor NotAction"))?;
        let names = texts_of(node, &at)?;
        for name in names
            .iter()
            .filter(|name| *name != "*" && !name.contains(':'))
        {
            self.remark(
                &at,
                format!("`{name}` has no service prefix, so it names no action"),
            );
        }
        if names.is_empty() {
            self.remark(&at, "is empty");
        }
        Ok(Actions {
            negated,
            set: ActionSet::new(&names),
            names,
        })
    }

    fn resources(&mut self, fields: &Fields<'_>, at: &str) -> Result<Resources, DocumentError> {
        let (negated, node, at) = one_of(fields, "Resource", "NotResource", at)?
            .ok_or_else(|| error(at, "neither Resource nor NotResource"))?;
        let names = texts_of(node, &at)?;
        let patterns: Vec<ResourceEntry> = names
            .iter()
            .map(|name| ResourceEntry::parse(name, self.variables))
            .collect();
        for (name, pattern) in names.iter().zip(&patterns) {
            if name != "*" && !name.starts_with("arn:") {
                self.remark(&at, format!("`{name}` is neither `*` nor an ARN"));
            }
            if pattern.is_misplaced() {
                self.remark(
                    &at,
                    format!("`{name}` has a variable before the fifth colon, where AWS has none"),
                );
            }
        }
        if names.is_empty() {
            self.remark(&at, "is empty");
        }
        Ok(Resources {
            negated,
            names,
            patterns,
        })
    }

    fn conditions(&mut self, node: &Node, at: &str) -> Result<Vec<Condition>, DocumentError> {
        let mut conditions = Vec::new();
        for (name, keys) in self.entries(node, at)? {
            let at = pointer(at, name);
            let operator = Operator::parse(name)
                .ok_or_else(|| error(&at, format!("`{name}` is no condition operator")))?;
            for (key, values) in self.entries(keys, &at)? {
                let at = pointer(&at, key);
                let condition =
                    Condition::new(operator, key, literals_of(values, &at)?, self.variables);
                // One remark for all: each repeats the pointer, which may be as long as the document.
                let invalid: Vec<&str> = condition.invalid_values().collect();
                if !invalid.is_empty() {
                    let list = invalid.join("`, `");
                    self.remark(
                        &at,
                        format!("`{list}` is no value for {name}, so nothing equals it"),
                    );
                }
                if condition.values.is_empty() {
                    self.remark(&at, "has no values, so nothing equals one of them");
                }
                conditions.push(condition);
            }
        }
        Ok(conditions)
    }

    /// The known elements of an object; others are remarked upon.
    fn fields<'a>(
        &mut self,
        node: &'a Node,
        at: &str,
        known: &[&str],
    ) -> Result<Fields<'a>, DocumentError> {
        let mut fields = Fields::new();
        for (name, value) in self.entries(node, at)? {
            if known.contains(&name) {
                fields.insert(name, value);
            } else {
                self.remark(&pointer(at, name), "is no element of a policy");
            }
        }
        Ok(fields)
    }

    /// The entries of an object in order, without all but the last of each name.
    fn entries<'a>(
        &mut self,
        node: &'a Node,
        at: &str,
    ) -> Result<Vec<(&'a str, &'a Node)>, DocumentError> {
        let Node::Object(entries) = node else {
            return Err(error(
                at,
                format!("{} where an object belongs", node.kind()),
            ));
        };
        let mut last = BTreeMap::new();
        for (position, (name, _)) in entries.iter().enumerate() {
            if last.insert(name.as_str(), position).is_some() {
                self.remark(
                    &pointer(at, name),
                    "stands here more than once; the last counts",
                );
            }
        }
        let kept = entries
            .iter()
            .enumerate()
            .filter(|(position, (name, _))| last.get(name.as_str()) == Some(position));
        Ok(kept
            .map(|(_, (name, value))| (name.as_str(), value))
            .collect())
    }

    fn remark(&mut self, at: &str, reason: impl Into<String>) {
        self.remarks.push(Remark {
            pointer: at.to_owned(),
            reason: reason.into(),
        });
    }
}

/// The element or its negation; a statement can't have both.
fn one_of<'a>(
    fields: &Fields<'a>,
    name: &str,
    negation: &str,
    at: &str,
) -> Result<Option<(bool, &'a Node, String)>, DocumentError> {
    match (fields.get(name), fields.get(negation)) {
        (Some(_), Some(_)) => Err(error(at, format!("both {name} and {negation}"))),
        (Some(node), None) => Ok(Some((false, node, pointer(at, name)))),
        (None, Some(node)) => Ok(Some((true, node, pointer(at, negation)))),
        (None, None) => Ok(None),
    }
}

fn principals(fields: &Fields<'_>, at: &str) -> Result<Option<Principals>, DocumentError> {
    let Some((negated, node, at)) = one_of(fields, "Principal", "NotPrincipal", at)? else {
        return Ok(None);
    };
    let is_star = |node: &Node| matches!(node, Node::Text(text) if text == "*");
    // `"*"`, `{"AWS": "*"}` and `{"AWS": ["*"]}` are the same:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    let everyone = match node {
        Node::Text(text) if text == "*" => true,
        Node::Object(entries) => entries.iter().any(|(name, value)| match value {
            Node::List(items) => name == "AWS" && items.iter().any(is_star),
            value => name == "AWS" && is_star(value),
        }),
        _ => {
            return Err(error(
                &at,
                format!("{} where `*` or an object belongs", node.kind()),
            ));
        }
    };
    Ok(Some(Principals { negated, everyone }))
}

fn text_of(node: &Node, at: &str) -> Result<String, DocumentError> {
    match node {
        Node::Text(text) => Ok(text.clone()),
        other => Err(error(
            at,
            format!("{} where a string belongs", other.kind()),
        )),
    }
}

/// A string or a list of strings.
fn texts_of(node: &Node, at: &str) -> Result<Vec<String>, DocumentError> {
    one_or_more(node, at, "a string", |node| match node {
        Node::Text(text) => Some(text.clone()),
        _ => None,
    })
}

/// A string, number or boolean, or a list of them: "quotes are optional" for the latter two.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
fn literals_of(node: &Node, at: &str) -> Result<Vec<String>, DocumentError> {
    one_or_more(node, at, "a string, number or boolean", |node| match node {
        Node::Text(text) => Some(text.clone()),
        Node::Number(number) => Some(number.to_string()),
        Node::Bool(value) => Some(value.to_string()),
        _ => None,
    })
}

/// A scalar, or a list of them.
fn one_or_more(
    node: &Node,
    at: &str,
    wanted: &str,
    read: fn(&Node) -> Option<String>,
) -> Result<Vec<String>, DocumentError> {
    let misplaced = |node: &Node| format!("{} where {wanted} belongs", node.kind());
    match node {
        Node::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                // The pointer is made for errors only: its length times that of the list would not be linear.
                read(item).ok_or_else(|| error(&pointer(at, index), misplaced(item)))
            })
            .collect(),
        scalar => match read(scalar) {
            Some(text) => Ok(vec![text]),
            None => Err(error(at, misplaced(scalar))),
        },
    }
}

fn error(pointer: &str, reason: impl Into<String>) -> DocumentError {
    DocumentError {
        pointer: pointer.to_owned(),
        reason: reason.into(),
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_at(f, &self.pointer, &self.reason)
    }
}

impl std::error::Error for DocumentError {}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_at(f, &self.pointer, &self.reason)
    }
}

fn write_at(f: &mut fmt::Formatter<'_>, pointer: &str, reason: &str) -> fmt::Result {
    if pointer.is_empty() {
        f.write_str(reason)
    } else {
        write!(f, "{pointer}: {reason}")
    }
}
