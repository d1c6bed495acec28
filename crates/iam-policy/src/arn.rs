//! Matching ARNs: resources of statements, and the ARN operators of conditions.

use super::form::{self, Extent, Token};
use super::pattern::Pattern;
use super::request::{Context, Resource};
use super::template::{Resolved, Syntax, Template};

/// A request's resource, made ready to be compared.
pub(super) enum Target<'a> {
    Exact(&'a str),
    Form(Vec<Token>),
}

impl<'a> Target<'a> {
    pub(super) fn new(resource: Resource<'a>) -> Self {
        match resource {
            Resource::Exact(arn) => Target::Exact(arn),
            Resource::Form(form) => Target::Form(form::tokens(form)),
        }
    }
}

/// `arn:partition:service:region:account:resource`
const FIELDS: usize = 6;

/// One entry of `Resource` or `NotResource`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ResourceEntry {
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

impl ResourceEntry {
    pub(super) fn parse(text: &str, variables: bool) -> ResourceEntry {
        let template = Template::parse(
            text,
            Syntax {
                wildcards: true,
                variables,
            },
        );
        match template.constant() {
            Some(tokens) => ResourceEntry::Fixed(ResourcePattern::from_tokens(tokens)),
            None if template.count_before_variable(':') < FIELDS - 1 => {
                let widest = ResourcePattern::from_tokens(&template.widest());
                ResourceEntry::MisplacedVariable { template, widest }
            }
            None => ResourceEntry::Variable(template),
        }
    }

    /// How much of what the request acts on the entry matches.
    pub(super) fn extent(&self, target: &Target<'_>, context: &Context) -> Extent {
        match self {
            ResourceEntry::Fixed(pattern) => pattern.extent(target),
            ResourceEntry::Variable(template) => match template.resolve(context) {
                Resolved::Tokens(tokens) => ResourcePattern::from_tokens(&tokens).extent(target),
                // "If the variable has no value, the ARN matches nothing":
                // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
                Resolved::NoValue => Extent::None,
                Resolved::Unknown => {
                    unknown_within(&ResourcePattern::from_tokens(&template.widest()), target)
                }
            },
            ResourceEntry::MisplacedVariable { widest, .. } => unknown_within(widest, target),
        }
    }

    pub(super) fn template(&self) -> Option<&Template> {
        match self {
            ResourceEntry::Fixed(_) => None,
            ResourceEntry::Variable(template)
            | ResourceEntry::MisplacedVariable { template, .. } => Some(template),
        }
    }
}

/// Even without the value, what lies outside the widest reading can't match.
fn unknown_within(widest: &ResourcePattern, target: &Target<'_>) -> Extent {
    match widest.extent(target) {
        Extent::None => Extent::None,
        _ => Extent::Unknown,
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
    fn from_tokens(tokens: &[Token]) -> ResourcePattern {
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

    fn extent(&self, target: &Target<'_>) -> Extent {
        match (self, target) {
            (ResourcePattern::Whole(pattern), Target::Exact(arn)) => pattern.matches(arn).into(),
            (ResourcePattern::ByField(pattern), Target::Exact(arn)) => pattern.matches(arn).into(),
            (ResourcePattern::Whole(pattern), Target::Form(form)) => pattern.extent(form),
            (ResourcePattern::ByField(pattern), Target::Form(form)) => pattern.extent(form),
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

impl ArnPattern {
    /// How much of a form it matches. A placeholder before the fifth colon holds no colon.
    fn extent(&self, form: &[Token]) -> Extent {
        let patterns = match self.fields.as_slice() {
            [Pattern::Anything] => return Extent::All,
            patterns => patterns,
        };
        let fields = split_fields(form);
        if fields.len() < FIELDS || patterns.len() < FIELDS {
            // Only a placeholder could make a whole ARN of it.
            let may_be_arn = patterns.len() == FIELDS && form.contains(&Token::AnyRun);
            return if may_be_arn {
                Extent::Part
            } else {
                Extent::None
            };
        }
        let mut all = Extent::All;
        for (pattern, field) in patterns.iter().zip(fields) {
            match pattern.extent(field) {
                Extent::None => return Extent::None,
                Extent::All => {}
                Extent::Part | Extent::Unknown => all = Extent::Part,
            }
        }
        all
    }
}

fn split_fields(tokens: &[Token]) -> Vec<&[Token]> {
    tokens
        .splitn(FIELDS, |token| *token == Token::Literal(':'))
        .collect()
}
