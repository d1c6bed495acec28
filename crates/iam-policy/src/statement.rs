//! One statement: whether it applies to a request, its effect left aside.

use super::action::{ActionName, ActionSet};
use super::arn::{ResourceEntry, Target};
use super::condition::{Condition, ResidualCondition};
use super::form::Extent;
use super::request::{Context, Resource};
use super::truth::Truth;

/// What a statement does where it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Grants, unless something denies.
    Allow,
    /// Refuses, whatever grants.
    Deny,
}

/// A statement, compiled.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    pub(super) actions: Actions,
    pub(super) resources: Resources,
    pub(super) conditions: Vec<Condition>,
    pub(super) principals: Option<Principals>,
}

/// `Action`, or `NotAction` if negated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Actions {
    pub(super) negated: bool,
    pub(super) set: ActionSet,
}

/// `Resource`, or `NotResource` if negated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resources {
    pub(super) negated: bool,
    pub(super) names: Vec<String>,
    pub(super) patterns: Vec<ResourceEntry>,
}

/// `Principal`, or `NotPrincipal` if negated. Of the policies that are judged here only resource control policies have
/// it, and there it is always `*`; so named principals are not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Principals {
    pub(super) negated: bool,
    pub(super) everyone: bool,
}

/// A request, made ready for many statements.
pub(super) struct Asked<'a> {
    pub(super) action: &'a ActionName,
    pub(super) resource: Resource<'a>,
    pub(super) target: Target<'a>,
    pub(super) context: &'a Context,
}

impl<'a> Asked<'a> {
    pub(super) fn new(
        action: &'a ActionName,
        resource: Resource<'a>,
        context: &'a Context,
    ) -> Self {
        Asked {
            action,
            resource,
            target: Target::new(resource),
            context,
        }
    }
}

impl Statement {
    /// Whether a condition of the statement tests this context key. Case does not matter.
    pub fn tests(&self, key: &str) -> bool {
        let mut keys = self.conditions.iter().map(|condition| &condition.key);
        keys.any(|tested| tested.eq_ignore_ascii_case(key))
    }

    /// The statement's own name.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// What the statement does where it applies.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// Its conditions, as the policy writes them.
    pub fn conditions(&self) -> impl Iterator<Item = ResidualCondition> {
        self.conditions.iter().map(ResidualCondition::of)
    }

    /// Whether its `Action` names an action together with its service: `ce:Get*` does so of `ce:GetTags`, and neither `*`
    /// nor a `NotAction` does.
    pub fn names_by_service(&self, action: &str) -> bool {
        !self.actions.negated && self.actions.set.names_by_service(&ActionName::new(action))
    }

    /// The entries of its `Resource` or `NotResource` that mean some of what is asked about, as the policy writes them.
    pub fn resources_within<'a>(
        &'a self,
        resource: Resource<'a>,
        context: &'a Context,
    ) -> impl Iterator<Item = &'a str> {
        let target = Target::new(resource);
        let entries = self.resources.names.iter().zip(&self.resources.patterns);
        entries
            .filter(move |(_, entry)| entry.extent(&target, context) != Extent::None)
            .map(|(name, _)| name.as_str())
    }

    /// Whether its `Action` or `NotAction` means the action that is asked about.
    pub(super) fn names(&self, asked: &Asked<'_>) -> bool {
        self.actions.contains(asked.action)
    }

    /// The context keys that the statement asks about, in lower case: of its conditions and its variables.
    pub fn context_keys(&self) -> impl Iterator<Item = &str> {
        let resource_variables = self
            .resources
            .patterns
            .iter()
            .filter_map(ResourceEntry::template)
            .flat_map(|template| template.variables());
        let condition_variables = self.conditions.iter().flat_map(Condition::variables);
        let condition_keys = self.conditions.iter().map(Condition::lower_key);
        condition_keys.chain(
            resource_variables
                .chain(condition_variables)
                .map(|variable| variable.key()),
        )
    }

    /// To how much of what is asked the statement applies: where each of its elements matches.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
    pub(super) fn applies(&self, asked: &Asked<'_>) -> Extent {
        if !self.names(asked) {
            return Extent::None;
        }
        let extent = self.resources.extent(asked);
        if extent == Extent::None {
            return Extent::None;
        }
        let principals = self.principals.iter().map(Principals::contains);
        let conditions = self
            .conditions
            .iter()
            .map(|condition| condition.evaluate(asked.context));
        match Truth::all(principals.chain(conditions)) {
            Truth::True => extent,
            Truth::False => Extent::None,
            Truth::Unknown => Extent::Unknown,
        }
    }
}

impl Actions {
    /// `NotAction` matches every action but the listed ones.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>
    fn contains(&self, action: &ActionName) -> bool {
        self.set.contains(action) != self.negated
    }
}

impl Resources {
    /// `NotResource` matches every resource but the listed ones.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html>
    pub(super) fn extent(&self, asked: &Asked<'_>) -> Extent {
        let entries = self.patterns.iter();
        Extent::any(entries.map(|entry| entry.extent(&asked.target, asked.context)))
            .negated_if(self.negated)
    }
}

impl Principals {
    pub(super) fn contains(&self) -> Truth {
        let named = if self.everyone {
            Truth::True
        } else {
            Truth::Unknown
        };
        named.negated_if(self.negated)
    }
}
