use serde::{Deserialize, Serialize};

/// One parameter of the model, and whether weight decay acted on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterRow {
    /// Name in the model file, as in `layers.0.weight`.
    pub name: String,
    /// Shape of one member's parameter.
    pub shape: Vec<usize>,
    /// Kind that the mask goes by, as in `matrix`, `bias`, `norm`.
    pub kind: String,
    /// Whether it decays.
    pub decayed: bool,
    /// The reason in words.
    pub why: String,
}
