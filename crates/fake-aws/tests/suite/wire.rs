//! Requests as AWS's clients send them, and answers.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use fake_aws::{FakeAws, FaultyAws};
use http::Response;
use jiff::Timestamp;
use serde_json::Value;

/// AWS's time in these tests: 2026-11-23T07:00:00Z.
pub(super) const NOW: Timestamp = Timestamp::constant(1_795_417_200, 0);

const USER_AGENT: &str = "aws-sdk-rust/1.3 os/linux";

/// An answer, as far as the tests look at it.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: String,
    pub(super) body: String,
}

impl From<Response<Vec<u8>>> for Answer {
    fn from(response: Response<Vec<u8>>) -> Answer {
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| {
            let value = value.to_str().expect("text in a header");
            format!("{name}: {value}\r\n")
        });
        Answer {
            status: response.status().as_u16(),
            headers: headers.collect(),
            body: String::from_utf8(response.into_body()).expect("text in a body"),
        }
    }
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The text of the first element of that name.
    pub(super) fn xml(&self, name: &str) -> &str {
        self.xml_all(name)
            .first()
            .copied()
            .unwrap_or_else(|| panic!("no {name} in {}", self.body))
    }

    /// The texts of all elements of that name.
    pub(super) fn xml_all(&self, name: &str) -> Vec<&str> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let parts = self.body.split(&open).skip(1);
        parts.filter_map(|part| part.split(&close).next()).collect()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self
            .headers
            .lines()
            .filter_map(|line| line.split_once(": "));
        lines
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Code and message, whichever the protocol.
    pub(super) fn error(&self) -> (String, String) {
        if self.body.starts_with('<') {
            return (self.xml("Code").to_owned(), self.xml("Message").to_owned());
        }
        let body = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let code = match self.header("x-amzn-errortype") {
            Some(code) => code.to_owned(),
            None => text(&body["__type"])
                .rsplit('#')
                .next()
                .unwrap_or_default()
                .to_owned(),
        };
        let message = if body["message"].is_null() {
            &body["Message"]
        } else {
            &body["message"]
        };
        (code, text(message))
    }

    pub(super) fn message(&self) -> String {
        self.error().1
    }
}

/// A connection to a responder.
pub(super) struct Connection(TcpStream);

impl Connection {
    pub(super) fn open(url: &str) -> Connection {
        let address = url.strip_prefix("http://").expect("a plain URL");
        let stream = TcpStream::connect(address).expect("the responder listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .expect("a time-out");
        Connection(stream)
    }

    pub(super) fn send(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<()> {
        let mut head =
            format!("POST {path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: {USER_AGENT}\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("content-length: {}\r\n\r\n{body}", body.len());
        self.0.write_all(head.as_bytes())
    }

    pub(super) fn receive(&mut self) -> io::Result<Answer> {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        let headers = String::from_utf8(head).map_err(io::Error::other)?;
        let status = headers
            .get(9..12)
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let mut answer = Answer {
            status,
            headers,
            body: String::new(),
        };
        let length = answer
            .header("content-length")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        answer.body = String::from_utf8(body).map_err(io::Error::other)?;
        Ok(answer)
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) -> io::Result<Answer> {
        self.0.write_all(bytes)?;
        self.receive()
    }
}

/// A request that can be sent.
#[derive(Debug, Clone)]
pub(super) struct Request {
    path: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Request {
    /// `Action=GetUser&UserName=ada`, of IAM.
    pub(super) fn iam(form: &str) -> Request {
        Request::form(&format!("{form}&Version=2010-05-08"))
    }

    pub(super) fn sts(form: &str) -> Request {
        Request::form(&format!("{form}&Version=2011-06-15"))
    }

    fn form(body: &str) -> Request {
        let kind = "application/x-www-form-urlencoded; charset=utf-8".to_owned();
        Request {
            path: "/".to_owned(),
            headers: vec![("content-type", kind)],
            body: body.to_owned(),
        }
    }

    /// An operation of a JSON service by its whole target.
    pub(super) fn json(target: &str, body: &Value) -> Request {
        Request::text(target, &body.to_string())
    }

    /// The same with a body that need not be JSON.
    pub(super) fn text(target: &str, body: &str) -> Request {
        let headers = vec![
            ("content-type", "application/x-amz-json-1.1".to_owned()),
            ("x-amz-target", target.to_owned()),
        ];
        Request {
            path: "/".to_owned(),
            headers,
            body: body.to_owned(),
        }
    }

    pub(super) fn account(path: &str, body: &Value) -> Request {
        let headers = vec![("content-type", "application/json".to_owned())];
        Request {
            path: path.to_owned(),
            headers,
            body: body.to_string(),
        }
    }

    /// The same, signed by a key for a Region.
    pub(super) fn signed(mut self, key: &str, region: &str, service: &str) -> Request {
        let scope = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20261123/{region}/{service}/aws4_request, SignedHeaders=host, Signature=00"
        );
        self.headers.push(("authorization", scope));
        self
    }

    pub(super) fn header(mut self, name: &'static str, value: &str) -> Request {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(super) fn send_on(&self, connection: &mut Connection) -> io::Result<Answer> {
        let headers: Vec<(&str, &str)> = self
            .headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        connection.send(&self.path, &headers, &self.body)?;
        connection.receive()
    }

    /// Over a connection of its own.
    pub(super) fn post(&self, url: &str) -> io::Result<Answer> {
        self.send_on(&mut Connection::open(url))
    }

    pub(super) fn send(&self, aws: &FakeAws) -> Answer {
        self.send_at(aws, NOW)
    }

    pub(super) fn send_at(&self, aws: &FakeAws, now: Timestamp) -> Answer {
        aws.respond(&self.http(), now).into()
    }

    /// An error is a connection that broke.
    pub(super) async fn send_to(&self, aws: &FaultyAws) -> io::Result<Answer> {
        aws.respond(self.http()).await.map(Answer::from)
    }

    fn http(&self) -> http::Request<Vec<u8>> {
        let mut request = http::Request::post(&self.path).header("user-agent", USER_AGENT);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let body = self.body.clone().into_bytes();
        request.body(body).expect("a request")
    }
}
