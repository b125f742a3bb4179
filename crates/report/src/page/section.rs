//! Parts of an audit beside its table of metrics.

use super::document::Document;
use crate::escape::escape;
use crate::figures;
use crate::records::{PlainTable, Section};

pub(super) fn write(document: &mut Document, section: &Section) {
    let panels: Vec<_> = section.panels.iter().filter_map(figures::lines).collect();
    if panels.is_empty() && section.tables.is_empty() && section.note.is_empty() {
        return;
    }
    document.open_section(&section.heading);
    document.element("p class=\"about\"", &section.note);
    document.figure(panels, &section.caption);
    for table in &section.tables {
        write_table(document, table);
    }
    document.close_section();
}

fn write_table(document: &mut Document, table: &PlainTable) {
    document.open_table("plain", &table.caption);
    let heads = table.heads.iter().enumerate();
    document.table_head(heads.map(|(k, head)| (head.as_str(), k >= table.names)));
    for row in &table.rows {
        document.markup("<tr>");
        for (k, cell) in row.iter().enumerate() {
            let cell = escape(cell);
            document.markup(&match k {
                0 => format!("<th scope=\"row\">{cell}</th>"),
                k if k < table.names => format!("<td>{cell}</td>"),
                _ => format!("<td class=\"number\">{cell}</td>"),
            });
        }
        document.markup("</tr>\n");
    }
    document.close_table();
}
