//! What changed while somebody waits.

use super::Voice;
use super::extent::titles;
use crate::diagnose::wait::News;
use crate::text::list;

impl Voice<'_> {
    /// A clause without a full stop.
    pub fn news(&self, news: &News) -> String {
        match news {
            News::Gone(codes) => {
                let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
                format!("no longer in the way: {}", list(&codes))
            }
            News::Appeared(cause) => {
                format!("now in the way: {} ({})", self.summary(cause), cause.code)
            }
            News::Opened(pages) => format!("open now: {}", list(&titles(pages))),
        }
    }
}
