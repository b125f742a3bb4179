//! SVG elements appended to a string; all text is escaped here.

use std::fmt::Write as _;

use crate::escape::escape;

/// A drawing in user units, scaled by the page to the width it has.
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
    /// Starts a drawing; `label` is what a screen reader says.
    pub(crate) fn new(width: f64, height: f64, label: &str) -> Self {
        let mut svg = Self {
            body: String::with_capacity(8192),
        };
        svg.write(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-label=\"{}\">",
            escape(label)
        ));
        svg
    }

    /// Starts a drawing that is a file of its own: it has a size, a title and its own style.
    pub(crate) fn standalone(width: f64, height: f64, title: &str, style: &str) -> Self {
        let title = escape(title);
        let mut svg = Self {
            body: String::with_capacity(16384),
        };
        svg.write(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}\" class=\"picture\">\
             <title>{title}</title><style>{style}</style>"
        ));
        svg
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

    /// A straight line.
    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.write(format_args!(
            "<path class=\"{class}\" d=\"M{:.1} {:.1}L{:.1} {:.1}\"/>",
            from.0, from.1, to.0, to.1
        ));
    }

    /// A disc.
    pub(crate) fn disc(&mut self, class: &str, centre: (f64, f64), radius: f64) {
        self.write(format_args!(
            "<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius}\"/>",
            centre.0, centre.1
        ));
    }

    /// A rectangle of its own colour, with a title to show at the pointer unless that is empty.
    pub(crate) fn tile(
        &mut self,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        fill: &str,
        title: &str,
    ) {
        self.write(format_args!(
            "<rect class=\"tile\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{fill}\""
        ));
        match title {
            "" => self.body.push_str("/>"),
            title => self.write(format_args!("><title>{}</title></rect>", escape(title))),
        }
    }

    /// One line of text.
    pub(crate) fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str) {
        self.write(format_args!(
            "<text class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\"{}>{}</text>",
            at.0,
            at.1,
            anchor.attribute(),
            escape(text)
        ));
    }

    /// Text that reads upwards, centred at a point.
    pub(crate) fn upright_text(&mut self, class: &str, at: (f64, f64), text: &str) {
        self.write(format_args!(
            "<text class=\"{class}\" transform=\"translate({:.1} {:.1}) rotate(-90)\" \
             text-anchor=\"middle\">{}</text>",
            at.0,
            at.1,
            escape(text)
        ));
    }

    /// A rectangle drawn by its class.
    pub(crate) fn rectangle(
        &mut self,
        class: &str,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
    ) {
        self.write(format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        ));
    }

    /// Text that ends at a point and reads upwards to it, `degrees` against the horizontal.
    pub(crate) fn slanted_text(&mut self, class: &str, at: (f64, f64), degrees: f64, text: &str) {
        self.write(format_args!(
            "<text class=\"{class}\" transform=\"translate({:.1} {:.1}) rotate(-{degrees})\" \
             text-anchor=\"end\">{}</text>",
            at.0,
            at.1,
            escape(text)
        ));
    }

    /// Starts a group that shows only what lies inside a rectangle; `id` must be unique on the page.
    pub(crate) fn open_clip(&mut self, id: &str, corner: (f64, f64), opposite: (f64, f64)) {
        let (width, height) = (opposite.0 - corner.0, opposite.1 - corner.1);
        self.write(format_args!(
            "<clipPath id=\"{id}\"><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\"/></clipPath><g clip-path=\"url(#{id})\">",
            corner.0, corner.1
        ));
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
