//! Unsigned bytes of three or four axes as images.

use super::Part;
use crate::files::folder::name_of;
use crate::files::npy::Values;
use crate::image::PIXELS;
use crate::target::sort_names;
use crate::{Column, DataError, Images, Options, Provenance, Result, Scaling};

/// What an image may have.
const CHANNELS: [usize; 2] = [1, 3];

/// The images of an array with their classes.
pub(super) fn images_of(part: Part, options: &Options) -> Result<Images> {
    let (shape, last, note) = layout(&part)?;
    if part.features.shape.contains(&0) {
        return Err(DataError::Empty { path: part.path });
    }
    let (labels, names) = classes(&part, options)?;
    let Part {
        path,
        allowance,
        features,
        digests,
        mut notes,
        ..
    } = part;
    let Values::Bytes(pixels) = features.values else {
        return Err(DataError::Array {
            path,
            reason: "holds no unsigned bytes, which pixels are; array.astype(\"uint8\") of values from 0 to 255 makes them".into(),
        });
    };
    let turned = if last { pixels.len() } else { 0 };
    let _turned = allowance.hold(&path, PIXELS, turned as u64)?;
    allowance.take(&path, PIXELS, pixels.len() as u64)?;
    notes.extend(note.map(|note| format!("{path}: {note}")));
    let scaling = match shape[0] {
        1 => Scaling::Global,
        _ => Scaling::Channel,
    };
    let rows = labels.len();
    Ok(Images {
        name: name_of(&path),
        pixels: if last {
            channels_first(&pixels, shape)
        } else {
            pixels
        },
        shape: shape.to_vec(),
        max: 255.0,
        labels,
        names,
        resize: None,
        scaling,
        provenance: Provenance::of_files(path.clone(), digests, rows),
        files: Vec::new(),
        notes,
        path,
    })
}

/// Channels, height and width, whether channels are the last axis, and how that was decided.
fn layout(part: &Part) -> Result<([usize; 3], bool, Option<String>)> {
    let shape = &part.features.shape;
    let is_channel = |size: &usize| CHANNELS.contains(size);
    match *shape.as_slice() {
        [_, height, width] => Ok(([1, height, width], false, None)),
        [_, height, width, channels] if is_channel(&channels) && !is_channel(&height) => {
            let note = format!("the last axis, of {channels}, holds the channels");
            Ok(([channels, height, width], true, Some(note)))
        }
        [_, channels, height, width] if is_channel(&channels) && !is_channel(&width) => {
            let note = format!("the second axis, of {channels}, holds the channels");
            Ok(([channels, height, width], false, Some(note)))
        }
        _ => Err(part.wrong(format!(
            "has the shape {shape:?}; images are [N, H, W], [N, H, W, C] or [N, C, H, W], of which one axis alone is 1 or 3 channels"
        ))),
    }
}

/// From `[.., H, W, C]` to `[.., C, H, W]`.
fn channels_first(pixels: &[u8], [channels, height, width]: [usize; 3]) -> Vec<u8> {
    let size = channels * height * width;
    let images = pixels.chunks_exact(size);
    images
        .flat_map(|image| {
            (0..channels).flat_map(move |channel| image[channel..].iter().step_by(channels))
        })
        .copied()
        .collect()
}

/// The class of each image and the names of the classes; of predictions, which need none, class 0.
fn classes(part: &Part, options: &Options) -> Result<(Vec<u32>, Vec<String>)> {
    let rows = part.rows();
    let column: &Column = match part.labels.as_slice() {
        [] if options.every_row => return Ok((vec![0; rows], vec![String::new()])),
        [column] => column,
        [] => {
            return Err(part.wrong(
                "holds images without labels; data.labels names a file with a label for each"
                    .into(),
            ));
        }
        several => {
            let found = several.len();
            let words = format!("its labels are {found} columns; images have a class each");
            return Err(part.wrong(words));
        }
    };
    let label = |row: usize| {
        let missing = || part.wrong(format!("the label of image {} is missing", row + 1));
        column.text(row).ok_or_else(missing)
    };
    let texts: Vec<String> = (0..rows).map(label).collect::<Result<_>>()?;
    let mut names = texts.clone();
    names.sort_unstable();
    names.dedup();
    sort_names(&mut names);
    let place = |text: &String| names.iter().position(|own| own == text);
    let labels = texts.iter().filter_map(place);
    Ok((labels.map(|place| place as u32).collect(), names))
}
