//! The body of the page as it grows, with the numbers of its figures and tables.

use std::fmt::Write as _;

use super::contents::Contents;
use crate::escape::{escape, script_safe};
use crate::figures::{Chart, Hover};
use crate::records::Thumbnail;

/// The page being written.
#[derive(Default)]
pub(super) struct Document {
    body: String,
    figures: usize,
    tables: usize,
    contents: Contents,
    /// What the script needs to know of every chart that has points of its own.
    pub(super) hovers: Vec<(String, Hover)>,
}

impl Document {
    /// Appends markup; whatever the records hold must have gone through [`Document::text`] or `escape`.
    pub(super) fn markup(&mut self, markup: &str) {
        self.body.push_str(markup);
    }

    /// Appends text, escaped.
    pub(super) fn text(&mut self, text: &str) {
        self.body.push_str(&escape(text));
    }

    /// An [`element`] on a line of its own, or nothing where the text is empty.
    pub(super) fn element(&mut self, opening: &str, text: &str) {
        if !text.is_empty() {
            self.markup(&element(opening, text));
            self.markup("\n");
        }
    }

    /// Here the contents will stand, once all sections are known.
    pub(super) fn place_contents(&mut self) {
        self.contents.place(self.body.len());
    }

    /// Starts a section, to which the contents and a link beside its heading lead.
    pub(super) fn open_section(&mut self, heading: &str) {
        let id = self.contents.add(heading);
        let _ = write!(
            self.body,
            "<section id=\"{id}\">\n<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to: {}\">#</a>",
            escape(heading)
        );
        self.element("h2", heading);
    }

    /// Starts a section that is folded until it is asked for; on paper it is whole.
    pub(super) fn open_folded(&mut self, heading: &str) {
        let id = self.contents.add(heading);
        let _ = write!(
            self.body,
            "<section id=\"{id}\">\n<details class=\"folded\">\n<summary><h2>{}</h2></summary>\n",
            escape(heading)
        );
    }

    /// Ends a folded section.
    pub(super) fn close_folded(&mut self) {
        self.markup("</details>\n</section>\n");
    }

    /// Ends a section.
    pub(super) fn close_section(&mut self) {
        self.markup("</section>\n");
    }

    /// A figure of charts with lettered titles and a numbered caption; nothing without any.
    pub(super) fn figure(&mut self, charts: Vec<Chart>, caption: &str) {
        self.figure_with(charts, &[], caption);
    }

    /// A figure of charts, then of small images; nothing without any of both.
    pub(super) fn figure_with(&mut self, charts: Vec<Chart>, images: &[Thumbnail], caption: &str) {
        if charts.is_empty() && images.is_empty() {
            return;
        }
        self.figures += 1;
        let number = self.figures;
        let _ = writeln!(self.body, "<figure id=\"figure-{number}\">");
        self.charts(charts);
        self.images(images);
        let _ = write!(
            self.body,
            "<figcaption><a href=\"#figure-{number}\">Figure {number}.</a> {}</figcaption>\n</figure>\n",
            escape(caption)
        );
    }

    fn charts(&mut self, charts: Vec<Chart>) {
        if charts.is_empty() {
            return;
        }
        let many = charts.len() > 1;
        let alone = if many { "" } else { " alone" };
        let _ = writeln!(self.body, "<div class=\"panels{alone}\">");
        for (letter, chart) in ('a'..).zip(charts) {
            self.chart(chart, many.then_some(letter));
        }
        self.markup("</div>\n");
    }

    fn images(&mut self, images: &[Thumbnail]) {
        if images.is_empty() {
            return;
        }
        self.markup("<ul class=\"gallery\">\n");
        for image in images {
            let [source, headline, detail] =
                [&image.source, &image.headline, &image.detail].map(|text| escape(text));
            let _ = writeln!(
                self.body,
                "<li><img src=\"{source}\" alt=\"{headline}\"><b>{headline}</b><span>{detail}</span></li>"
            );
        }
        self.markup("</ul>\n");
    }

    fn chart(&mut self, chart: Chart, letter: Option<char>) {
        let letter = letter.map_or_else(String::new, |letter| {
            format!("<b class=\"letter\">{letter}</b> ")
        });
        let title = escape(&chart.title);
        let _ = write!(
            self.body,
            "<div class=\"panel\" id=\"panel-{}\">\n<h3>{letter}{title}</h3>\n<ul class=\"key\">",
            chart.id
        );
        for entry in &chart.key {
            let text = escape(&entry.text);
            let _ = write!(self.body, "<li>{}{text}</li>", entry.sample);
        }
        let _ = write!(self.body, "</ul>\n{}\n</div>\n", chart.svg);
        if !chart.hover.is_empty() {
            self.hovers.push((chart.id, chart.hover));
        }
    }

    /// Starts a table that scrolls sideways where it does not fit; its caption stays in place.
    pub(super) fn open_table(&mut self, class: &str, caption: &str) {
        self.tables += 1;
        let _ = write!(
            self.body,
            "<p class=\"caption\" id=\"table-{number}\"><a href=\"#table-{number}\">Table {number}.</a> {}</p>\n\
             <div class=\"scroll\" role=\"region\" aria-labelledby=\"table-{number}\" tabindex=\"0\">\n\
             <table class=\"{class}\" aria-labelledby=\"table-{number}\">\n",
            escape(caption),
            number = self.tables,
        );
    }

    /// Ends a table.
    pub(super) fn close_table(&mut self) {
        self.markup("</tbody>\n</table>\n</div>\n");
    }

    /// The row of column heads; `number` columns are aligned to the right, and one without a name has no head.
    pub(super) fn table_head<'a>(&mut self, columns: impl IntoIterator<Item = (&'a str, bool)>) {
        self.markup("<thead><tr>");
        for (column, number) in columns {
            let class = if number { " class=\"number\"" } else { "" };
            let head = match column {
                "" => "<td></td>".to_owned(),
                column => element(&format!("th scope=\"col\"{class}"), column),
            };
            self.markup(&head);
        }
        self.markup("</tr></thead>\n<tbody>\n");
    }

    /// The whole page.
    pub(super) fn finish(mut self, title: &str, style: &str, script: &str, data: &str) -> String {
        self.contents.write_into(&mut self.body);
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{}</main>\n\
             <script type=\"application/json\" id=\"decay-data\">{}</script>\n\
             <script>\n{script}</script>\n</body>\n</html>\n",
            escape(title),
            self.body,
            script_safe(data)
        )
    }
}

/// `<tag>text</tag>`, the text escaped; `opening` may carry attributes.
pub(super) fn element(opening: &str, text: &str) -> String {
    let tag = opening.split(' ').next().unwrap_or(opening);
    format!("<{opening}>{}</{tag}>", escape(text))
}

/// A cell whose text is aligned to the right.
pub(super) fn number(text: &str) -> String {
    element("td class=\"number\"", text)
}

/// Tags of a row in a cell: those words whose condition holds.
pub(super) fn tags(words: [(bool, &str); 2]) -> String {
    let held = words.into_iter().filter(|(holds, _)| *holds);
    let spans = held.map(|(_, word)| element("span class=\"tag\"", word) + " ");
    format!("<td class=\"tags\">{}</td>", spans.collect::<String>())
}
