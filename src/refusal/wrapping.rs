use super::scan::Mark;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    Any,
}
pub(super) fn mark<R, W, I>(_: R, _: W, _: I) -> Option<Mark> {
    None
}
