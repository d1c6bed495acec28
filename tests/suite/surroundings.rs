//! What surrounds a run: a home directory with AWS files in it, and servers on loopback that the run may find.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use fake_aws::{Account, Faults, Responder};
use serde_json::Value;
use tempfile::TempDir;

use crate::tool::{Run, run, tool};

/// The keys in the environment; the responder takes any.
pub(crate) const ENVIRONMENT_KEY: &str = "AKIAENVIRONMENTKEYEX";
/// Parts of everything secret that the tests hand out: no output may hold one.
pub(crate) const SECRETS: [&str; 2] = ["5ecretKey", "5ecretToken"];
pub(crate) const SECRET_KEY: &str = "wJal5ecretKey/K7MDENG/bPxRfiCYEXAMPLE";
pub(crate) const SESSION_TOKEN: &str = "FwoG5ecretToken//wEaDEXAMPLE";

/// A home directory of its own.
pub(crate) struct Home {
    directory: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self {
            directory: tempfile::tempdir().expect("a directory"),
        }
    }

    /// With this as `~/.aws/config`.
    pub(crate) fn with_config(text: &str) -> Self {
        let home = Self::new();
        home.file(".aws/config", text);
        home
    }

    /// Writes a file below the home directory.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below home")).expect("a directory");
        fs::write(&path, text).expect("written");
        path
    }

    /// The same for a script that can be run.
    #[cfg(unix)]
    pub(crate) fn script(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.file(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("executable");
        path
    }

    /// A path below the home directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// What is in a file below the home directory.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("it is there")
    }

    /// `billing-doctor check` at home there, without credentials, Region or metadata service.
    pub(crate) fn check(&self) -> Command {
        let mut command = tool();
        command.env("HOME", self.directory.path());
        command.arg("check");
        command
    }

    /// The same with keys in the environment that lead to this responder.
    pub(crate) fn check_at(&self, responder: &Responder) -> Command {
        let mut command = self.check();
        with_keys(&mut command).env("AWS_ENDPOINT_URL", responder.url());
        command
    }
}

/// Puts keys into the environment.
pub(crate) fn with_keys(command: &mut Command) -> &mut Command {
    command
        .env("AWS_ACCESS_KEY_ID", ENVIRONMENT_KEY)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        .env("AWS_SESSION_TOKEN", SESSION_TOKEN)
}

/// A profile with keys of its own, and whatever else.
pub(crate) fn profile(section: &str, key: &str, more: &str) -> String {
    format!(
        "[{section}]\naws_access_key_id = {key}\naws_secret_access_key = {SECRET_KEY}\n{more}\n"
    )
}

/// Serves one of the accounts that come with the tool.
pub(crate) fn serve(name: &str, faults: Faults) -> Responder {
    let account = fake_aws::account(name).expect("there is one");
    Responder::start(account, faults).expect("a responder")
}

/// Serves one of the accounts that come with the tool, changed first.
pub(crate) fn serve_changed(
    name: &str,
    faults: Faults,
    change: impl FnOnce(&mut Value),
) -> Responder {
    let mut account = serde_json::to_value(fake_aws::account(name).expect("there is one"))
        .expect("an account is JSON");
    change(&mut account);
    let account = Account::from_json(&account.to_string()).expect("still an account");
    Responder::start(account, faults).expect("a responder")
}

/// The access keys that signed calls to the responder, once each.
pub(crate) fn keys_used(responder: &Responder) -> Vec<String> {
    let mut keys: Vec<String> = responder
        .requests()
        .into_iter()
        .filter_map(|call| call.access_key_id)
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The Region that a call to a service was signed for.
pub(crate) fn region_of(responder: &Responder, service: &str) -> String {
    responder
        .requests()
        .into_iter()
        .find(|call| call.service == service)
        .and_then(|call| call.region)
        .expect("it was called")
}

/// Runs to the end, twice: its JSON and its text. Nothing secret may be in either.
pub(crate) fn both(mut command: impl FnMut() -> Command) -> (Run, Run) {
    let json = safe(&mut {
        let mut command = command();
        command.args(["--output", "json"]);
        command
    });
    let text = safe(&mut command());
    (json, text)
}

/// Runs to the end; nothing secret may be in what it prints.
pub(crate) fn safe(command: &mut Command) -> Run {
    let run = run(command);
    for secret in SECRETS {
        let leaked = run.stdout.contains(secret) || run.stderr.contains(secret);
        assert!(!leaked, "{secret} in:\n{}\n{}", run.stdout, run.stderr);
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    run
}

/// The report of a run that wrote JSON.
pub(crate) fn report(command: &mut Command) -> (i32, Value) {
    let run = safe(command.args(["--output", "json"]));
    let report = run.json();
    crate::tool::assert_valid(&report);
    (run.status, report)
}

/// How long something takes.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

/// Text as it reads without line breaks and indentation.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A listener on loopback that notes the first line of every request and hands the connection on.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    /// Accepts, notes, and never answers.
    pub(crate) fn swallowing() -> Self {
        Self::start(|_, mut stream| {
            // Until the other side gives up.
            let _ = stream.read_to_end(&mut Vec::new());
        })
    }

    /// Accepts, notes, and closes.
    pub(crate) fn closing() -> Self {
        Self::start(|_, stream| {
            let _ = stream.shutdown(Shutdown::Both);
        })
    }

    /// Answers every request with this body.
    pub(crate) fn answering(body: &'static str) -> Self {
        Self::start(move |_, mut stream| {
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
        })
    }

    /// Sends every connection on to the responder, its first line and all, as a forward proxy does.
    pub(crate) fn forwarding(responder: &Responder) -> Self {
        let target: SocketAddr = responder
            .url()
            .trim_start_matches("http://")
            .parse()
            .expect("an address");
        Self::start(move |head, stream| {
            let Ok(mut upstream) = TcpStream::connect(target) else {
                return;
            };
            if upstream.write_all(head).is_err() {
                return;
            }
            let (Ok(mut from), Ok(mut to)) = (upstream.try_clone(), stream.try_clone()) else {
                return;
            };
            let back = thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(Shutdown::Both);
            });
            let mut stream = stream;
            let _ = std::io::copy(&mut stream, &mut upstream);
            let _ = upstream.shutdown(Shutdown::Both);
            let _ = back.join();
        })
    }

    fn start(serve: impl Fn(&[u8], TcpStream) + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let lines = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&lines);
        // It ends with the test process.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (serve, noted) = (serve.clone(), Arc::clone(&noted));
                thread::spawn(move || {
                    let mut reader = BufReader::new(&stream);
                    let mut head = Vec::new();
                    if reader.read_until(b'\n', &mut head).is_err() || head.is_empty() {
                        return;
                    }
                    noted
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(String::from_utf8_lossy(&head).trim().to_owned());
                    head.extend_from_slice(reader.buffer());
                    let taken = reader.buffer().len();
                    reader.consume(taken);
                    drop(reader);
                    serve(&head, stream);
                });
            }
        });
        Self { address, lines }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The first lines of the requests so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// The URL of a port of loopback where nobody listens.
pub(crate) fn nobody() -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    format!("http://{address}")
}

/// HTTPS in front of a responder, by a certificate for `localhost` that no system trusts.
pub(crate) struct Tls {
    pub(crate) url: String,
    /// PEM.
    pub(crate) certificate: String,
}

impl Tls {
    pub(crate) fn in_front_of(responder: &Responder) -> Self {
        use tokio_rustls::rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
        let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("they fit");
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let target = responder.url().trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("not blocking");
        let port = listener.local_addr().expect("an address").port();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        // It ends with the test process.
        thread::spawn(move || {
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                while let Ok((stream, _)) = listener.accept().await {
                    let (acceptor, target) = (acceptor.clone(), target.clone());
                    tokio::spawn(async move {
                        let mut plain = acceptor.accept(stream).await?;
                        let mut upstream = tokio::net::TcpStream::connect(target).await?;
                        tokio::io::copy_bidirectional(&mut plain, &mut upstream).await
                    });
                }
            });
        });
        Self {
            url: format!("https://localhost:{port}"),
            certificate: made.cert.pem(),
        }
    }
}
