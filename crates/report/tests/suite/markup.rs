//! A tiny reader of markup for the tests: balanced tags, quoted attributes, no stray `<`.

use std::collections::HashSet;

use decay_report::Report;

/// Everything between two marks, the marks included.
pub(crate) fn pieces<'a>(page: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    let starts = page.match_indices(start).map(|(at, _)| &page[at..]);
    starts
        .filter_map(|rest| rest.find(end).map(|at| &rest[..at + end.len()]))
        .collect()
}

/// The value of an attribute of the first tag in a piece of markup.
pub(crate) fn attribute<'a>(tag: &'a str, name: &str) -> &'a str {
    let start = format!(" {name}=\"");
    let value = tag.split_once(&start).map(|(_, rest)| rest);
    value
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
}

/// The first corner of a path.
pub(crate) fn corner(path: &str) -> (f64, f64) {
    let d = attribute(path, "d").trim_start_matches('M');
    let mut numbers = d
        .split([' ', 'L', 'l', 'a'])
        .map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// The drawings of a page, without the samples of its keys.
pub(crate) fn drawings(page: &str) -> Vec<&str> {
    pieces(page, "<svg xmlns=", "</svg>")
}

/// The embedded record of a page.
pub(crate) fn embedded(page: &str) -> serde_json::Value {
    let start = "<script type=\"application/json\" id=\"decay-data\">";
    let data = pieces(page, start, "</script>");
    assert_eq!(data.len(), 1, "one embedded record");
    let text = data[0]
        .strip_prefix(start)
        .and_then(|d| d.strip_suffix("</script>"));
    serde_json::from_str(text.unwrap_or_default()).expect("embedded JSON parses")
}

/// Fails unless every tag is closed in order and every attribute is quoted; `void` elements need no end.
pub(crate) fn assert_balanced(markup: &str, void: &[&str]) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = markup;
    while let Some(at) = rest.find('<') {
        assert!(!rest[..at].contains('>'), "stray > in {:?}", head(rest));
        rest = &rest[at + 1..];
        let end = rest
            .find('>')
            .unwrap_or_else(|| panic!("tag without end at {:?}", head(rest)));
        let tag = &rest[..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop(),
                Some(name),
                "closing tag before {:?}",
                head(rest)
            );
            continue;
        }
        let name = tag
            .split([' ', '\n'])
            .next()
            .unwrap_or_default()
            .trim_end_matches('/');
        assert!(!name.is_empty(), "stray < before {:?}", head(rest));
        assert_attributes(tag.strip_prefix(name).unwrap_or_default());
        if !tag.ends_with('/') && !void.contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

fn assert_attributes(text: &str) {
    assert_eq!(text.matches('"').count() % 2, 0, "quotes in {text:?}");
    for outside in text.split('"').step_by(2) {
        assert!(
            !outside.contains(['\'', '<', '&']),
            "unquoted value in {text:?}"
        );
    }
    let names = text
        .split('"')
        .step_by(2)
        .filter_map(|part| part.trim().strip_suffix('='));
    let mut names: Vec<&str> = names
        .filter_map(|part| part.split(' ').next_back())
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "attribute given twice in {text:?}");
}

fn head(text: &str) -> String {
    text.chars().take(80).collect()
}

const VOID: [&str; 3] = ["meta", "input", "img"];

/// Renders a report and checks what must hold for every page.
pub(crate) fn checked(report: &Report) -> String {
    let page = report.to_html();
    let (body, scripts) = page.split_once("<script type=").expect("a script");
    let body = body
        .split_once("</style>")
        .map(|(_, body)| format!("<head>{body}"))
        .unwrap_or_default();
    assert_balanced(&(body + "</body>"), &VOID);
    assert_eq!(
        scripts.matches("</script>").count(),
        2,
        "nothing in the data ends a script"
    );
    for drawing in drawings(&page) {
        assert_balanced(drawing, &[]);
        for wrong in ["NaN", "inf", "undefined"] {
            assert!(
                !drawing.contains(wrong),
                "{wrong} in {}",
                &drawing[..drawing.len().min(200)]
            );
        }
    }
    for outside in ["http://", "https://", "@import", "url(//", "src="] {
        let namespace = "http://www.w3.org/2000/svg";
        // The glossary's links are followed only by who clicks them.
        let loaded = page
            .replace(namespace, "")
            .replace("<a href=\"https://", "")
            .replace("<img src=\"data:image/png;base64,", "");
        assert!(!loaded.contains(outside), "{outside} reaches the network");
    }
    let ids = page
        .match_indices(" id=\"")
        .map(|(at, _)| attribute(&page[at..], "id"));
    let ids: Vec<&str> = ids.collect();
    let names: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(names.len(), ids.len(), "an id occurs twice in {ids:?}");
    embedded(&page);
    page
}
