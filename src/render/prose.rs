//! The catalogue's pages, taken apart: the small part of markdown that they are written in.

/// What belongs together until a line begins something else.
pub(super) enum Piece {
    Heading(usize, String),
    Paragraph(String),
    Item { numbered: bool, text: String },
    Block(String),
}

/// Headings, paragraphs, items of lists and fenced blocks, in order.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
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
