//! What `explain` found, or the page of a code, to hand over.

use maud::{Markup, html};

use super::html::frame;
use super::markdown::{escaped, fenced};
use crate::catalog::Cause;
use crate::explain::Explanation;

const MADE: &str = "Made by billing-doctor explain, from the words alone: no account was asked.";

/// The page of a cause, as HTML.
pub(in crate::render) fn page_html(cause: &Cause) -> String {
    frame(cause.code, &prose(cause.page), MADE)
}

/// Every refusal, as HTML.
pub(in crate::render) fn html(explanation: &Explanation) -> String {
    let body = html! {
        h1 { @if explanation.refusals.is_empty() { "No refusal was recognised" } @else { "What AWS's refusal means" } }
        @for refusal in &explanation.refusals {
            h2 { (refusal.code) }
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
        out.push_str(&format!("# {}\n\n{}\n\n", refusal.code, refusal.summary));
        if !refusal.message.is_empty() {
            out.push_str(&fenced(&refusal.message, "text"));
        }
        for (label, value) in refusal.facts() {
            out.push_str(&format!("- {label}: {}\n", escaped(value)));
        }
        if let Some(here) = &refusal.here {
            out.push_str(&format!("\n**{}**\n", escaped(here)));
        }
        out.push_str(&format!("\n{}\n\n", refusal.remedy));
    }
    out
}

/// A piece of the catalogue's pages: what stands together until a line begins something else.
enum Piece {
    Heading(usize, String),
    Paragraph(String),
    Item { numbered: bool, text: String },
    Block(String),
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

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut fenced: Option<Vec<&str>> = None;
    // An empty line ends what stands together.
    let mut open = false;
    for line in text.lines() {
        if line.starts_with("```") {
            match fenced.take() {
                Some(lines) => pieces.push(Piece::Block(lines.join("\n"))),
                None => fenced = Some(Vec::new()),
            }
            open = false;
            continue;
        }
        if let Some(lines) = &mut fenced {
            lines.push(line);
            continue;
        }
        let numbered = line.split_once(". ").filter(|(number, _)| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        });
        if line.is_empty() {
            open = false;
        } else if line.starts_with('#') {
            let title = line.trim_start_matches('#');
            pieces.push(Piece::Heading(
                line.len() - title.len(),
                title.trim().to_owned(),
            ));
            open = false;
        } else if let Some(item) = line.strip_prefix("- ") {
            pieces.push(Piece::Item {
                numbered: false,
                text: item.to_owned(),
            });
            open = true;
        } else if let Some((_, item)) = numbered {
            pieces.push(Piece::Item {
                numbered: true,
                text: item.to_owned(),
            });
            open = true;
        } else {
            match pieces.last_mut().filter(|_| open) {
                Some(Piece::Paragraph(text) | Piece::Item { text, .. }) => {
                    text.push(' ');
                    text.push_str(line.trim());
                }
                _ => pieces.push(Piece::Paragraph(line.trim().to_owned())),
            }
            open = true;
        }
    }
    pieces
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
