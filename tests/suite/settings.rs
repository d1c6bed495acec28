//! Which credentials, Region, endpoint, proxy and certificates are in force, and what is said of it.

use std::process::Command;

use fake_aws::{Fault, Faults};
use serde_json::Value;

use crate::surroundings::{
    ENVIRONMENT_KEY, Home, Listener, SECRET_KEY, Tls, both, flat, keys_used, nobody, profile,
    region_of, report, safe, serve, with_keys,
};
use crate::tool::{codes, tool};

const PROFILE_KEY: &str = "AKIAPROFILEKEYEXAMPL";

fn evidence(report: &Value) -> String {
    report["causes"][0]["evidence"].to_string()
}

/// A profile that asks a process for its credentials.
#[cfg(unix)]
fn process(home: &Home, script: &str) -> String {
    let path = home.script("bin/credentials", script);
    format!("credential_process = {}\n", path.display())
}

// Which credentials.

#[test]
fn an_explicit_profile_wins_over_keys_in_the_environment() {
    let responder = serve("healthy", Faults::none());
    let home = Home::with_config(&profile("profile acme", PROFILE_KEY, ""));
    let (json, text) = both(|| {
        let mut command = home.check_at(&responder);
        command.args(["--profile", "acme"]);
        command
    });
    assert_eq!(json.status, 0);
    assert_eq!(keys_used(&responder), [PROFILE_KEY]);
    let credentials = &json.json()["credentials"];
    assert_eq!(credentials["profile"], "acme");
    assert_eq!(credentials["source"], "profile acme (an access key)");
    assert!(credentials["remarks"].to_string().contains("left aside"));
    assert!(flat(&text.stdout).contains("left aside"), "{}", text.stdout);
}

#[test]
fn keys_in_the_environment_that_overrule_aws_profile_are_said_aloud() {
    let responder = serve("healthy", Faults::none());
    let home = Home::with_config(&profile("profile acme", PROFILE_KEY, ""));
    let (json, text) = both(|| {
        let mut command = home.check_at(&responder);
        command.env("AWS_PROFILE", "acme");
        command
    });
    assert_eq!(keys_used(&responder), [ENVIRONMENT_KEY]);
    let remarks = json.json()["credentials"]["remarks"].to_string();
    assert!(remarks.contains("AWS_PROFILE=acme is set, but the keys in the environment"));
    assert!(remarks.contains("--profile acme"));
    assert!(flat(&text.stdout).contains("AWS_PROFILE=acme is set, but the keys"));
    assert_eq!(json.json()["credentials"]["profile"], Value::Null);
}

#[test]
fn aws_profile_alone_is_used_and_nothing_is_remarked() {
    let responder = serve("healthy", Faults::none());
    let home = Home::with_config(&profile("profile acme", PROFILE_KEY, ""));
    let (status, report) = report(
        home.check()
            .env("AWS_PROFILE", "acme")
            .env("AWS_ENDPOINT_URL", responder.url()),
    );
    assert_eq!(status, 0);
    assert_eq!(keys_used(&responder), [PROFILE_KEY]);
    assert_eq!(report["credentials"]["remarks"], serde_json::json!([]));
}

#[test]
fn the_files_that_the_environment_names_are_the_ones_read() {
    let responder = serve("healthy", Faults::none());
    let home = Home::new();
    let config = home.file("elsewhere/config", "[profile acme]\nregion = eu-west-1\n");
    let keys = home.file("elsewhere/keys", &profile("acme", PROFILE_KEY, ""));
    let (status, report) = report(
        home.check()
            .args(["--profile", "acme", "--endpoint-url", &responder.url()])
            .env("AWS_CONFIG_FILE", config)
            .env("AWS_SHARED_CREDENTIALS_FILE", keys),
    );
    assert_eq!(status, 0);
    assert_eq!(keys_used(&responder), [PROFILE_KEY]);
    assert_eq!(report["credentials"]["region"], "eu-west-1");
}

#[test]
fn a_profile_that_does_not_exist_is_an_error_that_lists_those_that_do() {
    let responder = serve("healthy", Faults::none());
    let config = profile("profile acme", PROFILE_KEY, "") + &profile("profile beta", "AKIA", "");
    let home = Home::with_config(&config);
    // Keys in the environment do not paper over the mistyped name.
    let explicit = safe(home.check_at(&responder).args(["--profile", "amce"]));
    let named = safe(
        home.check()
            .env("AWS_PROFILE", "amce")
            .env("AWS_ENDPOINT_URL", responder.url()),
    );
    for run in [explicit, named] {
        assert_eq!(run.status, 2);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains("the profile “amce” does not exist"));
        assert!(run.stderr.contains("acme, beta"), "{}", run.stderr);
    }
    assert_eq!(responder.requests(), []);
}

#[test]
fn a_profile_that_does_not_exist_where_there_are_none_says_so() {
    let run = safe(Home::new().check().args(["--profile", "acme"]));
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains("no profiles are set up"));
}

#[test]
fn a_missing_source_profile_is_named_and_the_metadata_service_is_not_asked() {
    let metadata = Listener::closing();
    let home = Home::with_config(
        "[profile acme]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = nosuch\n",
    );
    let (status, report) = report(
        home.check()
            .args(["--profile", "acme"])
            .env_remove("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()),
    );
    assert_eq!(status, 1);
    assert_eq!(codes(&report), ["no-credentials"]);
    assert!(evidence(&report).contains("nosuch"), "{report:#}");
    assert_eq!(metadata.lines(), [""; 0]);
}

/// A role to assume with the keys of another profile.
fn role() -> Home {
    let base = profile("profile base", PROFILE_KEY, "");
    Home::with_config(&format!(
        "{base}[profile acme]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = base\n"
    ))
}

// The made-up accounts let nobody assume a role: what counts is who asked and where.

#[test]
fn a_role_is_assumed_with_the_keys_of_its_source_profile() {
    let responder = serve("healthy", Faults::none());
    let (_, report) = report(
        role()
            .check()
            .args(["--profile", "acme"])
            .env("AWS_ENDPOINT_URL", responder.url()),
    );
    let calls = responder.requests();
    assert_eq!(calls[0].operation, "AssumeRole");
    assert_eq!(calls[0].access_key_id.as_deref(), Some(PROFILE_KEY));
    let source = &report["credentials"]["source"];
    assert_eq!(source, "profile acme (a role to assume)");
}

#[test]
fn a_role_that_can_not_be_assumed_is_not_told_that_there_are_no_credentials() {
    // There are: AWS accepted the keys of the source profile and refused the role.
    let refuse = Fault::Refuse {
        status: 403,
        code: "AccessDenied".to_owned(),
        message: "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:AssumeRole on \
                  resource: arn:aws:iam::111122223333:role/r"
            .to_owned(),
    };
    let responder = serve("healthy", Faults::none().on("sts", "AssumeRole", refuse));
    let (_, report) = report(
        role()
            .check()
            .args(["--profile", "acme"])
            .env("AWS_ENDPOINT_URL", responder.url()),
    );
    let headline = report["headline"].as_str().expect("a sentence");
    assert!(
        !headline.contains("there are no AWS credentials"),
        "{headline}"
    );
    assert!(report.to_string().contains("sts:AssumeRole"), "{report:#}");
}

#[test]
fn an_sts_that_can_not_be_reached_is_not_told_as_missing_credentials() {
    let (status, report) = report(
        role()
            .check()
            .args(["--profile", "acme"])
            .env("AWS_ENDPOINT_URL", nobody()),
    );
    assert_eq!(report["state"], "inconclusive");
    assert_eq!(status, 3);
}

#[test]
fn half_a_pair_of_keys_in_the_environment_is_not_taken_for_the_keys_in_use() {
    // The SDK goes on to the profile; the report must not say that it used the environment's.
    let responder = serve("healthy", Faults::none());
    let home = Home::with_config(&profile("default", PROFILE_KEY, ""));
    let (_, report) = report(
        home.check()
            .env("AWS_ACCESS_KEY_ID", ENVIRONMENT_KEY)
            .env("AWS_ENDPOINT_URL", responder.url()),
    );
    let source = report["credentials"]["source"].as_str().expect("words");
    let says_environment = source.contains("environment");
    for key in keys_used(&responder) {
        assert_eq!(
            says_environment,
            key == ENVIRONMENT_KEY,
            "{source}, but signed by {key}"
        );
    }
}

// Without credentials.

#[test]
fn without_credentials_that_is_the_answer_and_nothing_is_called() {
    let responder = serve("healthy", Faults::none());
    let (json, text) = both(|| {
        let mut command = Home::new().check();
        command.env("AWS_ENDPOINT_URL", responder.url());
        command
    });
    assert_eq!((json.status, text.status), (1, 1));
    let report = json.json();
    assert_eq!(codes(&report), ["no-credentials"]);
    assert_eq!(report["state"], "blocked");
    assert_eq!(report["calls"], serde_json::json!([]));
    assert!(text.stdout.contains("aws configure"), "{}", text.stdout);
    assert_eq!(responder.requests(), []);
}

#[test]
fn no_region_means_us_east_1_and_the_metadata_service_is_not_asked_for_one() {
    let metadata = Listener::closing();
    let responder = serve("healthy", Faults::none());
    let (status, report) = report(
        Home::new()
            .check_at(&responder)
            .env_remove("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()),
    );
    assert_eq!(status, 0);
    assert_eq!(report["credentials"]["region"], "us-east-1");
    assert_eq!(region_of(&responder, "sts"), "us-east-1");
    assert_eq!(metadata.lines(), [""; 0]);
}

#[test]
fn a_metadata_service_that_swallows_everything_is_not_given_the_time_of_a_call() {
    let metadata = Listener::swallowing();
    // A call has ten minutes here.
    let (status, report) = report(
        Home::new()
            .check()
            .env_remove("AWS_EC2_METADATA_DISABLED")
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url()),
    );
    assert_eq!(status, 1);
    assert_eq!(codes(&report), ["no-credentials"]);
    // It was asked for credentials, and not for a Region.
    let asked = metadata.lines();
    assert!(!asked.is_empty());
    assert!(
        asked.iter().all(|line| !line.contains("region")),
        "{asked:?}"
    );
}

#[test]
fn a_container_service_that_swallows_everything_is_not_given_the_time_of_a_call() {
    let container = Listener::swallowing();
    let (status, report) = report(
        Home::new()
            .check()
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()),
    );
    assert_eq!(status, 1);
    assert_eq!(codes(&report), ["no-credentials"]);
    assert!(evidence(&report).contains("container"), "{report:#}");
}

#[test]
fn an_expired_sign_in_says_how_to_sign_in_again() {
    let home = Home::with_config(
        "[profile acme]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Billing\n\
         [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n",
    );
    // The file's name is the SHA-1 of the session's name.
    home.file(
        ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json",
        r#"{"accessToken":"5ecretToken","expiresAt":"2020-01-01T00:00:00Z","region":"us-east-1","startUrl":"https://example.awsapps.com/start"}"#,
    );
    let (json, text) = both(|| {
        let mut command = home.check();
        command.args(["--profile", "acme"]);
        command
    });
    assert_eq!(json.status, 1);
    assert_eq!(codes(&json.json()), ["no-credentials"]);
    assert!(
        evidence(&json.json()).contains("expired"),
        "{}",
        text.stdout
    );
    assert!(flat(&text.stdout).contains("aws sso login --profile acme"));
}

// A process that gives credentials.

#[cfg(unix)]
#[test]
fn a_credential_process_is_asked_once_for_all_services() {
    let home = Home::new();
    let script = format!(
        "#!/bin/sh\n\
         echo run >> \"$HOME/runs\"\n\
         echo '{{\"Version\":1,\"AccessKeyId\":\"{PROFILE_KEY}\",\"SecretAccessKey\":\"{SECRET_KEY}\"}}'\n"
    );
    let line = process(&home, &script);
    home.file(".aws/config", &format!("[profile acme]\n{line}"));
    let responder = serve("healthy", Faults::none());
    let (status, _) = report(home.check_at(&responder).args(["--profile", "acme"]));
    assert_eq!(status, 0);
    assert_eq!(keys_used(&responder), [PROFILE_KEY]);
    let runs = home.read("runs");
    assert_eq!(runs.lines().count(), 1);
}

#[cfg(unix)]
#[test]
fn what_a_failing_credential_process_prints_is_never_repeated() {
    let home = Home::new();
    let line = process(
        &home,
        "#!/bin/sh\necho 5ecretKey\necho 5ecretToken >&2\nexit 3\n",
    );
    home.file(".aws/config", &format!("[profile acme]\n{line}"));
    let (json, text) = both(|| {
        let mut command = home.check();
        command.args(["--profile", "acme"]);
        command
    });
    assert_eq!((json.status, text.status), (1, 1));
    assert!(evidence(&json.json()).contains("credential_process"));
}

#[cfg(unix)]
#[test]
fn what_a_credential_process_prints_is_never_repeated_where_a_role_is_assumed_with_it() {
    let home = Home::new();
    let line = process(
        &home,
        "#!/bin/sh\necho 5ecretKey\necho 5ecretToken >&2\nexit 3\n",
    );
    home.file(
        ".aws/config",
        &format!(
            "[profile base]\n{line}\n\
             [profile acme]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = base\n"
        ),
    );
    let (json, _) = both(|| {
        let mut command = home.check();
        command.args(["--profile", "acme"]);
        command
    });
    assert_eq!(json.status, 1);
}

#[cfg(unix)]
#[test]
fn what_a_credential_process_prints_beside_the_format_is_never_repeated() {
    for answer in [
        "{\"Version\":1,\"AccessKeyId\":\"AKIA\",\"SecretAccessKey\":5ecretKey}",
        "{\"Version\":1,\"AccessKeyId\":\"AKIA\",\"SecretAccessKey\":\"5ecretKey\",\"Expiration\":\"5ecretToken\"}",
        "5ecretKey",
    ] {
        let home = Home::new();
        let line = process(&home, &format!("#!/bin/sh\necho '{answer}'\n"));
        home.file(
            ".aws/config",
            &format!(
                "[profile base]\n{line}\n\
                 [profile acme]\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = base\n"
            ),
        );
        for name in ["base", "acme"] {
            let (json, _) = both(|| {
                let mut command = home.check();
                command.args(["--profile", name]);
                command
            });
            assert_eq!(json.status, 1);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_slow_credential_process_is_given_the_time_of_one_call() {
    let home = Home::new();
    let line = process(&home, "#!/bin/sh\nexec sleep 30\n");
    home.file(".aws/config", &format!("[profile acme]\n{line}"));
    let (status, report) = report(home.check().args(["--profile", "acme", "--timeout", "1"]));
    // It may have had some to give: neither "none" nor "fine".
    assert_eq!(status, 3);
    assert_eq!(codes(&report), [""; 0]);
    let gaps = report["gaps"].to_string();
    assert!(
        gaps.contains("profile acme (a credential process) timed out"),
        "{gaps}"
    );
}

#[test]
fn what_a_container_service_answers_beside_the_format_is_never_repeated() {
    let container = Listener::answering(
        "{\"AccessKeyId\":\"AKIA\",\"SecretAccessKey\":5ecretKey,\"Token\":5ecretToken}",
    );
    let (json, _) = both(|| {
        let mut command = Home::new().check();
        command.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url());
        command
    });
    assert_eq!(json.status, 1);
}

// Settings that the SDK chokes on.

#[test]
fn a_legacy_retry_mode_and_absurd_attempts_do_not_panic() {
    let responder = serve("healthy", Faults::none());
    let home = Home::with_config(&profile(
        "default",
        PROFILE_KEY,
        "retry_mode = legacy\nmax_attempts = 0",
    ));
    let (status, _) = report(home.check().env("AWS_ENDPOINT_URL", responder.url()));
    assert_eq!(status, 0);
    for (name, value) in [
        ("AWS_RETRY_MODE", "legacy"),
        ("AWS_RETRY_MODE", "nonsense"),
        ("AWS_MAX_ATTEMPTS", "0"),
        ("AWS_MAX_ATTEMPTS", "x"),
        ("AWS_MAX_ATTEMPTS", "-1"),
    ] {
        let (status, _) = report(home.check_at(&responder).env(name, value));
        assert_eq!(status, 0, "{name}={value}");
    }
}

#[test]
fn a_malformed_configuration_file_is_an_error() {
    for text in [
        "[profile acme\nregion = x\n",
        "no section\n",
        "[default]\n= x\n",
    ] {
        let run = safe(&mut Home::with_config(text).check());
        assert_eq!(run.status, 2, "{text}: {}", run.stdout);
        assert!(run.stderr.contains("can't be read"), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}

// Which Region.

#[test]
fn the_region_is_the_flags_then_the_environments_then_the_profiles() {
    let home = Home::with_config(&profile("default", PROFILE_KEY, "region = eu-north-1"));
    let region = |command: &mut dyn FnMut(&mut Command)| {
        let responder = serve("healthy", Faults::none());
        let mut check = home.check_at(&responder);
        command(&mut check);
        let (status, report) = report(&mut check);
        assert_eq!(status, 0);
        let said = report["credentials"]["region"].as_str().expect("a Region");
        assert_eq!(said, region_of(&responder, "sts"));
        // The trail of billing's console is in one Region.
        assert_eq!(region_of(&responder, "cloudtrail"), "us-east-1");
        said.to_owned()
    };
    assert_eq!(region(&mut |_| {}), "eu-north-1");
    let environment = |check: &mut Command| {
        check.env("AWS_DEFAULT_REGION", "eu-west-2");
    };
    assert_eq!(region(&mut |check| environment(check)), "eu-west-2");
    let both = |check: &mut Command| {
        environment(check);
        check.env("AWS_REGION", "eu-west-3");
    };
    assert_eq!(region(&mut |check| both(check)), "eu-west-3");
    let all = |check: &mut Command| {
        both(check);
        check.args(["--region", "eu-central-1"]);
    };
    assert_eq!(region(&mut |check| all(check)), "eu-central-1");
    // Set to nothing is not set.
    let empty = |check: &mut Command| {
        check.env("AWS_REGION", "");
    };
    assert_eq!(region(&mut |check| empty(check)), "eu-north-1");
}

// Which endpoint.

#[test]
fn the_flag_wins_over_the_environments_endpoint_and_both_are_said() {
    let (flag, environment) = (serve("healthy", Faults::none()), Listener::closing());
    let (status, report) = report(
        with_keys(&mut Home::new().check())
            .env("AWS_ENDPOINT_URL", environment.url())
            .args(["--endpoint-url", &flag.url()]),
    );
    assert_eq!(status, 0);
    assert_eq!(environment.lines(), [""; 0]);
    let said = report["credentials"]["endpointOverrides"].to_string();
    assert!(
        said.contains(&format!("--endpoint-url {}", flag.url())),
        "{said}"
    );
}

#[test]
fn one_services_endpoint_leads_that_service_elsewhere() {
    let (all, cost_explorer) = (
        serve("healthy", Faults::none()),
        serve("cost-explorer-never-enabled", Faults::none()),
    );
    let (status, report) = report(
        Home::new()
            .check_at(&all)
            .env("AWS_ENDPOINT_URL_COST_EXPLORER", cost_explorer.url()),
    );
    assert_eq!(status, 1);
    assert_eq!(codes(&report), ["cost-explorer-not-enabled"]);
    let elsewhere = cost_explorer.requests();
    assert!(elsewhere.iter().all(|call| call.service == "ce") && !elsewhere.is_empty());
    assert!(all.requests().iter().all(|call| call.service != "ce"));
    let said = report["credentials"]["endpointOverrides"].to_string();
    assert!(said.contains("AWS_ENDPOINT_URL_COST_EXPLORER"), "{said}");
}

#[test]
fn a_profiles_endpoint_is_used_and_can_be_ignored() {
    let (profiles, flag) = (
        serve("healthy", Faults::none()),
        serve("healthy", Faults::none()),
    );
    let more = format!("endpoint_url = {}", profiles.url());
    let home = Home::with_config(&profile("default", PROFILE_KEY, &more));
    let (status, said) = report(&mut home.check());
    assert_eq!(status, 0);
    assert!(!profiles.requests().is_empty());
    let overrides = said["credentials"]["endpointOverrides"].to_string();
    assert!(
        overrides.contains("endpoint_url in the profile"),
        "{overrides}"
    );

    let before = profiles.requests().len();
    let environment = Listener::closing();
    let (status, report) = report(
        home.check()
            .env("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
            .env("AWS_ENDPOINT_URL", environment.url())
            .args(["--endpoint-url", &flag.url()]),
    );
    assert_eq!(status, 0);
    assert_eq!(profiles.requests().len(), before);
    assert_eq!(environment.lines(), [""; 0]);
    let overrides = report["credentials"]["endpointOverrides"].to_string();
    assert!(!overrides.contains("profile") && !overrides.contains("AWS_ENDPOINT_URL"));
}

#[test]
fn an_endpoint_that_is_no_url_is_an_error_and_no_request_is_printed() {
    for bad in [
        "notaurl",
        "ftp://host",
        "http://",
        "127.0.0.1:4566",
        "http:// x",
    ] {
        let flag = safe(with_keys(&mut Home::new().check()).args(["--endpoint-url", bad]));
        let variable = safe(with_keys(&mut Home::new().check()).env("AWS_ENDPOINT_URL_IAM", bad));
        let home = Home::with_config(&format!("[default]\nendpoint_url = {bad}\n"));
        let profiles = safe(with_keys(&mut home.check()));
        for run in [flag, variable, profiles] {
            assert_eq!(run.status, 2, "{bad}: {}", run.stdout);
            assert_eq!(run.stdout, "");
            assert!(run.stderr.contains("is not the URL of a server"));
            assert!(run.stderr.len() < 400, "{}", run.stderr);
            assert!(!run.stderr.contains("Request {"));
        }
    }
}

#[test]
fn a_bad_endpoint_in_a_services_section_prints_no_request() {
    let home = Home::with_config(&profile(
        "default",
        PROFILE_KEY,
        "services = s\n[services s]\niam =\n  endpoint_url = notaurl\n",
    ));
    let (json, text) = both(|| {
        let mut command = home.check();
        command.args(["--endpoint-url", &nobody()]);
        command
    });
    for run in [json, text] {
        assert!(!run.stdout.contains("Request {") && !run.stderr.contains("Request {"));
    }
}

#[test]
fn a_password_in_an_endpoint_is_not_printed() {
    let responder = serve("healthy", Faults::none());
    let authority = responder.url().replace("http://", "");
    for url in [
        format!("http://me:5ecretKey@{authority}"),
        format!("http://5ecretToken@{authority}"),
        format!("http://me:5ecret%4eKey5ecretKey@{authority}"),
        "me:5ecretKey@notaurl".to_owned(),
        "http://me:5ecretKey@".to_owned(),
    ] {
        let (json, text) = both(|| {
            let mut command = Home::new().check();
            with_keys(&mut command).args(["--endpoint-url", &url]);
            command
        });
        assert_eq!(json.status, text.status);
        safe(with_keys(&mut Home::new().check()).env("AWS_ENDPOINT_URL", &url));
    }
}

// Proxies and certificates.

#[test]
fn plain_requests_go_through_http_proxy_in_absolute_form() {
    let responder = serve("healthy", Faults::none());
    let proxy = Listener::forwarding(&responder);
    let (status, _) = report(
        with_keys(&mut Home::new().check())
            .env("HTTP_PROXY", proxy.url())
            .args(["--endpoint-url", "http://aws.example.test:8080"]),
    );
    assert_eq!(status, 0);
    let lines = proxy.lines();
    assert!(!lines.is_empty());
    for line in &lines {
        assert!(line.contains(" http://aws.example.test:8080/"), "{line}");
    }
    assert!(responder.requests().iter().any(|call| call.service == "ce"));
}

#[test]
fn tls_requests_go_through_https_proxy_by_connect() {
    let proxy = Listener::closing();
    let (status, report) = report(
        with_keys(&mut Home::new().check())
            .env("HTTPS_PROXY", proxy.url())
            .env("AWS_REGION", "eu-central-1"),
    );
    assert_eq!(status, 3);
    assert_eq!(report["state"], "inconclusive");
    let lines = proxy.lines();
    assert!(
        lines.iter().all(|line| line.starts_with("CONNECT ")),
        "{lines:?}"
    );
    let asked = |host: &str| {
        lines
            .iter()
            .any(|line| line.starts_with(&format!("CONNECT {host}:443 ")))
    };
    assert!(asked("sts.eu-central-1.amazonaws.com"), "{lines:?}");
    assert!(asked("ce.us-east-1.amazonaws.com"), "{lines:?}");
}

#[test]
fn hosts_in_no_proxy_are_asked_directly() {
    let (responder, proxy) = (serve("healthy", Faults::none()), Listener::closing());
    let (status, _) = report(
        Home::new()
            .check_at(&responder)
            .env("HTTP_PROXY", proxy.url())
            .env("NO_PROXY", "127.0.0.1"),
    );
    assert_eq!(status, 0);
    assert_eq!(proxy.lines(), [""; 0]);
}

#[test]
fn a_proxys_password_is_not_printed() {
    let url = nobody().replace("http://", "http://me:5ecretKey@");
    let (json, _) = both(|| {
        let mut command = Home::new().check();
        with_keys(&mut command)
            .env("HTTP_PROXY", &url)
            .env("HTTPS_PROXY", &url);
        command
    });
    assert_eq!(json.status, 3);
}

#[test]
fn the_demo_asks_no_proxy() {
    let proxy = Listener::closing();
    let mut command = tool();
    command.args(["check", "--demo", "healthy"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env(name, proxy.url());
    }
    assert_eq!(safe(&mut command).status, 0);
    assert_eq!(proxy.lines(), [""; 0]);
}

#[test]
fn a_server_is_trusted_by_the_bundle_of_certificates_and_not_without() {
    let responder = serve("healthy", Faults::none());
    let tls = Tls::in_front_of(&responder);
    let home = Home::new();
    let bundle = home.file("bundle.pem", &tls.certificate);
    let (status, without) = report(with_keys(&mut home.check()).args(["--endpoint-url", &tls.url]));
    assert_eq!(status, 3);
    assert!(
        without["gaps"].to_string().contains("certificate"),
        "{without:#}"
    );
    assert_eq!(responder.requests(), []);

    let (status, _) = report(
        with_keys(&mut home.check())
            .env("AWS_CA_BUNDLE", &bundle)
            .args(["--endpoint-url", &tls.url]),
    );
    assert_eq!(status, 0);

    let more = format!("ca_bundle = {}", bundle.display());
    home.file(".aws/config", &profile("default", PROFILE_KEY, &more));
    let (status, _) = report(home.check().args(["--endpoint-url", &tls.url]));
    assert_eq!(status, 0);
}

#[test]
fn a_bundle_of_certificates_that_can_not_be_used_is_an_error() {
    let home = Home::new();
    let unusable = [
        home.file("empty.pem", ""),
        home.file(
            "key.pem",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ),
        home.file(
            "broken.pem",
            "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        ),
        home.file("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB"),
        home.file(
            "wrong.pem",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ),
        home.file("x/y", "").with_file_name("missing.pem"),
        home.file("z/y", "").with_file_name(""),
    ];
    for path in unusable {
        let run = safe(
            with_keys(&mut home.check())
                .env("AWS_CA_BUNDLE", &path)
                .args(["--endpoint-url", &nobody().replace("http:", "https:")]),
        );
        assert_eq!(
            run.status,
            2,
            "{}: {}{}",
            path.display(),
            run.stdout,
            run.stderr
        );
        assert!(run.stderr.contains("can't be used"), "{}", run.stderr);
    }
}

// What needs nothing.

#[cfg(unix)]
#[test]
fn version_and_help_read_no_file_and_ask_nobody() {
    let home = Home::new();
    // Whoever opens it waits for ever.
    let fifo = home.path("fifo");
    let made = Command::new("mkfifo").arg(&fifo).status().expect("mkfifo");
    assert!(made.success());
    let anyone = Listener::swallowing();
    for arguments in [
        ["--version"].as_slice(),
        &["--help"],
        &["check", "--help"],
        &["schema"],
        &["permissions"],
        &["check", "--demo", "list"],
    ] {
        let mut command = tool();
        command
            .env_remove("HOME")
            .env_remove("AWS_EC2_METADATA_DISABLED")
            .env("AWS_CONFIG_FILE", &fifo)
            .env("AWS_SHARED_CREDENTIALS_FILE", &fifo)
            .env("AWS_CA_BUNDLE", &fifo)
            .env("AWS_EC2_METADATA_SERVICE_ENDPOINT", anyone.url())
            .env("AWS_ENDPOINT_URL", anyone.url())
            .env("HTTPS_PROXY", anyone.url())
            .env("HTTP_PROXY", anyone.url())
            .args(arguments);
        let run = safe(&mut command);
        assert_eq!(run.status, 0, "{arguments:?}");
        assert!(!run.stdout.is_empty() && run.stderr.is_empty());
    }
    assert_eq!(anyone.lines(), [""; 0]);
}

#[test]
fn a_demo_reads_nothing_of_the_environment() {
    let home = Home::with_config("[broken\n");
    let run = safe(
        home.check()
            .args(["--demo", "healthy"])
            .env("AWS_PROFILE", "nosuch")
            .env("AWS_ENDPOINT_URL", "notaurl")
            .env("AWS_CA_BUNDLE", "nosuch"),
    );
    assert_eq!(run.status, 0, "{}", run.stderr);
}

#[test]
fn what_answers_in_awss_stead_charges_nothing() {
    let responder = serve("healthy", Faults::none());
    let (_, report) = report(&mut Home::new().check_at(&responder));
    let calls = report["calls"].as_array().expect("calls");
    let paid = calls
        .iter()
        .find(|call| call["call"] == "ce:GetCostAndUsage");
    assert_eq!(paid.expect("it was asked")["answered"], 1);
    assert_eq!(report["costUsd"], 0.0);
    assert_eq!(report["demo"], false);
}
