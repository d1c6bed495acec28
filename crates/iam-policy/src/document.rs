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
    statements: Vec<Statement>,
    /// Lower case, sorted, each once.
    context_keys: Vec<String>,
}

/// Why a text is no policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// Where, as a JSON pointer; empty for the whole document.
    pub pointer: String,
    /// What is wrong there.
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
        document(&node.map_err(|reason| error("", reason))?)
    }

    /// The statements in the order written.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The context keys that the document asks about, in lower case, sorted.
    pub fn context_keys(&self) -> &[String] {
        &self.context_keys
    }
}

/// The elements of a policy or a statement. Those that no policy has are of no effect: AWS takes no such document.
type Fields<'a> = BTreeMap<&'a str, &'a Node>;

fn document(node: &Node) -> Result<Document, DocumentError> {
    let fields: Fields<'_> = entries(node, "")?.into_iter().collect();
    // Without a version the older language holds, which has no policy variables:
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    let variables = match fields.get("Version") {
        None => false,
        Some(Node::Text(text)) if text == "2012-10-17" => true,
        Some(Node::Text(text)) if text == "2008-10-17" => false,
        Some(_) => {
            let reason = "neither \"2012-10-17\" nor \"2008-10-17\"";
            return Err(error("/Version", reason));
        }
    };
    if let Some(id) = fields.get("Id") {
        text_of(id, "/Id")?;
    }
    let statements = match fields.get("Statement") {
        None => return Err(error("", "no Statement")),
        Some(Node::List(items)) => items
            .iter()
            .enumerate()
            .map(|(index, item)| statement(item, &pointer("/Statement", index), variables))
            .collect::<Result<Vec<_>, _>>()?,
        Some(single) => vec![statement(single, "/Statement", variables)?],
    };
    let keys = statements.iter().flat_map(Statement::context_keys);
    let mut context_keys: Vec<String> = keys.map(str::to_owned).collect();
    context_keys.sort_unstable();
    context_keys.dedup();
    Ok(Document {
        statements,
        context_keys,
    })
}

/// `variables`: whether the document's version has policy variables.
fn statement(node: &Node, at: &str, variables: bool) -> Result<Statement, DocumentError> {
    let fields: Fields<'_> = entries(node, at)?.into_iter().collect();
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
            let reason = "neither \"Allow\" nor \"Deny\"";
            return Err(error(&pointer(at, "Effect"), reason));
        }
        None => return Err(error(at, "no Effect")),
    };
    Ok(Statement {
        sid,
        effect,
        actions: actions(&fields, at)?,
        resources: resources(&fields, at, variables)?,
        conditions: match fields.get("Condition") {
            Some(node) => conditions(node, &pointer(at, "Condition"), variables)?,
            None => Vec::new(),
        },
        principals: principals(&fields, at)?,
    })
}

fn actions(fields: &Fields<'_>, at: &str) -> Result<Actions, DocumentError> {
    let (negated, node, at) = one_of(fields, "Action", "NotAction", at)?
        .ok_or_else(|| error(at, "neither Action nor NotAction"))?;
    Ok(Actions {
        negated,
        set: ActionSet::new(&texts_of(node, &at)?),
    })
}

fn resources(fields: &Fields<'_>, at: &str, variables: bool) -> Result<Resources, DocumentError> {
    let (negated, node, at) = one_of(fields, "Resource", "NotResource", at)?
        .ok_or_else(|| error(at, "neither Resource nor NotResource"))?;
    let names = texts_of(node, &at)?;
    let patterns = names
        .iter()
        .map(|name| ResourceEntry::parse(name, variables));
    Ok(Resources {
        negated,
        patterns: patterns.collect(),
        names,
    })
}

fn conditions(node: &Node, at: &str, variables: bool) -> Result<Vec<Condition>, DocumentError> {
    let mut conditions = Vec::new();
    for (name, keys) in entries(node, at)? {
        let at = pointer(at, name);
        let operator = Operator::parse(name)
            .ok_or_else(|| error(&at, format!("`{name}` is no condition operator")))?;
        for (key, values) in entries(keys, &at)? {
            let values = literals_of(values, &pointer(&at, key))?;
            conditions.push(Condition::new(operator, key, values, variables));
        }
    }
    Ok(conditions)
}

/// The entries of an object in order, without all but the last of each name.
fn entries<'a>(node: &'a Node, at: &str) -> Result<Vec<(&'a str, &'a Node)>, DocumentError> {
    let Node::Object(entries) = node else {
        let reason = format!("{} where an object belongs", node.kind());
        return Err(error(at, reason));
    };
    let named = entries.iter().enumerate();
    let last: BTreeMap<&str, usize> = named.map(|(at, (name, _))| (name.as_str(), at)).collect();
    let kept = entries
        .iter()
        .enumerate()
        .filter(|(position, (name, _))| last.get(name.as_str()) == Some(position));
    Ok(kept
        .map(|(_, (name, value))| (name.as_str(), value))
        .collect())
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
        if self.pointer.is_empty() {
            f.write_str(&self.reason)
        } else {
            write!(f, "{}: {}", self.pointer, self.reason)
        }
    }
}

impl std::error::Error for DocumentError {}
