//! Pages: `MaxItems` and `Marker` in, `IsTruncated` and `Marker` out.

use crate::call::Call;
use crate::reply::AwsError;
use crate::world::World;
use crate::xml::Xml;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html>
const DEFAULT: usize = 100;
const MOST: usize = 1000;

/// One page of a list.
#[derive(Debug)]
pub(super) struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Where the next one begins.
    marker: Option<String>,
}

impl<T> Page<T> {
    /// Cuts the page that the call asks for.
    pub(super) fn cut(world: &World, call: &Call, mut items: Vec<T>) -> Result<Page<T>, AwsError> {
        let invalid = |message: &str| AwsError::invalid(call, message);
        let asked = match call.form.get("MaxItems") {
            None => DEFAULT,
            Some(text) => text
                .parse()
                .ok()
                .filter(|size| (1..=MOST).contains(size))
                .ok_or_else(|| invalid("MaxItems must be between 1 and 1000"))?,
        };
        // IAM may return fewer than asked for even when there are more.
        let size = asked.min(world.account().page_size.unwrap_or(MOST).max(1));
        let prefix = format!("{}.", call.operation);
        let skip = match call.form.get("Marker") {
            None => 0,
            Some(marker) => marker
                .strip_prefix(&prefix)
                .and_then(|text| text.parse::<usize>().ok())
                .filter(|skip| *skip <= items.len())
                .ok_or_else(|| invalid("Invalid Marker."))?,
        };
        let rest = items.split_off(skip);
        let more = rest.len() > size;
        let items = rest.into_iter().take(size).collect();
        Ok(Page {
            items,
            marker: more.then(|| format!("{prefix}{}", skip + size)),
        })
    }

    /// Says whether there is more.
    pub(super) fn finish(&self, xml: &mut Xml) {
        xml.flag("IsTruncated", self.marker.is_some());
        xml.optional("Marker", self.marker.as_deref());
    }
}
