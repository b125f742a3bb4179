//! The page: a table of verdicts, then every claim with its parts and pictures.

use std::fmt::Write as _;

use decay_claim::{Part, Record, Verdict};
use decay_report::escape;

const STYLE: &str = include_str!("style.css");

/// The page of some claims; pictures and files are taken from a folder of each claim's name beside it.
pub(crate) fn index(records: &[Record]) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>What weight decay does</title><style>{STYLE}</style></head><body><main>\n\
         <h1>What weight decay does</h1>\n<p>Claims of the literature, measured. A claim holds where every part of it is borne out by an \
         interval; all numbers come from the measurements beside each claim.</p>\n"
    );
    page.push_str("<table class=\"verdicts\"><thead><tr><th>claim</th><th>verdict</th><th>headline</th></tr></thead><tbody>\n");
    for record in records {
        let headline = record.judgement.parts.first();
        let headline = headline.map_or_else(String::new, |part| part.effect.to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "<tr><td><a href=\"#{name}\">{}</a></td><td>{}</td><td>{}</td></tr>",
            escape(&record.title),
            badge(record.judgement.verdict),
            escape(&headline),
            name = escape(&record.name),
        );
    }
    page.push_str("</tbody></table>\n");
    for record in records {
        page.push_str(&section(record));
    }
    page.push_str("</main></body></html>\n");
    page
}

fn section(record: &Record) -> String {
    let name = escape(&record.name);
    let mut text = format!(
        "<section id=\"{name}\"><h2>{} {}</h2>\n<blockquote>{}<footer>{}</footer></blockquote>\n",
        escape(&record.title),
        badge(record.judgement.verdict),
        escape(&record.statement),
        escape(&record.source),
    );
    for picture in &record.pictures {
        let (file, caption) = (escape(&picture.file), escape(&picture.caption));
        let _ = writeln!(
            text,
            "<figure><a href=\"{name}/{file}.svg\"><img src=\"{name}/{file}.svg\" width=\"800\" alt=\"{caption}\"></a>\
             <figcaption>{caption} <a href=\"{name}/{file}.png\">PNG</a></figcaption></figure>"
        );
    }
    text.push_str("<ul class=\"parts\">\n");
    text.extend(record.judgement.parts.iter().map(part));
    let _ = writeln!(
        text,
        "</ul>\n<p class=\"files\"><a href=\"{name}/measurements.csv\">measurements.csv</a> \
         <a href=\"{name}/verdict.json\">verdict.json</a> <code>cargo run --release -p {name}</code></p></section>"
    );
    text
}

fn part(part: &Part) -> String {
    let word = format!("{:?}", part.support).to_lowercase();
    let note = if part.note.is_empty() {
        String::new()
    } else {
        format!("<br><small>{}</small>", escape(&part.note))
    };
    format!(
        "<li class=\"{word}\"><b>{word}</b> {}<br>{}{note}</li>\n",
        escape(&part.statement),
        escape(&part.effect.to_string())
    )
}

fn badge(verdict: Verdict) -> String {
    let class = match verdict {
        Verdict::Holds => "supported",
        Verdict::HoldsPartly => "undecided",
        Verdict::DoesNotHold => "contradicted",
    };
    format!("<span class=\"badge {class}\">{verdict}</span>")
}

#[cfg(test)]
mod tests {
    use decay_claim::Record;

    use super::index;

    fn record(name: &str) -> Record {
        let json = format!(
            r#"{{"name": "{name}", "title": "A < B & C", "statement": "says", "source": "someone", "line": "",
                "verdict": "holds-partly", "version": "1", "pictures": [{{"file": "curve", "caption": "what \"it\" shows"}}],
                "parts": [{{"statement": "it falls", "support": "supported", "note": "p = 0.01",
                           "effect": {{"what": "slope", "mean": -1.0, "low": -2.0, "high": -0.5, "n": 5}}}}]}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn every_claim_has_its_verdict_headline_parts_and_pictures() {
        let page = index(&[record("one"), record("two")]);
        for name in ["one", "two"] {
            for text in [
                format!("<a href=\"#{name}\">A &lt; B &amp; C</a>"),
                format!("<section id=\"{name}\">"),
                format!("src=\"{name}/curve.svg\""),
                format!("href=\"{name}/curve.png\""),
                format!("href=\"{name}/measurements.csv\""),
            ] {
                assert!(page.contains(&text), "{text}");
            }
        }
        assert!(page.contains("holds partly") && page.contains("what &quot;it&quot; shows"));
        assert_eq!(
            page.matches("slope -1 (95 % interval -2 to -0.5, n = 5)")
                .count(),
            4
        );
        assert_eq!(page.matches("<li class=\"supported\">").count(), 2);
    }
}
