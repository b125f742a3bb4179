//! Where the texts of a drawing lie, by widths measured apart from those that the drawing was made with.

use crate::markup::{attribute, pieces};

/// A text with the corners of its box, which may be turned.
#[derive(Debug)]
pub(crate) struct TextBox {
    pub(crate) words: String,
    corners: [(f64, f64); 4],
}

/// Font size of a class, as in the style sheet.
fn size(class: &str) -> f64 {
    match class {
        "title" => 18.0,
        "heading" => 14.0,
        "label" | "legend" | "absent" => 13.0,
        _ => 12.0,
    }
}

/// Widths of DejaVu Sans in thousandths, letters of nearly the same width taken together.
fn width(words: &str, size: f64) -> f64 {
    let letter = |letter: char| match letter {
        'i' | 'j' | 'l' | '\'' | 'I' | 'J' => 285.0,
        ' ' | ',' | '.' | '/' | ':' | ';' | '-' => 335.0,
        'f' | 't' | 'r' | '(' | ')' | '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' => 395.0,
        's' | 'z' | 'c' | '⁻' => 535.0,
        'k' | 'v' | 'x' | 'y' => 590.0,
        'w' | 'M' | '−' | '×' | '=' | '<' | '>' | '+' | '∞' => 840.0,
        'm' | 'W' | '%' => 975.0,
        'A'..='Z' | '&' => 700.0,
        _ => 630.0,
    };
    words.chars().map(letter).sum::<f64>() * size / 1000.0
}

/// Every text of a drawing.
pub(crate) fn texts(svg: &str) -> Vec<TextBox> {
    pieces(svg, "<text ", "</text>")
        .into_iter()
        .map(text_box)
        .collect()
}

fn text_box(piece: &str) -> TextBox {
    let (tag, words) = piece.split_once('>').expect("a tag");
    let words = words.trim_end_matches("</text>");
    let words = words
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"");
    let words = words.replace("&#39;", "'").replace("&amp;", "&");
    let size = size(attribute(tag, "class"));
    let width = width(&words, size);
    let left = match attribute(tag, "text-anchor") {
        "middle" => -width / 2.0,
        "end" => -width,
        _ => 0.0,
    };
    let (top, bottom) = (-0.73 * size, 0.2 * size);
    let flat = [
        (left, top),
        (left + width, top),
        (left + width, bottom),
        (left, bottom),
    ];
    let ((x, y), degrees) = place(tag);
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let corners = flat.map(|(dx, dy)| (x + dx * cosine - dy * sine, y + dx * sine + dy * cosine));
    TextBox { words, corners }
}

/// Position and turn of a text.
fn place(tag: &str) -> ((f64, f64), f64) {
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let transform = attribute(tag, "transform");
    let Some(rest) = transform.strip_prefix("translate(") else {
        return (
            (number(attribute(tag, "x")), number(attribute(tag, "y"))),
            0.0,
        );
    };
    let (at, turn) = rest.split_once(") rotate(").expect("a turn");
    let (x, y) = at.split_once(' ').expect("two numbers");
    ((number(x), number(y)), number(turn.trim_end_matches(')')))
}

impl TextBox {
    /// Whether two boxes have a point in common: no side of either keeps them apart.
    pub(crate) fn meets(&self, other: &TextBox) -> bool {
        let axes = [self, other].into_iter().flat_map(|text| {
            let [a, b, c, _] = text.corners;
            [(b.0 - a.0, b.1 - a.1), (c.0 - b.0, c.1 - b.1)]
        });
        axes.into_iter().all(|axis| {
            let (first, second) = (self.shadow(axis), other.shadow(axis));
            first.0 < second.1 && second.0 < first.1
        })
    }

    fn shadow(&self, (dx, dy): (f64, f64)) -> (f64, f64) {
        let along = self.corners.map(|(x, y)| x * dx + y * dy);
        let low = along.into_iter().fold(f64::INFINITY, f64::min);
        (low, along.into_iter().fold(f64::NEG_INFINITY, f64::max))
    }

    pub(crate) fn is_inside(&self, width: f64, height: f64) -> bool {
        let inside = |(x, y): (f64, f64)| (0.0..=width).contains(&x) && (0.0..=height).contains(&y);
        self.corners.into_iter().all(inside)
    }
}
