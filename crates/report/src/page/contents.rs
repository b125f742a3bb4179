//! The contents: a link to every section, by an address that stays the same while the heading does.

use std::collections::HashSet;

use crate::escape::escape;

/// Sections so far, and where in the body their list will stand.
#[derive(Default)]
pub(super) struct Contents {
    place: Option<usize>,
    /// Address and heading of each section.
    sections: Vec<(String, String)>,
    taken: HashSet<String>,
}

impl Contents {
    /// The list stands after so many bytes of the body.
    pub(super) fn place(&mut self, at: usize) {
        self.place = Some(at);
    }

    /// Adds a section and names its address, which no other part of the page has.
    pub(super) fn add(&mut self, heading: &str) -> String {
        let base = address(heading);
        let numbered = (2..).map(|count| format!("{base}-{count}"));
        let mut all = std::iter::once(base.clone()).chain(numbered);
        let free = all.find(|id| !self.taken.contains(id)).unwrap_or(base);
        self.taken.insert(free.clone());
        self.sections.push((free.clone(), heading.to_owned()));
        free
    }

    /// Writes the list into the body; of fewer than two sections there is none.
    pub(super) fn write_into(&self, body: &mut String) {
        let Some(at) = self.place.filter(|_| self.sections.len() > 1) else {
            return;
        };
        let link = |(id, heading): &(String, String)| {
            format!("<li><a href=\"#{id}\">{}</a></li>\n", escape(heading))
        };
        let links: String = self.sections.iter().map(link).collect();
        let list = format!(
            "<nav class=\"contents\" aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ul>\n{links}</ul>\n\
             </nav>\n"
        );
        body.insert_str(at, &list);
    }
}

/// `section-what-decays-and-why`: what a heading has of ASCII letters and digits.
fn address(heading: &str) -> String {
    let words = heading.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words.fold("section".to_owned(), |address, word| {
        address + "-" + &word.to_ascii_lowercase()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_an_address_of_its_own() {
        let mut contents = Contents::default();
        assert_eq!(
            contents.add("What decays, and why"),
            "section-what-decays-and-why"
        );
        let others = ["λ", "λ", "λ", "<b id=\"x\">"].map(|heading| contents.add(heading));
        assert_eq!(
            others,
            ["section", "section-2", "section-3", "section-b-id-x"]
        );
    }
}
