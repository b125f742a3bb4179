//! The top of the page: title and the results in words.

use super::document::Document;
use crate::records::Report;

pub(super) fn write(document: &mut Document, report: &Report) {
    document.markup("<header>\n");
    document.element("h1", &report.title);
    document.element("p class=\"subtitle\"", &report.subtitle);
    document.markup("</header>\n");
    if !report.findings.is_empty() {
        document.markup("<section class=\"findings\" aria-label=\"Findings\">\n<ol>\n");
        for finding in &report.findings {
            document.markup("<li>");
            document.element("strong", &finding.headline);
            document.element("p", &finding.detail);
            document.markup("</li>\n");
        }
        document.markup("</ol>\n</section>\n");
    }
    if !report.command.is_empty() {
        document.markup("<pre class=\"command\"><code>");
        document.text(&report.command);
        document.markup("</code></pre>\n");
    }
}
