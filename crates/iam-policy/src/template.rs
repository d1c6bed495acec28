//! Text with policy variables in it.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>

use super::form::Token;
use super::request::{Context, ContextValue};

/// A value of a policy, cut into literal text and variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Tokens(Vec<Token>),
    Variable(Variable),
}

/// `${key}` or `${key, 'default'}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Variable {
    /// As the policy writes it.
    pub(super) name: String,
    lower: String,
    default: Option<String>,
}

/// A template in the light of a request.
pub(super) enum Resolved {
    Tokens(Vec<Token>),
    /// A variable has no value, and no default: whatever holds the template matches nothing.
    NoValue,
    Unknown,
}

/// Which characters of a value have a meaning of their own.
#[derive(Clone, Copy)]
pub(super) struct Syntax {
    pub(super) wildcards: bool,
    /// Only in documents of version 2012-10-17; before, `${…}` is literal text.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html>
    pub(super) variables: bool,
}

impl Template {
    pub(super) fn parse(text: &str, syntax: Syntax) -> Template {
        let mut parts = Vec::new();
        let mut tokens = Vec::new();
        let mut rest = text;
        let mut variables = syntax.variables;
        while let Some(c) = rest.chars().next() {
            if variables && let Some(behind) = rest.strip_prefix("${") {
                match behind.split_once('}') {
                    // Escapes: `${*}`, `${?}` and `${$}` stand for the bare character.
                    Some((inside @ ("*" | "?" | "$"), after)) => {
                        tokens.extend(inside.chars().map(Token::Literal));
                        rest = after;
                        continue;
                    }
                    Some((inside, after)) => {
                        if !tokens.is_empty() {
                            parts.push(Part::Tokens(std::mem::take(&mut tokens)));
                        }
                        parts.push(Part::Variable(Variable::parse(inside)));
                        rest = after;
                        continue;
                    }
                    // No variable ends from here on, so looking again would only take time.
                    None => variables = false,
                }
            }
            tokens.push(if syntax.wildcards {
                Token::wild(c)
            } else {
                Token::Literal(c)
            });
            rest = &rest[c.len_utf8()..];
        }
        if !tokens.is_empty() {
            parts.push(Part::Tokens(tokens));
        }
        Template { parts }
    }

    /// The tokens, if there are no variables, so that the pattern can be compiled once.
    pub(super) fn constant(&self) -> Option<&[Token]> {
        match self.parts.as_slice() {
            [] => Some(&[]),
            [Part::Tokens(tokens)] => Some(tokens),
            _ => None,
        }
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable(variable) => Some(variable),
            Part::Tokens(_) => None,
        })
    }

    /// How many literal `c` stand before the first variable.
    pub(super) fn count_before_variable(&self, c: char) -> usize {
        match self.parts.first() {
            Some(Part::Tokens(tokens)) => tokens
                .iter()
                .filter(|token| **token == Token::Literal(c))
                .count(),
            _ => 0,
        }
    }

    /// The tokens with `*` in the place of every variable: what the template could match at most.
    pub(super) fn widest(&self) -> Vec<Token> {
        self.parts
            .iter()
            .flat_map(|part| match part {
                Part::Tokens(tokens) => tokens.as_slice(),
                Part::Variable(_) => &[Token::AnyRun],
            })
            .copied()
            .collect()
    }

    pub(super) fn resolve(&self, context: &Context) -> Resolved {
        let mut resolved = Vec::new();
        let mut unknown = false;
        for part in &self.parts {
            match part {
                Part::Tokens(tokens) => resolved.extend_from_slice(tokens),
                Part::Variable(variable) => match variable.value(context) {
                    // Wildcards that come from a value are plain characters: only the policy's author writes patterns.
                    VariableValue::Text(text) => resolved.extend(text.chars().map(Token::Literal)),
                    VariableValue::None => return Resolved::NoValue,
                    VariableValue::Unknown => unknown = true,
                },
            }
        }
        if unknown {
            Resolved::Unknown
        } else {
            Resolved::Tokens(resolved)
        }
    }
}

enum VariableValue<'a> {
    Text(&'a str),
    None,
    Unknown,
}

impl Variable {
    /// The default stands after a comma and a space, in single quotes.
    fn parse(inside: &str) -> Variable {
        let (name, default) = match inside.split_once(',') {
            Some((name, default)) => {
                let default = default.trim();
                (
                    name,
                    Some(
                        default
                            .strip_prefix('\'')
                            .and_then(|d| d.strip_suffix('\''))
                            .unwrap_or(default),
                    ),
                )
            }
            None => (inside, None),
        };
        let name = name.trim().to_owned();
        Variable {
            lower: name.to_lowercase(),
            name,
            default: default.map(str::to_owned),
        }
    }

    pub(super) fn is_unknown(&self, context: &Context) -> bool {
        matches!(self.value(context), VariableValue::Unknown)
    }

    pub(super) fn key(&self) -> &str {
        &self.lower
    }

    fn value<'a>(&'a self, context: &'a Context) -> VariableValue<'a> {
        match context.get_lower(&self.lower) {
            ContextValue::Unknown | ContextValue::Form(_) => VariableValue::Unknown,
            // A key with several values can't be a variable: it has no single value to put in.
            ContextValue::Known(values) => match values.as_slice() {
                [one] => VariableValue::Text(one),
                _ => VariableValue::None,
            },
            ContextValue::Absent => self
                .default
                .as_deref()
                .map_or(VariableValue::None, VariableValue::Text),
        }
    }
}
