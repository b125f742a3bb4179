//! The held-out images, shifted, as data of another kind.

use decay_data::{Dataset, Inputs, Schema, Storage};
use decay_shift::{Corruption, Fill, Shift};

use crate::error::Error;

/// What marks a shift among the sources of other data.
pub(super) const PREFIX: &str = "shift:";

/// Seed of what is drawn.
const SEED: u64 = 0;

/// Names with their usual strengths, for the message about one that is not known.
const KNOWN: &str = "uniform, gaussian=0.25, rotation=90, blur=2, contrast=0.3, or a corruption with its severity, as in fog=5";

/// A shift from `name` or `name=strength`.
fn parse(text: &str) -> Result<Shift, Error> {
    let (name, strength) = text
        .split_once('=')
        .map_or((text, None), |(n, s)| (n, Some(s)));
    let refuse = || Error::Setting(format!("{PREFIX}{text}: no such shift; there are {KNOWN}"));
    let strength = match strength {
        None => None,
        Some(strength) => Some(strength.trim().parse::<f64>().map_err(|_| refuse())?),
    };
    let or = |usual: f64| strength.unwrap_or(usual);
    Ok(match name.trim() {
        "uniform" => Shift::UniformImages,
        "gaussian" => Shift::GaussianImages { sd: or(0.25) },
        "rotation" => Shift::Rotation {
            degrees: or(90.0),
            fill: Fill::Zero,
        },
        "blur" => Shift::Blur { sigma: or(2.0) },
        "contrast" => Shift::Contrast { factor: or(0.3) },
        name => {
            let known = Corruption::ALL
                .into_iter()
                .find(|corruption| corruption.name() == name);
            let severity = or(5.0);
            let whole = severity.fract() == 0.0 && (1.0..=5.0).contains(&severity);
            match known.filter(|_| whole) {
                Some(corruption) => Shift::Corruption {
                    corruption,
                    severity: severity as u8,
                },
                None => return Err(refuse()),
            }
        }
    })
}

/// The images after the shift that `text` names, in the unit of the file.
pub(super) fn shifted(
    text: &str,
    schema: &Schema,
    dataset: &Dataset,
    rows: &[usize],
) -> Result<Storage, Error> {
    let shift = parse(text)?;
    let shape = match &schema.inputs {
        Inputs::Pixels { shape, max } => <[usize; 3]>::try_from(shape.as_slice())
            .ok()
            .map(|s| (s, *max)),
        _ => None,
    };
    let Some((shape, max)) = shape else {
        return Err(Error::Setting(format!(
            "{PREFIX}{text}: only images can be shifted"
        )));
    };
    let pixels = rows
        .iter()
        .flat_map(|&row| row * dataset.features()..(row + 1) * dataset.features());
    let mut images: Vec<f32> = pixels
        .map(|index| (dataset.features.get(index) / max).clamp(0.0, 1.0))
        .collect();
    shift.apply(&mut images, shape, SEED)?;
    images.iter_mut().for_each(|value| *value *= max);
    Ok(Storage::F32(images))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use decay_shift::Shift;

    #[test]
    fn names_and_strengths() {
        assert_eq!(parse("blur=3").unwrap(), Shift::Blur { sigma: 3.0 });
        assert_eq!(parse("uniform").unwrap(), Shift::UniformImages);
        assert!(matches!(
            parse("fog").unwrap(),
            Shift::Corruption { severity: 5, .. }
        ));
        for wrong in ["fig", "fog=6", "fog=1.5", "blur=x"] {
            let message = parse(wrong).unwrap_err().to_string();
            assert!(
                message.contains(wrong) && message.contains("rotation=90"),
                "{message}"
            );
        }
    }
}
