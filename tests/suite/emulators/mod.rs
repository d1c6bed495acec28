//! Implementations of AWS that no one here wrote, filled by the aws CLI: real wire formats, real accounts.
//!
//! They are installed below `target/` by pip, at pinned versions, when a test first needs them. Where pip can't have
//! them the tests fail: a test that was skipped would prove nothing.

mod account;
mod dump;
mod explain;
mod ministack;
mod moto;
mod policy;
mod winterbaume;

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::tool::{PATIENCE, Run, run, tool};

const REQUIREMENTS: &str = include_str!("../../emulators/requirements.txt");

/// The folder of the programs, installed once.
static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(|| programs("emulators", REQUIREMENTS));

/// The programs of `tests/NAME/requirements.txt`, in an environment of their own.
fn programs(name: &str, requirements: &str) -> PathBuf {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let marker = venv.join("installed");
    let programs = venv.join("bin");
    if fs::read_to_string(&marker).is_ok_and(|installed| installed == requirements) {
        return programs;
    }
    let _ = fs::remove_dir_all(&venv);
    let list = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name)
        .join("requirements.txt");
    must(
        Command::new("python3").args(["-m", "venv"]).arg(&venv),
        &format!("Python 3 with venv is needed for {name}"),
    );
    must(
        Command::new(programs.join("pip"))
            .args(["install", "--quiet", "--disable-pip-version-check", "-r"])
            .arg(list),
        &format!("{name} could not be installed by pip"),
    );
    fs::write(&marker, requirements).expect("target is writable");
    programs
}

fn must(command: &mut Command, otherwise: &str) {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{otherwise}: {error}"));
    assert!(
        output.status.success(),
        "{otherwise}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A server on loopback, ended with the value.
struct Server {
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts a program with what `configure` adds for a free port, and waits until it answers.
    fn start(program: &Path, configure: impl FnOnce(&mut Command, u16)) -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("loopback is free")
            .port();
        let mut command = Command::new(program);
        configure(&mut command, port);
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let mut server = Self { child, port };
        let patience = Instant::now() + PATIENCE;
        while server
            .post(
                "/",
                "application/x-www-form-urlencoded",
                "Action=GetCallerIdentity&Version=2011-06-15",
            )
            .is_none()
        {
            let ended = server.child.try_wait().expect("a child has a status");
            assert!(
                ended.is_none() && Instant::now() < patience,
                "{} does not answer: {ended:?}",
                program.display()
            );
            sleep(Duration::from_millis(100));
        }
        server
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The response to a request, raw; `None` while nobody listens.
    fn post(&self, path: &str, content_type: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        write!(
            stream,
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        answer.starts_with("HTTP/").then_some(answer)
    }

    /// `aws …` against this server, with these keys; its output as JSON.
    fn aws(&self, keys: &Keys, arguments: &[&str]) -> Value {
        serde_json::from_slice(&self.aws_bytes(keys, arguments)).unwrap_or(Value::Null)
    }

    /// The same, as printed.
    fn aws_bytes(&self, keys: &Keys, arguments: &[&str]) -> Vec<u8> {
        let output = Command::new(PROGRAMS.join("aws"))
            .args(arguments)
            .args(["--output", "json", "--cli-read-timeout", "600"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", env!("CARGO_TARGET_TMPDIR"))
            .env("AWS_ENDPOINT_URL", self.url())
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", &keys.id)
            .env("AWS_SECRET_ACCESS_KEY", &keys.secret)
            .output()
            .expect("the aws CLI starts");
        assert!(
            output.status.success(),
            "aws {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    /// `billing-doctor check -o json` against this server, with these keys.
    fn check(&self, keys: &Keys) -> Run {
        run(tool()
            .args(["check", "--output", "json"])
            .env("AWS_ENDPOINT_URL", self.url())
            .env("AWS_ACCESS_KEY_ID", &keys.id)
            .env("AWS_SECRET_ACCESS_KEY", &keys.secret))
    }
}

/// An access key.
struct Keys {
    id: String,
    secret: String,
}

impl Keys {
    fn new(id: &str, secret: &str) -> Self {
        Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
        }
    }

    /// A new key of a user's.
    fn of(server: &Server, by: &Keys, user: &str) -> Self {
        let key = server.aws(by, &["iam", "create-access-key", "--user-name", user]);
        let text = |name: &str| key["AccessKey"][name].as_str().expect("a key").to_owned();
        Self {
            id: text("AccessKeyId"),
            secret: text("SecretAccessKey"),
        }
    }
}
