//! Pictures that stand alone: an SVG with its own style, title and legend, for a README or a website.
//!
//! | file | concern |
//! | :-- | :-- |
//! | `sheet` | the whole: title, legend, panels in a grid |
//! | `legend` | what the series are called |
//! | `plot` | one panel: margins, axes, what is drawn in which order |
//! | `across`, `names` | where a point stands horizontally, and the axis below |
//! | `values` | which values the vertical axis shows |
//! | `strokes`, `marker` | lines, bands, error bars; colours and shapes |
//! | `notes` | labelled lines, written where they hide nothing |
//! | `letters`, `crowding` | widths of text; labels of ticks that would touch |

mod across;
mod crowding;
mod legend;
mod letters;
mod marker;
mod names;
mod notes;
mod plot;
mod sheet;
mod strokes;
mod values;

/// One picture: panels in a grid under a title, 800 units wide.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picture {
    /// Stands above everything, and is what a screen reader says.
    pub title: String,
    /// Panels beside each other, 1 to 3.
    pub columns: usize,
    /// Row by row.
    pub panels: Vec<Panel>,
}

/// One coordinate system with its series.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Stands above the panel; may be empty.
    pub title: String,
    /// The axis below.
    pub x: Horizontal,
    /// The axis at the left.
    pub y: Vertical,
    /// Drawn in order, the last on top.
    pub series: Vec<Series>,
    /// Labelled lines behind the series.
    pub marks: Vec<Mark>,
}

impl Panel {
    /// The same with a labelled line.
    pub fn marked(mut self, mark: Mark) -> Self {
        self.marks.push(mark);
        self
    }

    /// The same with a logarithmic vertical axis.
    pub fn logarithmic(mut self) -> Self {
        self.y.log = true;
        self
    }
}

/// The horizontal axis.
#[derive(Debug, Clone, PartialEq)]
pub enum Horizontal {
    /// Decay rates, logarithmic with a place for 0, their half-lives on a second axis above.
    Rates {
        /// Name of the axis below.
        label: String,
        /// Every rate with its half-life in epochs, where it has one; without any there is no axis above.
        rates: Vec<(f64, Option<f64>)>,
    },
    /// A linear axis as long as the data.
    Linear {
        /// Name of the axis, with its unit.
        label: String,
    },
    /// A logarithmic axis as long as the data.
    Log {
        /// Name of the axis, with its unit.
        label: String,
    },
    /// Things without an order; the `x` of a point is the place in `names`, from 0.
    Names {
        /// Name of the axis.
        label: String,
        /// What stands at 0, 1, 2, ...
        names: Vec<String>,
    },
}

/// The vertical axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vertical {
    /// Name of the axis, with its unit.
    pub label: String,
    /// Whether it is logarithmic; what is not positive is then marked at the lower edge.
    pub log: bool,
    /// What must be shown at least, such as `(0.0, 1.0)`; the data widen it.
    pub range: Option<(f64, f64)>,
}

/// Points of one kind: the same label, colour and dashes in every panel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    /// Name in the legend; an empty one is left out.
    pub label: String,
    /// Counts through the palette; a number has one colour and one shape of marker in all panels.
    pub colour: usize,
    /// Dashes the line and leaves the markers hollow.
    pub dashed: bool,
    /// In the order in which they are joined.
    pub points: Vec<Point>,
    /// A line through the means with a band from `low` to `high`; otherwise, and always over names, markers
    /// with error bars.
    pub joined: bool,
}

/// A value with its uncertainty; what is not finite is missing and breaks the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Place on the horizontal axis.
    pub x: f64,
    /// The value.
    pub mean: f64,
    /// Lower end of the band or error bar.
    pub low: f64,
    /// Upper end of the band or error bar.
    pub high: f64,
}

/// A labelled line across the panel.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// From the bottom to the top.
    Upright {
        /// Place on the horizontal axis.
        x: f64,
        /// Written beside the line; may be empty.
        label: String,
    },
    /// From the left to the right.
    Level {
        /// Value on the vertical axis, which is widened to show it.
        y: f64,
        /// Written above or below the line; may be empty.
        label: String,
    },
}

impl Picture {
    /// The picture as one SVG 1.1 file: no scripts, no references, the font DejaVu Sans or one like it.
    ///
    /// Equal records give equal text. Widths of text are those of DejaVu Sans, so that with this font no two
    /// texts touch.
    pub fn svg(&self) -> String {
        sheet::draw(self)
    }
}

impl Series {
    /// Whether the series is drawn as a line over this axis.
    fn is_line(&self, x: &Horizontal) -> bool {
        self.joined && !matches!(x, Horizontal::Names { .. })
    }
}
