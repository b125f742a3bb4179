//! Losses by setting and epoch as shades: the lower, the brighter.

use console::Style;
use decay::run::Watched;
use decay_report::text::number;

/// Of a picture, in characters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

/// From high to low losses.
const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];
/// The same as colours of a terminal of 256.
const COLOURS: [u8; 5] = [236, 24, 31, 37, 84];
/// Beside the shades: the last loss and the mark of the lowest.
const MARGIN: usize = 14;
/// Lines around the rows of the picture.
const AROUND: usize = 6;

/// A row for each setting, epochs from left to right, each shade by its loss's rank among all; then what it is lowest at.
pub(crate) fn picture(watched: &Watched, size: Size, colour: bool) -> String {
    let name = watched.settings.iter().map(|name| name.chars().count());
    let name = name.max().unwrap_or(0).max("setting".len());
    let width = size
        .columns
        .saturating_sub(name + MARGIN)
        .clamp(1, watched.epochs.max(1));
    let mut text = head(watched, width, name);
    let ranks = Ranks::of(&watched.losses);
    let best = lowest(watched);
    let room = size.rows.saturating_sub(AROUND).max(1);
    for (setting, losses) in watched.losses.iter().enumerate().take(room) {
        let cells =
            (0..width).map(|place| cell(&ranks, losses, place, width, watched.epochs, colour));
        let last = losses.iter().rev().find_map(|loss| *loss);
        let mark = if best.is_some_and(|(own, _)| own == setting) {
            " *"
        } else {
            ""
        };
        text.push_str(&format!(
            "{:>name$} {} {:>9}{mark}\n",
            watched.settings[setting],
            cells.collect::<String>(),
            last.map_or_else(|| "-".into(), number),
        ));
    }
    if watched.losses.len() > room {
        text.push_str(&format!(
            "{:>name$} and {} more\n",
            "",
            watched.losses.len() - room
        ));
    }
    if let Some((setting, loss)) = best {
        let own = &watched.settings[setting];
        text.push_str(&format!("* lowest so far: {} at {own}\n", number(loss)));
    }
    text
}

fn head(watched: &Watched, width: usize, name: usize) -> String {
    let done = watched
        .losses
        .iter()
        .map(|row| row.iter().rposition(Option::is_some));
    let done = done.flatten().max().map_or(0, |last| last + 1);
    let before = match watched.before.as_slice() {
        [] => String::new(),
        before => format!(", after {}", before.join(", ")),
    };
    let shades = SHADES.iter().collect::<String>();
    format!(
        "{}: {}{before}, epoch {done} of {}; loss from high to low {shades}\n{:>name$} {:<width$} {:>9}\n",
        watched.status, watched.stage, watched.epochs, "setting", "epochs", "last"
    )
}

/// The setting whose last loss is lowest.
fn lowest(watched: &Watched) -> Option<(usize, f64)> {
    let last = watched
        .losses
        .iter()
        .map(|row| row.iter().rev().find_map(|loss| *loss));
    let known = last
        .enumerate()
        .filter_map(|(setting, loss)| Some((setting, loss?)));
    known.min_by(|a, b| a.1.total_cmp(&b.1))
}

/// All losses in rising order.
struct Ranks(Vec<f64>);

impl Ranks {
    fn of(losses: &[Vec<Option<f64>>]) -> Self {
        let mut all: Vec<f64> = losses.iter().flatten().flatten().copied().collect();
        all.sort_by(f64::total_cmp);
        Self(all)
    }

    /// Which shade a loss has, from 0 for the highest.
    fn shade(&self, loss: f64) -> usize {
        let below = self.0.partition_point(|own| *own < loss);
        let share = 1.0 - below as f64 / self.0.len().max(1) as f64;
        ((share * SHADES.len() as f64) as usize).min(SHADES.len() - 1)
    }
}

/// One character for the epochs that it stands for: the last of them that is known.
fn cell(
    ranks: &Ranks,
    losses: &[Option<f64>],
    place: usize,
    width: usize,
    epochs: usize,
    colour: bool,
) -> String {
    let (from, to) = (place * epochs / width, (place + 1) * epochs / width);
    let own = losses.get(from..to.min(losses.len())).unwrap_or_default();
    let Some(loss) = own.iter().rev().find_map(|loss| *loss) else {
        return " ".into();
    };
    let shade = ranks.shade(loss);
    let text = SHADES[shade].to_string();
    if !colour {
        return text;
    }
    Style::new()
        .color256(COLOURS[shade])
        .force_styling(true)
        .apply_to(text)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::{Size, picture};
    use decay::run::Watched;

    fn watched(epochs: usize) -> Watched {
        let row = |base: f64| (0..epochs).map(|e| Some(base / (e + 1) as f64)).collect();
        Watched {
            status: "running",
            stage: "sweep".into(),
            epochs,
            settings: vec!["1e-4".into(), "0.1".into(), "10".into()],
            losses: vec![row(2.0), row(1.0), vec![Some(9.0)]],
            before: vec![],
        }
    }

    #[test]
    fn the_lowest_is_marked_and_what_is_not_done_is_blank() {
        let text = picture(
            &watched(4),
            Size {
                rows: 24,
                columns: 80,
            },
            false,
        );
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[0].starts_with("running: sweep, epoch 4 of 4"),
            "{text}"
        );
        assert!(lines[3].contains("0.2500 *"), "{text}");
        assert!(
            lines[4].contains("·   ") && lines[4].contains("9.000"),
            "{text}"
        );
        assert!(lines[5].contains("0.2500 at 0.1"), "{text}");
    }

    #[test]
    fn it_fits_the_terminal() {
        for size in [
            Size {
                rows: 8,
                columns: 40,
            },
            Size {
                rows: 24,
                columns: 80,
            },
        ] {
            let text = picture(&watched(500), size, false);
            let widest = text.lines().skip(1).map(|line| line.chars().count()).max();
            assert!(widest.unwrap() <= size.columns, "{text}");
            assert!(text.lines().count() <= size.rows);
        }
    }
}
