use super::hover::Hover;

/// One drawing of a figure with its title and the key of its colours.
pub(crate) struct Panel {
    /// Unique on the page; the script finds the drawing by it.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) key: Vec<KeyEntry>,
    pub(crate) svg: String,
    pub(crate) hover: Hover,
}

/// A sample of a mark and what it stands for.
pub(crate) struct KeyEntry {
    /// Class of the sample.
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

impl KeyEntry {
    pub(crate) fn new(class: &'static str, text: impl Into<String>) -> Self {
        Self {
            class,
            text: text.into(),
        }
    }
}
