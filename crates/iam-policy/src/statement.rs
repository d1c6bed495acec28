//! One statement: whether it applies to a request, its effect left aside.

use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use super::action::{ActionName, ActionSet};
use super::arn::Resource;
use super::condition::Condition;
use super::request::Context;
use super::truth::Truth;

/// What a statement does where it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    pub(super) names: Vec<String>,
    pub(super) set: ActionSet,
}

/// `Resource`, or `NotResource` if negated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resources {
    pub(super) negated: bool,
    pub(super) names: Vec<String>,
    pub(super) patterns: Vec<Resource>,
}

/// `Principal`, or `NotPrincipal` if negated. Of the policies that are judged here only resource control policies have
/// it, and there it is always `*`; so named principals are not compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Principals {
    pub(super) negated: bool,
    pub(super) everyone: bool,
    pub(super) source: serde_json::Value,
}

/// A request, made ready for many statements.
pub(super) struct Asked<'a> {
    pub(super) action: &'a ActionName,
    pub(super) resource: &'a str,
    pub(super) context: &'a Context,
}

impl Statement {
    /// The statement's own name.
    pub fn sid(&self) -> Option<&str> {
        self.sid.as_deref()
    }

    /// What the statement does where it applies.
    pub fn effect(&self) -> Effect {
        self.effect
    }

    /// The patterns under `Action`, or under `NotAction` if [`Statement::is_not_action`].
    pub fn actions(&self) -> &[String] {
        &self.actions.names
    }

    /// Whether the statement matches every action but the listed ones.
    pub fn is_not_action(&self) -> bool {
        self.actions.negated
    }

    /// The patterns under `Resource`, or under `NotResource` if [`Statement::is_not_resource`].
    pub fn resources(&self) -> &[String] {
        &self.resources.names
    }

    /// Whether the statement matches every resource but the listed ones.
    pub fn is_not_resource(&self) -> bool {
        self.resources.negated
    }

    /// The context keys that the statement asks about, in lower case: of its conditions and its variables.
    pub fn context_keys(&self) -> impl Iterator<Item = &str> {
        let resource_variables = self
            .resources
            .patterns
            .iter()
            .filter_map(Resource::template)
            .flat_map(|template| template.variables());
        let condition_variables = self.conditions.iter().flat_map(Condition::variables);
        let condition_keys = self.conditions.iter().map(Condition::lower_key);
        condition_keys.chain(
            resource_variables
                .chain(condition_variables)
                .map(|variable| variable.key()),
        )
    }

    /// Whether the statement applies: each of its elements matches.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html>
    pub(super) fn applies(&self, asked: &Asked<'_>) -> Truth {
        if !self.actions.contains(asked.action) {
            return Truth::False;
        }
        let principals = self.principals.iter().map(Principals::contains);
        let resources = std::iter::once_with(|| self.resources.contains(asked));
        let conditions = self
            .conditions
            .iter()
            .map(|condition| condition.evaluate(asked.context));
        Truth::all(principals.chain(resources).chain(conditions))
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
    pub(super) fn contains(&self, asked: &Asked<'_>) -> Truth {
        Truth::any(
            self.patterns
                .iter()
                .map(|pattern| pattern.matches(asked.resource, asked.context)),
        )
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

impl Serialize for Statement {
    /// As a policy document has it; scalars come out as lists.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(sid) = &self.sid {
            map.serialize_entry("Sid", sid)?;
        }
        map.serialize_entry("Effect", &self.effect)?;
        if let Some(principals) = &self.principals {
            map.serialize_entry(
                if principals.negated {
                    "NotPrincipal"
                } else {
                    "Principal"
                },
                &principals.source,
            )?;
        }
        map.serialize_entry(
            if self.actions.negated {
                "NotAction"
            } else {
                "Action"
            },
            &self.actions.names,
        )?;
        map.serialize_entry(
            if self.resources.negated {
                "NotResource"
            } else {
                "Resource"
            },
            &self.resources.names,
        )?;
        if !self.conditions.is_empty() {
            map.serialize_entry("Condition", &Operators(&self.conditions))?;
        }
        map.end()
    }
}

/// Conditions as the two nested objects that they are written in. Those of one operator stand together.
struct Operators<'a>(&'a [Condition]);

impl Serialize for Operators<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .chunk_by(|a, b| a.operator_name == b.operator_name)
                .filter_map(|group| Some((&group.first()?.operator_name, Keys(group)))),
        )
    }
}

struct Keys<'a>(&'a [Condition]);

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.0
                .iter()
                .map(|condition| (&condition.key, &condition.values)),
        )
    }
}
