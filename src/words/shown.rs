//! Texts from elsewhere, made fit to print: the only place where they enter a sentence.

use crate::diagnose::cause::{Name, Quote};
use crate::text::sanitize;

/// The text as it may be printed.
pub(super) fn shown(text: &(impl Foreign + ?Sized)) -> String {
    sanitize(text.as_text())
}

/// The text between quotation marks.
pub(super) fn quoted(quote: &Quote) -> String {
    format!("“{}”", shown(quote))
}

/// A text that AWS, a file or a person gave.
pub(super) trait Foreign {
    fn as_text(&self) -> &str;
}

impl Foreign for str {
    fn as_text(&self) -> &str {
        self
    }
}

impl Foreign for String {
    fn as_text(&self) -> &str {
        self
    }
}

impl Foreign for Name {
    fn as_text(&self) -> &str {
        &self.0
    }
}

impl Foreign for Quote {
    fn as_text(&self) -> &str {
        &self.0
    }
}

impl<T: Foreign + ?Sized> Foreign for &T {
    fn as_text(&self) -> &str {
        (*self).as_text()
    }
}
