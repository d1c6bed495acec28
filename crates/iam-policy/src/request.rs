//! Who asks for what, and what is known about the circumstances.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// What kind of principal asks. It decides which layers bind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PrincipalKind {
    /// The account's root user, allowed by default; only organization policies and session policies limit it.
    RootUser,
    /// An IAM user with long-term or `GetSessionToken` credentials.
    User,
    /// A role session, federated or not.
    AssumedRole,
    /// A `GetFederationToken` session: it may do only what its session policies also allow.
    FederatedUser,
    /// A role that belongs to an AWS service; organization policies do not bind it.
    ServiceLinkedRole,
}

/// One question to the policies. It borrows everything, so that asking fifty actions costs no copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// What kind of principal asks.
    pub principal: PrincipalKind,
    /// `prefix:Name`, in any case.
    pub action: &'a str,
    /// What the action is to be done to.
    pub resource: Resource<'a>,
    /// What is known of the circumstances.
    pub context: &'a Context,
}

/// What an action is to be done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resource<'a> {
    /// One ARN, or `*` for an action that has no resource types.
    Exact(&'a str),
    /// Every ARN of a form, such as `arn:aws:budgets::111122223333:budget/*`: each `*` in it stands for some name that is
    /// not known, of one character or more. A `*` before the fifth colon stands for a text without colons.
    ///
    /// The answer says what holds of all of them: [`Allowed`](crate::Decision::Allowed) is allowed on every one,
    /// [`ImplicitDeny`](crate::Decision::ImplicitDeny) and [`ExplicitDeny`](crate::Decision::ExplicitDeny) are refused on
    /// every one, and [`AllowedOnSome`](crate::Decision::AllowedOnSome) lies between.
    Form(&'a str),
}

impl<'a> Resource<'a> {
    /// The resource of a request for an action that has no resource types.
    pub const ANY: Resource<'static> = Resource::Exact("*");

    /// The ARN or the form, as given.
    pub fn as_str(&self) -> &'a str {
        match self {
            Resource::Exact(text) | Resource::Form(text) => text,
        }
    }
}

/// What is known of one condition context key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContextValue {
    /// The key is in the request with these values. An empty list is the same as `Absent`.
    Known(Vec<String>),
    /// The key is certainly not in the request.
    Absent,
    /// The key is in the request with one value of this form: each `*` stands for some text that is not known, of one
    /// character or more, as in `AROAEXAMPLEID:*`, the `aws:userid` of every session of a role.
    Form(String),
    /// Nobody can tell whether the key is there or what it says.
    Unknown,
}

/// The condition context of a request. Key names are case-insensitive.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Lower-case key to value.
    keys: BTreeMap<String, ContextValue>,
    /// Lower-case prefix to the value of the keys that begin with it and are not in `keys`.
    families: Vec<(String, ContextValue)>,
    /// The value of the keys of services that are in neither.
    services: Option<ContextValue>,
    otherwise: ContextValue,
}

impl Context {
    /// An empty context in which every key that is not inserted later has the value `otherwise`.
    pub fn new(otherwise: ContextValue) -> Context {
        Context {
            keys: BTreeMap::new(),
            families: Vec::new(),
            services: None,
            otherwise,
        }
    }

    /// Sets a key and returns the context, for chains.
    #[must_use]
    pub fn with(mut self, key: &str, value: ContextValue) -> Context {
        self.insert(key, value);
        self
    }

    /// Sets a key, replacing what was known of it.
    pub fn insert(&mut self, key: &str, value: ContextValue) {
        self.keys.insert(key.to_lowercase(), value);
    }

    /// Sets what holds for every key that begins with `prefix` and is not inserted itself, such as `aws:PrincipalTag/`.
    /// The longest prefix wins, and of two equal ones the later.
    pub fn insert_family(&mut self, prefix: &str, value: ContextValue) {
        self.families.push((prefix.to_lowercase(), value));
    }

    /// Sets what holds for the keys of single services, such as `ec2:Owner`, that are not inserted and belong to no
    /// family: all but AWS's global keys, and those that a federated session brings along (`saml:`,
    /// `accounts.google.com:`, `identitystore:`, `sts:`).
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>
    pub fn insert_service_keys(&mut self, value: ContextValue) {
        self.services = Some(value);
    }

    /// What is known of a key.
    pub fn get(&self, key: &str) -> &ContextValue {
        self.get_lower(&lowercase(key))
    }

    /// Every key that was inserted, in lower case, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.keys.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// As [`Context::get`] for a key that is already in lower case, so that compiled policies need no allocation.
    pub(super) fn get_lower(&self, key: &str) -> &ContextValue {
        let family = || {
            self.families
                .iter()
                .filter(|(prefix, _)| key.starts_with(prefix.as_str()))
                .max_by_key(|(prefix, _)| prefix.len())
                .map(|(_, value)| value)
        };
        match self
            .keys
            .get(key)
            .or_else(family)
            .or_else(|| self.services.as_ref().filter(|_| is_of_a_service(key)))
            .unwrap_or(&self.otherwise)
        {
            // A key that resolves to no value counts as missing, as ForAllValues and Null have it:
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
            ContextValue::Known(values) if values.is_empty() => &ContextValue::Absent,
            value => value,
        }
    }
}

impl ContextValue {
    /// A key with one value.
    pub fn one(value: impl Into<String>) -> ContextValue {
        ContextValue::Known(vec![value.into()])
    }
}

/// Whether the key, in lower case, means something to one service only.
fn is_of_a_service(key: &str) -> bool {
    key.split_once(':').is_some_and(|(prefix, _)| {
        // An identity provider is known by its host.
        !prefix.contains('.') && !["aws", "saml", "identitystore", "sts"].contains(&prefix)
    })
}

/// In lower case by Unicode rules, as tag keys inside `aws:PrincipalTag/…` may hold any letters.
pub(super) fn lowercase(text: &str) -> Cow<'_, str> {
    let is_lower = text
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_lower {
        text.into()
    } else {
        text.to_lowercase().into()
    }
}
