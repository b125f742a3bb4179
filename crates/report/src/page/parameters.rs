//! Which parameters decay and why.

use super::document::Document;
use crate::escape::escape;
use crate::format;
use crate::records::ParameterRow;

pub(super) fn write(document: &mut Document, rows: &[ParameterRow]) {
    if rows.is_empty() {
        return;
    }
    document.open_section("What decays, and why");
    let size = |row: &&ParameterRow| row.shape.iter().product::<usize>();
    let all: usize = rows.iter().map(|row| size(&row)).sum();
    let decayed: usize = rows
        .iter()
        .filter(|row| row.decayed)
        .map(|row| size(&row))
        .sum();
    let share = format::fixed(100.0 * decayed as f64 / all.max(1) as f64, 1);
    let caption = format!("Parameters of one model; {decayed} of {all} numbers ({share} %) decay.");
    document.open_table("parameters", &caption);
    let heads = [("parameter", false), ("shape", true), ("kind", false)];
    document.table_head(heads.into_iter().chain([("decays", false), ("why", false)]));
    for row in rows {
        let shape = row
            .shape
            .iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join(" × ");
        let decays = if row.decayed { "yes" } else { "no" };
        document.markup(&format!(
            "<tr class=\"decays-{decays}\"><th scope=\"row\"><code>{}</code></th><td class=\"number\">{shape}\
             </td><td>{}</td><td>{decays}</td><td class=\"note\">{}</td></tr>\n",
            escape(&row.name),
            escape(&row.kind),
            escape(&row.why),
        ));
    }
    document.close_table();
    document.close_section();
}
