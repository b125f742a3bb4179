//! Parameters named by patterns.

/// Whether a name fits a pattern, in which `*` stands for any text.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, rest)) => name.strip_prefix(head).is_some_and(|tail| {
            let mut starts = (0..=tail.len()).filter(|&start| tail.is_char_boundary(start));
            starts.any(|start| matches(rest, &tail[start..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_text() {
        for pattern in [
            "convs.0.weight",
            "convs.*",
            "*weight",
            "c*0*t",
            "*",
            "convs.0.weight*",
        ] {
            assert!(matches(pattern, "convs.0.weight"), "{pattern}");
        }
        for pattern in ["", "convs", "convs.1.*", "*bias", "c*1*t"] {
            assert!(!matches(pattern, "convs.0.weight"), "{pattern}");
        }
    }
}
