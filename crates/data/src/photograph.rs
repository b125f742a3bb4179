//! Photographs that are part of the program: no labels, but a truth that blur and noise can be taken from.

use crate::Result;
use crate::image::decode::decode_image;

/// An embedded photograph. Provenance: `vendor/README.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Photograph {
    /// A man behind a camera, 512 x 512.
    Camera,
    /// A cat, 300 x 451, in colour.
    Chelsea,
}

/// Share of each channel in the grey value: ITU-R BT.709 for the phosphors of old screens, as scikit-image has it.
const LUMA: [f64; 3] = [0.2125, 0.7154, 0.0721];

/// Grey values in `[0, 1]`.
#[derive(Debug, Clone, PartialEq)]
pub struct GreyImage {
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Row-major `[height, width]`.
    pub pixels: Vec<f64>,
}

impl Photograph {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Camera, Self::Chelsea];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Chelsea => "chelsea",
        }
    }

    /// Licence under which it is distributed.
    pub fn licence(self) -> &'static str {
        "CC0"
    }

    /// The whole picture in grey: a colour is `0.2125 R + 0.7154 G + 0.0721 B`.
    ///
    /// # Errors
    /// [`ImageError`](crate::ImageError) if the embedded bytes are damaged.
    pub fn load(self) -> Result<GreyImage> {
        let (bytes, path): (&[u8], _) = match self {
            Self::Camera => (include_bytes!("../vendor/camera.png"), "camera.png"),
            Self::Chelsea => (include_bytes!("../vendor/chelsea.png"), "chelsea.png"),
        };
        grey(bytes, &format!("embedded:{path}"))
    }
}

fn grey(bytes: &[u8], path: &str) -> Result<GreyImage> {
    let decoded = decode_image(bytes, path)?;
    let [channels, height, width] = decoded.shape;
    let shares: &[f64] = if channels == 1 { &[1.0] } else { &LUMA };
    let pixel = |place: usize| {
        let of = |(channel, share): (usize, &f64)| {
            share * f64::from(decoded.pixels[channel * height * width + place])
        };
        shares.iter().enumerate().map(of).sum::<f64>() / 255.0
    };
    Ok(GreyImage {
        height,
        width,
        pixels: (0..height * width).map(pixel).collect(),
    })
}

impl GreyImage {
    /// A square with its upper left corner at `(row, column)`.
    ///
    /// # Panics
    /// If it does not lie within the picture.
    pub fn square(&self, (row, column): (usize, usize), side: usize) -> Vec<f64> {
        let within = row + side <= self.height && column + side <= self.width;
        assert!(within, "a square of {side} at {row}, {column}");
        let line = |y: usize| &self.pixels[y * self.width + column..][..side];
        (row..row + side).flat_map(line).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Photograph;

    /// `skimage.data.camera()` and `skimage.color.rgb2gray(skimage.data.chelsea())` of scikit-image 0.26.0.
    #[test]
    fn pixels_are_those_of_scikit_image() {
        let all = Photograph::ALL.map(|photograph| photograph.load().unwrap());
        let [camera, chelsea] = &all;
        assert_eq!([camera.height, camera.width], [512, 512]);
        assert_eq!([chelsea.height, chelsea.width], [300, 451]);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(camera.pixels[0], 0.7843137254901961);
        near(camera.pixels[100 * camera.width + 200], 0.21176470588235294);
        near(camera.pixels[299 * camera.width + 449], 0.6862745098039216);
        near(
            camera.pixels.iter().sum::<f64>() / 262144.0,
            0.5061204947677314,
        );
        near(chelsea.pixels[0], 0.48523098039215684);
        near(chelsea.pixels[100 * chelsea.width + 200], 0.176423137254902);
        near(
            chelsea.pixels[299 * chelsea.width + 449],
            0.5544274509803923,
        );
        near(
            chelsea.pixels.iter().sum::<f64>() / 135300.0,
            0.4602589693984319,
        );
    }

    #[test]
    fn squares_lie_within_the_picture() {
        let chelsea = Photograph::Chelsea.load().unwrap();
        let square = chelsea.square((298, 449), 2);
        assert_eq!(square[1], chelsea.pixels[298 * 451 + 450]);
        assert_eq!(square[3], chelsea.pixels[300 * 451 - 1]);
        assert!(std::panic::catch_unwind(|| chelsea.square((0, 450), 2)).is_err());
    }
}
