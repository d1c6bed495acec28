//! XML as IAM and STS write it: elements and text, no attributes.

/// XML in the making.
#[derive(Debug, Default)]
pub(super) struct Xml(String);

impl Xml {
    /// Nothing yet.
    pub(super) fn new() -> Xml {
        Xml::default()
    }

    /// An element with text in it.
    pub(super) fn text(&mut self, name: &str, value: &str) -> &mut Xml {
        self.open(name);
        escape_into(&mut self.0, value);
        self.close(name)
    }

    /// An element with text in it, if there is a value.
    pub(super) fn optional(&mut self, name: &str, value: Option<&str>) -> &mut Xml {
        if let Some(value) = value {
            self.text(name, value);
        }
        self
    }

    pub(super) fn flag(&mut self, name: &str, value: bool) -> &mut Xml {
        self.text(name, if value { "true" } else { "false" })
    }

    /// An element with elements in it.
    pub(super) fn element(&mut self, name: &str, inside: impl FnOnce(&mut Xml)) -> &mut Xml {
        self.open(name);
        inside(self);
        self.close(name)
    }

    /// A list as the query protocol has it: each item is a `member`.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Xml, T),
    ) -> &mut Xml {
        self.element(name, |list| {
            for item in items {
                list.element("member", |member| each(member, item));
            }
        })
    }

    /// A list of texts.
    pub(super) fn texts<T: AsRef<str>>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
    ) -> &mut Xml {
        self.element(name, |list| {
            for item in items {
                list.text("member", item.as_ref());
            }
        })
    }

    /// The text written so far.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn open(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
    }

    fn close(&mut self, name: &str) -> &mut Xml {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        self
    }
}

/// Escapes text; characters that XML 1.0 cannot carry at all become U+FFFD.
/// <https://www.w3.org/TR/xml/#charsets>
fn escape_into(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' => out.push_str("&#x9;"),
            '\n' => out.push_str("&#xA;"),
            '\r' => out.push_str("&#xD;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}
