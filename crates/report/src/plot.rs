//! One way to draw: panels with axes, series, bands, bars and labelled lines, for the page of a run and for pictures that
//! stand alone.
//!
//! A [`Panel`] is data. Drawn into a [`Picture`] it becomes part of an SVG file with a title, a legend and a style of its own;
//! drawn into the page it takes the page's colours, and the page adds its key, its slider and what the pointer shows. Both
//! use the same class names for the same things, each with its own style sheet: `marker` here, `report.css` there.
//!
//! | file | concern |
//! | :-- | :-- |
//! | `draw` | one panel: which values it shows, margins, axes, what is drawn in which order |
//! | `across`, `rates`, `names` | where a point stands horizontally, and the axes below and above |
//! | `scale`, `ticks` | from values to positions; where an axis is labelled |
//! | `strokes`, `marker` | lines, bands, bars, error bars; colours and shapes |
//! | `raster` | a picture of grey values in place of axes and series |
//! | `notes` | labelled lines, written where they hide nothing |
//! | `frame`, `svg`, `letters` | the rectangle with its axes; elements; widths of text |
//! | `sheet`, `legend` | a picture: title, legend, panels in a grid |

pub(crate) mod across;
pub(crate) mod draw;
pub(crate) mod frame;
pub(crate) mod legend;
pub(crate) mod letters;
pub(crate) mod marker;
mod names;
mod notes;
mod raster;
pub(crate) mod rates;
pub(crate) mod scale;
mod sheet;
pub(crate) mod strokes;
pub(crate) mod svg;
pub(crate) mod ticks;

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
    /// Shown in place of axes, series and marks.
    pub raster: Option<Raster>,
}

/// A picture of grey values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Raster {
    /// Pixels of a row, at least 1.
    pub width: usize,
    /// Row by row, from 0 for black to 1 for white.
    pub pixels: Vec<f64>,
}

impl Raster {
    /// Full rows.
    pub(crate) fn rows(&self) -> usize {
        self.pixels.len().checked_div(self.width).unwrap_or(0)
    }
}

impl Panel {
    /// A panel without marks.
    pub fn new(title: impl Into<String>, x: Horizontal, y: Vertical, series: Vec<Series>) -> Self {
        Self {
            title: title.into(),
            x,
            y,
            series,
            marks: Vec::new(),
            raster: None,
        }
    }

    /// A panel that shows a picture, with a caption below it.
    pub fn of_raster(title: impl Into<String>, caption: impl Into<String>, raster: Raster) -> Self {
        let x = Horizontal::linear(caption);
        Self {
            raster: Some(raster),
            ..Self::new(title, x, Vertical::default(), Vec::new())
        }
    }

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

    /// Every point whose place and mean are finite.
    pub(crate) fn points(&self) -> impl Iterator<Item = &Point> {
        let all = self.series.iter().flat_map(|series| &series.points);
        all.filter(|point| point.x.is_finite() && point.mean.is_finite())
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

impl Horizontal {
    /// A linear axis.
    pub fn linear(label: impl Into<String>) -> Self {
        let label = label.into();
        Self::Linear { label }
    }

    /// A logarithmic axis.
    pub fn log(label: impl Into<String>) -> Self {
        let label = label.into();
        Self::Log { label }
    }

    /// Name of the axis.
    pub fn label(&self) -> &str {
        let (Self::Rates { label, .. }
        | Self::Linear { label }
        | Self::Log { label }
        | Self::Names { label, .. }) = self;
        label
    }
}

/// The vertical axis.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vertical {
    /// Name of the axis, with its unit.
    pub label: String,
    /// Whether it is logarithmic; what is not positive is then marked at the lower edge.
    pub log: bool,
    /// Which values it shows.
    pub range: Range,
}

impl Vertical {
    /// A linear axis.
    pub fn linear(label: impl Into<String>, range: Range) -> Self {
        Self {
            label: label.into(),
            log: false,
            range,
        }
    }
}

/// Which values a vertical axis shows.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Range {
    /// Those of the data and the levels.
    #[default]
    Data,
    /// These at least, such as 0 to 1; the data widen it.
    AtLeast(f64, f64),
    /// These and no others; means beyond are marked at the edge.
    Exactly(f64, f64),
}

impl Range {
    /// That of a share, 0 to 1, or that of the data.
    pub(crate) fn of_share(share: bool) -> Self {
        match share {
            true => Self::Exactly(0.0, 1.0),
            false => Self::Data,
        }
    }
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
    /// How they are drawn.
    pub look: Look,
}

/// How the points of a series are drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Look {
    /// Markers with error bars.
    #[default]
    Points,
    /// A line through the means with markers, and a band from `low` to `high`; over names as [`Look::Points`].
    Line,
    /// The same without markers, where there are too many lines for them.
    BareLine,
    /// Bars from the bottom to the means, between these two ends each.
    Bars(Vec<(f64, f64)>),
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

impl Point {
    /// A value without uncertainty.
    pub fn exact(x: f64, mean: f64) -> Self {
        let (low, high) = (f64::NAN, f64::NAN);
        Self { x, mean, low, high }
    }

    /// Entries of three lists, of which some may be shorter; what they lack is missing.
    pub(crate) fn listed(x: f64, place: usize, [mean, low, high]: [&[f64]; 3]) -> Self {
        let at = |values: &[f64]| values.get(place).copied().unwrap_or(f64::NAN);
        let (mean, low, high) = (at(mean), at(low), at(high));
        Self { x, mean, low, high }
    }
}

/// A labelled line across the panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where the line runs.
    pub at: Reference,
    /// Written beside the line; may be empty.
    pub label: String,
    /// Drawn through instead of dotted.
    pub solid: bool,
}

/// Where a line across the panel runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reference {
    /// From the bottom to the top, at a place on the horizontal axis.
    Upright(f64),
    /// From the left to the right, at a value of the vertical axis, which is widened to show it.
    Level(f64),
}

impl Mark {
    /// A dotted line from the bottom to the top.
    pub fn upright(x: f64, label: impl Into<String>) -> Self {
        Self::dotted(Reference::Upright(x), label)
    }

    /// A dotted line from the left to the right.
    pub fn level(y: f64, label: impl Into<String>) -> Self {
        Self::dotted(Reference::Level(y), label)
    }

    fn dotted(at: Reference, label: impl Into<String>) -> Self {
        Self {
            at,
            label: label.into(),
            solid: false,
        }
    }
}

impl Series {
    /// Whether the series is drawn as a line over this axis.
    pub(crate) fn is_line(&self, x: &Horizontal) -> bool {
        matches!(self.look, Look::Line | Look::BareLine) && !matches!(x, Horizontal::Names { .. })
    }
}
