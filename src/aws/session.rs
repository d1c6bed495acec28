//! Which credentials, Region and endpoints are in force, and how they came to be.
//!
//! The SDK's own chain has four habits that would make a diagnosis tool lie: keys in the environment beat an
//! explicit profile, a mistyped profile is skipped in silence, a missing Region is looked up at the metadata
//! service for seconds, and `retry_mode = legacy` panics. Hence this module.

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use ::http::Uri;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials as Keys;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::os_shim_internal::{Env, Fs};

use super::demo::Demo;
use super::error::SessionError;
use super::gap::root_cause;
use super::http;
use super::settings::Settings;
use crate::evidence::{
    CredentialOrigin, Failure, Gap, GapCause, ProfileRole, ProfileSort, Provider, said,
};
use crate::text::{sanitize, without_userinfo};

/// The Region where AWS answers for billing, and the one assumed where none is configured.
pub(super) const DEFAULT_REGION: &str = "us-east-1";

/// How long the metadata services may take. They are on the same host, answer in milliseconds, and where there is
/// none the packets may vanish: whoever has no credentials must hear so in three seconds.
const METADATA_TIMEOUT: Duration = Duration::from_millis(2_500);

/// How many times a call is tried in all.
const MAX_ATTEMPTS: u32 = 3;

/// Ready to call AWS.
pub(super) struct Session {
    pub config: SdkConfig,
    pub origin: CredentialOrigin,
    /// The account that the credentials say they belong to: spares a round trip where it is known.
    pub account: Option<String>,
    /// Why there is nothing to sign with, where that is so.
    pub no_credentials: Option<Gap>,
    /// Whether AWS answers the calls that cost money, and charges for them.
    pub charged: bool,
}

/// A session that asks the demo and nobody else.
pub(super) fn of_demo(demo: &Demo, settings: &Settings) -> Session {
    let connector = demo.connector();
    let keys = Keys::new(
        &demo.access_key_id,
        &demo.secret_access_key,
        demo.session_token.clone(),
        None,
        "demo",
    );
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(DEFAULT_REGION))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .sleep_impl(TokioSleep::new())
        .retry_config(retries())
        .timeout_config(timeouts(settings))
        .build();
    Session {
        config,
        origin: CredentialOrigin {
            provider: Provider::Demo,
            source: said::DEMO.to_owned(),
            region: DEFAULT_REGION.to_owned(),
            region_source: said::DEMO.to_owned(),
            temporary: Some(demo.session_token.is_some()),
            ..CredentialOrigin::default()
        },
        account: None,
        no_credentials: None,
        charged: false,
    }
}

/// Reads the settings and the credentials.
///
/// # Errors
///
/// Where the settings contradict themselves or can't be used. Missing credentials are no error.
pub(super) async fn from_environment(settings: &Settings) -> Result<Session, SessionError> {
    let profiles = load_profiles(settings.profile.clone()).await?;
    let selected = selected_profile(settings, &profiles)?;
    let profile = profiles.get_profile(&selected);
    let setting = |key: &str| {
        profile
            .and_then(|profile| profile.get(key))
            .map(str::to_owned)
    };

    let (region, region_source) = region(settings, setting("region"));
    let overrides = endpoint_overrides(settings, setting("endpoint_url"))?;
    let ca_bundle = variable("AWS_CA_BUNDLE")
        .or_else(|| setting("ca_bundle"))
        .map(PathBuf::from);
    let http_client = http::client(ca_bundle)?;

    let environment_keys = has_environment_keys();
    let origin = provider(settings, environment_keys, &selected, &setting);
    let mut remarks = Vec::new();
    if !environment_keys && variable("AWS_ACCESS_KEY_ID").is_some() {
        remarks.push(said::HALF_A_PAIR.to_owned());
    }
    if let (None, true, Some(name)) = (&settings.profile, environment_keys, variable("AWS_PROFILE"))
    {
        remarks.push(said::fill(said::KEYS_WIN, &[&name, &name]));
    }
    if let (Some(name), true) = (&settings.profile, environment_keys) {
        remarks.push(said::fill(said::KEYS_LEFT_ASIDE, &[name]));
    }

    let resolved = resolve(settings, origin, &selected, &region, http_client.clone()).await;
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .profile_name(&selected)
        .region(Region::new(region.clone()))
        .http_client(http_client)
        .retry_config(retries())
        .timeout_config(timeouts(settings));
    if let Ok(name) = AppName::new("billing-doctor") {
        loader = loader.app_name(name);
    }
    if let Some(url) = &settings.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let (account, temporary, no_credentials) = match resolved {
        Ok(keys) => {
            let account = keys.account_id().map(|id| id.as_str().to_owned());
            let temporary = keys.session_token().is_some();
            loader = loader.credentials_provider(keys);
            (account, Some(temporary), None)
        }
        Err(gap) => {
            loader = loader.no_credentials();
            (None, None, Some(gap))
        }
    };
    let with_profile = profile.is_some() && origin != Provider::Environment;
    Ok(Session {
        config: loader.load().await,
        origin: CredentialOrigin {
            source: origin.words(&selected).unwrap_or_default(),
            provider: origin,
            profile: with_profile.then(|| selected.clone()),
            region,
            region_source,
            temporary,
            role: setting("role_arn")
                .filter(|_| {
                    origin
                        == (Provider::Profile {
                            sort: ProfileSort::AssumeRole,
                        })
                })
                .map(|arn| ProfileRole {
                    arn: sanitize(&arn),
                    mfa: setting("mfa_serial").is_some(),
                }),
            endpoint_overrides: overrides.iter().map(Override::shown).collect(),
            remarks,
        },
        account,
        no_credentials,
        charged: aws_charges(&overrides),
    })
}

/// Which provider is to be asked.
fn provider(
    settings: &Settings,
    environment_keys: bool,
    selected: &str,
    profile: &impl Fn(&str) -> Option<String>,
) -> Provider {
    if settings.profile.is_none() && environment_keys {
        return Provider::Environment;
    }
    // The order in which the SDK looks at a profile.
    const SORTS: [(&str, ProfileSort); 7] = [
        ("role_arn", ProfileSort::AssumeRole),
        ("web_identity_token_file", ProfileSort::WebIdentity),
        ("sso_session", ProfileSort::IdentityCenter),
        ("sso_start_url", ProfileSort::IdentityCenter),
        ("login_session", ProfileSort::Login),
        ("credential_process", ProfileSort::CredentialProcess),
        ("aws_access_key_id", ProfileSort::AccessKey),
    ];
    let named = settings.profile.is_some()
        || (selected != "default" && variable("AWS_PROFILE").is_some() && !has_container());
    match SORTS.iter().find(|(key, _)| profile(key).is_some()) {
        Some((_, sort)) => Provider::Profile { sort: *sort },
        None if settings.profile.is_none() && has_web_identity() => Provider::TokenFile,
        None if named => Provider::Profile {
            sort: ProfileSort::NoCredentials,
        },
        None if has_container() => Provider::Container,
        None => Provider::Instance,
    }
}

/// Whether the environment holds a pair of keys. The SDK passes over half a pair.
fn has_environment_keys() -> bool {
    variable("AWS_ACCESS_KEY_ID").is_some() && variable("AWS_SECRET_ACCESS_KEY").is_some()
}

/// Whether the environment names the credential service of a container.
fn has_container() -> bool {
    [
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ]
    .iter()
    .any(|name| variable(name).is_some())
}

/// Asks the provider once; every client then signs with what it gave.
async fn resolve(
    settings: &Settings,
    origin: Provider,
    selected: &str,
    region: &str,
    http_client: SharedHttpClient,
) -> Result<Keys, Gap> {
    let provider_config = ProviderConfig::without_region()
        .with_region(Some(Region::new(region.to_owned())))
        .with_http_client(http_client)
        .with_sleep_impl(TokioSleep::new())
        .with_retry_config(retries())
        .with_timeout_config(timeouts(settings));
    let (provider, timeout) = match origin {
        Provider::Profile { .. } => {
            let provider = ProfileFileCredentialsProvider::builder()
                .configure(&provider_config)
                .profile_name(selected)
                .build();
            (SharedCredentialsProvider::new(provider), settings.timeout)
        }
        _ => {
            let chain = DefaultCredentialsChain::builder()
                .configure(provider_config)
                .region(Region::new(region.to_owned()))
                .profile_name(selected)
                .build()
                .await;
            let timeout = if has_web_identity() {
                settings.timeout
            } else {
                METADATA_TIMEOUT
            };
            (SharedCredentialsProvider::new(chain), timeout)
        }
    };
    let cause = match tokio::time::timeout(timeout, provider.provide_credentials()).await {
        Ok(Ok(keys)) => return Ok(keys),
        Ok(Err(error)) => failure(&error, origin, selected),
        Err(_) => GapCause::CallFailed {
            call: origin.words(selected).unwrap_or_default(),
            failure: match origin {
                // Nothing is configured, and nothing answers where a machine in AWS would have its credentials.
                Provider::Container | Provider::Instance => Failure::NoCredentials,
                _ => Failure::TimedOut,
            },
            detail: String::new(),
        },
    };
    Err(Gap {
        fact: said::CREDENTIALS.to_owned(),
        cause,
    })
}

/// Why the provider gave nothing: AWS refused, AWS could not be reached, or there is nothing to give.
fn failure(error: &CredentialsError, origin: Provider, selected: &str) -> GapCause {
    let call = || origin.words(selected).unwrap_or_default();
    let failed = |failure| GapCause::CallFailed {
        call: call(),
        failure,
        detail: root_cause(error),
    };
    let mut link: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(found) = link {
        if let Some(refused) = found.downcast_ref::<AssumeRoleError>() {
            return refused_role("sts:AssumeRole", refused.code(), refused.message());
        }
        if let Some(refused) = found.downcast_ref::<AssumeRoleWithWebIdentityError>() {
            let action = "sts:AssumeRoleWithWebIdentity";
            return refused_role(action, refused.code(), refused.message());
        }
        if let Some(SdkError::TimeoutError(_)) =
            found.downcast_ref::<SdkError<AssumeRoleError, HttpResponse>>()
        {
            return failed(Failure::TimedOut);
        }
        match found.downcast_ref::<ConnectorError>() {
            Some(connector) if connector.is_timeout() => return failed(Failure::TimedOut),
            Some(connector) if connector.is_io() => return failed(Failure::Unreachable),
            _ => {}
        }
        link = found.source();
    }
    let detail = match origin {
        // What a process of the user's writes to its standard error may hold anything.
        Provider::Profile {
            sort: ProfileSort::CredentialProcess,
        } => said::PROCESS_FAILED.to_owned(),
        Provider::Container | Provider::Instance => String::new(),
        _ => root_cause(error),
    };
    GapCause::CallFailed {
        call: call(),
        failure: Failure::NoCredentials,
        detail,
    }
}

fn refused_role(action: &str, code: Option<&str>, message: Option<&str>) -> GapCause {
    GapCause::Refused {
        call: action.to_owned(),
        action: action.to_owned(),
        refusal: Box::new(aws_refusal::read(code, message)),
    }
}

fn has_web_identity() -> bool {
    variable("AWS_WEB_IDENTITY_TOKEN_FILE").is_some()
}

async fn load_profiles(profile: Option<String>) -> Result<ProfileSet, SessionError> {
    #[allow(deprecated, reason = "`profile::load` takes this type and no other")]
    let files = aws_config::profile::profile_file::ProfileFiles::default();
    aws_config::profile::load(&Fs::real(), &Env::real(), &files, profile.map(Into::into))
        .await
        .map_err(|error| SessionError::Files(root_cause(&error)))
}

/// The profile in force. One that was named must exist: the SDK would skip it without a word.
fn selected_profile(settings: &Settings, profiles: &ProfileSet) -> Result<String, SessionError> {
    let environment_keys = has_environment_keys();
    let (name, source_setting) = match (&settings.profile, variable("AWS_PROFILE")) {
        (Some(name), _) => (name.clone(), "--profile"),
        // Keys in the environment win over AWS_PROFILE, so that a profile that isn't there does no harm.
        (None, Some(name)) if !environment_keys => (name, "AWS_PROFILE"),
        (None, Some(name)) if profiles.get_profile(&name).is_some() => return Ok(name),
        (None, _) => return Ok("default".to_owned()),
    };
    if profiles.get_profile(&name).is_none() {
        let mut known: Vec<String> = profiles.profiles().map(sanitize).collect();
        known.sort();
        return Err(SessionError::ProfileNotFound {
            name: sanitize(&name),
            source_setting,
            known,
        });
    }
    Ok(name)
}

fn region(settings: &Settings, profile: Option<String>) -> (String, String) {
    [
        (said::FROM_REGION_OPTION, settings.region.clone()),
        (said::FROM_AWS_REGION, variable("AWS_REGION")),
        (
            said::FROM_AWS_DEFAULT_REGION,
            variable("AWS_DEFAULT_REGION"),
        ),
        (said::THE_PROFILE, profile),
    ]
    .into_iter()
    .find_map(|(source, region)| Some((region?, source.to_owned())))
    .unwrap_or_else(|| (DEFAULT_REGION.to_owned(), said::NO_REGION_SET.to_owned()))
}

/// A setting that leads somewhere else than to AWS.
struct Override {
    setting: String,
    url: String,
}

impl Override {
    fn shown(&self) -> String {
        format!("{} {}", self.setting, shown_url(&self.url))
    }
}

/// The settings that lead somewhere else than to AWS.
fn endpoint_overrides(
    settings: &Settings,
    profile: Option<String>,
) -> Result<Vec<Override>, SessionError> {
    let ignored = variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let mut found: Vec<(String, String)> = Vec::new();
    if let Some(url) = &settings.endpoint_url {
        found.push((OPTION.to_owned(), url.clone()));
    }
    if !ignored {
        let mut variables: Vec<(String, String)> = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, value)| name.starts_with("AWS_ENDPOINT_URL") && !value.is_empty())
            .collect();
        variables.sort();
        found.extend(variables);
        found.extend(profile.map(|url| (IN_PROFILE.to_owned(), url)));
    }
    found
        .into_iter()
        .map(|(setting, url)| match is_url(&url) {
            true => Ok(Override { setting, url }),
            false => Err(SessionError::Endpoint {
                setting,
                value: shown_url(&url),
            }),
        })
        .collect()
}

const OPTION: &str = "--endpoint-url";
const IN_PROFILE: &str = "endpoint_url in the profile";

/// Whether AWS gets the calls that cost money, which are Cost Explorer's: an emulator does not charge. The first of
/// these settings is in force.
///
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
fn aws_charges(overrides: &[Override]) -> bool {
    let precedence = [
        OPTION,
        "AWS_ENDPOINT_URL_COST_EXPLORER",
        "AWS_ENDPOINT_URL",
        IN_PROFILE,
    ];
    let in_force = precedence
        .iter()
        .find_map(|setting| overrides.iter().find(|found| found.setting == *setting));
    in_force.is_none_or(|found| {
        let uri: Option<Uri> = found.url.parse().ok();
        let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
        [
            ".amazonaws.com",
            ".api.aws",
            ".amazonaws.com.cn",
            ".amazonaws.eu",
        ]
        .iter()
        .any(|domain| host.ends_with(domain))
    })
}

/// Without a password.
fn shown_url(url: &str) -> String {
    sanitize(&hide_password(url))
}

/// The URL without user name and password, also where its scheme was forgotten.
fn hide_password(url: &str) -> String {
    match url.rsplit_once('@') {
        Some((before, after)) if !before.contains("://") => format!("…@{after}"),
        _ => without_userinfo(url),
    }
}

/// Whether it can be the URL of a server. The SDK's own error for one that can't be prints the whole request.
fn is_url(text: &str) -> bool {
    text.parse::<Uri>().is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    })
}

pub(super) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_initial_backoff(Duration::from_millis(300))
}

fn timeouts(settings: &Settings) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(settings.timeout.min(Duration::from_secs(3)))
        .operation_timeout(settings.timeout)
        .build()
}

/// A variable of the environment that is set and not empty.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charges(overrides: &[(&str, &str)]) -> bool {
        let overrides: Vec<Override> = overrides
            .iter()
            .map(|(setting, url)| Override {
                setting: (*setting).to_owned(),
                url: (*url).to_owned(),
            })
            .collect();
        aws_charges(&overrides)
    }

    #[test]
    fn aws_charges_for_what_reaches_cost_explorer() {
        const LOCAL: &str = "http://127.0.0.1:4566";
        const AWS: &str = "https://vpce-1.ce.us-east-1.vpce.amazonaws.com";
        assert!(charges(&[]));
        assert!(charges(&[("AWS_ENDPOINT_URL_STS", LOCAL)]));
        assert!(charges(&[(OPTION, AWS)]));
        assert!(!charges(&[("AWS_ENDPOINT_URL", LOCAL)]));
        assert!(!charges(&[(IN_PROFILE, LOCAL)]));
        assert!(!charges(&[(
            "AWS_ENDPOINT_URL",
            "https://amazonaws.com.evil.example"
        )]));
        // The more particular setting wins.
        let particular = ("AWS_ENDPOINT_URL_COST_EXPLORER", AWS);
        assert!(charges(&[("AWS_ENDPOINT_URL", LOCAL), particular]));
        assert!(!charges(&[(OPTION, LOCAL), particular]));
    }
}
