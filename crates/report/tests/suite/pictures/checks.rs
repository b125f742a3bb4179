//! What holds for every picture.

use decay_report::plot::Picture;

use super::boxes::texts;
use crate::markup::{assert_balanced, attribute};

/// Renders and checks what holds for every picture.
pub(crate) fn checked(picture: &Picture) -> String {
    let svg = picture.svg();
    assert_balanced(
        &svg.replace("<style>", "<style/>").replace("</style>", ""),
        &[],
    );
    for wrong in ["NaN", "inf", "script", "url(", "var("] {
        assert!(!svg.contains(wrong), "{wrong} in {svg}");
    }
    assert_eq!(svg.matches("<title>").count(), 1);
    assert_eq!(attribute(&svg, "role"), "img");
    assert_eq!(attribute(&svg, "width"), "800");
    assert_eq!(svg, picture.svg(), "the same record gives the same text");
    svg
}

/// The words of all texts of a drawing, as a reader joins lines.
pub(crate) fn words(svg: &str) -> String {
    let texts: Vec<String> = texts(svg).into_iter().map(|text| text.words).collect();
    texts.join(" ")
}
