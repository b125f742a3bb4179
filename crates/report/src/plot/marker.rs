//! How the series are told apart: colours and shapes of markers by number, and the style sheet of pictures, which knows the
//! colours. The page's style sheet has lighter and darker ones for the same numbers. Colours of cells.

use std::fmt::Write as _;

use super::Series;
use super::svg::Pair;

/// Okabe & Ito's palette for all kinds of colour vision, without its yellow, which white swallows.
/// <https://jfly.uni-koeln.de/color/>
const COLOURS: [&str; 7] = [
    "#000000", "#e69f00", "#56b4e9", "#009e73", "#d55e00", "#0072b2", "#cc79a7",
];

/// What does not depend on a series. The colours of text are dark enough for small letters on white.
const STYLE: &str = ".picture text{font-family:'DejaVu Sans',Verdana,sans-serif;font-size:12px;fill:#333}\
    .picture .title{font-size:18px;fill:#000}.picture .heading{font-size:14px;fill:#000}\
    .picture .label{font-size:13px}.picture .legend{font-size:13px;fill:#000}\
    .picture .mark{fill:#444}.picture .absent{font-size:13px;fill:#666}\
    .picture .paper{fill:#fff}.picture .stripe{fill:#f4f4f4}\
    .picture .grid{stroke:#e2e2e2;stroke-width:1;fill:none}.picture .axis{stroke:#666;stroke-width:1;fill:none}\
    .picture .edge{stroke:#777;stroke-width:1.3;stroke-dasharray:2 3;fill:none}\
    .picture .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\
    .picture .edge.solid{stroke-dasharray:none}.picture .bar{fill-opacity:.3}\
    .picture .dashed{stroke-dasharray:7 5}.picture .band{fill-opacity:.16;stroke:none}\
    .picture .whisker{fill:none;stroke-width:1.6}\
    .picture .ringed{stroke:#fff;stroke-width:.8}.picture .open{fill:#fff;stroke-width:1.8}";

/// The style sheet of a picture whose series have these colours.
pub(super) fn style(colours: impl IntoIterator<Item = usize>) -> String {
    let mut used: Vec<usize> = colours.into_iter().map(|c| c % COLOURS.len()).collect();
    used.sort_unstable();
    used.dedup();
    let mut style = STYLE.to_owned();
    for place in used {
        let colour = COLOURS[place];
        // Writing to a String cannot fail.
        let _ = write!(
            style,
            ".picture .stroke{place}{{stroke:{colour}}}.picture .fill{place}{{fill:{colour}}}"
        );
    }
    style
}

/// Class that strokes in a colour.
pub(crate) fn stroke(colour: usize) -> String {
    format!("stroke{}", colour % COLOURS.len())
}

/// Class that fills in a colour.
pub(super) fn fill(colour: usize) -> String {
    format!("fill{}", colour % COLOURS.len())
}

/// Classes of a line.
pub(crate) fn line(colour: usize, dashed: bool) -> String {
    let dashed = if dashed { " dashed" } else { "" };
    format!("line {}{dashed}", stroke(colour))
}

/// Class of a series' markers: full, or hollow where its line is dashed.
pub(super) fn filling(series: &Series) -> String {
    if series.dashed {
        format!("open {}", stroke(series.colour))
    } else {
        fill(series.colour)
    }
}

/// Outline of a series' marker around a point. Colours that come round again have another shape.
pub(super) fn shape(series: &Series, at: Pair, size: f64) -> String {
    let round = series.colour / COLOURS.len();
    match series.colour.wrapping_add(round) % COLOURS.len() {
        0 => disc(at, 4.0 * size),
        shape => polygon(POLYGONS[shape - 1], at, size),
    }
}

/// Corners of the shapes after the disc, around 0.
const POLYGONS: [&[Pair]; 6] = [
    &[(-3.7, -3.7), (3.7, -3.7), (3.7, 3.7), (-3.7, 3.7)],
    &[(0.0, -5.1), (4.9, 3.2), (-4.9, 3.2)],
    &[(0.0, -5.2), (5.2, 0.0), (0.0, 5.2), (-5.2, 0.0)],
    &[
        (-2.8, -4.8),
        (0.0, -2.0),
        (2.8, -4.8),
        (4.8, -2.8),
        (2.0, 0.0),
        (4.8, 2.8),
        (2.8, 4.8),
        (0.0, 2.0),
        (-2.8, 4.8),
        (-4.8, 2.8),
        (-2.0, 0.0),
        (-4.8, -2.8),
    ],
    &[(0.0, 5.1), (4.9, -3.2), (-4.9, -3.2)],
    &[
        (-1.5, -5.0),
        (1.5, -5.0),
        (1.5, -1.5),
        (5.0, -1.5),
        (5.0, 1.5),
        (1.5, 1.5),
        (1.5, 5.0),
        (-1.5, 5.0),
        (-1.5, 1.5),
        (-5.0, 1.5),
        (-5.0, -1.5),
        (-1.5, -1.5),
    ],
];

fn disc((x, y): Pair, radius: f64) -> String {
    let (left, across) = (x - radius, 2.0 * radius);
    format!(
        "M{left:.1} {y:.1}a{radius:.1} {radius:.1} 0 1 0 {across:.1} 0\
         a{radius:.1} {radius:.1} 0 1 0 -{across:.1} 0Z"
    )
}

fn polygon(corners: &[Pair], (x, y): Pair, size: f64) -> String {
    let corner = |(dx, dy): &Pair| format!("{:.1} {:.1}", x + size * dx, y + size * dy);
    let corners: Vec<String> = corners.iter().map(corner).collect();
    format!("M{}Z", corners.join("L"))
}

/// A triangle at the edge of the frame that points to what lies beyond it.
pub(super) fn beyond((x, y): Pair, (right, down): Pair) -> String {
    // The tip lies on the edge, the base inside.
    let (back_x, back_y) = (-7.0 * right, -7.0 * down);
    let (side_x, side_y) = (4.5 * down, 4.5 * right);
    format!(
        "M{x:.1} {y:.1}l{:.1} {:.1}l{:.1} {:.1}Z",
        back_x + side_x,
        back_y + side_y,
        -2.0 * side_x,
        -2.0 * side_y
    )
}

/// Cividis (Nuñez, Anderton & Renslow 2018, <https://doi.org/10.1371/journal.pone.0199239>) at equal distances.
const CIVIDIS: [[u8; 3]; 10] = [
    [0x00, 0x22, 0x4e],
    [0x12, 0x35, 0x70],
    [0x3b, 0x49, 0x6c],
    [0x57, 0x5d, 0x6d],
    [0x70, 0x71, 0x73],
    [0x8a, 0x86, 0x78],
    [0xa5, 0x9c, 0x74],
    [0xc3, 0xb3, 0x69],
    [0xe1, 0xcc, 0x55],
    [0xfe, 0xe8, 0x38],
];

/// The colour at a share of the way from dark to light, which grows steadily in lightness, also for colour-blind eyes and in
/// grey print, as `#rrggbb`; shares beyond the ends have the end's colour.
pub(crate) fn sequential(share: f64) -> String {
    let last = CIVIDIS.len() - 1;
    let place = share.clamp(0.0, 1.0) * last as f64;
    // NaN becomes 0 here.
    let below = (place as usize).min(last - 1);
    let part = place - below as f64;
    let mix = |channel: usize| {
        let (a, b) = (CIVIDIS[below][channel], CIVIDIS[below + 1][channel]);
        (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8
    };
    format!("#{:02x}{:02x}{:02x}", mix(0), mix(1), mix(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(colour: usize) -> Series {
        Series {
            colour,
            ..Series::default()
        }
    }

    #[test]
    fn forty_nine_series_have_a_shape_and_colour_of_their_own() {
        let looks = (0..49).map(|colour| {
            let series = series(colour);
            (fill(colour), shape(&series, (0.0, 0.0), 1.0))
        });
        let mut looks: Vec<_> = looks.collect();
        looks.sort();
        looks.dedup();
        assert_eq!(looks.len(), 49);
    }

    #[test]
    fn the_sheet_knows_the_colours_it_is_asked_for_and_no_others() {
        let sheet = style([1, 8, 3]);
        assert!(
            sheet.contains(".stroke1{stroke:#e69f00}") && sheet.contains(".fill3{fill:#009e73}")
        );
        assert_eq!(sheet.matches(".fill").count(), 2);
    }

    #[test]
    fn ends_are_dark_and_light_and_what_lies_beyond_has_their_colour() {
        assert_eq!(
            (sequential(0.0), sequential(-3.0)),
            ("#00224e".into(), "#00224e".into())
        );
        assert_eq!(
            (sequential(1.0), sequential(9.0)),
            ("#fee838".into(), "#fee838".into())
        );
        assert_eq!(sequential(4.5 / 9.0), "#7d7c76");
        assert_eq!(sequential(f64::NAN).len(), 7);
    }
}
