//! Matrices, curves with places of their own, ranked intervals and small images on the page.

use decay_report::{
    Curves, Drawn, Figure, Matrix, Ranked, RankedRow, Report, Section, Shape, Thumbnail, XyCurve,
};

use crate::markup::{checked, drawings};

fn matrix(classes: usize) -> Drawn {
    let name = |class: usize| format!("<class {class}> with a name that is long");
    let count = |class: usize, predicted: usize| if class == predicted { 90 } else { class };
    Drawn::Matrix(Matrix {
        id: "confusion".into(),
        title: "Which class is taken for which".into(),
        classes: (0..classes).map(name).collect(),
        counts: (0..classes)
            .map(|class| {
                (0..classes)
                    .map(|predicted| count(class, predicted))
                    .collect()
            })
            .collect(),
    })
}

fn curves(shape: Shape) -> Drawn {
    Drawn::Curves(Curves {
        id: format!("{shape:?}"),
        title: "Found against false alarms".into(),
        x_label: "false alarms".into(),
        y_label: "found".into(),
        share: true,
        curves: vec![XyCurve {
            label: "a class, area 0.9".into(),
            shape,
            xs: vec![0.0, 0.5, f64::NAN, 1.0],
            ys: vec![0.0, 0.75, 0.5, 1.0],
            ..XyCurve::default()
        }],
        ..Curves::default()
    })
}

fn ranked() -> Drawn {
    let row = |name: &str, mean: f64| RankedRow {
        name: name.into(),
        mean,
        low: mean - 0.1,
        high: mean + 0.1,
    };
    Drawn::Ranked(Ranked {
        id: "importance".into(),
        title: "Permutation importance".into(),
        label: "fall of R²".into(),
        rows: vec![
            row("age & height", 0.5),
            row("unused", 0.0),
            row("unknown", f64::NAN),
        ],
    })
}

fn page(figures: Vec<Figure>) -> String {
    checked(&Report {
        sections: vec![Section {
            heading: "Class by class".into(),
            figures,
            ..Section::default()
        }],
        ..Report::default()
    })
}

#[test]
fn a_section_shows_each_of_its_figures() {
    let figure = Figure {
        charts: vec![
            matrix(3),
            curves(Shape::Line),
            curves(Shape::Marked),
            curves(Shape::Dots),
            ranked(),
        ],
        caption: "What all of them show.".into(),
        ..Figure::default()
    };
    let page = page(vec![figure]);
    assert_eq!(drawings(&page).len(), 5);
    for part in [
        "Class by class",
        "Figure 1.",
        "What all of them show.",
        // A count with its share of the row, 90 of 92.
        ">90</text>",
        ">98 %</text>",
        "&lt;class 1&gt; with a name that is long taken for &lt;class 2&gt; with a name that is long: 1 of 92 rows, 1.1 %",
        "predicted class",
        "age &amp; height: 0.500 (0.400 – 0.600)",
        "fall of R²",
        "class=\"dots stroke5\"",
        "false alarms",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
}

#[test]
fn matrices_of_any_size_keep_within_their_drawing() {
    for classes in [1, 2, 10, 20] {
        let figure = Figure {
            charts: vec![matrix(classes)],
            ..Figure::default()
        };
        let page = page(vec![figure]);
        let drawing = drawings(&page)[0];
        assert_eq!(drawing.matches("class=\"shade").count(), classes * classes);
        let size = drawing.split_once("viewBox=\"0 0 ").unwrap().1;
        let size = size.split_once('"').unwrap().0.split_once(' ').unwrap();
        let (width, height): (f64, f64) = (size.0.parse().unwrap(), size.1.parse().unwrap());
        assert!(
            (400.0..900.0).contains(&width) && height < 900.0,
            "{size:?}"
        );
        for rectangle in drawing.split("class=\"shade").skip(1) {
            let number = |name: &str| {
                let value = rectangle.split_once(&format!(" {name}=\"")).unwrap().1;
                value.split_once('"').unwrap().0.parse::<f64>().unwrap()
            };
            assert!(number("x") >= 0.0 && number("x") + number("width") <= width);
            assert!(number("y") >= 0.0 && number("y") + number("height") <= height);
        }
    }
}

#[test]
fn images_are_part_of_the_page_and_large_ones_are_averaged_down() {
    let of = |shape: [usize; 3]| Thumbnail {
        headline: "3, taken for \"5\"".into(),
        detail: "99.1 %, row 7".into(),
        ..Thumbnail::of_values(&vec![0.5; shape.iter().product()], shape)
    };
    let figure = Figure {
        images: vec![of([1, 8, 8]), of([3, 200, 100])],
        caption: "Mistakes.".into(),
        ..Figure::default()
    };
    let page = page(vec![figure]);
    assert_eq!(page.matches("<img src=\"data:image/png;base64,").count(), 2);
    assert!(page.contains("3, taken for &quot;5&quot;</b>"));
    assert!(page.contains("img-src data:"));
    // 40 x 20 pixels of three bytes, and not 60,000.
    assert!(page.len() < 60_000, "{} bytes", page.len());
}

#[test]
fn what_has_nothing_to_show_is_absent_and_a_record_comes_back() {
    let nothing = vec![
        Drawn::Matrix(Matrix::default()),
        Drawn::Curves(Curves::default()),
        Drawn::Ranked(Ranked::default()),
    ];
    let empty = Figure {
        charts: nothing,
        caption: "Nothing.".into(),
        ..Figure::default()
    };
    assert!(!page(vec![empty]).contains("Nothing."));
    let figure = Figure {
        charts: vec![matrix(2), curves(Shape::Dots)],
        ..Figure::default()
    };
    let json = serde_json::to_string(&figure).unwrap();
    assert_eq!(
        serde_json::from_str::<Figure>(&json).unwrap().charts[0],
        figure.charts[0]
    );
}
