//! The `Condition` block.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>

use std::cmp::Ordering;
use std::net::IpAddr;

use super::arn::ArnPattern;
use super::form::{self, Extent, Token};
use super::pattern::Pattern;
use super::request::{Context, ContextValue};
use super::scalar::{Decimal, Instant, Network, parse_base64, parse_bool};
use super::template::{Resolved, Syntax, Template, Variable};
use super::truth::Truth;

/// One key under one operator, with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) operator: Operator,
    /// As the policy writes it, and so are the values.
    pub(super) key: String,
    pub(super) values: Vec<String>,
    lower_key: String,
    operands: Vec<Operand>,
}

/// A condition operator, as its name says it: `ForAnyValue:StringNotLikeIfExists`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// How one value of the request is compared with one of the policy.
    pub comparison: Comparison,
    /// Whether the condition matches where the comparison does not: the `Not` in `StringNotEquals`.
    pub negated: bool,
    /// How several values of the request are taken together.
    pub quantifier: Quantifier,
    /// Whether the condition matches a request that lacks the key.
    pub if_exists: bool,
}

/// How one value of the request is compared with one of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Equal texts.
    StringEquals,
    /// Equal texts, whatever the case.
    StringEqualsIgnoreCase,
    /// A text with the wildcards `*` and `?`.
    StringLike,
    /// Integers or decimal numbers.
    Numeric(Order),
    /// Points in time.
    Date(Order),
    /// `true` or `false`.
    Bool,
    /// Bytes, written in base64.
    Binary,
    /// An address in a network.
    IpAddress,
    /// An ARN, field by field; `ArnEquals` and `ArnLike` are the same.
    Arn,
    /// Whether the key is there at all: the value `true` matches where it is not.
    Null,
}

/// The order of the request's value to the policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The same.
    Equals,
    /// Before it.
    LessThan,
    /// Before it, or the same.
    LessThanEquals,
    /// After it.
    GreaterThan,
    /// After it, or the same.
    GreaterThanEquals,
}

/// How the values of the request are taken together.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// The key is meant to have one value.
    One,
    /// Every value of the request must match; none at all will do.
    ForAllValues,
    /// At least one value of the request must match.
    ForAnyValue,
}

/// A value of the policy, made ready for its operator.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Operand {
    Text(Pattern),
    Arn(ArnPattern),
    /// A string or ARN with policy variables.
    Template(Template),
    Decimal(Decimal),
    Instant(Instant),
    Bool(bool),
    Bytes(Vec<u8>),
    Network(Network),
    /// Not a value of the operator's kind: nothing equals it.
    Invalid,
}

/// A condition as the policy writes it; in a residual one that can't be judged, because its key or a policy variable
/// among its values is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidualCondition {
    /// The context key, as the policy writes it.
    pub key: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what, as the policy writes it.
    pub values: Vec<String>,
    /// Whether the condition matches a request that lacks the key.
    pub matches_absent: bool,
}

impl ResidualCondition {
    pub(super) fn of(condition: &Condition) -> ResidualCondition {
        ResidualCondition {
            key: condition.key.clone(),
            operator: condition.operator,
            values: condition.values.clone(),
            matches_absent: condition.when_absent(),
        }
    }
}

impl Operator {
    /// The operator of that name, if there is one. AWS does not say that case matters, so it doesn't.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
    pub fn parse(name: &str) -> Option<Operator> {
        let lower = name.to_ascii_lowercase();
        let (quantifier, rest) = match lower.split_once(':') {
            Some(("forallvalues", rest)) => (Quantifier::ForAllValues, rest),
            Some(("foranyvalue", rest)) => (Quantifier::ForAnyValue, rest),
            Some(_) => return None,
            None => (Quantifier::One, lower.as_str()),
        };
        let (base, if_exists) = match rest.strip_suffix("ifexists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (comparison, negated) = match base {
            "stringequals" => (Comparison::StringEquals, false),
            "stringnotequals" => (Comparison::StringEquals, true),
            "stringequalsignorecase" => (Comparison::StringEqualsIgnoreCase, false),
            "stringnotequalsignorecase" => (Comparison::StringEqualsIgnoreCase, true),
            "stringlike" => (Comparison::StringLike, false),
            "stringnotlike" => (Comparison::StringLike, true),
            "numericequals" => (Comparison::Numeric(Order::Equals), false),
            "numericnotequals" => (Comparison::Numeric(Order::Equals), true),
            "numericlessthan" => (Comparison::Numeric(Order::LessThan), false),
            "numericlessthanequals" => (Comparison::Numeric(Order::LessThanEquals), false),
            "numericgreaterthan" => (Comparison::Numeric(Order::GreaterThan), false),
            "numericgreaterthanequals" => (Comparison::Numeric(Order::GreaterThanEquals), false),
            "dateequals" => (Comparison::Date(Order::Equals), false),
            "datenotequals" => (Comparison::Date(Order::Equals), true),
            "datelessthan" => (Comparison::Date(Order::LessThan), false),
            "datelessthanequals" => (Comparison::Date(Order::LessThanEquals), false),
            "dategreaterthan" => (Comparison::Date(Order::GreaterThan), false),
            "dategreaterthanequals" => (Comparison::Date(Order::GreaterThanEquals), false),
            "bool" => (Comparison::Bool, false),
            "binaryequals" => (Comparison::Binary, false),
            "ipaddress" => (Comparison::IpAddress, false),
            "notipaddress" => (Comparison::IpAddress, true),
            "arnequals" | "arnlike" => (Comparison::Arn, false),
            "arnnotequals" | "arnnotlike" => (Comparison::Arn, true),
            // `Null` is itself about existence, so it takes no `IfExists`, and it looks at the key, not at values.
            "null" if !if_exists && quantifier == Quantifier::One => (Comparison::Null, false),
            _ => return None,
        };
        Some(Operator {
            comparison,
            negated,
            quantifier,
            if_exists,
        })
    }

    /// What the operator says of a request that lacks the key. Not for `Null`.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists>
    fn when_absent(self) -> bool {
        match self.quantifier {
            _ if self.if_exists => true,
            // No values: all of them match, and none does.
            Quantifier::ForAllValues => true,
            Quantifier::ForAnyValue => false,
            Quantifier::One => self.negated,
        }
    }
}

impl Condition {
    /// `variables`: whether the document's version has policy variables.
    pub(super) fn new(
        operator: Operator,
        key: &str,
        values: Vec<String>,
        variables: bool,
    ) -> Condition {
        let operands = values
            .iter()
            .map(|value| Operand::parse(operator.comparison, value, variables))
            .collect();
        Condition {
            operator,
            key: key.to_owned(),
            values,
            lower_key: key.to_lowercase(),
            operands,
        }
    }

    /// The key in lower case.
    pub(super) fn lower_key(&self) -> &str {
        &self.lower_key
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.operands
            .iter()
            .flat_map(|operand| match operand {
                Operand::Template(template) => Some(template.variables()),
                _ => None,
            })
            .flatten()
    }

    /// What the condition says of a request that lacks the key.
    pub(super) fn when_absent(&self) -> bool {
        match self.operator.comparison {
            Comparison::Null => self.operands.contains(&Operand::Bool(true)),
            _ => self.operator.when_absent(),
        }
    }

    pub(super) fn evaluate(&self, context: &Context) -> Truth {
        let values = match context.get_lower(&self.lower_key) {
            ContextValue::Unknown => return Truth::Unknown,
            ContextValue::Absent => return self.when_absent().into(),
            ContextValue::Form(form) => return self.judge_form(form),
            ContextValue::Known(values) => values,
        };
        if self.operator.comparison == Comparison::Null {
            return self.operands.contains(&Operand::Bool(false)).into();
        }
        let mut judged = values.iter().map(|value| self.judge(value, context));
        match self.operator.quantifier {
            // An empty string counts as no value here: "resolves to a null data set, such as an empty string".
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
            Quantifier::ForAllValues => Truth::all(
                values
                    .iter()
                    .filter(|value| !value.is_empty())
                    .map(|value| self.judge(value, context)),
            ),
            Quantifier::ForAnyValue => Truth::any(judged),
            // AWS does not say what an operator for one value makes of several; where they agree it can't matter.
            Quantifier::One => {
                let first = judged.next().unwrap_or(Truth::Unknown);
                if judged.all(|other| other == first) {
                    first
                } else {
                    Truth::Unknown
                }
            }
        }
    }

    /// One value of the request: it matches any of the policy's values, or, under a negated operator, none.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>
    fn judge(&self, value: &str, context: &Context) -> Truth {
        let subject = Subject::parse(self.operator.comparison, value);
        Truth::any(
            self.operands
                .iter()
                .map(|operand| self.compare(&subject, operand, context)),
        )
        .negated_if(self.operator.negated)
    }

    /// One value of which only the form is known. Where a placeholder of the form decides, nobody can tell.
    fn judge_form(&self, form: &str) -> Truth {
        let tokens = match self.operator.comparison {
            Comparison::Null => return self.operands.contains(&Operand::Bool(false)).into(),
            Comparison::StringEquals | Comparison::StringLike => form::tokens(form),
            Comparison::StringEqualsIgnoreCase => form::tokens(&form.to_lowercase()),
            _ => return Truth::Unknown,
        };
        let extents = self.operands.iter().map(|operand| match operand {
            Operand::Text(pattern) => pattern.extent(&tokens),
            _ => Extent::Unknown,
        });
        match Extent::any(extents) {
            Extent::All => Truth::True,
            Extent::None => Truth::False,
            Extent::Part | Extent::Unknown => Truth::Unknown,
        }
        .negated_if(self.operator.negated)
    }

    fn compare(&self, subject: &Subject, operand: &Operand, context: &Context) -> Truth {
        let holds = match (subject, operand) {
            (Subject::Text(text), Operand::Text(pattern)) => pattern.matches(text),
            (Subject::Text(text), Operand::Arn(pattern)) => pattern.matches(text),
            (Subject::Text(text), Operand::Template(template)) => match template.resolve(context) {
                Resolved::Tokens(tokens) => {
                    Operand::text(self.operator.comparison, &tokens).matches_text(text)
                }
                // Without a value a positive operator does not match and a negated one does:
                // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
                Resolved::NoValue => false,
                Resolved::Unknown => return self.unknown_within(template, text),
            },
            (Subject::Decimal(value), Operand::Decimal(limit)) => self.orders(value.cmp(limit)),
            (Subject::Instant(value), Operand::Instant(limit)) => self.orders(value.cmp(limit)),
            (Subject::Bool(value), Operand::Bool(expected)) => value == expected,
            (Subject::Bytes(value), Operand::Bytes(expected)) => value == expected,
            (Subject::Address(address), Operand::Network(network)) => network.contains(*address),
            _ => false,
        };
        holds.into()
    }

    /// Even without the variable's value, what lies outside the widest reading can't match.
    fn unknown_within(&self, template: &Template, text: &str) -> Truth {
        let comparison = self.operator.comparison;
        // What is lower case can depend on the letters around it.
        let may_match = comparison == Comparison::StringEqualsIgnoreCase
            || Operand::text(comparison, &template.widest()).matches_text(text);
        if may_match {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    fn orders(&self, ordering: Ordering) -> bool {
        match self.operator.comparison {
            Comparison::Numeric(order) | Comparison::Date(order) => match order {
                Order::Equals => ordering.is_eq(),
                Order::LessThan => ordering.is_lt(),
                Order::LessThanEquals => ordering.is_le(),
                Order::GreaterThan => ordering.is_gt(),
                Order::GreaterThanEquals => ordering.is_ge(),
            },
            _ => false,
        }
    }
}

impl Operand {
    fn parse(comparison: Comparison, value: &str, variables: bool) -> Operand {
        let parsed = match comparison {
            Comparison::StringEquals
            | Comparison::StringEqualsIgnoreCase
            | Comparison::StringLike
            | Comparison::Arn => {
                // Escapes work in every string; wildcards only where the operator has them.
                let wildcards = matches!(comparison, Comparison::StringLike | Comparison::Arn);
                let template = Template::parse(
                    value,
                    Syntax {
                        wildcards,
                        variables,
                    },
                );
                return match template.constant() {
                    Some(tokens) => Operand::text(comparison, tokens),
                    None => Operand::Template(template),
                };
            }
            Comparison::Numeric(_) => Decimal::parse(value).map(Operand::Decimal),
            Comparison::Date(_) => Instant::parse(value).map(Operand::Instant),
            Comparison::Bool | Comparison::Null => parse_bool(value).map(Operand::Bool),
            Comparison::Binary => parse_base64(value).map(Operand::Bytes),
            Comparison::IpAddress => Network::parse(value).map(Operand::Network),
        };
        parsed.unwrap_or(Operand::Invalid)
    }

    fn text(comparison: Comparison, tokens: &[Token]) -> Operand {
        match comparison {
            Comparison::Arn => Operand::Arn(ArnPattern::from_tokens(tokens)),
            Comparison::StringEqualsIgnoreCase => {
                Operand::Text(Pattern::from_tokens(&lower_tokens(tokens)))
            }
            _ => Operand::Text(Pattern::from_tokens(tokens)),
        }
    }

    fn matches_text(&self, text: &str) -> bool {
        match self {
            Operand::Text(pattern) => pattern.matches(text),
            Operand::Arn(pattern) => pattern.matches(text),
            _ => false,
        }
    }
}

fn lower_tokens(tokens: &[Token]) -> Vec<Token> {
    let text: String = tokens
        .iter()
        .filter_map(|token| match token {
            Token::Literal(c) => Some(*c),
            Token::AnyOne | Token::AnyRun => None,
        })
        .collect();
    text.to_lowercase().chars().map(Token::Literal).collect()
}

/// A value of the request, read as the operator reads it.
enum Subject<'a> {
    Text(std::borrow::Cow<'a, str>),
    Decimal(Decimal),
    Instant(Instant),
    Bool(bool),
    Bytes(Vec<u8>),
    Address(IpAddr),
    /// Not a value of the operator's kind: it equals nothing.
    Invalid,
}

impl Subject<'_> {
    fn parse(comparison: Comparison, value: &str) -> Subject<'_> {
        let parsed = match comparison {
            Comparison::StringEquals | Comparison::StringLike | Comparison::Arn => {
                Some(Subject::Text(value.into()))
            }
            Comparison::StringEqualsIgnoreCase => {
                Some(Subject::Text(super::request::lowercase(value)))
            }
            Comparison::Numeric(_) => Decimal::parse(value).map(Subject::Decimal),
            Comparison::Date(_) => Instant::parse(value).map(Subject::Instant),
            Comparison::Bool | Comparison::Null => parse_bool(value).map(Subject::Bool),
            Comparison::Binary => parse_base64(value).map(Subject::Bytes),
            Comparison::IpAddress => value.parse().ok().map(Subject::Address),
        };
        parsed.unwrap_or(Subject::Invalid)
    }
}
