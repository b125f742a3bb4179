//! A confusion matrix: the counts, on a ground that is as strong as their share of the row, of mistakes as its square root.

use super::chart::{Chart, KeyEntry};
use super::hover::Hover;
use crate::format;
use crate::plot::frame::Frame;
use crate::plot::letters::{clipped, widest};
use crate::plot::svg::{Anchor, Pair, Svg};
use crate::records::Matrix;

/// Font size of the names, and the most that they take.
const FONT: f64 = 12.0;
const MOST_NAME: f64 = 120.0;
/// Width of a matrix, as far as cells keep between the least and the most.
const WIDTH: f64 = 560.0;
const CELLS: Pair = (33.0, 110.0);
/// Height of a cell as a share of its width, and the most.
const FLAT: f64 = 0.8;
const HIGHEST: f64 = 56.0;
/// Cells at least this wide say the share below the count.
const ROOM_FOR_SHARE: f64 = 42.0;
/// Ground of a share of 1.
const STRONGEST: f64 = 0.55;
/// Margin at the right, height below for the names and the label of the axis.
const MARGIN: f64 = 10.0;

/// The chart; `None` without classes, or where counts are no square.
pub(super) fn matrix(record: &Matrix) -> Option<Chart> {
    let classes = record.classes.len();
    let square =
        record.counts.len() == classes && record.counts.iter().all(|row| row.len() == classes);
    if classes == 0 || !square {
        return None;
    }
    let drawing = Drawing::new(record);
    let mut svg = Svg::new(drawing.size, &record.title);
    for class in 0..classes {
        drawing.draw_row(&mut svg, class);
        drawing.draw_names(&mut svg, class);
    }
    drawing.draw_labels(&mut svg);
    Some(Chart {
        id: record.id.clone(),
        title: record.title.clone(),
        key: vec![
            KeyEntry::styled("right", "predicted right"),
            KeyEntry::styled("wrong", "taken for another class"),
        ],
        svg: svg.finish(),
        // Every cell has a title of its own, which the script reads.
        hover: Hover::default(),
    })
}

struct Drawing<'a> {
    record: &'a Matrix,
    frame: Frame,
    cell: Pair,
    size: Pair,
    /// Whether names below stand upright.
    turned: bool,
}

impl<'a> Drawing<'a> {
    fn new(record: &'a Matrix) -> Self {
        let classes = record.classes.len() as f64;
        let names = record.classes.iter().map(String::as_str);
        let name = widest(names, FONT).min(MOST_NAME);
        let left = 32.0 + name;
        let (least, most) = CELLS;
        let wide = ((WIDTH - left - MARGIN) / classes).clamp(least, most);
        let high = (FLAT * wide).min(HIGHEST);
        let turned = name > wide - 8.0;
        let below = if turned { name + 34.0 } else { 44.0 };
        let frame = Frame {
            left,
            right: left + classes * wide,
            top: 6.0,
            bottom: 6.0 + classes * high,
        };
        // Beside few classes there is air, or a matrix of two would be as large as the page.
        let width = (frame.right + MARGIN).max(460.0);
        Self {
            record,
            frame,
            cell: (wide, high),
            size: (width, frame.bottom + below),
            turned,
        }
    }

    fn middle(&self, place: usize) -> f64 {
        self.frame.left + (place as f64 + 0.5) * self.cell.0
    }

    fn draw_row(&self, svg: &mut Svg, class: usize) {
        let (counts, names) = (&self.record.counts[class], &self.record.classes);
        let all: usize = counts.iter().sum();
        let top = self.frame.top + class as f64 * self.cell.1;
        let middle = top + self.cell.1 / 2.0;
        for (predicted, &count) in counts.iter().enumerate() {
            let share = count as f64 / all.max(1) as f64;
            let colour = if class == predicted { 5 } else { 4 };
            let corner = (self.frame.left + predicted as f64 * self.cell.0, top);
            let percent = percent(share);
            let title = format!(
                "{} taken for {}: {count} of {all} rows, {percent}",
                names[class], names[predicted]
            );
            // Mistakes are rarer and would hardly be seen.
            let ground = if class == predicted {
                share
            } else {
                share.sqrt()
            };
            svg.shade(colour, corner, self.cell, STRONGEST * ground, &title);
            let x = self.middle(predicted);
            let class = if count == 0 { "count none" } else { "count" };
            let both = count > 0 && self.cell.0 >= ROOM_FOR_SHARE;
            let at = if both { middle - 1.0 } else { middle + 4.0 };
            svg.text(class, (x, at), Anchor::Middle, &count.to_string());
            if both {
                svg.text("share", (x, middle + 12.0), Anchor::Middle, &percent);
            }
        }
    }

    fn draw_names(&self, svg: &mut Svg, class: usize) {
        let name = clipped(&self.record.classes[class], FONT, MOST_NAME);
        let middle = self.frame.top + (class as f64 + 0.5) * self.cell.1;
        let left = (self.frame.left - 7.0, middle + 4.0);
        svg.text("tick", left, Anchor::End, &name);
        let x = self.middle(class);
        if self.turned {
            let at = (x + 4.0, self.frame.bottom + 8.0);
            svg.turned_text("tick", at, 90.0, Anchor::End, &name);
        } else {
            svg.text("tick", (x, self.frame.bottom + 16.0), Anchor::Middle, &name);
        }
    }

    fn draw_labels(&self, svg: &mut Svg) {
        let below = (self.frame.middle(), self.size.1 - 6.0);
        svg.text("label", below, Anchor::Middle, "predicted class");
        self.frame.left_label(svg, 13.0, "class");
    }
}

/// `12 %`, and one decimal below 10.
fn percent(share: f64) -> String {
    let value = 100.0 * share;
    let decimals = usize::from(value > 0.0 && value < 9.95);
    format!("{} %", format::fixed(value, decimals))
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn small_shares_keep_a_decimal() {
        let all = [0.0, 0.004, 0.0994, 0.0996, 1.0].map(percent);
        assert_eq!(all, ["0 %", "0.4 %", "9.9 %", "10 %", "100 %"]);
    }
}
