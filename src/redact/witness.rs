//! The engine as a witness that a pattern under pseudonyms still matches what it matched.
//!
//! `role/dev-*` matches the role `dev-alice`, and no rule that replaces names one by one keeps that. So a pattern that
//! comes out otherwise is widened, segment by segment, to `*`; if that is wrong too, the very name that is compared takes
//! its place, or one that nobody has.

use serde_json::{Value, json};

use crate::catalog::requests;
use crate::diagnose::asking::resource_of;
use crate::diagnose::circumstances::{self, Circumstances};
use crate::diagnose::layers::place;
use crate::diagnose::question::{Question, Want};
use crate::evidence::Evidence;
use iam_policy::{
    Context, ContextValue, Decision, Document, Layer, LayerKind, Policy, PolicyId, PrincipalKind,
    Request, authorize,
};

/// What is known of the principal's requests, before and after.
pub(super) struct Witness {
    /// On the command line and in the console.
    channels: [Channel; 2],
    /// What requests for billing act on.
    resources: Sides<Vec<String>>,
}

type Channel = Sides<Context>;

/// Before and after.
struct Sides<T> {
    before: T,
    after: T,
}

/// A value of a statement, to be compared.
pub(super) enum Compared<'a> {
    Resource,
    Condition {
        operator: &'a str,
        /// As it was, and as it shall be.
        key: [&'a str; 2],
    },
}

impl Witness {
    pub(super) fn new(before: &Evidence, after: &Evidence) -> Self {
        let [ways, after_ways] = [circumstances::of(before), circumstances::of(after)];
        // An action on what has tags, whose requests can carry most.
        let context = |of: &Circumstances| of.of("ce:GetCostAndUsage").clone();
        Self {
            channels: [
                Channel {
                    before: context(&ways.command_line),
                    after: context(&after_ways.command_line),
                },
                Channel {
                    before: context(&ways.console),
                    after: context(&after_ways.console),
                },
            ],
            resources: Sides {
                before: resources(before),
                after: resources(after),
            },
        }
    }

    /// What to write in place of a value: the redacted one, or the next best that compares as the value did. `nobody` is
    /// a name that is in use nowhere.
    pub(super) fn choose(
        &self,
        version: Option<&str>,
        compared: &Compared<'_>,
        value: &str,
        redacted: String,
        nobody: impl FnOnce() -> String,
    ) -> String {
        let keeps = |candidate: &str| {
            self.channels.iter().all(|channel| {
                let before = &self.resources.before;
                let after = &self.resources.after;
                judge(version, compared, 0, value, &channel.before, before)
                    == judge(version, compared, 1, candidate, &channel.after, after)
            })
        };
        if !self.matters(compared) || keeps(&redacted) {
            return redacted;
        }
        let known: Vec<String> = match compared {
            Compared::Resource => ["*".to_owned(), "arn:*".to_owned()]
                .into_iter()
                .chain(self.resources.after.iter().cloned())
                .collect(),
            Compared::Condition { key, .. } => self
                .channels
                .iter()
                .filter_map(|channel| match channel.after.get(key[1]) {
                    ContextValue::Known(values) => Some(values.clone()),
                    _ => None,
                })
                .flatten()
                .collect(),
        };
        // What is a part of AWS's own ARNs is nobody's name.
        let of_aws = |piece: &str| {
            piece.is_empty() || self.resources.after.iter().any(|arn| arn.contains(piece))
        };
        let as_it_was = (matches!(compared, Compared::Resource)
            && value.split(['*', '?']).all(of_aws))
        .then(|| value.to_owned());
        let widened = widened(&redacted);
        as_it_was
            .into_iter()
            .chain(std::iter::once(widened))
            .chain(known)
            .chain(std::iter::once_with(nobody))
            .find(|candidate| keeps(candidate))
            // Then nothing will do, and the verdict on the whole says so.
            .unwrap_or(redacted)
    }

    /// Whether the value decides anything: of a key that is not known, or known to be absent, it does not.
    fn matters(&self, compared: &Compared<'_>) -> bool {
        match compared {
            Compared::Resource => true,
            Compared::Condition { key, .. } => self
                .channels
                .iter()
                .any(|channel| matches!(channel.before.get(key[0]), ContextValue::Known(_))),
        }
    }
}

/// Whether a statement with nothing but this value applies to a request for billing.
fn judge(
    version: Option<&str>,
    compared: &Compared<'_>,
    side: usize,
    value: &str,
    context: &Context,
    resources: &[String],
) -> Option<Vec<Decision>> {
    let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    match compared {
        Compared::Resource => statement["Resource"] = value.into(),
        Compared::Condition { operator, key } => {
            statement["Condition"][operator][key[side]] = value.into();
        }
    }
    let mut document = json!({"Statement": statement});
    if let Some(version) = version {
        document["Version"] = Value::from(version);
    }
    let document = Document::parse(&document.to_string()).ok()?;
    let layer = Layer {
        kind: LayerKind::Identity,
        policies: Ok(vec![Policy {
            id: PolicyId::new("policy"),
            document: document.into(),
        }]),
    };
    let decision = |resource: &String| {
        let request = Request {
            principal: PrincipalKind::User,
            action: "billing:GetCredits",
            resource: resource_of(resource),
            context,
        };
        authorize(std::slice::from_ref(&layer), &request).decision
    };
    Some(resources.iter().map(decision).collect())
}

/// What the principal's requests for billing act on, in a fixed order.
fn resources(evidence: &Evidence) -> Vec<String> {
    let mut resources = vec!["*".to_owned()];
    if let Some(place) = place(evidence) {
        for action in Question::about_billing(Want::Manage).actions() {
            for resource in requests(action, &place).concat() {
                if !resources.contains(&resource) {
                    resources.push(resource);
                }
            }
        }
    }
    resources
}

/// The pattern with `*` for each segment that has a wildcard.
fn widened(pattern: &str) -> String {
    pattern
        .split_inclusive(['/', ':'])
        .map(|segment| {
            let name = segment.trim_end_matches(['/', ':']);
            if name.contains(['*', '?']) {
                format!("*{}", &segment[name.len()..])
            } else {
                segment.to_owned()
            }
        })
        .collect()
}
