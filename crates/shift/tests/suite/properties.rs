//! What holds of every shift: range, determinism, independence of the batch, damage that rises with severity.

use std::collections::BTreeSet;

use decay_shift::{Corruption, Fill, Shift, ShiftError};

/// Strokes on black, as digits are: `n` images of a side, all different.
fn digits(n: usize, channels: usize, side: usize) -> Vec<f32> {
    let mut images = Vec::with_capacity(n * channels * side * side);
    for image in 0..n {
        let turn = image as f64 * 0.7;
        for channel in 0..channels {
            for pixel in 0..side * side {
                let unit = |at: usize| (at as f64 + 0.5) / side as f64 - 0.5;
                let (y, x) = (unit(pixel / side), unit(pixel % side));
                let (u, v) = (
                    x * turn.cos() + y * turn.sin(),
                    y * turn.cos() - x * turn.sin(),
                );
                // A ring and a bar, each about two pixels of 28 wide.
                let ring = ((u * u + 1.5 * v * v).sqrt() - 0.25).abs();
                let bar = if v.abs() < 0.3 { (u - 0.1).abs() } else { 1.0 };
                let ink = 1.0 - (ring.min(bar) - 0.03).max(0.0) / 0.05;
                let shade = 1.0 - 0.2 * channel as f64;
                images.push((shade * ink.clamp(0.0, 1.0)) as f32);
            }
        }
    }
    images
}

/// A smooth picture without black or white.
fn photographs(n: usize, channels: usize, side: usize) -> Vec<f32> {
    let value = |at: usize| {
        let (plane, pixel) = (at / (side * side), at % (side * side));
        let unit = |at: usize| at as f64 / side as f64;
        let (y, x) = (unit(pixel / side), unit(pixel % side));
        let wave = (7.0 * x + plane as f64).sin() * (5.0 * y - 0.3 * plane as f64).cos();
        let edge = if (x - 0.4) * (y + 0.2) > 0.1 {
            0.15
        } else {
            -0.15
        };
        (0.5 + 0.25 * wave + edge) as f32
    };
    (0..n * channels * side * side).map(value).collect()
}

fn damage(before: &[f32], after: &[f32]) -> f64 {
    let squares = before
        .iter()
        .zip(after)
        .map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>() / before.len() as f64
}

fn corrupted(corruption: Corruption, severity: u8, images: &[f32], shape: [usize; 3]) -> Vec<f32> {
    let mut out = images.to_vec();
    corruption.apply(severity, &mut out, shape, 5).unwrap();
    out
}

/// The sum of squared differences between neighbours in a row.
fn roughness(image: &[f32]) -> f64 {
    image
        .windows(2)
        .map(|w| f64::from(w[1] - w[0]).powi(2))
        .sum()
}

/// The squared correlation of two images.
fn shared(a: &[f32], b: &[f32]) -> f64 {
    let mean = |x: &[f32]| x.iter().map(|v| f64::from(*v)).sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        let pairs = a.iter().zip(b);
        pairs
            .map(|(a, b)| f(f64::from(*a) - ma, f64::from(*b) - mb))
            .sum()
    };
    sum(&|a, b| a * b).powi(2) / (sum(&|a, _| a * a) * sum(&|_, b| b * b))
}

/// The mean squared difference never falls from one severity to the next and is larger at the last than at the first, but for four
/// corruptions whose constants do not ask for that:
/// - glass exchanges pixels once at severities 1 to 3 and twice at 4 and 5, where the blurs of 2 and 3 come again: a second round
///   does more damage at equal blur, while more blur takes back squared difference and roughness;
/// - frost keeps less of the image while it adds ice, and the two cancel in brightness; what rises is the share of the
///   variance that the image does not explain;
/// - pixelation at severity 1 leaves out one or two rows and columns, and shifts what lies between them;
/// - elastic displacement trades shifting for bending, whose rise has a test of its own.
#[test]
fn damage_rises_with_severity() {
    let sets = [
        (digits(60, 1, 28), [1, 28, 28]),
        (digits(60, 3, 32), [3, 32, 32]),
        (photographs(20, 3, 32), [3, 32, 32]),
        (photographs(10, 1, 70), [1, 70, 70]),
    ];
    for (images, shape) in &sets {
        for corruption in Corruption::ALL {
            let shifted = Corruption::SEVERITIES.map(|s| corrupted(corruption, s, images, *shape));
            let damages = shifted.each_ref().map(|after| damage(images, after));
            let place = format!("{} {shape:?}: {damages:?}", corruption.name());
            println!("{place}");
            assert!(damages[0] > 1e-7, "{place}");
            match corruption {
                Corruption::GlassBlur => {
                    let rough = shifted.each_ref().map(|after| roughness(after));
                    assert!(
                        damages[3] > damages[1] && damages[4] > damages[2],
                        "{place}"
                    );
                    assert!(rough[0] > rough[1] && rough[1] > rough[2], "{rough:?}");
                    assert!(rough[3] > rough[4], "{rough:?}");
                }
                Corruption::Frost => {
                    let lost = shifted.each_ref().map(|after| 1.0 - shared(images, after));
                    assert!(lost.is_sorted(), "{lost:?}");
                }
                Corruption::Pixelate => assert!(damages[1..].is_sorted(), "{place}"),
                Corruption::ElasticTransform => {}
                _ => {
                    // A longer trail at the same spread, motion's step from 3 to 4, adds rounding only.
                    assert!(damages.is_sorted_by(|a, b| *b >= 0.999_999 * a), "{place}");
                    assert!(damages[4] > 1.3 * damages[0], "{place}");
                }
            }
        }
    }
}

/// On 8 x 8 digits neighbouring severities may do the same, but no corruption does nothing, none wipes the digit out, and the
/// last is the worst of all.
#[test]
fn tiny_digits_are_damaged_and_not_destroyed() {
    let (images, shape) = (digits(200, 1, 8), [1, 8, 8]);
    let mean = images.iter().sum::<f32>() / images.len() as f32;
    let blank = damage(&images, &vec![mean; images.len()]);
    for corruption in Corruption::ALL {
        let damages = Corruption::SEVERITIES
            .map(|severity| damage(&images, &corrupted(corruption, severity, &images, shape)));
        let place = format!("{}: {damages:?} of {blank}", corruption.name());
        println!("{place}");
        assert!(
            damages.iter().all(|d| *d > 1e-8 && *d < 1.2 * blank),
            "{place}"
        );
        if corruption != Corruption::ElasticTransform {
            assert!(damages[4] > damages[0], "{place}");
        }
    }
}

fn every_shift() -> Vec<Shift> {
    let mut all = vec![
        Shift::Rotation {
            degrees: 30.0,
            fill: Fill::Zero,
        },
        Shift::Rotation {
            degrees: -75.0,
            fill: Fill::Reflect,
        },
        Shift::Blur { sigma: 1.3 },
        Shift::Contrast { factor: 2.5 },
        Shift::GaussianImages { sd: 0.4 },
        Shift::UniformImages,
    ];
    for corruption in Corruption::ALL {
        all.extend(Corruption::SEVERITIES.map(|severity| Shift::Corruption {
            corruption,
            severity,
        }));
    }
    all
}

/// Odd, narrow and single-pixel sizes included.
#[test]
fn values_stay_in_the_unit_interval_at_any_size() {
    let sizes = [(8, 8), (7, 13), (1, 1), (2, 3), (1, 40), (33, 5)];
    for (height, width) in sizes {
        for channels in [1, 3] {
            let shape = [channels, height, width];
            let n = channels * height * width;
            let images: Vec<f32> = (0..2 * n)
                .map(|i| ((i * 37 % 101) as f32) / 100.0)
                .collect();
            for shift in every_shift() {
                let mut out = images.clone();
                shift.apply(&mut out, shape, 3).unwrap();
                let inside = out.iter().all(|v| (0.0..=1.0).contains(v));
                assert!(inside, "{} {shape:?}", shift.name());
            }
        }
    }
}

/// The same seed gives the same images, another seed others, and an image is the same alone, in a batch and in pieces of one.
#[test]
fn images_depend_on_seed_and_index_alone() {
    let shape = [3, 16, 16];
    let pixels = 3 * 16 * 16;
    let images = photographs(6, 3, 16);
    for shift in every_shift() {
        let all = |seed| {
            let mut out = images.clone();
            shift.apply(&mut out, shape, seed).unwrap();
            out
        };
        let whole = all(1);
        assert_eq!(whole, all(1), "{}", shift.name());
        let mut pieces = images.clone();
        let (first, rest) = pieces.split_at_mut(2 * pixels);
        shift.apply_from(2, rest, shape, 1).unwrap();
        shift.apply_from(0, first, shape, 1).unwrap();
        assert_eq!(whole, pieces, "{}", shift.name());
        let mut alone = images[4 * pixels..5 * pixels].to_vec();
        shift.apply_from(4, &mut alone, shape, 1).unwrap();
        assert_eq!(whole[4 * pixels..5 * pixels], alone, "{}", shift.name());
        if is_random(&shift) {
            assert_ne!(whole, all(2), "{}", shift.name());
            // Equal images under different indices are drawn for apart.
            let mut twins = [&images[..pixels], &images[..pixels]].concat();
            shift.apply(&mut twins, shape, 1).unwrap();
            assert_ne!(twins[..pixels], twins[pixels..], "{}", shift.name());
        } else {
            assert_eq!(whole, all(2), "{}", shift.name());
        }
    }
}

fn is_random(shift: &Shift) -> bool {
    use Corruption::*;
    match shift {
        Shift::Corruption { corruption, .. } => {
            let fixed = [DefocusBlur, ZoomBlur, Brightness, Contrast, Pixelate, Jpeg];
            !fixed.contains(corruption)
        }
        Shift::GaussianImages { .. } | Shift::UniformImages => true,
        _ => false,
    }
}

/// Mean and variance of what noise adds to a grey of 0.4, from which nothing is cut off: `c²` for normal noise, `v / c` for counted
/// photons; a broken value is 0 or 1 with probability `c / 2` each.
#[test]
fn noise_has_its_moments() {
    let shape = [1, 100, 100];
    let grey = vec![0.4_f32; 20 * 10_000];
    let n = grey.len() as f64;
    let moments = |values: &[f32]| {
        let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
        let square = values
            .iter()
            .map(|v| (f64::from(*v) - mean).powi(2))
            .sum::<f64>()
            / n;
        (mean, square)
    };
    for (severity, (sd, photons, broken)) in [(1, (0.04, 500.0, 0.01)), (5, (0.10, 50.0, 0.07))] {
        let (mean, variance) = moments(&corrupted(
            Corruption::GaussianNoise,
            severity,
            &grey,
            shape,
        ));
        assert!((mean - 0.4).abs() < 5.0 * sd / n.sqrt());
        assert!((variance / (sd * sd) - 1.0).abs() < 0.02);
        let (mean, variance) = moments(&corrupted(Corruption::ShotNoise, severity, &grey, shape));
        assert!((mean - 0.4).abs() < 5.0 * f64::sqrt(0.4 / photons / n));
        assert!((variance / (0.4 / photons) - 1.0).abs() < 0.02);
        let noisy = corrupted(Corruption::ImpulseNoise, severity, &grey, shape);
        for end in [0.0, 1.0] {
            let share = noisy.iter().filter(|v| **v == end).count() as f64 / n;
            let bound = 5.0 * f64::sqrt(broken / 2.0 / n);
            assert!((share - broken / 2.0).abs() < bound, "{share} at {end}");
        }
    }
    let mut uniform = grey.clone();
    Shift::UniformImages.apply(&mut uniform, shape, 1).unwrap();
    let (mean, variance) = moments(&uniform);
    assert!((mean - 0.5).abs() < 0.003 && (variance - 1.0 / 12.0).abs() < 0.001);
    let mut normal = grey;
    Shift::GaussianImages { sd: 0.1 }
        .apply(&mut normal, shape, 1)
        .unwrap();
    let (mean, variance) = moments(&normal);
    assert!((mean - 0.5).abs() < 0.002 && (variance - 0.01).abs() < 0.0002);
}

/// Fog leaves nothing brighter than the brightest pixel, and where its cloud is thickest that pixel as it was.
#[test]
fn fog_keeps_the_largest_value() {
    let grey = vec![0.6; 1024];
    let foggy = corrupted(Corruption::Fog, 5, &grey, [1, 32, 32]);
    let extremes = foggy
        .iter()
        .fold((1.0_f32, 0.0_f32), |(l, h), v| (l.min(*v), h.max(*v)));
    assert!((extremes.1 - 0.6).abs() < 1e-6, "{extremes:?}");
    // Without a cloud `0.6 * 0.6 / (0.6 + 1.5)` is left.
    assert!((extremes.0 - 0.36 / 2.1).abs() < 1e-6, "{extremes:?}");
}

/// Snow falls as drawn and turned by half: on a plain image what is added is the same upside down.
#[test]
fn snow_is_its_own_half_turn() {
    let grey = vec![0.2; 900];
    let snowy = corrupted(Corruption::Snow, 4, &grey, [1, 30, 30]);
    let turned: Vec<f32> = snowy.iter().rev().copied().collect();
    assert!(snowy.iter().zip(&turned).all(|(a, b)| (a - b).abs() < 1e-6));
    // The image itself goes to `0.85 v + 0.15 (1.5 v + 0.5)`, to which flakes only add.
    let bare = 0.85 * 0.2 + 0.15 * 0.8;
    assert!(snowy.iter().all(|v| *v > bare - 1e-6) && snowy.iter().any(|v| *v > bare + 0.2));
}

/// A quarter turn moves the top right corner to the top left; four of them, like a full turn, change nothing.
#[test]
fn quarter_turns_are_exact() {
    let mut image = vec![0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    let before = image.clone();
    let turn = Shift::Rotation {
        degrees: 90.0,
        fill: Fill::Zero,
    };
    turn.apply(&mut image, [1, 3, 3], 0).unwrap();
    assert_eq!(image, [0.3, 0.6, 0.9, 0.2, 0.5, 0.8, 0.1, 0.4, 0.7]);
    for _ in 0..3 {
        turn.apply(&mut image, [1, 3, 3], 0).unwrap();
    }
    assert_eq!(image, before);
    let full = Shift::Rotation {
        degrees: -720.0,
        fill: Fill::Zero,
    };
    full.apply(&mut image, [1, 3, 3], 0).unwrap();
    assert_eq!(image, before);
}

/// A constant image turned is dark in the corners with zeros and itself with reflection.
#[test]
fn corners_are_filled_as_asked() {
    let turned = |fill| {
        let mut image = vec![0.8; 81];
        Shift::Rotation {
            degrees: 45.0,
            fill,
        }
        .apply(&mut image, [1, 9, 9], 0)
        .unwrap();
        image
    };
    assert_eq!(turned(Fill::Zero)[0], 0.0);
    assert!((turned(Fill::Zero)[40] - 0.8).abs() < 1e-6);
    assert!(turned(Fill::Reflect).iter().all(|v| (v - 0.8).abs() < 1e-6));
}

/// A blur keeps the mean of an image that is dark at its edges and widens a point by its variance.
#[test]
fn blur_has_the_variance_asked_for() {
    let side = 41;
    let mut image = vec![0.0; side * side];
    image[20 * side + 20] = 1.0;
    Shift::Blur { sigma: 2.0 }
        .apply(&mut image, [1, side, side], 0)
        .unwrap();
    let total: f32 = image.iter().sum();
    let variance: f64 = image
        .iter()
        .enumerate()
        .map(|(i, v)| f64::from(*v) * ((i % side) as f64 - 20.0).powi(2))
        .sum();
    assert!((total - 1.0).abs() < 1e-5);
    // Cut off at four standard deviations.
    assert!((variance / 4.0 - 1.0).abs() < 0.01, "{variance}");
}

#[test]
fn names_are_unique_and_serialise() {
    let names: BTreeSet<String> = every_shift().iter().map(Shift::name).collect();
    assert_eq!(names.len(), every_shift().len());
    for corruption in Corruption::ALL {
        let json = serde_json::to_string(&corruption).unwrap();
        assert_eq!(json, format!("\"{}\"", corruption.name()));
    }
    for shift in every_shift() {
        let json = serde_json::to_string(&shift).unwrap();
        assert_eq!(serde_json::from_str::<Shift>(&json).unwrap(), shift);
    }
}

#[test]
fn bad_images_and_strengths_are_named_and_leave_everything_as_it_was() {
    let fog = |severity, images: &mut [f32], shape| {
        let error = Corruption::Fog
            .apply(severity, images, shape, 0)
            .unwrap_err();
        error.to_string()
    };
    let mut images = vec![0.5; 8];
    assert_eq!(
        fog(6, &mut images, [1, 2, 2]),
        "severity must be in 1..=5, got 6"
    );
    assert_eq!(
        fog(1, &mut images, [2, 2, 2]),
        "images must have 1 or 3 channels and at least one pixel, got [2, 2, 2]"
    );
    assert!(fog(1, &mut images, [1, 0, 4]).contains("[1, 0, 4]"));
    assert_eq!(
        fog(1, &mut images, [3, 1, 1]),
        "images of 3 values each cannot be 8 values in all"
    );
    images[5] = f32::NAN;
    assert_eq!(
        fog(1, &mut images, [1, 2, 2]),
        "image 1: value 1 is NaN, every value must be in [0, 1]"
    );
    images[5] = 1.5;
    assert!(fog(1, &mut images, [1, 2, 2]).contains("value 1 is 1.5"));
    assert!(images[..5].iter().all(|v| *v == 0.5));
    let strengths = [
        (
            Shift::Blur { sigma: -1.0 },
            "sigma must be in [0, 1000], got -1",
        ),
        (
            Shift::Contrast { factor: f64::NAN },
            "factor must be in [0, 100], got NaN",
        ),
        (
            Shift::Rotation {
                degrees: f64::INFINITY,
                fill: Fill::Zero,
            },
            "degrees must be in (-inf, inf), got inf",
        ),
    ];
    for (shift, message) in strengths {
        let error = shift.apply(&mut [0.5; 4], [1, 2, 2], 0).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    let far = Corruption::Fog.apply_from(1 << 32, 1, &mut [0.5; 4], [1, 2, 2], 0);
    assert!(matches!(far, Err(ShiftError::TooMany(_))));
    assert!(Shift::UniformImages.apply(&mut [], [1, 2, 2], 0).is_ok());
}
