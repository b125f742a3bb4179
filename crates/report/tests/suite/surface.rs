//! The sweep of two hyper-parameters: record, table file, heat map.

use crate::markup::{attribute, checked, drawings, pieces};
use decay_report::{Metric, Report, Spread, Surface, SurfaceAxis, SurfaceCell, surface_csv};

fn axis(key: &str, values: &[f64]) -> SurfaceAxis {
    SurfaceAxis {
        key: key.into(),
        label: format!("{key} label"),
        symbol: key.into(),
        values: values.to_vec(),
    }
}

/// A valley whose bottom moves by one column from row to row.
fn surface(columns: usize, rows: usize) -> Surface {
    let cell = |row: usize, column: usize| {
        let mean = 0.1 + 0.01 * (column as f64 - (row % columns.max(1)) as f64).abs();
        SurfaceCell {
            half_life_epochs: (column > 0).then_some(100.0 / column as f64),
            tau_epochs: (column > 0).then_some(144.0 / column as f64),
            validation: Spread::of(&[mean - 0.001, mean + 0.001]),
            diverged: 0,
        }
    };
    let values = |count: usize| {
        (0..count)
            .map(|place| 0.1 * place as f64)
            .collect::<Vec<_>>()
    };
    Surface {
        metric: Metric {
            name: "NLL".into(),
            unit: "nats".into(),
            higher_is_better: false,
        },
        x: axis("rate", &values(columns)),
        y: axis("dropout", &values(rows)),
        cells: (0..rows)
            .map(|row| (0..columns).map(|column| cell(row, column)).collect())
            .collect(),
        chosen: (1, 2),
        best: (1, 1),
    }
}

fn page(surface: Surface) -> String {
    checked(&Report {
        surface: Some(surface),
        ..Report::default()
    })
}

fn fill(tile: &str) -> &str {
    attribute(tile, "fill")
}

#[test]
fn the_map_has_a_tile_per_cell_a_dot_per_row_and_one_outline() {
    let page = page(surface(5, 3));
    let drawing = drawings(&page)[0];
    let tiles = pieces(drawing, "<rect ", "</rect>");
    let titled: Vec<_> = tiles
        .iter()
        .filter_map(|tile| tile.rsplit("<title>").next())
        .collect();
    assert_eq!(drawing.matches("<title>").count(), 15);
    let wanted = "rate = 0.1 · half-life 100 epochs · dropout = 0.1: NLL 0.1000 ± 0.0010";
    assert!(
        titled.iter().any(|title| title.starts_with(wanted)),
        "{titled:?}"
    );
    assert_eq!(drawing.matches("<circle class=\"ridge\"").count(), 3);
    assert_eq!(drawing.matches("<path class=\"pick\"").count(), 1);
    for part in [
        "rate label",
        "dropout label",
        "half-life (epochs)",
        "validation NLL (nats)",
    ] {
        assert!(drawing.contains(part), "{part}");
    }
    assert!(page.contains("Table 1.") && page.contains("chosen row"));
}

#[test]
fn the_line_joins_the_lowest_cells_and_lower_is_lighter() {
    let surface = surface(4, 3);
    assert_eq!(
        [0, 1, 2].map(|row| surface.optimum(row)),
        [Some(0), Some(1), Some(2)]
    );
    let page = page(surface);
    let drawing = drawings(&page)[0];
    let dots = pieces(drawing, "<circle class=\"ridge\"", "/>");
    let xs: Vec<f64> = dots
        .iter()
        .map(|dot| attribute(dot, "cx").parse().unwrap())
        .collect();
    let ys: Vec<f64> = dots
        .iter()
        .map(|dot| attribute(dot, "cy").parse().unwrap())
        .collect();
    assert!(xs.is_sorted() && xs[0] < xs[2], "{xs:?}");
    assert!(
        ys.is_sorted_by(|a, b| a > b),
        "the first row lies at the bottom: {ys:?}"
    );
    let starts = drawing
        .match_indices("<rect ")
        .map(|(at, _)| &drawing[at..]);
    let cells: Vec<&str> = starts.filter(|tile| tile.contains("><title>")).collect();
    let cells = &cells[cells.len() - 12..];
    assert_eq!(fill(cells[0]), "#fee838");
    let sum = |hex: &str| u32::from_str_radix(&hex[1..3], 16).unwrap();
    assert!(sum(fill(cells[1])) < sum(fill(cells[0])));
}

#[test]
fn diverged_cells_are_grey_and_no_optimum() {
    let mut surface = surface(4, 3);
    surface.cells[0][0].diverged = 2;
    surface.cells[0][0].validation.mean = 0.01;
    for cell in &mut surface.cells[2] {
        cell.validation = Spread::of(&[]);
        cell.diverged = 6;
    }
    assert_eq!((surface.optimum(0), surface.optimum(2)), (Some(1), None));
    let page = page(surface);
    assert!(page.contains("members diverged"));
    let drawing = drawings(&page)[0];
    assert_eq!(drawing.matches("fill=\"#8c959f\"").count(), 5);
    assert_eq!(drawing.matches("class=\"cross\"").count(), 10);
    assert_eq!(drawing.matches("<circle class=\"ridge\"").count(), 2);
}

#[test]
fn any_size_and_any_number_make_a_page() {
    for (columns, rows) in [(2, 2), (16, 6), (100, 100), (2, 40)] {
        let page = page(surface(columns, rows));
        assert_eq!(
            drawings(&page)[0].matches("<title>").count(),
            columns * rows
        );
    }
    for value in [0.0, -1.0, 1e30, f64::MAX, f64::INFINITY, f64::NAN, 5e-324] {
        let mut surface = surface(3, 3);
        surface.cells[0][0].validation.mean = value;
        surface.cells[1][1].half_life_epochs = Some(value);
        surface.x.values[2] = value;
        surface.chosen = (9, 9);
        page(surface);
    }
    let empty = Surface {
        cells: Vec::new(),
        ..surface(0, 0)
    };
    assert!(!page(empty).contains("<svg"));
}

#[test]
fn a_collapsed_corner_does_not_take_all_colours() {
    let mut surface = surface(8, 2);
    for row in &mut surface.cells {
        row[7].validation.mean = 50.0;
    }
    let page = page(surface);
    assert!(page.contains("share the darkest colour"));
}

#[test]
fn the_file_has_a_row_per_cell_and_marks_the_choice() {
    let bytes = surface_csv(&surface(3, 2));
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    assert_eq!(
        reader.headers().unwrap().iter().take(2).collect::<Vec<_>>(),
        ["dropout", "rate"]
    );
    let chosen: Vec<usize> = (0..6).filter(|&row| &rows[row][9] == "1").collect();
    assert_eq!(chosen, [5], "row 1, column 2");
    let lowest: Vec<usize> = (0..6).filter(|&row| &rows[row][8] == "1").collect();
    assert_eq!(lowest, [0, 4]);
    assert_eq!(&rows[0][2], "", "no half-life at rate 0");
}
