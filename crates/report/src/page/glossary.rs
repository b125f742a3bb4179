//! Words of the page that a newcomer may not know, with where they come from.

use super::document::Document;
use crate::records::Report;

/// A word, what it means, and a link to its source.
const WORDS: [(&str, &str, &str); 6] = [
    (
        "half-life",
        "Epochs until a weight that no gradient drives has shrunk to half: ln 2 / (lr λ steps per epoch) where lr λ is small. It says the same as the \
         decay rate λ, whatever learning rate and batch are.",
        "https://arxiv.org/abs/1711.05101",
    ),
    (
        "tau",
        "The decay as a time-scale in epochs, 1 / (lr λ steps per epoch): over how long the weights average what they learn. The half-life is ln 2 times it.",
        "https://arxiv.org/abs/2405.13698",
    ),
    (
        "ECE",
        "Expected calibration error: by how much confidence and accuracy differ, averaged over rows in bins of equal confidence. 0 means that of the \
         answers given with 80 % confidence 80 % are right.",
        "https://arxiv.org/abs/1706.04599",
    ),
    (
        "conformal set",
        "The classes that cannot be ruled out for a row, such that a promised share of rows, as 90 %, have their true class in it, whatever the model.",
        "https://arxiv.org/abs/2107.07511",
    ),
    (
        "temperature",
        "A number that all logits are divided by before they become probabilities: above 1 it makes the model less sure, and it changes no answer.",
        "https://arxiv.org/abs/1706.04599",
    ),
    (
        "standard error",
        "How far a mean over folds would typically be from that over ever more folds; twice it either way is roughly a 95 % interval.",
        "https://en.wikipedia.org/wiki/Standard_error",
    ),
];

/// The words at the end of a page with figures.
pub(super) fn write(document: &mut Document, report: &Report) {
    if report.sweep.is_none() && report.audit.is_empty() {
        return;
    }
    document.open_folded("Glossary");
    document.markup("<dl>\n");
    for (word, meaning, source) in WORDS {
        document.markup("<div>");
        document.element("dt", word);
        document.markup("<dd>");
        document.text(meaning);
        // A link is followed only by who clicks it: the page itself loads nothing.
        document.markup(&format!(
            " <a href=\"{source}\" rel=\"noreferrer\" aria-label=\"source: {word}\">source</a>"
        ));
        document.markup("</dd></div>\n");
    }
    document.markup("</dl>\n");
    document.close_folded();
}
