//! `PolicyExclusionList` of the simulator: "what if this policy were not there".

use crate::call::Call;
use crate::sources::{Origin, Source};

/// The policies left out.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyIdentifier.html>
pub(super) struct Exclusions<'a>(Vec<Exclusion<'a>>);

enum Exclusion<'a> {
    Type(&'a str),
    Arn(&'a str),
    Inline {
        name: &'a str,
        entity: &'a str,
        owner: &'a str,
    },
}

impl<'a> Exclusions<'a> {
    /// The members of the union are written with their names by some clients and without by others.
    pub(super) fn read(call: &'a Call) -> Exclusions<'a> {
        let form = &call.form;
        let entries = form.structures("PolicyExclusionList").into_iter();
        let read = |prefix: String| {
            let part = |name: &str| form.get(&format!("{prefix}.{name}"));
            let inline =
                |name: &str| part(&format!("InlinePolicyIdentifier.{name}")).or_else(|| part(name));
            let names = (
                inline("PolicyName"),
                inline("AttachmentType"),
                inline("AttachmentName"),
            );
            if let (Some(name), Some(entity), Some(owner)) = names {
                return Some(Exclusion::Inline {
                    name,
                    entity,
                    owner,
                });
            }
            let bare = form.get(&prefix);
            match part("PolicyArn").or(part("PolicyType")).or(bare)? {
                arn if arn.starts_with("arn:") => Some(Exclusion::Arn(arn)),
                r#type => Some(Exclusion::Type(r#type)),
            }
        };
        Exclusions(entries.filter_map(read).collect())
    }

    /// Whether all policies of a type are left out.
    pub(super) fn has_type(&self, wanted: &str) -> bool {
        self.0
            .iter()
            .any(|one| matches!(one, Exclusion::Type(r#type) if *r#type == wanted))
    }

    /// Whether a policy is left out.
    pub(super) fn cover(&self, source: &Source) -> bool {
        self.0.iter().any(|one| match (one, &source.origin) {
            (Exclusion::Type("aws-managed"), Origin::AwsManaged)
            | (Exclusion::Type("user-managed"), Origin::CustomerManaged)
            | (Exclusion::Type("inline"), Origin::Inline { .. }) => true,
            (Exclusion::Arn(arn), _) => source.arn.as_deref().is_some_and(|known| like(arn, known)),
            (
                Exclusion::Inline {
                    name,
                    entity,
                    owner,
                },
                Origin::Inline {
                    entity: kind,
                    owner: whose,
                    name: known,
                },
            ) => name == known && entity.eq_ignore_ascii_case(kind) && like(owner, whose),
            _ => false,
        })
    }
}

/// At most one `*`, any number of `?`.
fn like(pattern: &str, text: &str) -> bool {
    let same = |pattern: &str, text: &str| {
        let pairs = pattern.chars().zip(text.chars());
        pattern.chars().count() == text.chars().count()
            && pairs
                .into_iter()
                .all(|(one, other)| one == '?' || one == other)
    };
    match pattern.split_once('*') {
        None => same(pattern, text),
        Some((before, after)) => {
            let letters: Vec<char> = text.chars().collect();
            let (head, tail) = (before.chars().count(), after.chars().count());
            head + tail <= letters.len() && {
                let start: String = letters[..head].iter().collect();
                let end: String = letters[letters.len() - tail..].iter().collect();
                same(before, &start) && same(after, &end)
            }
        }
    }
}
