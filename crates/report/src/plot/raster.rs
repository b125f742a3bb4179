//! A picture of grey values in place of a coordinate system: runs of equal greys as one path for each grey, so that the file
//! refers to nothing and needs no decoder.

use std::fmt::Write as _;

use super::Raster;
use super::frame::Frame;
use super::svg::Svg;

/// Greys that are told apart: more than eyes can at this size.
const GREYS: usize = 48;

/// The grey of a share of white, from 0 to `GREYS - 1`; NaN is black.
fn grey(share: f64) -> usize {
    (share.clamp(0.0, 1.0) * (GREYS - 1) as f64).round() as usize
}

/// As large as the frame allows, in its middle.
pub(super) fn draw(svg: &mut Svg, frame: &Frame, raster: &Raster) {
    let rows = raster.rows();
    if rows == 0 {
        return;
    }
    let (wide, high) = (frame.right - frame.left, frame.bottom - frame.top);
    let unit = (wide / raster.width as f64).min(high / rows as f64);
    let left = frame.middle() - unit * raster.width as f64 / 2.0;
    let mut paths = vec![String::new(); GREYS];
    for (row, pixels) in raster.pixels.chunks(raster.width).enumerate() {
        // Neighbours share an edge to the last digit, or the ground would shine through.
        let [top, foot] = [row, row + 1].map(|row| frame.top + unit * row as f64);
        let mut start = 0;
        for run in pixels.chunk_by(|a, b| grey(*a) == grey(*b)) {
            let [x, end] = [start, start + run.len()].map(|place| left + unit * place as f64);
            // Writing to a String cannot fail.
            let _ = write!(
                paths[grey(run[0])],
                "M{x:.2} {top:.2}H{end:.2}V{foot:.2}H{x:.2}Z"
            );
            start += run.len();
        }
    }
    svg.open_crisp();
    for (place, path) in paths.iter().enumerate() {
        let level = (255 * place / (GREYS - 1)) as u8;
        svg.filled(&format!("#{level:02x}{level:02x}{level:02x}"), path);
    }
    svg.close_group();
}

#[cfg(test)]
mod tests {
    use super::{Frame, Raster, Svg, draw, grey};

    #[test]
    fn greys_go_from_black_to_white_and_no_further() {
        assert_eq!(
            [-1.0, 0.0, 0.5, 1.0, 2.0, f64::NAN].map(grey),
            [0, 0, 24, 47, 47, 0]
        );
    }

    #[test]
    fn runs_of_one_grey_are_one_rectangle_and_the_picture_stands_in_the_middle() {
        let mut svg = Svg::new((40.0, 20.0), "x");
        let frame = Frame {
            left: 0.0,
            right: 40.0,
            top: 0.0,
            bottom: 20.0,
        };
        let raster = Raster {
            width: 2,
            pixels: vec![0.0, 0.0, 0.0, 1.0],
        };
        draw(&mut svg, &frame, &raster);
        let svg = svg.finish();
        assert!(svg.contains("fill=\"#000000\" d=\"M10.00 0.00H30.00V10.00H10.00ZM10.00 10.00H20.00V20.00H10.00Z\""), "{svg}");
        assert!(svg.contains("fill=\"#ffffff\" d=\"M20.00 10.00H30.00V20.00H20.00Z\""));
    }

    /// Thirds have no end in decimals.
    #[test]
    fn neighbours_share_an_edge() {
        let mut svg = Svg::new((10.0, 10.0), "x");
        let frame = Frame {
            left: 0.0,
            right: 10.0,
            top: 0.0,
            bottom: 10.0,
        };
        let pixels = vec![0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
        draw(&mut svg, &frame, &Raster { width: 3, pixels });
        let svg = svg.finish();
        assert!(svg.contains("M0.00 0.00H3.33V3.33H0.00Z"), "{svg}");
        assert!(svg.contains("M3.33 3.33H6.67V6.67H3.33Z"), "{svg}");
        assert!(svg.contains("M6.67 6.67H10.00V10.00H6.67Z"), "{svg}");
    }
}
