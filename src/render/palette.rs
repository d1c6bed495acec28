//! Colour and glyphs: what this terminal can show and this person wants.

use std::env;
use std::io::IsTerminal;

use colored::Colorize;

/// Narrower than this, words would break.
const NARROWEST: usize = 30;
/// Wider than this, lines are hard to read.
const WIDEST: usize = 100;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set; CLICOLOR_FORCE forces it.
    #[default]
    Auto,
    Always,
    Never,
}

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    pub color: bool,
    /// Whether the glyphs outside ASCII can be shown.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
    /// Rows, where it is a terminal that scrolls away what is longer.
    pub rows: Option<usize>,
}

impl Palette {
    /// What standard output can show. `colored` would decide by itself, but takes NO_COLOR for weaker than
    /// CLICOLOR_FORCE and colours dumb terminals; so the decision is made here and given to it.
    ///
    /// Sources: <https://no-color.org>, <https://bixense.com/clicolors/>
    pub fn of_stdout(choice: ColorChoice) -> Self {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let terminal = std::io::stdout().is_terminal();
        let dumb = variable("TERM").is_none_or(|term| term == "dumb");
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if variable("NO_COLOR").is_some() => false,
            ColorChoice::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => {
                true
            }
            ColorChoice::Auto => {
                terminal && !dumb && variable("CLICOLOR").is_none_or(|value| value != "0")
            }
        };
        let locale = variable("LC_ALL")
            .or_else(|| variable("LC_CTYPE"))
            .or_else(|| variable("LANG"));
        let utf8 = locale.is_some_and(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        });
        // A file or a pipe carries any character; it is the terminal that may not show it.
        let unicode = !terminal
            || (utf8 && !dumb && variable("TERM").is_none_or(|term| term != "linux"))
            || cfg!(windows);
        let columns = variable("COLUMNS").and_then(|columns| columns.parse().ok());
        let size = terminal_size::terminal_size().filter(|_| terminal);
        let width = size
            .map(|(width, _)| usize::from(width.0))
            .or(columns)
            .unwrap_or(80);
        Self {
            color,
            unicode,
            width: width.clamp(NARROWEST, WIDEST),
            rows: size.map(|(_, height)| usize::from(height.0)),
        }
        .install()
    }

    fn install(self) -> Self {
        colored::control::set_override(self.color);
        self
    }

    pub(super) fn good(&self, text: &str) -> String {
        text.green().to_string()
    }

    pub(super) fn bad(&self, text: &str) -> String {
        text.red().bold().to_string()
    }

    pub(super) fn warn(&self, text: &str) -> String {
        text.yellow().to_string()
    }

    pub(super) fn faint(&self, text: &str) -> String {
        text.dimmed().to_string()
    }

    pub(super) fn strong(&self, text: &str) -> String {
        text.bold().to_string()
    }

    pub(super) fn link(&self, text: &str) -> String {
        text.cyan().to_string()
    }

    /// The glyph, or its form in ASCII.
    pub(super) fn glyph(&self, glyph: Glyph) -> &'static str {
        match (glyph, self.unicode) {
            (Glyph::Yes, true) => "✓",
            (Glyph::Yes, false) => "+",
            (Glyph::No, true) => "✗",
            (Glyph::No, false) => "x",
            (Glyph::Warning, _) => "!",
            (Glyph::Unknown, _) => "?",
            (Glyph::Left, true) => "–",
            (Glyph::Left, false) => "-",
        }
    }

    /// The text as this terminal can show it.
    pub(super) fn plain(&self, text: &str) -> String {
        if self.unicode {
            return text.to_owned();
        }
        text.chars()
            .map(|c| match c {
                '“' | '”' => "\"".to_owned(),
                '→' => "->".to_owned(),
                '–' => "-".to_owned(),
                '…' => "...".to_owned(),
                '’' => "'".to_owned(),
                '·' => "-".to_owned(),
                c if c.is_ascii() => c.to_string(),
                _ => "?".to_owned(),
            })
            .collect()
    }
}

/// The signs in front of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    Yes,
    No,
    Warning,
    Unknown,
    /// Skipped, or left out.
    Left,
}
