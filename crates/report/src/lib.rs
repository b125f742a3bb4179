//! HTML, SVG, CSV and JSON from plain records; knows nothing of tensors.
