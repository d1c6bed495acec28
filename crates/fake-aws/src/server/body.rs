//! Bodies on the wire.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Bytes, Frame, SizeHint};

use super::faulty::Closed;

/// How long a cut-off answer waits after its last byte, so that the byte is sent.
const BEFORE_THE_CUT: Duration = Duration::from_millis(20);

/// A body that may be shorter than it says, and then breaks the connection.
#[derive(Debug)]
pub(super) struct Body {
    rest: Option<Bytes>,
    left: usize,
    cut: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Body {
    pub(super) fn whole(body: Vec<u8>) -> Body {
        let left = body.len();
        Body {
            rest: Some(Bytes::from(body)).filter(|body| !body.is_empty()),
            left,
            cut: None,
        }
    }

    /// Half of it.
    pub(super) fn cut_off(body: Vec<u8>) -> Body {
        let mut body = Body::whole(body);
        if let Some(rest) = &mut body.rest {
            rest.truncate(body.left / 2);
        }
        body
    }
}

impl hyper::body::Body for Body {
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
