//! Matching ARNs: resources of statements, and the ARN operators of conditions.

use super::pattern::{Pattern, Token};
use super::request::Context;
use super::template::{Resolved, Syntax, Template};
use super::truth::Truth;

/// `arn:partition:service:region:account:resource`
const FIELDS: usize = 6;

/// One entry of `Resource` or `NotResource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Fixed(ResourcePattern),
    Variable(Template),
    /// A variable stands before the fifth colon. AWS documents variables behind it only, and not what happens
    /// otherwise; so this may match whatever it would match with any value, and does not match the rest.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
    MisplacedVariable {
        template: Template,
        widest: ResourcePattern,
    },
}

impl Resource {
    pub(super) fn parse(text: &str, variables: bool) -> Resource {
        let template = Template::parse(
            text,
            Syntax {
                wildcards: true,
                variables,
            },
        );
        match template.constant() {
            Some(tokens) => Resource::Fixed(ResourcePattern::from_tokens(tokens)),
            None if template.count_before_variable(':') < FIELDS - 1 => {
                let widest = ResourcePattern::from_tokens(&template.widest());
                Resource::MisplacedVariable { template, widest }
            }
            None => Resource::Variable(template),
        }
    }

    pub(super) fn matches(&self, resource: &str, context: &Context) -> Truth {
        match self {
            Resource::Fixed(pattern) => pattern.matches(resource).into(),
            Resource::Variable(template) => match template.resolve(context) {
                Resolved::Tokens(tokens) => ResourcePattern::from_tokens(&tokens)
                    .matches(resource)
                    .into(),
                // "If the variable has no value, the ARN matches nothing":
                // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
                Resolved::NoValue => Truth::False,
                Resolved::Unknown => {
                    // Even without the value, a resource outside the widest reading can't match.
                    let widest = ResourcePattern::from_tokens(&template.widest());
                    if widest.matches(resource) {
                        Truth::Unknown
                    } else {
                        Truth::False
                    }
                }
            },
            Resource::MisplacedVariable { widest, .. } if widest.matches(resource) => {
                Truth::Unknown
            }
            Resource::MisplacedVariable { .. } => Truth::False,
        }
    }

    pub(super) fn template(&self) -> Option<&Template> {
        match self {
            Resource::Fixed(_) => None,
            Resource::Variable(template) | Resource::MisplacedVariable { template, .. } => {
                Some(template)
            }
        }
    }

    pub(super) fn is_misplaced(&self) -> bool {
        matches!(self, Resource::MisplacedVariable { .. })
    }
}

/// A resource ARN with wildcards.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ResourcePattern {
    /// Compared as one text: a `*` at the end of a field may reach past the colon, and within the last field
    /// colons are nothing special.
    Whole(Pattern),
    /// A `?`, or a `*` in the middle of one of the first five fields, stays in its field; so the fields are
    /// compared one by one.
    ByField(Box<ArnPattern>),
}

impl ResourcePattern {
    pub(super) fn from_tokens(tokens: &[Token]) -> ResourcePattern {
        let fields = split_fields(tokens);
        let (Some(first), Some((_, head))) = (fields.first(), fields.split_last()) else {
            return ResourcePattern::Whole(Pattern::from_tokens(tokens));
        };
        let is_arn = **first == ARN;
        if is_arn && fields.len() < FIELDS {
            // An incomplete ARN is completed with wildcards, `arn:aws:sqs` to `arn:aws:sqs:*:*:*`.
            let missing = [Token::Literal(':'), Token::AnyRun].repeat(FIELDS - fields.len());
            return ResourcePattern::from_tokens(&[tokens, &missing].concat());
        }
        if is_arn && head.iter().any(|field| has_inner_wildcard(field)) {
            return ResourcePattern::ByField(Box::new(ArnPattern::from_tokens(tokens)));
        }
        ResourcePattern::Whole(Pattern::from_tokens(tokens))
    }

    pub(super) fn matches(&self, resource: &str) -> bool {
        match self {
            ResourcePattern::Whole(pattern) => pattern.matches(resource),
            ResourcePattern::ByField(pattern) => pattern.matches(resource),
        }
    }
}

const ARN: [Token; 3] = [
    Token::Literal('a'),
    Token::Literal('r'),
    Token::Literal('n'),
];

fn has_inner_wildcard(field: &[Token]) -> bool {
    let end = field
        .iter()
        .rposition(|token| *token != Token::AnyRun)
        .map_or(0, |last| last + 1);
    field
        .iter()
        .take(end)
        .any(|token| !matches!(token, Token::Literal(_)))
}

/// Six patterns, each compared with its own field of an ARN.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ArnPattern {
    /// Fewer than six make a pattern that matches no ARN, except that a lone `*` matches all.
    fields: Vec<Pattern>,
}

impl ArnPattern {
    pub(super) fn from_tokens(tokens: &[Token]) -> ArnPattern {
        ArnPattern {
            fields: split_fields(tokens)
                .into_iter()
                .map(Pattern::from_tokens)
                .collect(),
        }
    }

    pub(super) fn matches(&self, arn: &str) -> bool {
        let fields = arn.splitn(FIELDS, ':');
        match self.fields.as_slice() {
            [Pattern::Anything] => true,
            // Six fields, six patterns, and every one matches.
            patterns => {
                let matching = patterns
                    .iter()
                    .zip(fields)
                    .take_while(|(pattern, field)| pattern.matches(field));
                matching.count() == FIELDS
            }
        }
    }
}

fn split_fields(tokens: &[Token]) -> Vec<&[Token]> {
    tokens
        .splitn(FIELDS, |token| *token == Token::Literal(':'))
        .collect()
}
