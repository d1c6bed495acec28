//! How much of a form a pattern matches.
//!
//! A form is a text with placeholders, each of which stands for one character or more; an exact text is a form without
//! any. Both sides are sequences of tokens, so that two questions answer everything: does the pattern match whatever
//! the placeholders stand for, and does it match for any of it.

use super::truth::Truth;

/// One character of a pattern, its special ones told from literal ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Literal(char),
    /// `?`: any one character.
    AnyOne,
    /// `*`: any run of characters, the empty one too.
    AnyRun,
}

impl Token {
    pub(super) fn wild(c: char) -> Token {
        match c {
            '*' => Token::AnyRun,
            '?' => Token::AnyOne,
            _ => Token::Literal(c),
        }
    }
}

/// How much of what a request may act on something applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it, certainly.
    All,
    /// Neither all nor nothing can be said. Never for an exact resource.
    Part,
    /// Nothing of it, certainly.
    None,
    /// It depends on something that is not known.
    Unknown,
}

impl Extent {
    /// Of several things, of which one is enough.
    pub(super) fn any(extents: impl IntoIterator<Item = Extent>) -> Extent {
        let mut result = Extent::None;
        for extent in extents {
            match extent {
                Extent::All => return Extent::All,
                Extent::Unknown => result = Extent::Unknown,
                Extent::Part if result == Extent::None => result = Extent::Part,
                Extent::Part | Extent::None => {}
            }
        }
        result
    }

    pub(super) fn negated_if(self, negate: bool) -> Extent {
        match self {
            Extent::All if negate => Extent::None,
            Extent::None if negate => Extent::All,
            other => other,
        }
    }
}

impl From<Truth> for Extent {
    fn from(truth: Truth) -> Extent {
        match truth {
            Truth::True => Extent::All,
            Truth::False => Extent::None,
            Truth::Unknown => Extent::Unknown,
        }
    }
}

impl From<bool> for Extent {
    fn from(value: bool) -> Extent {
        Truth::from(value).into()
    }
}

/// The tokens of a form: each `*` of it stands for at least one character.
pub(super) fn tokens(form: &str) -> Vec<Token> {
    let tokens = form.chars().flat_map(|c| match c {
        '*' => [Some(Token::AnyOne), Some(Token::AnyRun)],
        c => [Some(Token::Literal(c)), None],
    });
    sorted(tokens.flatten().collect())
}

/// How much of the form the pattern matches.
pub(super) fn extent(pattern: Vec<Token>, form: &[Token]) -> Extent {
    let pattern = sorted(pattern);
    if covers(&pattern, form) {
        Extent::All
    } else if meets(&pattern, form) {
        Extent::Part
    } else {
        Extent::None
    }
}

/// The same pattern with every `?` before the `*` that it stands beside: `*?*` as `?*`.
fn sorted(tokens: Vec<Token>) -> Vec<Token> {
    let is_wild = |token: &Token| !matches!(token, Token::Literal(_));
    let mut sorted = Vec::with_capacity(tokens.len());
    for cluster in tokens.chunk_by(|a, b| is_wild(a) && is_wild(b)) {
        let is_run = |token: &&Token| **token == Token::AnyRun;
        sorted.extend(cluster.iter().filter(|token| !is_run(token)));
        sorted.extend(cluster.iter().find(is_run));
    }
    sorted
}

/// Whether the pattern matches every text of the form.
///
/// What a wildcard of the form stands for may be a character that no policy names, so only a wildcard of the pattern
/// can take it, and only a `*` can take a `*`.
fn covers(pattern: &[Token], form: &[Token]) -> bool {
    // Which first tokens of the form the pattern's tokens so far take up.
    let mut reached = vec![false; form.len() + 1];
    reached[0] = true;
    for token in pattern {
        if *token == Token::AnyRun {
            take_any_run(&mut reached);
            continue;
        }
        for at in (0..form.len()).rev() {
            let takes =
                form[at] != Token::AnyRun && (*token == Token::AnyOne || *token == form[at]);
            reached[at + 1] = reached[at] && takes;
        }
        reached[0] = false;
    }
    reached[form.len()]
}

/// Whether the pattern matches some text of the form.
fn meets(pattern: &[Token], form: &[Token]) -> bool {
    let mut reached = vec![false; form.len() + 1];
    reached[0] = true;
    skip_runs(&mut reached, form);
    for token in pattern {
        if *token == Token::AnyRun {
            take_any_run(&mut reached);
            continue;
        }
        let mut next = vec![false; form.len() + 1];
        for (at, other) in form.iter().enumerate().filter(|(at, _)| reached[*at]) {
            match (token, other) {
                (_, Token::AnyRun) => next[at] = true,
                (Token::Literal(a), Token::Literal(b)) => next[at + 1] |= a == b,
                _ => next[at + 1] = true,
            }
        }
        reached = next;
        skip_runs(&mut reached, form);
    }
    reached[form.len()]
}

/// A `*` of the pattern takes nothing, or as much more as there is.
fn take_any_run(reached: &mut [bool]) {
    if let Some(first) = reached.iter().position(|here| *here) {
        reached[first..].fill(true);
    }
}

/// A `*` of the form may stand for nothing.
fn skip_runs(reached: &mut [bool], form: &[Token]) {
    for (at, token) in form.iter().enumerate() {
        reached[at + 1] |= reached[at] && *token == Token::AnyRun;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent_of(pattern: &str, form: &str) -> Extent {
        extent(pattern.chars().map(Token::wild).collect(), &tokens(form))
    }

    #[test]
    fn a_pattern_covers_a_form_if_only_its_wildcards_take_the_placeholders() {
        for pattern in [
            "*",
            "budget/*",
            "budget/?*",
            "budget/*?",
            "b*/*",
            "?udget/*",
            "**",
        ] {
            assert_eq!(extent_of(pattern, "budget/*"), Extent::All, "{pattern}");
        }
        for pattern in [
            "budget/a*",
            "budget/??*",
            "budget/?",
            "*a*",
            "budget/*/x",
            "budget/a",
        ] {
            assert_eq!(extent_of(pattern, "budget/*"), Extent::Part, "{pattern}");
        }
        for pattern in ["budget/", "budget", "x*", "", "?", "budgets/*"] {
            assert_eq!(extent_of(pattern, "budget/*"), Extent::None, "{pattern}");
        }
    }

    #[test]
    fn a_text_without_placeholders_is_covered_or_missed() {
        assert_eq!(extent_of("a?c*", "abc"), Extent::All);
        assert_eq!(extent_of("a?c", "abcd"), Extent::None);
    }

    #[test]
    fn several_placeholders_stand_for_different_names() {
        assert_eq!(extent_of("*/*", "*/*"), Extent::All);
        assert_eq!(extent_of("*", "*/*"), Extent::All);
        assert_eq!(extent_of("a*/*", "*/*"), Extent::Part);
        assert_eq!(extent_of("*/x/*", "*/*"), Extent::Part);
    }
}
