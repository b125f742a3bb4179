//! A sequence of colours that grows steadily in lightness, also for colour-blind eyes and in grey print.

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

/// The colour at a share of the way from dark to light, as `#rrggbb`; shares beyond the ends have the end's colour.
pub(super) fn colour(share: f64) -> String {
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
    use super::colour;

    #[test]
    fn ends_are_dark_and_light_and_what_lies_beyond_has_their_colour() {
        assert_eq!(
            (colour(0.0), colour(-3.0)),
            ("#00224e".into(), "#00224e".into())
        );
        assert_eq!(
            (colour(1.0), colour(9.0)),
            ("#fee838".into(), "#fee838".into())
        );
        assert_eq!(colour(4.5 / 9.0), "#7d7c76");
        assert_eq!(colour(f64::NAN).len(), 7);
    }
}
