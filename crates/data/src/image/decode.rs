//! One PNG or JPEG file to bytes.

use zune_jpeg::JpegDecoder;
use zune_png::PngDecoder;
use zune_png::zune_core::bit_depth::BitDepth;
use zune_png::zune_core::bytestream::ZCursor;
use zune_png::zune_core::colorspace::ColorSpace;
use zune_png::zune_core::options::DecoderOptions;
use zune_png::zune_core::result::DecodingResult;

use crate::image::orientation::{orientation, upright};
use crate::{ImageError, Result};

/// A decoded image.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decoded {
    /// `[channels, height, width]`, 1 channel or 3.
    pub(crate) shape: [usize; 3],
    /// Row-major `[channels, height, width]`.
    pub(crate) pixels: Vec<u8>,
}

const PNG: &[u8] = b"\x89PNG";
const JPEG: &[u8] = b"\xff\xd8\xff";

/// Whether a file that begins like this is PNG or JPEG.
pub(crate) fn known_format(bytes: &[u8]) -> bool {
    bytes.starts_with(PNG) || bytes.starts_with(JPEG)
}

/// Decodes a file by its first bytes, whatever its name.
///
/// Grey images have 1 channel, all others 3. Transparency is dropped by laying the image onto black; 16 bits become 8. An image of a
/// camera that was held upright or upside down is turned as its Exif data say.
///
/// # Errors
/// [`ImageError::NoImage`], [`ImageError::Damaged`].
pub(crate) fn decode_image(bytes: &[u8], path: &str) -> Result<Decoded> {
    let damaged = |format, reason: String| ImageError::Damaged {
        path: path.to_owned(),
        format,
        reason,
    };
    match bytes {
        _ if bytes.starts_with(PNG) => {
            decode_png(bytes).map_err(|reason| damaged("PNG", reason).into())
        }
        _ if bytes.starts_with(JPEG) => {
            decode_jpeg(bytes).map_err(|reason| damaged("JPEG", reason).into())
        }
        _ => Err(ImageError::NoImage {
            path: path.to_owned(),
        }
        .into()),
    }
}

/// Bytes that an image takes by its header.
pub(crate) struct Needs {
    /// While it is decoded.
    pub(crate) decoding: u64,
    /// Afterwards.
    pub(crate) kept: u64,
}

/// What decoding a file takes, by its header; nothing of a header that cannot be read, which decoding refuses.
///
/// ```text
/// PNG: unpacked, in samples, in bytes, in planes      JPEG: coefficients of two bytes, samples, planes; each once more if it is turned
/// ```
pub(crate) fn decoding_needs(bytes: &[u8]) -> Needs {
    let header = match bytes {
        _ if bytes.starts_with(PNG) => png_header(bytes),
        _ if bytes.starts_with(JPEG) => jpeg_header(bytes),
        _ => None,
    };
    let ((width, height), samples) = header.unwrap_or_default();
    let pixels = (width as u64).saturating_mul(height as u64);
    Needs {
        decoding: pixels.saturating_mul(4 * samples),
        kept: pixels.saturating_mul(samples.min(3)),
    }
}

/// Size and bytes of a pixel's samples.
type Size = ((usize, usize), u64);

fn png_header(bytes: &[u8]) -> Option<Size> {
    let mut decoder = PngDecoder::new_with_options(ZCursor::new(bytes), unlimited());
    decoder.decode_headers().ok()?;
    let channels = decoder.colorspace()?.num_components() as u64;
    let wide = u64::from(decoder.depth()? == BitDepth::Sixteen);
    Some((decoder.dimensions()?, channels * (1 + wide)))
}

fn jpeg_header(bytes: &[u8]) -> Option<Size> {
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), unlimited());
    decoder.decode_headers().ok()?;
    Some((decoder.dimensions()?, 3))
}

/// Headers of any size are read, so that what is too large is refused for what it needs.
fn unlimited() -> DecoderOptions {
    let all = DecoderOptions::default();
    all.set_max_width(usize::MAX).set_max_height(usize::MAX)
}

fn decode_png(bytes: &[u8]) -> Result<Decoded, String> {
    let strict = DecoderOptions::default().set_strict_mode(true);
    let mut decoder = PngDecoder::new_with_options(ZCursor::new(bytes), strict);
    let samples = decoder.decode().map_err(|error| format!("{error:?}"))?;
    let size = decoder.dimensions().ok_or("it has no size")?;
    let colours = decoder.colorspace().ok_or("it has no colours")?;
    let bytes = match samples {
        DecodingResult::U8(samples) => samples,
        // 65535 / 255 = 257: both ends of the range meet, and halves are rounded up.
        DecodingResult::U16(samples) => samples
            .iter()
            .map(|&sample| ((u32::from(sample) + 128) / 257) as u8)
            .collect(),
        _ => return Err("it has samples of an unknown type".into()),
    };
    let turned = decoder
        .info()
        .and_then(|info| info.exif.as_deref().map(orientation));
    Ok(upright(planes(&bytes, size, colours)?, turned.unwrap_or(1)))
}

fn decode_jpeg(bytes: &[u8]) -> Result<Decoded, String> {
    if !reaches_its_end(bytes) {
        return Err("its end is missing".into());
    }
    let strict = DecoderOptions::default().set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), strict);
    decoder
        .decode_headers()
        .map_err(|error| format!("{error:?}"))?;
    let colours = match decoder.input_colorspace() {
        Some(ColorSpace::Luma) => ColorSpace::Luma,
        _ => ColorSpace::RGB,
    };
    decoder.set_options(strict.jpeg_set_out_colorspace(colours));
    let samples = decoder.decode().map_err(|error| format!("{error:?}"))?;
    let size = decoder.dimensions().ok_or("it has no size")?;
    let turned = decoder.exif().map_or(1, |exif| orientation(exif));
    Ok(upright(planes(&samples, size, colours)?, turned))
}

/// Whether an end of image (FF D9) follows the last start of a scan (FF DA).
///
/// The decoder fills in what is missing of the last rows. An end before the last scan is that of a thumbnail.
fn reaches_its_end(bytes: &[u8]) -> bool {
    let last = |marker: u8| {
        bytes
            .array_windows()
            .rposition(|pair| *pair == [0xff, marker])
    };
    last(0xd9) > last(0xda)
}

/// Interleaved samples to one plane per channel.
fn planes(
    samples: &[u8],
    (width, height): (usize, usize),
    colours: ColorSpace,
) -> Result<Decoded, String> {
    let (channels, alpha) = match colours {
        ColorSpace::Luma => (1, false),
        ColorSpace::LumaA => (1, true),
        ColorSpace::RGB => (3, false),
        ColorSpace::RGBA => (3, true),
        other => return Err(format!("its colours are {other:?}")),
    };
    let stride = channels + usize::from(alpha);
    if width == 0 || height == 0 || samples.len() != width * height * stride {
        return Err(format!(
            "it has {} samples for {width} x {height} pixels",
            samples.len()
        ));
    }
    let mut pixels = Vec::with_capacity(width * height * channels);
    for channel in 0..channels {
        pixels.extend(samples.chunks_exact(stride).map(|pixel| {
            if alpha {
                onto_black(pixel[channel], pixel[channels])
            } else {
                pixel[channel]
            }
        }));
    }
    Ok(Decoded {
        shape: [channels, height, width],
        pixels,
    })
}

/// `value * alpha / 255`, rounded.
fn onto_black(value: u8, alpha: u8) -> u8 {
    ((u32::from(value) * u32::from(alpha) + 127) / 255) as u8
}
