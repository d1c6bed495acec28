//! Who is spoken of, and to whom.

use super::shown::shown;
use crate::catalog::Partition;
use crate::diagnose::cause::Name;
use crate::diagnose::question::Question;
use crate::diagnose::remedy::Actor;
use crate::evidence::Evidence;
use crate::names::{PrincipalArn, PrincipalKind, permission_set};
use crate::text::capitalized;

/// Who reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Audience {
    /// The person who runs the tool.
    #[default]
    Reader,
    /// The person who can sign in as the root user.
    Root,
    /// Somebody who may change IAM in the account.
    Administrator,
    /// An administrator of the organization's management account.
    Payer,
    /// An administrator of IAM Identity Center.
    IdentityCenter,
    /// AWS Support.
    Support,
}

impl Audience {
    #[cfg(test)]
    pub const ALL: [Self; 6] = [
        Self::Reader,
        Self::Root,
        Self::Administrator,
        Self::Payer,
        Self::IdentityCenter,
        Self::Support,
    ];

    /// Whom to hand a report to whose first cause this actor can mend; `None` where the sender can do it, or nobody.
    pub fn of(actor: Actor) -> Option<Self> {
        match actor {
            Actor::RootUser => Some(Self::Root),
            Actor::AccountAdministrator => Some(Self::Administrator),
            Actor::ManagementAccountAdministrator => Some(Self::Payer),
            Actor::IdentityCenterAdministrator => Some(Self::IdentityCenter),
            Actor::AwsSupport => Some(Self::Support),
            Actor::You | Actor::Nobody => None,
        }
    }

    /// Whether this reader is the one to mend what that actor can.
    pub fn can(self, actor: Actor) -> bool {
        match (Self::of(actor), self) {
            // IAM Identity Center belongs to the management account, or to whom it delegated.
            (Some(Self::IdentityCenter), Self::Payer) => true,
            (Some(audience), reader) => audience == reader,
            (None, reader) => reader == Self::Reader,
        }
    }
}

/// Speaks about one diagnosis to one reader.
pub struct Voice<'a> {
    pub(super) evidence: &'a Evidence,
    pub(super) question: &'a Question,
    pub(super) audience: Audience,
}

impl<'a> Voice<'a> {
    pub fn new(evidence: &'a Evidence, question: &'a Question, audience: Audience) -> Self {
        Self {
            evidence,
            question,
            audience,
        }
    }

    /// Whether the person who reads is the one who is locked out.
    pub(super) fn is_you(&self) -> bool {
        self.audience == Audience::Reader
            && self
                .evidence
                .principal
                .known()
                .is_none_or(|principal| principal.is_caller)
    }

    pub(super) fn principal_kind(&self) -> Option<PrincipalKind> {
        let principal = self.evidence.principal.known();
        principal.map(|principal| principal.kind)
    }

    /// Whom the diagnosis is about: `you`, `IAM user bob`, `role Finance`.
    pub fn subject(&self) -> String {
        if self.is_you() {
            return "you".to_owned();
        }
        match self.evidence.principal.known() {
            None => "the sender of this report".to_owned(),
            Some(principal) => {
                let name = shown(&principal.name);
                match principal.kind {
                    PrincipalKind::RootUser => "the root user".to_owned(),
                    PrincipalKind::User => format!("IAM user {name}"),
                    PrincipalKind::Role => format!("role {name}"),
                    PrincipalKind::FederatedUser => format!("federated user {name}"),
                }
            }
        }
    }

    /// The same before what is theirs: `your`, `bob's`, `the role's`.
    pub fn possessive(&self) -> String {
        if self.is_you() {
            return "your".to_owned();
        }
        match self.evidence.principal.known() {
            None => "the sender's".to_owned(),
            Some(principal) => match principal.kind {
                PrincipalKind::RootUser => "the root user's".to_owned(),
                PrincipalKind::User | PrincipalKind::FederatedUser => {
                    format!("{}'s", shown(&principal.name))
                }
                PrincipalKind::Role => "the role's".to_owned(),
            },
        }
    }

    /// The possessive at the beginning of a clause, which may begin a sentence: no name there, to be printed as it is.
    pub(super) fn possessive_first(&self) -> String {
        match self.principal_kind() {
            Some(PrincipalKind::User | PrincipalKind::FederatedUser) if !self.is_you() => {
                format!("{}'s", self.subject())
            }
            _ => self.possessive(),
        }
    }

    /// The user or role in IAM, where something is done to it: `your user`, `user bob`, `role Finance`.
    pub(super) fn iam_entity(&self) -> String {
        let Some(principal) = self.evidence.principal.known() else {
            return "the user or role".to_owned();
        };
        let name = shown(&principal.name);
        match (principal.kind, self.is_you()) {
            (PrincipalKind::User, true) => "your user".to_owned(),
            (PrincipalKind::Role, true) => "your role".to_owned(),
            (PrincipalKind::User, false) => format!("user {name}"),
            (PrincipalKind::Role, false) => format!("role {name}"),
            (PrincipalKind::RootUser | PrincipalKind::FederatedUser, _) => {
                "the user or role".to_owned()
            }
        }
    }

    /// The person who is locked out, as somebody whom one can ask.
    fn person(&self) -> String {
        match self.evidence.principal.known() {
            None => "the sender of this report".to_owned(),
            Some(principal) => {
                let name = shown(&principal.name);
                match principal.kind {
                    PrincipalKind::RootUser => "the root user".to_owned(),
                    PrincipalKind::User | PrincipalKind::FederatedUser => name,
                    PrincipalKind::Role => {
                        format!("the person who uses role {name}")
                    }
                }
            }
        }
    }

    /// The person who ran the tool, for somebody else.
    fn sender(&self) -> String {
        let caller = self.evidence.caller.known();
        let caller = caller.and_then(|caller| PrincipalArn::parse(&caller.arn));
        match caller {
            None => "the sender of this report".to_owned(),
            Some(caller) => match (caller.kind, caller.session) {
                (PrincipalKind::RootUser, _) => "the root user".to_owned(),
                (PrincipalKind::User | PrincipalKind::FederatedUser, _) => shown(caller.name),
                // Identity Center names its sessions after the people.
                (PrincipalKind::Role, Some(session)) if permission_set(caller.name).is_some() => {
                    shown(session)
                }
                (PrincipalKind::Role, _) => {
                    format!("the person who uses role {}", shown(caller.name))
                }
            },
        }
    }

    /// What the person who ran the tool is to do: an imperative to them, or the request to ask them. `what` is an
    /// imperative without a full stop that begins in lower case and says neither `you` nor `your`.
    pub(super) fn by_sender(&self, what: &str) -> String {
        if self.audience == Audience::Reader {
            format!("{}.", capitalized(what))
        } else {
            format!("Ask {} to {what}.", self.sender())
        }
    }

    /// What the person who is locked out is to do. As [`Self::by_sender`].
    pub(super) fn by_locked_out(&self, what: &str) -> String {
        if self.is_you() {
            format!("{}.", capitalized(what))
        } else {
            format!("Ask {} to {what}.", self.person())
        }
    }

    /// What an administrator of the management account is to do. As [`Self::by_sender`].
    pub(super) fn by_payer(&self, management_account: Option<&Name>, what: &str) -> String {
        if self.audience == Audience::Payer {
            format!("{}.", capitalized(what))
        } else {
            let account = management_account_named(management_account);
            format!("Ask an administrator of {account} to {what}.")
        }
    }

    /// The account's number, where it is known.
    pub(super) fn account_number(&self) -> Option<String> {
        match self.evidence.caller.known() {
            Some(caller) => Some(shown(&caller.account)),
            None => {
                let principal = self.evidence.principal.known()?;
                PrincipalArn::parse(&principal.arn).map(|arn| shown(arn.account))
            }
        }
    }

    /// The account by number and, where it is known, name: `account 111122223333 (acme-dev)`.
    pub fn account(&self) -> String {
        let facts = &self.evidence.account;
        let alias = facts.alias.known().and_then(Option::as_ref);
        let name = alias.or_else(|| facts.information.known()?.name.as_ref());
        match (self.account_number(), name) {
            (Some(number), Some(name)) => format!("account {number} ({})", shown(name)),
            (Some(number), None) => format!("account {number}"),
            (None, _) => "the account".to_owned(),
        }
    }

    /// The management account, by number where that is known.
    pub fn management_account(&self) -> String {
        match self.evidence.organization.known() {
            Some(organization) => {
                format!(
                    "the management account {}",
                    shown(&organization.management_account)
                )
            }
            None => "the management account".to_owned(),
        }
    }

    /// The partition that the account is in.
    pub fn partition(&self) -> Partition {
        self.evidence.partition()
    }

    /// Who can do it: a noun phrase.
    pub fn actor(&self, actor: Actor) -> String {
        let account = || match self.account_number() {
            Some(number) => format!("account {number}"),
            None => "the account".to_owned(),
        };
        match actor {
            Actor::You if self.audience == Audience::Reader && self.is_you() => "you".to_owned(),
            // Somebody else was asked about: who can fix it is that person.
            Actor::You if self.audience == Audience::Reader => self.subject(),
            Actor::You => self.sender(),
            Actor::AccountAdministrator => format!("an administrator of {}", account()),
            Actor::RootUser => format!(
                "the root user of {} (the owner's e-mail and password)",
                account()
            ),
            Actor::ManagementAccountAdministrator => {
                format!("an administrator of {}", self.management_account())
            }
            Actor::IdentityCenterAdministrator => format!(
                "an administrator of IAM Identity Center ({} or its delegate)",
                self.management_account()
            ),
            Actor::AwsSupport => "AWS Support".to_owned(),
            Actor::Nobody => "nobody; it takes time".to_owned(),
        }
    }
}

/// A management account, by number where that is known.
pub(super) fn management_account_named(number: Option<&Name>) -> String {
    match number {
        Some(number) => format!("the management account {}", shown(number)),
        None => "the management account".to_owned(),
    }
}
