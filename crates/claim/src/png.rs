//! SVG as PNG, with a font of the program's own so that every machine draws the same.

use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

/// Pixels per user unit, so that text stays sharp on dense screens.
const PIXELS: f32 = 2.0;

/// Draws an SVG whose text is in DejaVu Sans.
///
/// # Errors
/// What is wrong with the SVG.
pub(crate) fn png(svg: &str) -> Result<Vec<u8>, String> {
    let mut fonts = fontdb::Database::new();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    let options = Options {
        font_family: "DejaVu Sans".to_owned(),
        fontdb: Arc::new(fonts),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = tree.size().to_int_size();
    let side = |length: u32| (length as f32 * PIXELS).round() as u32;
    let (width, height) = (side(size.width()), side(size.height()));
    let mut pixels = Pixmap::new(width, height).ok_or("a picture without pixels")?;
    resvg::render(
        &tree,
        Transform::from_scale(PIXELS, PIXELS),
        &mut pixels.as_mut(),
    );
    pixels.encode_png().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::png;

    #[test]
    fn text_is_drawn_with_a_font_of_our_own() {
        let with = |text: &str| {
            let svg = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 60 20\" width=\"60\" height=\"20\">\
                 <text x=\"2\" y=\"15\" font-family=\"DejaVu Sans\" font-size=\"12\">{text}</text></svg>"
            );
            png(&svg).unwrap()
        };
        let (blank, written) = (with(""), with("λ = 10⁻⁴"));
        assert!(written.starts_with(b"\x89PNG") && written.len() > blank.len() + 200);
        // Width and height are the first two numbers of the header.
        assert_eq!(written[16..24], [0, 0, 0, 120, 0, 0, 0, 40]);
    }

    #[test]
    fn what_is_no_svg_is_refused() {
        assert!(png("<svg").is_err());
    }
}
