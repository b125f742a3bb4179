//! The page: an index by field and by verdict, then every claim with its parts and pictures.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use decay_claim::{Part, Record, Verdict};
use decay_report::escape;

const STYLE: &str = include_str!("style.css");
const KEYS: &str = include_str!("keys.js");

/// A claim on the page.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) record: Record,
    /// Of which field it is.
    pub(crate) field: String,
}

/// The page of some claims; pictures and files are taken from a folder of each claim's name beside it.
pub(crate) fn index(entries: &[Entry]) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>What weight decay does</title><style>{STYLE}</style></head><body><main>\n\
         <h1 id=\"top\" tabindex=\"-1\">What weight decay does</h1>\n<p>Claims of the literature, measured. A claim holds where every part of it is borne out by an \
         interval; all numbers come from the measurements beside each claim.</p>\n\
         <p class=\"keys\"><kbd>j</kbd> next claim <kbd>k</kbd> the one before <kbd>t</kbd> top</p>\n"
    );
    page.push_str(&by_field(entries));
    page.push_str(&by_verdict(entries));
    for entry in entries {
        page.push_str(&section(&entry.record));
    }
    let _ = writeln!(page, "</main><script>{KEYS}</script></body></html>");
    page
}

/// A table for each field, with the headline of every claim.
fn by_field(entries: &[Entry]) -> String {
    let mut fields: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for entry in entries {
        fields.entry(&entry.field).or_default().push(&entry.record);
    }
    let mut text = String::from(
        "<nav aria-label=\"by field\"><table class=\"verdicts\"><thead><tr><th>claim</th><th>verdict</th><th>headline</th></tr></thead>\n",
    );
    for (field, records) in fields {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "<tbody><tr><th colspan=\"3\" scope=\"rowgroup\">{}</th></tr>",
            escape(field)
        );
        for record in records {
            let headline = record.judgement.parts.first();
            let headline = headline.map_or_else(String::new, |part| part.effect.to_string());
            let _ = writeln!(
                text,
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                link(record),
                badge(record.judgement.verdict),
                escape(&headline),
            );
        }
        text.push_str("</tbody>\n");
    }
    text.push_str("</table></nav>\n");
    text
}

/// The claims of each verdict.
fn by_verdict(entries: &[Entry]) -> String {
    let mut text = String::from("<nav aria-label=\"by verdict\"><dl>\n");
    for verdict in [Verdict::Holds, Verdict::HoldsPartly, Verdict::DoesNotHold] {
        let own = entries.iter().map(|entry| &entry.record);
        let own = own.filter(|record| record.judgement.verdict == verdict);
        let links: Vec<String> = own.map(link).collect();
        if !links.is_empty() {
            let _ = writeln!(
                text,
                "<dt>{}</dt><dd>{}</dd>",
                badge(verdict),
                links.join(", ")
            );
        }
    }
    text.push_str("</dl></nav>\n");
    text
}

fn link(record: &Record) -> String {
    format!(
        "<a href=\"#{}\">{}</a>",
        escape(&record.name),
        escape(&record.title)
    )
}

fn section(record: &Record) -> String {
    let name = escape(&record.name);
    let mut text = format!(
        "<section id=\"{name}\" tabindex=\"-1\"><h2>{} {}</h2>\n<blockquote>{}<footer>{}</footer></blockquote>\n",
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

    use super::{Entry, index};

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
        let entries = [("one", "graphs"), ("two", "images & text")].map(|(name, field)| Entry {
            record: record(name),
            field: field.into(),
        });
        let page = index(&entries);
        for field in ["graphs", "images &amp; text"] {
            assert!(
                page.contains(&format!("scope=\"rowgroup\">{field}</th>")),
                "{field}"
            );
        }
        // Of both indices.
        assert_eq!(page.matches("href=\"#one\"").count(), 2);
        for name in ["one", "two"] {
            for text in [
                format!("<a href=\"#{name}\">A &lt; B &amp; C</a>"),
                format!("<section id=\"{name}\" tabindex=\"-1\">"),
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
