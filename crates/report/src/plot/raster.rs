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
        let y = frame.top + unit * row as f64;
        let mut start = 0;
        for run in pixels.chunk_by(|a, b| grey(*a) == grey(*b)) {
            let (x, length) = (left + unit * start as f64, unit * run.len() as f64);
            // Writing to a String cannot fail.
            let _ = write!(
                paths[grey(run[0])],
                "M{x:.2} {y:.2}h{length:.2}v{unit:.2}h-{length:.2}Z"
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
        assert!(svg.contains("fill=\"#000000\" d=\"M10.00 0.00h20.00v10.00h-20.00ZM10.00 10.00h10.00v10.00h-10.00Z\""), "{svg}");
        assert!(svg.contains("fill=\"#ffffff\" d=\"M20.00 10.00h10.00v10.00h-10.00Z\""));
    }
}
