//! Pictures that are hard to lay out: no label is lost, none lies over another.

use crate::markup::attribute;
use crate::pictures::boxes::{TextBox, texts};
use crate::pictures::checks::{checked, words};
use crate::pictures::hard::all;
use decay_report::plot::{Horizontal, Picture};

#[test]
fn no_text_lies_over_another_or_leaves_the_picture() {
    for picture in all() {
        let svg = checked(&picture);
        let height: f64 = attribute(&svg, "height").parse().unwrap();
        let boxes = texts(&svg);
        assert!(boxes.len() > 10);
        for (index, text) in boxes.iter().enumerate() {
            assert!(text.is_inside(800.0, height), "{text:?} leaves {height}");
            for other in &boxes[..index] {
                assert!(!text.meets(other), "{text:?} meets {other:?}");
            }
        }
    }
}

#[test]
fn every_label_is_there_and_escaped() {
    for picture in all() {
        let svg = checked(&picture);
        let words = words(&svg);
        let mut labels = vec![picture.title.as_str()];
        for panel in &picture.panels {
            labels.extend([panel.title.as_str(), &panel.y.label]);
            labels.extend(panel.series.iter().map(|series| series.label.as_str()));
            labels.push(panel.x.label());
            if !panel.series.is_empty() {
                labels.extend(panel.marks.iter().map(|mark| mark.label.as_str()));
            }
            if let Horizontal::Names { names, .. } = &panel.x {
                labels.extend(names.iter().map(String::as_str));
            }
        }
        for label in labels {
            assert!(words.contains(label), "{label:?} is not in {words}");
        }
    }
    let picture = Picture {
        title: "<b>\"R&D\"</b>".into(),
        ..Picture::default()
    };
    let svg = checked(&picture);
    assert!(svg.contains("<title>&lt;b&gt;&quot;R&amp;D&quot;&lt;/b&gt;</title>"));
    assert!(!svg.contains("<b>"));
}

#[test]
fn boxes_that_touch_are_seen_by_the_check() {
    let text = |transform: &str, words: &str| {
        let svg = format!("<text class=\"tick\" {transform}>{words}</text>");
        texts(&svg).remove(0)
    };
    let level: TextBox = text("x=\"100.0\" y=\"100.0\"", "level text");
    assert!(level.meets(&text("x=\"130.0\" y=\"104.0\"", "over it")));
    assert!(!level.meets(&text("x=\"100.0\" y=\"120.0\"", "below it")));
    let slanted = |x: f64| {
        let place =
            format!("transform=\"translate({x:.1} 100.0) rotate(-45)\" text-anchor=\"end\"");
        text(&place, "slanted")
    };
    assert!(level.meets(&slanted(120.0)) && !slanted(120.0).meets(&slanted(145.0)));
    assert!(slanted(120.0).meets(&slanted(130.0)));
    assert!(!text("x=\"-3.0\" y=\"50.0\"", "cut").is_inside(800.0, 400.0));
}
