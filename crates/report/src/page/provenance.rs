//! Where the numbers come from: data, seed, version, device, configuration.

use super::document::Document;

pub(super) fn write(document: &mut Document, pairs: &[(String, String)]) {
    if pairs.is_empty() {
        return;
    }
    document
        .markup("<section>\n<details class=\"provenance\">\n<summary>Provenance</summary>\n<dl>\n");
    for (key, value) in pairs {
        document.markup("<div>");
        document.element("dt", key);
        document.markup("<dd>");
        if value.trim_end().contains('\n') {
            document.element("pre", value.trim_end());
        } else {
            document.text(value);
        }
        document.markup("</dd></div>\n");
    }
    document.markup("</dl>\n</details>\n</section>\n");
}
