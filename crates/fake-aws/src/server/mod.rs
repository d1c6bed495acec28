//! For tests and examples: the same AWS with faults and a log of its calls, in process or behind a port of loopback.

mod body;
mod faults;
mod faulty;
mod log;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread::JoinHandle;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::account::Account;
use body::Body;
pub use faults::{Fault, Faults};
pub use faulty::FaultyAws;
use faulty::{Answered, Closed};
pub use log::RecordedCall;

/// No AWS request that a diagnosis makes comes near this.
const LONGEST_BODY: usize = 1 << 20;

/// A [`FaultyAws`] behind a port of loopback, on a thread of its own. It stops when it is dropped.
#[derive(Debug)]
pub struct Responder {
    address: SocketAddr,
    aws: FaultyAws,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

impl Responder {
    /// Listens on a port that the system chooses. An account that is not whole is an error.
    pub fn start(account: Account, faults: Faults) -> io::Result<Responder> {
        let aws = FaultyAws::new(account, faults)?;
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let served = aws.clone();
        let thread = std::thread::Builder::new()
            .name("fake-aws".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    if let Ok(listener) = TcpListener::from_std(listener) {
                        serve(listener, served, stopped).await;
                    }
                });
            })?;
        Ok(Responder {
            address,
            aws,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL` or `--endpoint-url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What answers behind the port.
    pub fn aws(&self) -> &FaultyAws {
        &self.aws
    }

    /// The calls so far, in the order in which they came.
    pub fn requests(&self) -> Vec<RecordedCall> {
        self.aws.requests()
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It ends by itself; should it have panicked, its message is on stderr already.
            let _ = thread.join();
        }
    }
}

/// Accepts connections until the responder is dropped, and then drops them.
async fn serve(listener: TcpListener, aws: FaultyAws, mut stopped: oneshot::Receiver<Infallible>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, aws.clone()));
                }
                // Out of descriptors, say: not for ever, and not in a busy loop.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, aws: FaultyAws) {
    // Small answers must not wait for the client's acknowledgement. An error costs speed alone.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(aws.clone(), request));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // The client has gone away, or a fault closed the connection: nobody is left to tell.
    drop(served);
}

/// Answers one request; an error closes the connection.
async fn respond(aws: FaultyAws, request: Request<Incoming>) -> Result<Response<Body>, Closed> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LONGEST_BODY)
        .collect()
        .await
        .map_err(|_| Closed)?
        .to_bytes();
    let answered = aws
        .answered(Request::from_parts(head, body.to_vec()))
        .await?;
    Ok(match answered {
        Answered::Whole(response) => response.map(Body::whole),
        Answered::CutOff(response) => response.map(Body::cut_off),
    })
}
