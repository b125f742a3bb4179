//! Tables on a terminal, which stay within its usual width.

/// Columns of letters that every terminal has.
const TERMINAL: usize = 80;
/// Between columns.
const GAP: usize = 2;
/// To which a column of words may be narrowed.
const NARROWEST: usize = 10;
/// To which it is narrowed before intervals are broken.
const READABLE: usize = 24;
/// A word of a head of numbers, such as the path of a model, has as many letters in a line.
const HEAD: usize = 12;
/// What goes on in the next line begins with so many blanks.
const INDENT: usize = 2;

/// Rows under a head; the first columns are words and aligned left, the others numbers and aligned right.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
    left: usize,
}

impl Table {
    /// Starts with the names of the columns, the first `left` of them aligned left.
    pub fn new<const N: usize>(head: [&str; N], left: usize) -> Self {
        Self {
            rows: vec![head.map(str::to_owned).to_vec()],
            left,
        }
    }

    /// Starts with names known at run time.
    pub fn with_head(head: Vec<String>, left: usize) -> Self {
        Self {
            rows: vec![head],
            left,
        }
    }

    /// Appends a row.
    pub fn push(&mut self, row: Vec<String>) {
        self.rows.push(row);
    }

    /// The table, 80 columns wide as far as its numbers allow: words go on in the next line, then intervals; no number is cut.
    pub fn text(&self) -> String {
        let natural = self.widths(|cell, _| width(cell));
        // Heads of numbers are words, too.
        let head = |cell: &str| cell.split(' ').map(width).max().unwrap_or(0).min(HEAD);
        let below = |numbers: &dyn Fn(&str) -> usize| {
            let widths = self.widths(|cell, row| if row == 0 { head(cell) } else { numbers(cell) });
            let words = natural.iter().take(self.left);
            let all = words.chain(widths.iter().skip(self.left));
            all.copied().collect::<Vec<usize>>()
        };
        let steps = [
            (natural.clone(), usize::MAX),
            (below(&width), READABLE),
            (below(&widest_part), NARROWEST),
        ];
        let mut widths = natural.clone();
        for (step, narrowest) in steps {
            widths = self.narrowed(step, narrowest);
            if total(&widths) <= TERMINAL {
                break;
            }
        }
        self.laid_out(&widths)
    }

    /// The table with every cell on one line, however wide: for names that are copied, such as paths.
    pub fn unwrapped(&self) -> String {
        self.laid_out(&self.widths(|cell, _| width(cell)))
    }

    /// Takes from the widest columns of words what is too much, as far as they can give.
    fn narrowed(&self, mut widths: Vec<usize>, narrowest: usize) -> Vec<usize> {
        while total(&widths) > TERMINAL {
            let words = widths.iter_mut().take(self.left);
            match words.max_by_key(|own| **own) {
                Some(widest) if *widest > narrowest => *widest -= 1,
                _ => break,
            }
        }
        widths
    }

    /// The most that a cell of each column needs, by its text and row.
    fn widths(&self, of: impl Fn(&str, usize) -> usize) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| {
            let rows = self.rows.iter().enumerate();
            let cells = rows.filter_map(|(row, cells)| Some(of(cells.get(column)?, row)));
            cells.max().unwrap_or(0)
        };
        (0..columns).map(widest).collect()
    }

    fn laid_out(&self, widths: &[usize]) -> String {
        let mut text = String::new();
        for (place, row) in self.rows.iter().enumerate() {
            let cells = row.iter().zip(widths).enumerate();
            let cells = cells.map(|(column, (cell, &width))| match column < self.left {
                true => words(cell, width, INDENT),
                false if place == 0 => words(cell, width, 0),
                false => parts(cell, width),
            });
            let cells: Vec<Vec<String>> = cells.collect();
            let lines = cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
            for line in 0..lines {
                text.push_str(&self.line(&cells, widths, line));
                text.push('\n');
            }
        }
        text
    }

    fn line(&self, cells: &[Vec<String>], widths: &[usize], line: usize) -> String {
        let cells = cells.iter().zip(widths).enumerate();
        let padded = cells.map(|(place, (lines, &wide))| {
            let cell = lines.get(line).map_or("", String::as_str);
            let padding = " ".repeat(wide.saturating_sub(width(cell)));
            match place < self.left {
                true => format!("{cell}{padding}"),
                false => format!("{padding}{cell}"),
            }
        });
        let line = padded.collect::<Vec<_>>().join(&" ".repeat(GAP));
        line.trim_end().to_owned()
    }
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1)
}

/// An interval in a cell, before which it may be broken: in brackets, or from one number to another.
fn interval(cell: &str) -> Option<(&str, &str)> {
    let place = cell.find(" (").or_else(|| cell.find(" to "))?;
    Some((&cell[..place], &cell[place + 1..]))
}

fn widest_part(cell: &str) -> usize {
    interval(cell).map_or(width(cell), |(first, rest)| width(first).max(width(rest)))
}

/// A cell of numbers in a line, or in two.
fn parts(cell: &str, wide: usize) -> Vec<String> {
    match interval(cell).filter(|_| width(cell) > wide) {
        Some((first, rest)) => vec![first.to_owned(), rest.to_owned()],
        None => vec![cell.to_owned()],
    }
}

/// A text in lines of a width, broken at blanks, and within a word that is longer than a line; later lines are indented.
fn words(text: &str, wide: usize, indent: usize) -> Vec<String> {
    if width(text) <= wide {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let first = lines.len() == 1;
            let line = lines.last_mut().expect("there is a first line");
            let begun = width(line) > if first { 0 } else { indent };
            let room = wide
                .saturating_sub(width(line) + usize::from(begun))
                .max(usize::from(!begun));
            if word.len() <= room {
                line.push_str(if begun { " " } else { "" });
                line.extend(&word);
                break;
            }
            if !begun {
                line.extend(word.drain(..room));
            }
            lines.push(" ".repeat(indent));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::Table;

    fn fits(text: &str) -> bool {
        text.lines().all(|line| line.chars().count() <= 80)
    }

    #[test]
    fn columns_align_whatever_the_script() {
        let mut table = Table::new(["name", "x"], 1);
        table.push(vec!["λ ± 1".into(), "10".into()]);
        assert_eq!(table.text(), "name    x\nλ ± 1  10\n");
    }

    #[test]
    fn words_go_on_in_the_next_line_and_numbers_stay_whole() {
        let mut table = Table::new(["metric", "estimate", "95 % interval"], 1);
        let words = "a measure of this and that, mean over many labels of a long name, and of one more thing";
        table.push(vec![
            words.into(),
            "-1.234e-10".into(),
            "-1.234e-10 to -1.235e-10".into(),
        ]);
        table.push(vec!["x".repeat(90), "1".into(), "0 to 2".into()]);
        let text = table.text();
        assert!(fits(&text), "{text}");
        assert!(text.contains("-1.234e-10 to -1.235e-10"), "{text}");
        let said: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            said.contains("of this and that,") && said.contains("more thing"),
            "{text}"
        );
        assert_eq!(text.matches('x').count(), 90);
    }

    #[test]
    fn long_names_above_numbers_go_on_in_the_next_line() {
        let names = [
            "runs/churn-2024-with-all-columns",
            "runs/churn-2024-without-dates",
        ];
        let mut table = Table::new(
            [
                "metric",
                names[0],
                names[1],
                "difference",
                "95 % interval",
                "p",
                "p, all metrics",
            ],
            1,
        );
        table.push(
            [
                "calibration error after temperature scaling",
                "0.02817",
                "0.02917",
                "-0.001000",
                "-0.006250 to 0.01458",
                "0.5335",
                "1.000",
            ]
            .map(String::from)
            .to_vec(),
        );
        let text = table.text();
        assert!(fits(&text), "{text}");
        for number in [
            "0.02817",
            "0.02917",
            "-0.001000",
            "-0.006250",
            "0.01458",
            "0.5335",
            "1.000",
        ] {
            assert_eq!(
                text.split_whitespace().filter(|own| *own == number).count(),
                1,
                "{text}"
            );
        }
    }

    #[test]
    fn intervals_go_below_their_estimates_where_words_cannot_give_more() {
        let mut table = Table::new(
            [
                "some column",
                "rows",
                "accuracy",
                "less the rest",
                "confidence less accuracy",
            ],
            1,
        );
        let cell = "-0.750 (-0.601 – -0.862)".to_owned();
        table.push(vec![
            "a value".into(),
            "120".into(),
            cell.clone(),
            cell.clone(),
            cell,
        ]);
        let text = table.text();
        assert!(fits(&text), "{text}");
        assert_eq!(text.matches("(-0.601 – -0.862)").count(), 3);
        assert_eq!(table.unwrapped().lines().count(), 2);
    }
}
