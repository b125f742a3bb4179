//! SVG elements appended to a string, all text escaped; lines and bands that break where a value is missing.

use std::fmt::Write as _;

use crate::escape::escape;

/// A position, or a width and a height.
pub(crate) type Pair = (f64, f64);

/// A drawing in user units.
pub(crate) struct Svg {
    body: String,
}

/// Which point of a text its position names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn attribute(self) -> &'static str {
        match self {
            Self::Start => "",
            Self::Middle => " text-anchor=\"middle\"",
            Self::End => " text-anchor=\"end\"",
        }
    }
}

impl Svg {
    fn opened(capacity: usize, opening: std::fmt::Arguments<'_>) -> Self {
        let mut svg = Self {
            body: String::with_capacity(capacity),
        };
        svg.write(opening);
        svg
    }

    /// Starts a drawing of the page, which scales it to the width it has; `label` is what a screen reader says.
    pub(crate) fn new((width, height): Pair, label: &str) -> Self {
        let label = escape(label);
        Self::opened(
            8192,
            format_args!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
                 aria-label=\"{label}\">"
            ),
        )
    }

    /// Starts a drawing as large as a word of the page, which says nothing that the text beside it does not say.
    pub(crate) fn sample((width, height): Pair) -> Self {
        Self::opened(
            256,
            format_args!(
                "<svg class=\"sample\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
                 aria-hidden=\"true\">"
            ),
        )
    }

    /// Starts a drawing that is a file of its own: it has a size, a title and its own style.
    pub(crate) fn standalone((width, height): Pair, title: &str, style: &str) -> Self {
        let title = escape(title);
        Self::opened(
            16384,
            format_args!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
                 viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\" class=\"picture\">\
                 <title>{title}</title><style>{style}</style>"
            ),
        )
    }

    fn write(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.body.write_fmt(arguments);
    }

    /// A path; an empty one is left out.
    pub(crate) fn path(&mut self, class: &str, d: &str) {
        if !d.is_empty() {
            self.write(format_args!("<path class=\"{class}\" d=\"{d}\"/>"));
        }
    }

    /// A path filled with a colour of its own; an empty one is left out.
    pub(crate) fn filled(&mut self, fill: &str, d: &str) {
        if !d.is_empty() {
            self.write(format_args!("<path fill=\"{fill}\" d=\"{d}\"/>"));
        }
    }

    /// Begins elements that touch without a seam.
    pub(crate) fn open_crisp(&mut self) {
        self.body.push_str("<g shape-rendering=\"crispEdges\">");
    }

    /// A straight line.
    pub(crate) fn line(&mut self, class: &str, from: Pair, to: Pair) {
        self.write(format_args!(
            "<path class=\"{class}\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
            from.0, from.1, to.0, to.1
        ));
    }

    /// A cross of two strokes that reach so far from its middle.
    pub(crate) fn cross(&mut self, class: &str, (x, y): Pair, reach: f64) {
        for side in [-reach, reach] {
            self.line(class, (x - reach, y - side), (x + reach, y + side));
        }
    }

    /// A disc.
    pub(crate) fn disc(&mut self, class: &str, centre: Pair, radius: f64) {
        self.write(format_args!(
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\"/>",
            centre.0, centre.1
        ));
    }

    /// A rectangle drawn by its class.
    pub(crate) fn rectangle(&mut self, class: &str, (x, y): Pair, (width, height): Pair) {
        self.write(format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        ));
    }

    /// A rectangle of its own colour, with a title to show at the pointer unless that is empty.
    pub(crate) fn tile(&mut self, (x, y): Pair, (width, height): Pair, fill: &str, title: &str) {
        self.write(format_args!(
            "<rect class=\"tile\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{fill}\""
        ));
        if title.is_empty() {
            self.body.push_str("/>");
        } else {
            self.write(format_args!("><title>{}</title></rect>", escape(title)));
        }
    }

    /// A rectangle that one of the page's colours covers by a share, with a title to show at the pointer.
    pub(crate) fn shade(
        &mut self,
        colour: usize,
        (x, y): Pair,
        (width, height): Pair,
        share: f64,
        title: &str,
    ) {
        self.write(format_args!(
            "<rect class=\"shade fill{colour}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
             fill-opacity=\"{share:.3}\"><title>{}</title></rect>",
            escape(title)
        ));
    }

    /// A disc with a title to show at the pointer.
    pub(crate) fn titled_disc(&mut self, class: &str, centre: Pair, radius: f64, title: &str) {
        self.write(format_args!(
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\"><title>{}</title></circle>",
            centre.0,
            centre.1,
            escape(title)
        ));
    }

    /// One line of text.
    pub(crate) fn text(&mut self, class: &str, at: Pair, anchor: Anchor, text: &str) {
        self.write(format_args!(
            "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\"{}>{}</text>",
            at.0,
            at.1,
            anchor.attribute(),
            escape(text)
        ));
    }

    /// Text that reads upwards, `degrees` against the horizontal.
    pub(crate) fn turned_text(
        &mut self,
        class: &str,
        at: Pair,
        degrees: f64,
        anchor: Anchor,
        text: &str,
    ) {
        self.write(format_args!(
            "<text class=\"{class}\" transform=\"translate({:.1} {:.1}) rotate(-{degrees})\"{}>{}</text>",
            at.0,
            at.1,
            anchor.attribute(),
            escape(text)
        ));
    }

    /// Names a rectangle that [`Svg::open_clipped`] cuts at; `id` must be unique on the page.
    pub(crate) fn define_clip(&mut self, id: &str, corner: Pair, opposite: Pair) {
        let (width, height) = (opposite.0 - corner.0, opposite.1 - corner.1);
        self.write(format_args!(
            "<clipPath id=\"{id}\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\"/></clipPath>",
            corner.0, corner.1
        ));
    }

    /// Starts a group that shows only what lies inside of a rectangle.
    pub(crate) fn open_clipped(&mut self, id: &str) {
        self.write(format_args!("<g clip-path=\"url(#{id})\">"));
    }

    /// Starts a group that belongs to one position of the slider.
    pub(crate) fn open_state(&mut self, index: usize, shown: bool) {
        let on = if shown { " on" } else { "" };
        self.write(format_args!("<g class=\"state{on}\" data-i=\"{index}\">"));
    }

    /// Ends a group.
    pub(crate) fn close_group(&mut self) {
        self.body.push_str("</g>");
    }

    /// The element as text.
    pub(crate) fn finish(mut self) -> String {
        self.body.push_str("</svg>");
        self.body
    }
}

/// A polyline through the given positions; it breaks at each `None`.
///
/// A point alone between two breaks becomes a dot, drawn by its round cap.
pub(crate) fn line_path(points: impl IntoIterator<Item = Option<Pair>>) -> String {
    let points: Vec<_> = points.into_iter().collect();
    let mut d = String::new();
    for run in points.split(Option::is_none) {
        append(&mut d, run.iter().flatten().copied());
        if run.len() == 1 {
            d.push_str("h0");
        }
    }
    d
}

/// The area between two lines, given as positions `(x, y_low, y_high)`; it breaks at each `None`.
pub(crate) fn band_path(points: impl IntoIterator<Item = Option<(f64, f64, f64)>>) -> String {
    let points: Vec<_> = points.into_iter().collect();
    let mut d = String::new();
    for run in points.split(Option::is_none).filter(|run| run.len() > 1) {
        let there = run.iter().flatten().map(|&(x, low, _)| (x, low));
        let back = run.iter().rev().flatten().map(|&(x, _, high)| (x, high));
        append(&mut d, there.chain(back));
        d.push('Z');
    }
    d
}

fn append(d: &mut String, points: impl Iterator<Item = Pair>) {
    for (index, (x, y)) in points.enumerate() {
        let command = if index == 0 { 'M' } else { 'L' };
        // Writing to a String cannot fail.
        let _ = write!(d, "{command}{x:.1} {y:.1}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_breaks_at_missing_values() {
        let points = [Some((0.0, 1.0)), Some((1.0, 2.0)), None, Some((3.0, 4.0))];
        assert_eq!(line_path(points), "M0.0 1.0L1.0 2.0M3.0 4.0h0");
        assert_eq!(line_path([None, None]), "");
    }

    #[test]
    fn a_band_runs_there_and_back() {
        let points = [
            Some((0.0, 5.0, 3.0)),
            Some((1.0, 6.0, 2.0)),
            None,
            Some((9.0, 1.0, 1.0)),
        ];
        assert_eq!(band_path(points), "M0.0 5.0L1.0 6.0L1.0 2.0L0.0 3.0Z");
    }
}
