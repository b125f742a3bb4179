//! How wide a text is, so that nothing is placed over anything else: advance widths of DejaVu Sans 2.37.

/// Font size of ticks, names and marks.
pub(super) const SMALL: f64 = 12.0;
/// Font size of the axes' labels and the legend.
pub(super) const MIDDLE: f64 = 13.0;
/// Font size above a panel.
pub(super) const HEADING: f64 = 14.0;
/// Font size above the picture.
pub(super) const TITLE: f64 = 18.0;

/// Distance between lines of text, as a multiple of the font size.
pub(super) const LEADING: f64 = 1.25;

/// Thousandths of the font size, from the space to `~`.
const ASCII: [u16; 95] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];

/// Thousandths of the font size that a letter takes; generous for what the table lacks.
fn advance(letter: char) -> u16 {
    let ascii = (letter as usize).checked_sub(' ' as usize);
    match (ascii.and_then(|place| ASCII.get(place)), letter) {
        (Some(width), _) => *width,
        (None, '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '₀'..='₉') => 401,
        (None, '·' | '’' | '‘') => 318,
        (None, '–' | '°') => 500,
        (None, '⁻') => 528,
        (None, 'α'..='ψ') => 661,
        (None, 'ß'..='å' | 'ç'..='ö') => 640,
        (None, '±' | '×' | '−' | '∞' | 'ω' | '≤' | '≥' | '≈' | '→' | '←') => 838,
        (None, _) => 1050,
    }
}

/// Width of a text at a font size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let thousandths: u32 = text.chars().map(|letter| u32::from(advance(letter))).sum();
    f64::from(thousandths) * size / 1000.0
}

/// The text, cut with an ellipsis where it is wider than `room`.
pub(crate) fn clipped(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    let room = room - width("…", size);
    for letter in text.chars() {
        cut.push(letter);
        if width(&cut, size) > room {
            cut.pop();
            break;
        }
    }
    format!("{}…", cut.trim_end())
}

/// Width of the widest of several texts.
pub(crate) fn widest<'a>(texts: impl IntoIterator<Item = &'a str>, size: f64) -> f64 {
    let widths = texts.into_iter().map(|text| width(text, size));
    widths.fold(0.0, f64::max)
}

/// Lines no wider than `room`, broken at spaces, and inside of a word only if that alone is wider.
///
/// An empty text has no lines.
pub(super) fn wrap(text: &str, size: f64, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, size) + width(" ", size) + width(word, size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.extend(pieces(word, size, room)),
        }
    }
    lines
}

/// A word cut where it leaves the room.
fn pieces(word: &str, size: f64, room: f64) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let last = pieces.len() - 1;
        let mut longer = pieces[last].clone();
        longer.push(letter);
        if width(&longer, size) > room && !pieces[last].is_empty() {
            pieces.push(letter.to_string());
        } else {
            pieces[last] = longer;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_font() {
        assert_eq!(width("iW~ ", 1000.0), 278.0 + 989.0 + 838.0 + 318.0);
        assert_eq!(width("10⁻⁴", 10.0), 22.01);
        assert_eq!(widest(["i", "W", "m"], 1000.0), 989.0);
    }

    #[test]
    fn lines_keep_to_their_room_and_lose_no_letter() {
        let text = "a half-life of epochs, incomprehensibilities included";
        for room in [20.0, 60.0, 90.0, 1e3] {
            let lines = wrap(text, 12.0, room);
            assert!(
                lines.iter().all(|line| width(line, 12.0) <= room),
                "{lines:?}"
            );
            let plain = |text: &str| text.replace(' ', "");
            assert_eq!(plain(&lines.concat()), plain(text));
        }
        assert_eq!(wrap(text, 12.0, 1e3).len(), 1);
        assert_eq!(wrap("one two", 12.0, 40.0), ["one", "two"]);
        assert!(wrap("  ", 12.0, 40.0).is_empty());
        assert_eq!(wrap("ab", 12.0, 1.0), ["a", "b"]);
    }
}
