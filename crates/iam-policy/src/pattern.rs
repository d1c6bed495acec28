//! Wildcard patterns.
//!
//! A pattern is cut at its `*` once, at compile time; a match is then a chain of leftmost substring searches with no
//! backtracking. Pieces without `?` are searched with the standard library's linear algorithm, so the cost is linear
//! in pattern and text; a piece with `?` costs at most its own length at each place of the text.

use super::form::{self, Extent, Token};

/// A compiled pattern. The first three cover nearly every pattern that people write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    Anything,
    Exact(Box<str>),
    Prefix(Box<str>),
    /// The pieces between the `*`s, at least one; the first is anchored at the start, the last at the end.
    Pieces(Box<[Piece]>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Literal(Box<str>),
    /// `None` is `?`.
    WithHoles(Box<[Option<char>]>),
}

impl Pattern {
    pub(super) fn parse(text: &str) -> Pattern {
        let tokens: Vec<Token> = text.chars().map(Token::wild).collect();
        Pattern::from_tokens(&tokens)
    }

    pub(super) fn from_tokens(tokens: &[Token]) -> Pattern {
        let mut pieces: Vec<Piece> = tokens
            .split(|token| *token == Token::AnyRun)
            .map(Piece::new)
            .collect();
        // Consecutive stars are one star: their empty pieces would match anyway.
        let last = pieces.len() - 1;
        let mut position = 0;
        pieces.retain(|piece| {
            position += 1;
            position == 1 || position == last + 1 || !piece.is_empty()
        });
        match pieces.as_slice() {
            [Piece::Literal(all)] => Pattern::Exact(all.clone()),
            [first, last] if first.is_empty() && last.is_empty() => Pattern::Anything,
            [Piece::Literal(first), last] if last.is_empty() => Pattern::Prefix(first.clone()),
            _ => Pattern::Pieces(pieces.into()),
        }
    }

    /// How much of a form it matches.
    pub(super) fn extent(&self, form: &[Token]) -> Extent {
        match self {
            Pattern::Anything => Extent::All,
            _ => form::extent(self.tokens(), form),
        }
    }

    fn tokens(&self) -> Vec<Token> {
        let literal = |text: &str| -> Vec<Token> { text.chars().map(Token::Literal).collect() };
        match self {
            Pattern::Anything => vec![Token::AnyRun],
            Pattern::Exact(exact) => literal(exact),
            Pattern::Prefix(prefix) => [literal(prefix), vec![Token::AnyRun]].concat(),
            Pattern::Pieces(pieces) => {
                let pieces: Vec<Vec<Token>> = pieces.iter().map(Piece::tokens).collect();
                pieces.join(&Token::AnyRun)
            }
        }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Anything => true,
            Pattern::Exact(exact) => text == &**exact,
            Pattern::Prefix(prefix) => text.starts_with(&**prefix),
            Pattern::Pieces(pieces) => pieces_match(pieces, text),
        }
    }
}

fn pieces_match(pieces: &[Piece], text: &str) -> bool {
    let Some((first, rest)) = pieces.split_first() else {
        return text.is_empty();
    };
    let Some(after_first) = first.strip_prefix(text) else {
        return false;
    };
    let Some((last, between)) = rest.split_last() else {
        return after_first.is_empty();
    };
    let Some(mut remaining) = last.strip_suffix(after_first) else {
        return false;
    };
    // Taking each piece at its leftmost place leaves the most text for the next, so no choice need be undone.
    for piece in between {
        match piece.find(remaining) {
            Some(after) => remaining = after,
            None => return false,
        }
    }
    true
}

impl Piece {
    fn new(tokens: &[Token]) -> Piece {
        let holes: Box<[Option<char>]> = tokens
            .iter()
            .map(|token| match token {
                Token::Literal(c) => Some(*c),
                Token::AnyOne | Token::AnyRun => None,
            })
            .collect();
        match holes.iter().copied().collect::<Option<String>>() {
            Some(literal) => Piece::Literal(literal.into()),
            None => Piece::WithHoles(holes),
        }
    }

    fn tokens(&self) -> Vec<Token> {
        match self {
            Piece::Literal(literal) => literal.chars().map(Token::Literal).collect(),
            Piece::WithHoles(holes) => holes
                .iter()
                .map(|hole| hole.map_or(Token::AnyOne, Token::Literal))
                .collect(),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Piece::Literal(literal) if literal.is_empty())
    }

    /// What follows the piece, if the text starts with it.
    fn strip_prefix<'a>(&self, text: &'a str) -> Option<&'a str> {
        match self {
            Piece::Literal(literal) => text.strip_prefix(&**literal),
            Piece::WithHoles(holes) => {
                let mut chars = text.chars();
                let all_fit = holes.iter().all(|hole| fits(*hole, chars.next()));
                all_fit.then_some(chars.as_str())
            }
        }
    }

    /// What precedes the piece, if the text ends with it.
    fn strip_suffix<'a>(&self, text: &'a str) -> Option<&'a str> {
        match self {
            Piece::Literal(literal) => text.strip_suffix(&**literal),
            Piece::WithHoles(holes) => {
                let mut chars = text.chars();
                let all_fit = holes
                    .iter()
                    .rev()
                    .all(|hole| fits(*hole, chars.next_back()));
                all_fit.then_some(chars.as_str())
            }
        }
    }

    /// What follows the leftmost place of the piece in the text.
    fn find<'a>(&self, text: &'a str) -> Option<&'a str> {
        match self {
            Piece::Literal(literal) => text.split_once(&**literal).map(|(_, after)| after),
            Piece::WithHoles(_) => text
                .char_indices()
                .find_map(|(start, _)| self.strip_prefix(&text[start..])),
        }
    }
}

fn fits(hole: Option<char>, c: Option<char>) -> bool {
    match (hole, c) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(expected), Some(c)) => expected == c,
    }
}
