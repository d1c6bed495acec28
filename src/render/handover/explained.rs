//! What `explain` found, or the page of a code, to hand over.

use maud::{Markup, html};

use super::html::frame;
use super::markdown::{escaped, fenced};
use crate::catalog::Code;
use crate::explain::Explanation;
use crate::render::prose::{Piece, pieces};

const MADE: &str = "Made by billing-doctor explain, from the words alone: no account was asked.";

/// The page of a cause, as HTML.
pub(in crate::render) fn page_html(code: Code) -> String {
    frame(code.as_str(), &prose(code.page()), MADE)
}

/// Every refusal, as HTML.
pub(in crate::render) fn html(explanation: &Explanation) -> String {
    let body = html! {
        h1 { @if explanation.refusals.is_empty() { "No refusal was recognised" } @else { "What AWS's refusal means" } }
        @for refusal in &explanation.refusals {
            h2 { (refusal.heading()) }
            p.ask { (refusal.summary) }
            @if !refusal.message.is_empty() { pre { (refusal.message) } }
            ul { @for (label, value) in refusal.facts() { li { (label) ": " (value) } } }
            @if let Some(here) = &refusal.here { p { strong { (here) } } }
            (prose(&refusal.remedy))
        }
    };
    frame("What AWS's refusal means", &body, MADE)
}

/// Every refusal, as markdown.
pub(in crate::render) fn markdown(explanation: &Explanation) -> String {
    let mut out = String::new();
    for refusal in &explanation.refusals {
        out.push_str(&format!(
            "# {}\n\n{}\n\n",
            escaped(&refusal.heading()),
            without_mentions(&refusal.summary)
        ));
        if !refusal.message.is_empty() {
            out.push_str(&fenced(&refusal.message, "text"));
        }
        for (label, value) in refusal.facts() {
            out.push_str(&format!("- {label}: {}\n", escaped(value)));
        }
        if let Some(here) = &refusal.here {
            out.push_str(&format!("\n**{}**\n", escaped(here)));
        }
        out.push_str(&format!("\n{}\n\n", without_mentions(&refusal.remedy)));
    }
    out
}

/// Markdown in which nobody is called by name: a ticket system would send them a mail. Blocks stay as they are.
fn without_mentions(markdown: &str) -> String {
    let parts = markdown.split("```").enumerate();
    let parts = parts.map(|(index, part)| match index % 2 {
        0 => part.replace('@', "\\@"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("```")
}

/// The part of markdown that the catalogue's pages are written in.
fn prose(text: &str) -> Markup {
    let pieces = pieces(text);
    let mut groups: Vec<Vec<&Piece>> = Vec::new();
    for piece in &pieces {
        let goes_on = groups
            .last()
            .and_then(|group| group.last())
            .is_some_and(|last| {
                matches!(
                    (last, piece),
                    (Piece::Item { numbered: a, .. }, Piece::Item { numbered: b, .. }) if a == b
                )
            });
        match groups.last_mut().filter(|_| goes_on) {
            Some(group) => group.push(piece),
            None => groups.push(vec![piece]),
        }
    }
    html! {
        @for group in &groups {
            @match group.as_slice() {
                [Piece::Heading(1, title)] => h1 { (title) },
                [Piece::Heading(_, title)] => h2 { (title) },
                [Piece::Paragraph(text)] => p { (linked(text)) },
                [Piece::Block(text)] => pre { (text) },
                [Piece::Item { numbered: true, .. }, ..] => ol.steps { @for item in group { (item_of(item)) } },
                _ => ul { @for item in group { (item_of(item)) } },
            }
        }
    }
}

fn item_of(piece: &Piece) -> Markup {
    html! { @if let Piece::Item { text, .. } = piece { li { (linked(text)) } } }
}

/// Text with its addresses as links.
fn linked(text: &str) -> Markup {
    html! {
        @for (index, word) in text.split(' ').enumerate() {
            @if index > 0 { " " }
            @if word.starts_with("https://") {
                a href=(word) rel="noreferrer" { (word) }
            } @else {
                (word)
            }
        }
    }
}
