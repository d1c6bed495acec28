//! One file, no script, nothing loaded: the answer, what is asked, the way of a request, and the evidence.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::letter::Letter;
use super::{block, drawings};
use crate::diagnose::diagnosis::State;
use crate::diagnose::way::Passage;
use crate::render::code_spans;
use crate::report::{Cause, Change, PageState, Report};
use crate::words::{passage, stop};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#16191f;--paper:#fff;--soft:#f2f4f6;--line:#8d99a8;--quiet:#4d5866;--go:#0b6b3a;\
--stop:#a4121f;--mark:#ffd88a}\
@media(prefers-color-scheme:dark){:root{--ink:#e9edf2;--paper:#14181d;--soft:#20262e;--line:#7c8796;--quiet:#b3bdc9;\
--go:#6fdc9c;--stop:#ff9a9a;--mark:#6b4d00}}\
*{box-sizing:border-box}body{font:17px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--paper);\
max-width:44rem;margin:0 auto;padding:1.25rem}\
h1{font-size:1.45rem;line-height:1.3}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}h3{font-size:1rem;margin:1.4rem 0 .4rem}\
body{overflow-wrap:anywhere}tbody th{width:9rem;overflow-wrap:break-word}\
.ask{background:var(--soft);border-left:.35rem solid var(--stop);padding:.8rem 1rem;font-size:1.1rem}\
.ask.fine{border-color:var(--go)}\
ol.steps{padding-left:1.6rem}ol.steps>li{margin:0 0 1.1rem}ol.steps>li::marker{font-weight:700}\
svg{display:block;width:100%;max-width:26rem;height:auto;margin:.5rem 0;font:13px system-ui,sans-serif}\
svg text{fill:var(--ink)}svg .b{font-weight:700}svg .q{fill:var(--quiet)}svg .i{fill:#fff}\
svg .p{fill:var(--soft);stroke:var(--line)}svg .n{fill:#232f3e}svg .m{fill:var(--paper);stroke:var(--line)}\
svg .o{fill:var(--paper);stroke:var(--line)}svg .f{fill:var(--ink)}svg .h{fill:var(--mark);stroke:var(--ink)}\
svg .a{fill:none;stroke:var(--stop);stroke-width:3}\
pre{background:var(--soft);padding:.8rem;white-space:pre-wrap;font-size:.85rem}\
ol.way{list-style:none;padding:0;margin:0}ol.way li{border-left:.25rem solid var(--line);padding:.25rem 0 .7rem 1rem}\
ol.way .yes{border-color:var(--go)}ol.way .no{border-color:var(--stop);border-left-style:double;border-left-width:.5rem}\
.word{font-weight:700}.yes .word{color:var(--go)}.no .word{color:var(--stop)}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;\
border-bottom:1px solid var(--line)}a{color:inherit}details{margin-top:2rem}summary{font-weight:700;cursor:pointer}\
footer{margin-top:2.5rem;color:var(--quiet);font-size:.9rem}\
@media print{body{max-width:none;font-size:11pt}.ask{border-color:#000}a[href]::after{content:' (' attr(href) ')'}\
li,tr,svg{break-inside:avoid}}";

/// The report as one page, addressed.
pub(in crate::render) fn page(report: &Report) -> String {
    let letter = Letter::new(report);
    let body = html! {
        h1 { (report.headline) }
        @if let Some(meaning) = &report.meaning { p { (meaning) } }
        @if let Some(on) = &report.depends_on { p { "It depends on: " (on) "." } }
        @match &report.request {
            Some(request) => p.ask { (request) @if let Some(then) = &report.consequence { " " (then) } },
            None if report.state == State::Healthy && letter.notes().is_empty() => {
                p class="ask fine" { "Nothing to do." }
            },
            None => {},
        }
        @if let Some(hidden) = &report.hidden { p { strong { (hidden) } } }
        @for cause in &letter.asked { (asked(&letter, cause)) }
        @if !letter.others.is_empty() {
            h2 { "Others have to do this" }
            ul { @for cause in &letter.others { li { (cause.sentence()) " " (cause.who_can()) } } }
        }
        @if !letter.notes().is_empty() {
            h2 { "Also worth knowing" }
            @for note in letter.notes() {
                p { (note.text) }
                @if !note.steps.is_empty() { ol { @for step in &note.steps { li { (step_text(&step.text, step.url.as_deref())) } } } }
            }
        }
        (way(report))
        (pages(report))
        (evidence(&letter))
    };
    let made = format!(
        "Made by billing-doctor {} on {}. Read-only. This page holds no secret: account number, names of principals and policies.",
        env!("CARGO_PKG_VERSION"),
        report.collected_at
    );
    frame(&report.headline, &body, &made)
}

/// A whole page around what it says: nothing is loaded, nothing runs.
pub(in crate::render) fn frame(title: &str, body: &Markup, made: &str) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (body) }
                footer { p { (made) } }
            }
        }
    };
    markup.into_string()
}

fn asked(letter: &Letter, cause: &Cause) -> Markup {
    html! {
        section {
            @if letter.asked.len() > 1 {
                h2 { (cause.title()) }
                @if let Some(explanation) = &cause.explanation { p { (explanation) } }
            } @else {
                h2 { "What to do" }
            }
            ol.steps {
                @for step in &cause.steps {
                    li {
                        (step_text(&step.text, step.url.as_deref()))
                        @if let Some(drawing) = drawings::of(step, &letter.report.account) { (drawing) }
                    }
                }
            }
            @for change in letter.report.changes_of(cause) { (self::change(change)) }
        }
    }
}

fn step_text(text: &str, url: Option<&str>) -> Markup {
    html! {
        (code(text))
        @if let Some(url) = url { " " a href=(url) rel="noreferrer" { (url) } }
    }
}

/// Text with what stands between backticks as code.
fn code(text: &str) -> Markup {
    html! {
        @for (is_code, part) in code_spans(text) {
            @if is_code { code { (part) } } @else { (part) }
        }
    }
}

fn change(change: &Change) -> Markup {
    html! {
        h3 { (change.instruction) }
        @if let Some((text, _)) = block(change) { pre { (text) } }
        @for remark in &change.remarks { p { (remark) } }
    }
}

fn way(report: &Report) -> Markup {
    let seen = report
        .way
        .iter()
        .any(|(_, passage)| *passage != Passage::NotLookedAt);
    html! {
        @if seen {
            h2 { "The way a request takes" }
            ol.way {
                @for (at, how) in &report.way {
                    @let class = match how {
                        Passage::Passes => "yes",
                        Passage::StopsHere => "no",
                        Passage::NotKnown => "unknown",
                        Passage::NotThere | Passage::NotLookedAt => "none",
                    };
                    li class=(class) { (stop(*at)) ": " span.word { (passage(*how)) } }
                }
            }
        }
    }
}

fn pages(report: &Report) -> Markup {
    html! {
        @if !report.pages.is_empty() {
            h2 { "Pages of the console" }
            table {
                thead { tr { th scope="col" { "Page" } th scope="col" { "Opens" } } }
                tbody {
                    @for page in &report.pages {
                        tr {
                            th scope="row" { (page.title) }
                            @match page.opens {
                                PageState::Yes => { td.yes { span.word { "open" } } },
                                PageState::No => { td.no { span.word { "closed" } } },
                                PageState::Depends => { td { "not known: it depends on " (page.depends_on.as_deref().unwrap_or_default()) } },
                            }
                        }
                    }
                }
            }
        }
    }
}

fn evidence(letter: &Letter) -> Markup {
    let report = letter.report;
    html! {
        details open[letter.asked.is_empty() && letter.others.is_empty()] {
            summary { "For your IT people: how we know" }
            @for cause in letter.asked.iter().chain(&letter.others) {
                h3 { (cause.title()) " (" code { (cause.code) } ")" }
                ul {
                    @for line in &cause.evidence { li { (line) } }
                    @if let Some(doubt) = &cause.doubt { li { (doubt) } }
                }
                p { "Source: " a href=(cause.source) rel="noreferrer" { (cause.source) } }
            }
            @if let Some(proof) = &report.proof { p { (proof.summary) } }
            h3 { "To see it without this tool" }
            pre { (letter.commands().join("\n")) }
            @if !report.gaps.is_empty() {
                h3 { "What could not be seen" }
                ul { @for gap in &report.gaps { li { (gap.fact) ": " (gap.reason) } } }
            }
        }
    }
}
