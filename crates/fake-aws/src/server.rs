//! Sockets, HTTP and the log of calls.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::account::Account;
use super::call::Call;
use super::faults::{self, Fault, Faults};
use super::reply::Reply;
use super::services;
use super::world::World;

/// No AWS request that a diagnosis makes comes near this.
const LONGEST_BODY: usize = 1 << 20;

/// How long a cut-off answer waits after its last byte, so that the byte is sent.
const BEFORE_THE_CUT: Duration = Duration::from_millis(20);

/// A running responder. It stops when it is dropped.
#[derive(Debug)]
pub struct Responder {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<Infallible>>,
    thread: Option<JoinHandle<()>>,
}

/// A call that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedCall {
    /// `iam`, `sts`, `ce`, …
    pub service: String,
    /// The operation.
    pub operation: String,
    /// When it came, since the responder started.
    pub started: Duration,
    /// When it was answered; none while it is not.
    pub finished: Option<Duration>,
    /// How many calls were in flight when it came, itself counted.
    pub in_flight: usize,
    /// The access key that signed it.
    pub access_key_id: Option<String>,
    /// The Region it was signed for.
    pub region: Option<String>,
    /// The request's body.
    pub body: String,
}

impl Responder {
    /// Starts a responder for the account on the current tokio runtime, on a port of loopback that
    /// the system chooses. An account that is not whole, or no runtime, is an error.
    pub fn start(account: Account, faults: Faults) -> io::Result<Responder> {
        let runtime = runtime::Handle::try_current().map_err(io::Error::other)?;
        let (listener, mut responder, stopped) = Responder::bind(account, faults)?;
        let listener = TcpListener::from_std(listener)?;
        let shared = Arc::clone(&responder.shared);
        runtime.spawn(serve(listener, shared, stopped));
        responder.thread = None;
        Ok(responder)
    }

    /// The same on a thread of its own, for callers that have no runtime or block it.
    pub fn start_on_thread(account: Account, faults: Faults) -> io::Result<Responder> {
        let (listener, mut responder, stopped) = Responder::bind(account, faults)?;
        let shared = Arc::clone(&responder.shared);
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = std::thread::Builder::new()
            .name("demo".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    if let Ok(listener) = TcpListener::from_std(listener) {
                        serve(listener, shared, stopped).await;
                    }
                });
            })?;
        responder.thread = Some(thread);
        Ok(responder)
    }

    fn bind(
        account: Account,
        faults: Faults,
    ) -> io::Result<(
        std::net::TcpListener,
        Responder,
        oneshot::Receiver<Infallible>,
    )> {
        let state = State::new(account, faults)?;
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::new(Shared {
            state: RwLock::new(state),
            started: Instant::now(),
            in_flight: AtomicUsize::new(0),
            calls: Mutex::new(Vec::new()),
        });
        let responder = Responder {
            address,
            shared,
            stop: Some(stop),
            thread: None,
        };
        Ok((listener, responder, stopped))
    }

    /// From now on it is this account, and this goes wrong. An account that is not whole is an error.
    pub fn change(&self, account: Account, faults: Faults) -> io::Result<()> {
        self.shared.change(State::new(account, faults)?);
        Ok(())
    }

    /// Somebody mends the account after a while, if its description says how. For `--wait`; on the current runtime.
    pub fn mend_after(&self, time: Duration) {
        let Some(mended) = self.shared.state().world.account().mended() else {
            return;
        };
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            if let Ok(state) = State::new(mended, Faults::none()) {
                shared.change(state);
            }
        });
    }

    /// `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL` or `--endpoint-url`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The calls so far, in the order in which they came.
    pub fn requests(&self) -> Vec<RecordedCall> {
        self.shared.calls().clone()
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

/// What the connections have in common.
#[derive(Debug)]
struct Shared {
    state: RwLock<Arc<State>>,
    started: Instant,
    in_flight: AtomicUsize,
    calls: Mutex<Vec<RecordedCall>>,
}

/// The account and what goes wrong with it, until it is changed.
#[derive(Debug)]
struct State {
    world: World,
    faults: Faults,
}

impl State {
    fn new(account: Account, faults: Faults) -> io::Result<Arc<State>> {
        let world = World::new(account)
            .map_err(|reason| io::Error::new(io::ErrorKind::InvalidInput, reason))?;
        Ok(Arc::new(State { world, faults }))
    }
}

impl Shared {
    fn state(&self) -> Arc<State> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&state)
    }

    fn change(&self, state: Arc<State>) {
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state;
    }

    fn calls(&self) -> std::sync::MutexGuard<'_, Vec<RecordedCall>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Accepts connections until the responder is dropped, and then drops them.
async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut stopped: oneshot::Receiver<Infallible>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, Arc::clone(&shared)));
                }
                // Out of descriptors, say: not for ever, and not in a busy loop.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    // Small answers must not wait for the client's acknowledgement. An error costs speed alone.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| respond(Arc::clone(&shared), request));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // The client has gone away, or a fault closed the connection: nobody is left to tell.
    drop(served);
}

/// Answers one request; an error closes the connection.
async fn respond(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<ReplyBody>, Closed> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LONGEST_BODY)
        .collect()
        .await
        .map_err(|_| Closed)?
        .to_bytes();
    let call = Call::read(head.uri.path(), &head.headers, &body);
    let record = Record::open(&shared, &call, &body);
    let request_id = format!("{:08x}-0000-4000-8000-000000000000", record.number + 1);
    let state = shared.state();
    let delay = state.faults.delay(&call);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let fault = state.faults.strike(&call);
    match fault {
        Some(Fault::Stall) => std::future::pending().await,
        Some(Fault::Reset) => return Err(Closed),
        _ => {}
    }
    let reply = fault
        .and_then(|fault| faults::reply(fault, &call, &request_id))
        .unwrap_or_else(|| Reply::new(&call, &request_id, services::answer(&state.world, &call)));
    let truncated = fault == Some(&Fault::Truncate);
    Ok(response(reply, &request_id, truncated))
}

fn response(reply: Reply, request_id: &str, truncated: bool) -> Response<ReplyBody> {
    let whole = reply.body.len();
    let mut body = Bytes::from(reply.body);
    if truncated {
        body.truncate(whole / 2);
    }
    let mut response = Response::new(ReplyBody::new(body, whole));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    insert(headers, "content-type", &reply.content_type);
    insert(headers, "x-amzn-requestid", request_id);
    if let Some(error_type) = &reply.error_type {
        insert(headers, "x-amzn-errortype", error_type);
    }
    response
}

/// Leaves out what a header cannot carry.
fn insert(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The entry of a call in the log, open while the call is in flight.
struct Record {
    shared: Arc<Shared>,
    number: usize,
}

impl Record {
    fn open(shared: &Arc<Shared>, call: &Call, body: &[u8]) -> Record {
        let mut calls = shared.calls();
        let in_flight = shared.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        calls.push(RecordedCall {
            service: call.service_name().to_owned(),
            operation: call.operation.clone(),
            started: shared.started.elapsed(),
            finished: None,
            in_flight,
            access_key_id: call.signature.access_key_id.clone(),
            region: call.signature.region.clone(),
            body: String::from_utf8_lossy(body).into_owned(),
        });
        Record {
            shared: Arc::clone(shared),
            number: calls.len() - 1,
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.shared.in_flight.fetch_sub(1, Ordering::Relaxed);
        let now = self.shared.started.elapsed();
        if let Some(call) = self.shared.calls().get_mut(self.number) {
            call.finished = Some(now);
        }
    }
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed on purpose")
    }
}

impl std::error::Error for Closed {}

/// A body that may be shorter than it says, and then breaks the connection.
#[derive(Debug)]
struct ReplyBody {
    rest: Option<Bytes>,
    left: usize,
    cut: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl ReplyBody {
    fn new(body: Bytes, declared: usize) -> ReplyBody {
        ReplyBody {
            rest: Some(body).filter(|body| !body.is_empty()),
            left: declared,
            cut: None,
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        if let Some(bytes) = self.rest.take() {
            self.left -= bytes.len();
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let cut = self
            .cut
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(BEFORE_THE_CUT)));
        cut.as_mut().poll(context).map(|()| Some(Err(Closed)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left as u64)
    }
}
