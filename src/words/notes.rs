//! What goes along with the answer: what may still be hidden, and what is worth knowing.

use super::{StepText, Voice, contradiction, oddity};
use crate::catalog::Code;
use crate::diagnose::causes::Switch;
use crate::diagnose::diagnosis::{Diagnosis, State};
use crate::diagnose::oddity::oddities;
use crate::evidence::Provider;
use crate::names::PrincipalKind;
use crate::text::{capitalized, list, sanitize};

/// Something worth knowing, with what to do about it where there is something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    pub text: String,
    pub steps: Vec<StepText>,
}

impl Voice<'_> {
    /// That there may be a second cause which cannot show before the first is mended.
    pub fn hidden(&self, diagnosis: &Diagnosis) -> Option<&'static str> {
        let principal = self.evidence.principal.known()?;
        let elsewhere =
            |cause: &crate::diagnose::cause::Cause| cause.code == Code::PartitionBillsElsewhere;
        let possible = diagnosis.state == State::Blocked
            && matches!(diagnosis.switch, Switch::Unknown(_))
            && principal.kind != PrincipalKind::RootUser
            && !diagnosis.causes.iter().any(elsewhere);
        possible.then_some(if self.evidence.calls.is_empty() {
            "There may be another cause: these policies do not show whether the root user has activated IAM access to billing."
        } else {
            "There may be another cause: whether the root user has activated IAM access to billing shows only once AWS \
             answers billing:GetCredits."
        })
    }

    /// What is worth knowing beside the answer.
    pub fn notes(&self, diagnosis: &Diagnosis) -> Vec<Note> {
        let credentials = &self.evidence.credentials;
        let note = |text: String| Note {
            text,
            steps: Vec::new(),
        };
        let mut notes: Vec<Note> = credentials
            .remarks
            .iter()
            .map(|remark| note(sanitize(remark)))
            .collect();
        if !credentials.endpoint_overrides.is_empty() && credentials.provider != Provider::Demo {
            let overrides: Vec<String> = credentials
                .endpoint_overrides
                .iter()
                .map(|text| sanitize(text))
                .collect();
            notes.push(note(format!(
                "The calls did not go to AWS but to {}.",
                list(&overrides)
            )));
        }
        notes.extend(self.somebody_elses_policies().map(note));
        notes.extend(oddities(self.evidence).iter().map(|odd| note(oddity(odd))));
        notes.extend(diagnosis.warnings.iter().map(|warning| {
            Note {
                text: match self.explanation(warning) {
                    Some(explanation) => {
                        format!("{}. {explanation}", capitalized(&self.summary(warning)))
                    }
                    None => format!("{}.", capitalized(&self.summary(warning))),
                },
                steps: match warning.code {
                    // Their steps are for the person who reads, whatever else is asked.
                    Code::RootUserInUse | Code::FreePlanExpired => warning
                        .remedy
                        .steps
                        .iter()
                        .map(|step| self.step(step, &[]))
                        .collect(),
                    _ => Vec::new(),
                },
            }
        }));
        notes.extend(
            diagnosis
                .contradictions
                .iter()
                .map(|(kind, actions)| note(contradiction(*kind, actions))),
        );
        notes
    }

    /// The policies are one principal's and the calls another's.
    fn somebody_elses_policies(&self) -> Option<String> {
        let principal = self.evidence.principal.known()?;
        let caller = self.evidence.caller.known()?;
        // Without a call, as over an account dump, nobody's credentials were used.
        (!principal.is_caller && !self.evidence.calls.is_empty()).then(|| {
            format!(
                "The policies are those of {}. The billing services were called as {}: that shows the switch, but not what \
                 {} gets.",
                sanitize(&principal.arn),
                sanitize(&caller.arn),
                self.subject()
            )
        })
    }
}
